package org.rlmaterials.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rlmaterials.crystal.CrystalSamples.zincBlende;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.Seeds;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureMatcher.Tolerance;
import org.rlmaterials.discovery.CandidateSelection.Reason;
import org.rlmaterials.discovery.CandidateSelection.Rejection;
import org.rlmaterials.discovery.CandidateSelection.Result;

class CandidateSelectionTest {
  private static final List<Structure> SEEDS = Seeds.standard();

  private static ArchiveEntry entry(Crystal crystal, double mass, double std) {
    return entry(crystal, mass, std, 1, 0.9);
  }

  static ArchiveEntry entry(
      Crystal crystal, double mass, double std, double gap, double probability) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.put("m_star", mass).put("m_star_std", std).put("gap_ev", gap);
    properties.put("semiconductor_probability", probability);
    Structure structure = new Structure("any", crystal, properties);
    return new ArchiveEntry("seed_1", structure, Prediction.of(properties));
  }

  private static List<Reason> reasons(Result result) {
    return result.rejections().stream().map(Rejection::reason).toList();
  }

  @Test
  void ranksByThePessimisticMass() {
    List<ArchiveEntry> archive =
        List.of(
            entry(zincBlende("Al", "Sb", 6.1), 0.05, 0.2),
            entry(zincBlende("Si", "Sn", 6.0), 0.1, 0.01));
    Result result = new CandidateSelection(1, 2, 1, 8).select(archive, SEEDS);
    assertThat(result.candidates().get(0).crystal().reducedFormula()).isEqualTo("SiSn");
    assertThat(reasons(result)).containsExactly(Reason.RANK);
    Result daring = new CandidateSelection(1, 2, 0, 8).select(archive, SEEDS);
    assertThat(daring.candidates().get(0).crystal().reducedFormula()).isEqualTo("AlSb");
  }

  @Test
  void aCellThatIsTooLargeForDftIsTurnedDown() {
    Crystal large = zincBlende("Al", "Sb", 6.1).supercell(1, 1, 2);
    assertThat(
            reasons(
                new CandidateSelection(1, 2, 1, 3).select(List.of(entry(large, 0.1, 0)), SEEDS)))
        .containsExactly(Reason.TOO_LARGE);
    assertThat(
            new CandidateSelection(1, 2, 1, 4)
                .select(List.of(entry(large, 0.1, 0)), SEEDS)
                .candidates())
        .hasSize(1);
  }

  @Test
  void aStrainedSeedInAnotherCellIsKnown() {
    Crystal strained = zincBlende("Ga", "As", 5.4).supercell(1, 2, 1);
    Result result =
        new CandidateSelection(3, 2, 1, 8).select(List.of(entry(strained, 0.05, 0)), SEEDS);
    assertThat(result.candidates()).isEmpty();
    assertThat(reasons(result)).containsExactly(Reason.KNOWN);
    assertThat(result.rejections().get(0).detail()).startsWith("GaAs");
  }

  /** Two finds of a real search, of one shape; pw.x relaxed the first to zinc blende. */
  private static Crystal found(int... atomicNumbers) {
    return Crystal.of(
        Lattice.ofRows(-0.257, 6.498, 5.3, 3.25, -0.131, 2.65, 3.121, 3.118, 0),
        atomicNumbers,
        new double[] {
          0.0241, 0.0565, -0.0125, 0.5, 0, 0, 0.1396, 0.2561, 0.2858, 0.6195, 0.2843, 0.2837
        });
  }

  @Test
  void aSeedShearedAndShakenIsKnownAndAnOrderOfItsOwnIsNot() {
    Result result =
        new CandidateSelection(3, 2, 1, 8)
            .select(
                List.of(
                    entry(found(49, 49, 15, 15), 0.05, 0), entry(found(49, 31, 15, 15), 0.06, 0)),
                SEEDS);
    assertThat(reasons(result)).containsExactly(Reason.KNOWN);
    assertThat(result.rejections().get(0).detail()).startsWith("InP");
    assertThat(result.candidates().get(0).crystal().reducedFormula()).isEqualTo("GaInP2");
  }

  @Test
  void twoCellsOfOneCrystalAreOneCandidate() {
    Result result =
        new CandidateSelection(3, 5, 1, 8)
            .select(
                List.of(
                    entry(zincBlende("Al", "Sb", 6.1), 0.1, 0),
                    entry(zincBlende("Al", "Sb", 6.2).supercell(2, 1, 1), 0.2, 0)),
                SEEDS);
    assertThat(result.candidates()).hasSize(1);
    assertThat(reasons(result)).containsExactly(Reason.DUPLICATE);
  }

  @Test
  void saysWhyItTurnsDownEachOne() {
    Crystal good = zincBlende("Al", "Sb", 6.1);
    Result result =
        new CandidateSelection(3, 1, 1, 8)
            .select(
                List.of(
                    entry(good, -0.1, 0),
                    entry(zincBlende("In", "N", 5), 0.1, 0, 0.05, 0.9),
                    entry(zincBlende("Ge", "Sn", 6), 0.11, 0, 0.5, 0.2),
                    entry(zincBlende("Ga", "Si", 5.5), 0.12, 0),
                    entry(zincBlende("Al", "Sb", 2.5), 0.13, 0),
                    entry(good, Double.NaN, 0)),
                SEEDS);
    assertThat(result.candidates()).isEmpty();
    assertThat(reasons(result))
        .containsExactlyInAnyOrder(
            Reason.MASS_NOT_POSITIVE,
            Reason.PREDICTED_METAL,
            Reason.PREDICTED_METAL,
            Reason.ODD_ELECTRONS,
            Reason.INVALID,
            Reason.MASS_NOT_POSITIVE);
  }

  @Test
  void aFormulaHasItsShareAndNoMore() {
    List<ArchiveEntry> archive =
        List.of(
            entry(zincBlende("Al", "Sb", 6.1), 0.1, 0),
            entry(rockSalt("Al", "Sb", 5.6), 0.2, 0),
            entry(zincBlende("In", "Bi", 6.6), 0.3, 0));
    Result one = new CandidateSelection(3, 1, 1, 8).select(archive, SEEDS);
    assertThat(one.candidates())
        .extracting(s -> s.crystal().reducedFormula())
        .containsExactly("AlSb", "BiIn");
    assertThat(reasons(one)).containsExactly(Reason.FORMULA_QUOTA);
    assertThat(new CandidateSelection(3, 2, 1, 8).select(archive, SEEDS).candidates()).hasSize(3);
  }

  private static Crystal rockSalt(String first, String second, double a) {
    double h = a / 2;
    return Crystal.of(
        Lattice.ofRows(0, h, h, h, 0, h, h, h, 0),
        List.of(first, second),
        new double[][] {{0, 0, 0}, {0.5, 0.5, 0.5}});
  }

  @Test
  void anAtomWithoutBondsIsTurnedDownWhileOthersAreThere() {
    // Molecules of two atoms: each has one bond.
    Crystal molecules =
        Crystal.of(
            Lattice.ofRows(8, 0, 0, 0, 8, 0, 0, 0, 8),
            List.of("Al", "Sb"),
            new double[][] {{0, 0, 0}, {0.325, 0, 0}});
    Result result =
        new CandidateSelection(1, 1, 1, 8)
            .select(
                List.of(entry(molecules, 0.05, 0), entry(zincBlende("In", "Bi", 6.6), 0.3, 0)),
                SEEDS);
    assertThat(result.candidates())
        .extracting(s -> s.crystal().reducedFormula())
        .containsExactly("BiIn");
    assertThat(reasons(result)).containsExactly(Reason.COORDINATION);
    assertThat(result.rejections().get(0).detail()).contains("bonds");
  }

  @ParameterizedTest
  @CsvSource({"Ga,In,6.2,CHARGE_BALANCE", "As,Sb,5.9,BOND_ELECTRONS"})
  void rulesOfThumbGiveWayOnlyWhenTooFewPass(String cation, String anion, double a, Reason rule) {
    ArchiveEntry sane = entry(zincBlende("Al", "Sb", 6.1), 0.2, 0);
    ArchiveEntry failing = entry(zincBlende(cation, anion, a), 0.05, 0);
    Result one = new CandidateSelection(1, 1, 1, 8).select(List.of(failing, sane), SEEDS);
    assertThat(one.candidates())
        .extracting(s -> s.crystal().reducedFormula())
        .containsExactly("AlSb");
    assertThat(reasons(one)).containsExactly(rule);
    Result two = new CandidateSelection(2, 1, 1, 8).select(List.of(failing, sane), SEEDS);
    assertThat(two.candidates()).hasSize(2);
    assertThat(two.afterSanity()).isEqualTo(1);
    assertThat(two.candidates().get(1).properties().path("failed_rules").path(0).asText())
        .isEqualTo(rule.label());
  }

  @Test
  void theOrderOfTheArchiveDoesNotMatter() {
    List<ArchiveEntry> archive = new ArrayList<>();
    String[] elements = {"Al", "Ga", "In", "Si", "Ge", "Sn", "P", "As", "Sb", "N"};
    int n = 0;
    for (String first : elements) {
      for (String second : elements) {
        archive.add(entry(zincBlende(first, second, 5.8), 0.05 + 0.01 * (n++ % 7), 0.02));
      }
    }
    List<Structure> expected =
        new CandidateSelection(8, 1, 1, 8).select(archive, SEEDS).candidates();
    assertThat(expected).hasSize(8);
    for (int seed = 0; seed < 5; seed++) {
      Collections.shuffle(archive, new Random(seed));
      assertThat(new CandidateSelection(8, 1, 1, 8).select(archive, SEEDS).candidates())
          .isEqualTo(expected);
    }
  }

  @Test
  void chanceFindsValidStructuresThatAreNoSeeds() {
    List<Structure> structures = RandomStructures.make(SEEDS, List.of(), 12, 4);
    assertThat(structures).hasSize(12).isEqualTo(RandomStructures.make(SEEDS, List.of(), 12, 4));
    assertThat(structures).isNotEqualTo(RandomStructures.make(SEEDS, List.of(), 12, 5));
    KnownStructures seeds = new KnownStructures(Tolerance.SHEARED);
    seeds.addAll(SEEDS);
    assertThat(structures).allMatch(s -> seeds.find(s.crystal()).isEmpty());
    assertThat(structures).allMatch(s -> org.rlmaterials.crystal.Validity.isValid(s.crystal()));
    // What is known is played again, whatever it is known from.
    List<Structure> others = RandomStructures.make(SEEDS, structures.subList(0, 3), 12, 4);
    assertThat(others).hasSize(12).doesNotContainAnyElementsOf(structures.subList(0, 3));
  }

  @Test
  void chanceTakesTheActionsOfThePipelinesAgents() {
    int substitutions = 0;
    int moves = 0;
    for (Structure structure : RandomStructures.make(SEEDS, List.of(), 12, 4)) {
      for (JsonNode move : structure.properties().path("moves")) {
        assertThat(move.path("settled").asBoolean()).isTrue();
        moves++;
        substitutions += move.path("move").asText().equals("substitute") ? 1 : 0;
      }
    }
    // Of two atoms up to 26 substitutions, 12 strains and 2 shifts are possible; of more, more.
    assertThat((double) substitutions / moves).isBetween(0.5, 0.9);
  }

  @Test
  void aCandidateNamesEveryRuleOfThumbThatItFails() {
    ArchiveEntry failing = entry(zincBlende("Ga", "In", 6.2), 0.05, 0);
    Result result = new CandidateSelection(1, 1, 1, 8).select(List.of(failing), SEEDS);
    JsonNode rules = result.candidates().get(0).properties().path("failed_rules");
    assertThat(rules.toString()).isEqualTo("[\"charge_balance\",\"bond_electrons\"]");
  }
}
