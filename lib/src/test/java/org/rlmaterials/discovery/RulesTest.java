package org.rlmaterials.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.rlmaterials.crystal.CrystalSamples.zincBlende;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.NeighbourSearch;
import org.rlmaterials.crystal.Palette;
import org.rlmaterials.crystal.Seeds;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.crystal.Validity;

class RulesTest {
  private static final Path REFERENCES =
      Path.of(System.getProperty("rlmaterials.project", ".."), "data", "references");

  /** A crystal of these species; where they sit does not matter for its charge. */
  private static Crystal of(String... species) {
    double[][] positions = new double[species.length][3];
    for (int i = 0; i < species.length; i++) {
      positions[i][0] = (double) i / species.length;
    }
    return Crystal.of(Lattice.ofRows(10, 0, 0, 0, 10, 0, 0, 0, 10), List.of(species), positions);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Ga As",
        "Si C",
        "Si Si Si N N N N",
        "Ga Se",
        "In In Se Se Se",
        "Sn Te",
        "Ge Se",
        "Si Sn",
        "Bi Bi Te Te Te",
        "Ga As Si Si",
        "Al N",
        "Sn Sn",
        "In As Ga P"
      })
  void semiconductorsAreBalanced(String species) {
    assertThat(ChargeBalance.isBalanced(of(species.split(" ", -1)))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Ga As As As", "Ga Ga As", "Al In", "In Te Te", "Ga Si", "N C", "Si Si P"})
  void othersAreNot(String species) {
    assertThat(ChargeBalance.isBalanced(of(species.split(" ", -1)))).isFalse();
  }

  @Test
  void oddElectronsAreCounted() {
    assertThat(ChargeBalance.hasOddElectrons(of("Ga", "As"))).isFalse();
    assertThat(ChargeBalance.hasOddElectrons(of("Ga", "Si"))).isTrue();
  }

  /** Ten electrons a pair: 5 an atom in zinc blende, filled in rock salt, which has six bonds. */
  @Test
  void fourBondsNeedFourElectronsAnAtom() {
    Crystal zincBlende = zincBlende("Sn", "Se", 5.9);
    assertThat(Coordination.isFourfold(zincBlende)).isTrue();
    assertThat(ChargeBalance.problemOfFourfold(zincBlende)).contains("5.00 valence electrons");
    Crystal rockSalt =
        Crystal.of(
            zincBlende.lattice(), List.of("Sn", "Se"), new double[][] {{0, 0, 0}, {0.5, 0.5, 0.5}});
    assertThat(Coordination.isFourfold(rockSalt)).isFalse();
    assertThat(ChargeBalance.problemOfFourfold(zincBlende("Zn", "O", 4.6))).isNull();
  }

  /** Two such crystals of a run lay 0.12 and 0.52 eV/atom above the hull by PBE, one a metal. */
  @Test
  void eachBondNeedsItsTwoElectrons() {
    Crystal doubled = zincBlende("Ga", "As", 5.65).supercell(2, 1, 1);
    assertThat(ChargeBalance.problemOfFourfold(doubled)).isNull();
    List<String> mixed = new ArrayList<>(doubled.species());
    Collections.swap(mixed, mixed.indexOf("Ga"), mixed.lastIndexOf("As"));
    Crystal antisites = Crystal.of(doubled.lattice(), mixed, doubled.fractionalPositions());
    assertThat(Coordination.isFourfold(antisites)).isTrue();
    assertThat(ChargeBalance.problemOfFourfold(antisites))
        .containsAnyOf("a bond Ga-Ga of 1.50 electrons", "a bond As-As of 2.50 electrons");
    Crystal germanium =
        Crystal.of(
            doubled.lattice(), List.of("Ga", "Ge", "As", "Ge"), doubled.fractionalPositions());
    assertThat(ChargeBalance.problemOfFourfold(germanium)).isNull();
  }

  @Test
  void everySeedPassesEveryRule() {
    for (Structure seed : Seeds.standard()) {
      assertThat(ChargeBalance.problemOfFourfold(seed.crystal())).as(seed.id()).isNull();
      assertThat(Coordination.problem(seed.crystal())).as(seed.id()).isNull();
      assertThat(ChargeBalance.isBalanced(seed.crystal())).as(seed.id()).isTrue();
      assertThat(ChargeBalance.hasOddElectrons(seed.crystal())).as(seed.id()).isFalse();
    }
  }

  @Test
  void aMoleculeIsNoNetwork() throws Exception {
    Map<String, Crystal> elements = elements();
    assertThat(Coordination.problem(elements.get("N"))).contains("1 bonds");
    assertThat(Coordination.problem(elements.get("Al"))).isNull(); // 12
    assertThat(Coordination.problem(elements.get("Te"))).isNull(); // chains: 2
  }

  @ParameterizedTest
  @CsvSource({"0,10,0,0.27753", "5,10,0.23659,0.76341", "3,3,0.43850,1", "0,0,0,1"})
  void wilsonIntervals(int hits, int trials, double lower, double upper) {
    HitRate rate = new HitRate(hits, trials);
    assertThat(rate.lower()).isCloseTo(lower, within(1e-5));
    assertThat(rate.upper()).isCloseTo(upper, within(1e-5));
  }

  private static Map<String, Crystal> elements() throws Exception {
    Map<String, Crystal> elements = new TreeMap<>();
    for (Structure s : read("elements.jsonl")) {
      elements.put(s.id().replace("reference:", ""), s.crystal());
    }
    return elements;
  }

  private static List<Structure> read(String file) throws Exception {
    List<Structure> structures = new ArrayList<>();
    for (String line : Files.readAllLines(REFERENCES.resolve(file))) {
      structures.add(StructureJson.parse(line, file, structures.size() + 1L));
    }
    return structures;
  }

  /** Bond lengths of the elements (Å) as textbooks give them: J. Donohue, Structures (1974). */
  @ParameterizedTest
  @CsvSource({
    "C,1.545",
    "C_graphite,1.4226",
    "Si,2.352",
    "Ge,2.450",
    "Sn,2.810",
    "Al,2.863",
    "In,3.253",
    "As,2.517",
    "Sb,2.908",
    "Bi,3.072",
    "Ga,2.469",
    "P,2.224",
    "Se,2.373",
    "Te,2.835",
    "N,1.098"
  })
  void referencesHaveTheBondLengthsOfTheElements(String symbol, double bond) throws Exception {
    Crystal crystal = elements().get(symbol);
    double[] least = {Double.POSITIVE_INFINITY};
    NeighbourSearch.visitPairs(
        crystal, 4, (i, j, x, y, z, distance) -> least[0] = Math.min(least[0], distance));
    assertThat(least[0]).isCloseTo(bond, within(0.002));
    assertThat(Validity.isValid(crystal)).isTrue();
  }

  @Test
  void thereIsAReferenceForEveryElementWithItsSource() throws Exception {
    assertThat(elements().values().stream().map(c -> c.element(0).symbol()))
        .hasSameElementsAs(Palette.SYMBOLS);
    for (Structure s : read("elements.jsonl")) {
      JsonNode properties = s.properties();
      assertThat(properties.path("source").asText()).isNotEmpty();
    }
    assertThat(Controls.standard()).hasSize(3).extracting(Structure::id).doesNotHaveDuplicates();
    assertThat(read("controls.jsonl")).isEqualTo(Controls.standard());
  }
}
