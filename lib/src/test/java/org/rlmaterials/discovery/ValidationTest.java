package org.rlmaterials.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rlmaterials.cli.Main;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.Seeds;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.espresso.DftRecord;

class ValidationTest {
  private static final Structure CANDIDATE = structure("candidate", "Al", "Sb", 0.25);

  private static Structure structure(String id, String first, String second, double x) {
    return new Structure(
        id,
        Crystal.of(
            Lattice.ofRows(0, 3, 3, 3, 0, 3, 3, 3, 0),
            List.of(first, second),
            new double[][] {{0, 0, 0}, {x, x, x}}));
  }

  private static Structure element(String id, String symbol) {
    return new Structure(
        id,
        Crystal.of(
            Lattice.ofRows(0, 2, 2, 2, 0, 2, 2, 2, 0),
            List.of(symbol),
            new double[][] {{0, 0, 0}}));
  }

  private static ObjectNode json(
      Structure s, String outcome, double mass, double gap, double energyPerAtom) {
    ObjectNode r = JsonNodeFactory.instance.objectNode();
    r.put("id", s.id());
    r.set("structure", StructureJson.toJson(s));
    r.set("initial_structure", StructureJson.toJson(s));
    r.put("status", "converged").put("outcome", outcome);
    r.put("m_star", mass).put("gap_ev", gap).put("energy_ev", energyPerAtom * s.crystal().size());
    r.putObject("relaxation")
        .put("converged", true)
        .put("steps", 3)
        .put("volume_change", 0.01)
        .put("max_displacement_angstrom", 0.02);
    ObjectNode provenance = r.putObject("provenance").put("protocol", "fast").put("pw_seconds", 1);
    ObjectNode files = provenance.putObject("pseudopotentials");
    s.crystal()
        .counts()
        .keySet()
        .forEach(e -> files.putObject(e).put("file", e + ".UPF").put("md5", "md5 of " + e));
    return r;
  }

  private static DftRecord record(ObjectNode json) {
    return new ObjectMapper()
        .disable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .convertValue(json, DftRecord.class);
  }

  /** Elements at -3 eV/atom and the three controls as they must come out. */
  private static List<DftRecord> background() {
    List<DftRecord> records = new ArrayList<>();
    records.add(record(json(element("reference:Al", "Al"), "metal", 0, 0, -3)));
    records.add(record(json(element("reference:Sb", "Sb"), "metal", 0, 0, -3)));
    for (Structure control : Controls.standard()) {
      boolean metal = control.id().endsWith("Al");
      records.add(
          record(
              json(
                  control,
                  metal ? "metal" : "semiconductor",
                  metal ? 0 : 0.03,
                  metal ? 0 : 0.4,
                  -3)));
    }
    return records;
  }

  private static Validation validate(List<DftRecord> records) {
    return Validation.of(
        new Validation.Input(
            List.of(CANDIDATE), List.of(), Controls.standard(), Seeds.standard(), records),
        Thresholds.STANDARD);
  }

  @Test
  void ownSeedsAreKnown(@TempDir Path folder) throws IOException {
    String candidate = StructureJson.toJson(CANDIDATE) + "\n";
    Path candidates = Files.writeString(folder.resolve("candidates.jsonl"), candidate);
    Path seeds = Files.writeString(folder.resolve("seeds.jsonl"), candidate);
    ObjectMapper mapper = new ObjectMapper();
    StringBuilder records = new StringBuilder();
    for (DftRecord record : background()) {
      records.append(mapper.writeValueAsString(record)).append('\n');
    }
    records.append(json(CANDIDATE, "semiconductor", 0.08, 0.5, -3.2)).append('\n');
    Path file = Files.writeString(folder.resolve("records.jsonl"), records);
    Path out = folder.resolve("validation.json");
    List<String> arguments =
        new ArrayList<>(List.of("validation", "classify", "--candidates", candidates.toString()));
    arguments.addAll(List.of("--records", file.toString(), "--out", out.toString()));
    assertThat(Main.commandLine().execute(arguments.toArray(String[]::new))).isZero();
    assertThat(mapper.readTree(out.toFile()).at("/candidates/0/class").asText())
        .isEqualTo("confirmed");
    arguments.addAll(List.of("--seeds-file", seeds.toString()));
    assertThat(Main.commandLine().execute(arguments.toArray(String[]::new))).isZero();
    assertThat(mapper.readTree(out.toFile()).at("/candidates/0/class").asText())
        .isEqualTo("rediscovered");
  }

  private static Verdict verdict(ObjectNode candidate) {
    List<DftRecord> records = background();
    records.add(record(candidate));
    return validate(records).candidates().get(0);
  }

  @ParameterizedTest
  @CsvSource({
    "semiconductor,0.08,0.5,-3.2,confirmed,true",
    "semiconductor,0.15,0.5,-3.2,confirmed,false",
    "semiconductor,0.2,0.5,-3.2,heavier_than_predicted,false",
    "semiconductor,0.08,0.1,-3.2,metal,false",
    "semiconductor,0.08,0.5,-2.95,confirmed,true",
    "semiconductor,0.08,0.5,-2.89,unstable,false",
    "semiconductor,-0.08,0.5,-3.2,dft_failed,false",
    "metal,0,0,-3.2,metal,false",
    "inverted,-0.02,0.03,-3.2,inverted,false",
    "pbe_inverted,-0.02,0,-3.2,pbe_inverted,false"
  })
  void classes(
      String outcome, double mass, double gap, double energy, String expected, boolean strict) {
    Verdict verdict = verdict(json(CANDIDATE, outcome, mass, gap, energy));
    assertThat(verdict.validationClass()).isEqualTo(expected);
    assertThat(verdict.confirmedStrict()).isEqualTo(strict);
    assertThat(verdict.formationEnergyEvPerAtom()).isCloseTo(energy + 3, within(1e-9));
    assertThat(verdict.energyAboveHullEvPerAtom()).isCloseTo(Math.max(0, energy + 3), within(1e-9));
  }

  @Test
  void whatHasNoResultHasFailed() {
    assertThat(validate(background()).candidates().get(0).reason()).isEqualTo("no DFT record");
    ObjectNode failed = JsonNodeFactory.instance.objectNode();
    failed.put("id", CANDIDATE.id()).put("status", "failed");
    failed.putObject("error").put("kind", "scf_not_converged").put("message", "five attempts");
    assertThat(verdict(failed).reason()).isEqualTo("scf_not_converged: five attempts");
    ObjectNode unrelaxed = json(CANDIDATE, "semiconductor", 0.08, 0.5, -3.2);
    unrelaxed.remove("relaxation");
    assertThat(verdict(unrelaxed).reason()).isEqualTo("it was not relaxed");
  }

  @Test
  void aCandidateThatRelaxesToASeedIsNoDiscovery() {
    Structure gallium = structure("candidate", "Ga", "As", 0.2);
    ObjectNode r = json(gallium, "semiconductor", 0.05, 0.5, -3.2);
    r.set("structure", StructureJson.toJson(structure("candidate", "Ga", "As", 0.25)));
    List<DftRecord> records = background();
    records.add(record(json(element("reference:Ga", "Ga"), "metal", 0, 0, -3)));
    records.add(record(json(element("reference:As", "As"), "metal", 0, 0, -3)));
    records.add(record(r));
    Verdict verdict =
        Validation.of(
                new Validation.Input(
                    List.of(gallium), List.of(), Controls.standard(), Seeds.standard(), records),
                Thresholds.STANDARD)
            .candidates()
            .get(0);
    assertThat(verdict.validationClass()).isEqualTo("rediscovered");
    assertThat(verdict.known()).startsWith("GaAs");
  }

  /** Among candidates and among structures by chance alike, but not of one by the other. */
  @Test
  void aCrystalThatTwoRelaxToIsCountedOnce() {
    List<Structure> twice = new ArrayList<>();
    List<DftRecord> records = background();
    for (String id : List.of("candidate 0", "candidate 1", "random 0", "random 1")) {
      Structure proposed = structure(id, "Al", "Sb", 0.5 - 0.1 * twice.size());
      twice.add(proposed);
      ObjectNode r = json(proposed, "semiconductor", 0.08, 0.5, -3.2);
      r.set("structure", StructureJson.toJson(structure(id, "Al", "Sb", 0.5)));
      records.add(record(r));
    }
    Validation validation =
        Validation.of(
            new Validation.Input(
                twice.subList(0, 2),
                twice.subList(2, 4),
                Controls.standard(),
                Seeds.standard(),
                records),
            Thresholds.STANDARD);
    assertThat(validation.candidates())
        .extracting(Verdict::validationClass)
        .containsExactly("confirmed", "rediscovered");
    assertThat(validation.candidates().get(1).known()).isEqualTo("candidate 0");
    assertThat(validation.random())
        .extracting(Verdict::validationClass)
        .containsExactly("confirmed", "rediscovered");
  }

  @Test
  void energiesOfOtherPseudopotentialsAreNotCompared() {
    List<DftRecord> records = background();
    ObjectNode candidate = json(CANDIDATE, "semiconductor", 0.08, 0.5, -3.2);
    ((ObjectNode) candidate.at("/provenance/pseudopotentials/Sb")).put("md5", "another");
    records.add(record(candidate));
    Verdict verdict = validate(records).candidates().get(0);
    assertThat(verdict.validationClass()).isEqualTo("dft_failed");
    assertThat(verdict.reason()).contains("reference energy");
    assertThat(verdict.formationEnergyEvPerAtom()).isNull();
  }

  @Test
  void aWrongControlTakesTheTrustAway() {
    List<DftRecord> records = background();
    assertThat(validate(records).trustworthy()).isTrue();
    List<DftRecord> withoutMetal = new ArrayList<>(records);
    withoutMetal.removeIf(r -> r.id().equals("control:Al"));
    assertThat(validate(withoutMetal).trustworthy()).isFalse();
    records.removeIf(r -> r.id().equals("control:GaAs"));
    records.add(record(json(Controls.standard().get(0), "semiconductor", 0.9, 0.4, -3)));
    Validation wrong = validate(records);
    assertThat(wrong.trustworthy()).isFalse();
    assertThat(wrong.trustReason()).contains("control:GaAs", "0.900");
  }

  @Test
  void ratesAndLift() {
    List<DftRecord> records = background();
    records.add(record(json(CANDIDATE, "semiconductor", 0.08, 0.5, -3.2)));
    Structure random = structure("random", "Al", "Sb", 0.5);
    records.add(record(json(random, "metal", 0, 0, -3)));
    Validation validation =
        Validation.of(
            new Validation.Input(
                List.of(CANDIDATE),
                List.of(random, random),
                Controls.standard(),
                Seeds.standard(),
                records),
            Thresholds.STANDARD);
    assertThat(validation.hitRate().rate()).isEqualTo(1);
    assertThat(validation.baseRate().rate()).isZero();
    assertThat(validation.lift()).isNull(); // nothing over zero
    assertThat(validation.liftInterval95().get(1)).isNull();
    assertThat(validation.liftChanceProbability()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(validation.classes()).containsEntry("confirmed", 1).containsEntry("metal", 0);
    assertThat(validation.lightest().orElseThrow().id()).isEqualTo("candidate");
  }

  /**
   * Four candidates and four random structures, counted by hand: candidates 0.06 and 0.15 are
   * confirmed (one of them strictly), 0.3 is heavier, one is a metal; by chance one is confirmed,
   * one relaxes to a seed, two are metals. So 2 of 4 against 1 of 4: lift 2; Fisher's probability
   * of two or three of the three hits among the candidates is (6*4 + 4*1) / 56 = 0.5.
   */
  @Test
  void ratesCountedByHand() {
    List<DftRecord> records = background();
    for (String symbol : List.of("Ga", "In", "As")) {
      records.add(record(json(element("reference:" + symbol, symbol), "metal", 0, 0, -3)));
    }
    List<Structure> candidates = new ArrayList<>();
    double[] masses = {0.06, 0.15, 0.3, 0};
    String[] partners = {"Al", "Ga", "In", "As"};
    for (int i = 0; i < 4; i++) {
      Structure s = structure("candidate " + i, partners[i], "Sb", 0.5);
      candidates.add(s);
      String outcome = masses[i] > 0 ? "semiconductor" : "metal";
      records.add(record(json(s, outcome, masses[i], masses[i] > 0 ? 0.5 : 0, -3.1)));
    }
    List<Structure> random = new ArrayList<>();
    Structure lucky = structure("random 0", "Al", "As", 0.5);
    Structure seed = structure("random 1", "Ga", "As", 0.2);
    random.add(lucky);
    random.add(seed);
    records.add(record(json(lucky, "semiconductor", 0.1, 0.5, -3.1)));
    ObjectNode relaxed = json(seed, "semiconductor", 0.05, 0.5, -3.1);
    relaxed.set("structure", StructureJson.toJson(structure("random 1", "Ga", "As", 0.25)));
    records.add(record(relaxed));
    for (int i = 2; i < 4; i++) {
      Structure s = structure("random " + i, "In", partners[i - 2], 0.5);
      random.add(s);
      records.add(record(json(s, "metal", 0, 0, -2.5)));
    }
    Validation validation =
        Validation.of(
            new Validation.Input(
                candidates, random, Controls.standard(), Seeds.standard(), records),
            Thresholds.STANDARD);
    assertThat(validation.candidates())
        .extracting(Verdict::validationClass)
        .containsExactly("confirmed", "confirmed", "heavier_than_predicted", "metal");
    assertThat(validation.random())
        .extracting(Verdict::validationClass)
        .containsExactly("confirmed", "rediscovered", "metal", "metal");
    assertThat(validation.hitRate().confirmed()).isEqualTo(2);
    assertThat(validation.hitRate().rate()).isEqualTo(0.5);
    assertThat(validation.strictHitRate().confirmed()).isEqualTo(1);
    assertThat(validation.baseRate().confirmed()).isEqualTo(1);
    assertThat(validation.strictBaseRate().confirmed()).isZero(); // 0.1 is not below 0.1
    assertThat(validation.lift()).isEqualTo(2);
    assertThat(validation.liftChanceProbability()).isCloseTo(0.5, within(1e-12));
    // Wilson, 2 of 4: (0.5 + 1.9207/4 ± 1.96 * sqrt(0.25/4 + 3.8415/64)) / (1 + 3.8415/4)
    assertThat(validation.hitRate().interval95().get(0)).isCloseTo(0.1500, within(1e-4));
    assertThat(validation.hitRate().interval95().get(1)).isCloseTo(0.8500, within(1e-4));
  }

  /** What relaxes into another crystal is said to have, with how far its atoms went. */
  @Test
  void driftIsMeasuredAgainstWhatWasProposed() {
    ObjectNode stayed = json(CANDIDATE, "semiconductor", 0.08, 0.5, -3.2);
    assertThat(verdict(stayed).drift().sameCrystal()).isTrue();
    ObjectNode left = json(CANDIDATE, "semiconductor", 0.08, 0.5, -3.2);
    left.set("structure", StructureJson.toJson(structure("candidate", "Al", "Sb", 0.5)));
    ((ObjectNode) left.get("relaxation"))
        .put("volume_change", -0.12)
        .put("max_displacement_angstrom", 1.3);
    Verdict verdict = verdict(left);
    assertThat(verdict.drift()).isEqualTo(new Verdict.Drift(-0.12, 1.3, false));
    assertThat(verdict.validationClass()).isEqualTo("confirmed");
  }

  /** Energies of two kinds of mesh are not set beside each other. */
  @Test
  void energiesOfAnotherMeshAreNotCompared() {
    List<DftRecord> records = new ArrayList<>();
    for (String symbol : List.of("Al", "Sb")) {
      ObjectNode other = json(element("coarse " + symbol, symbol), "metal", 0, 0, -3.5);
      ObjectNode same = json(element("fine " + symbol, symbol), "metal", 0, 0, -3);
      ((ObjectNode) same.get("provenance")).putArray("energy_k_mesh").add(9).add(9).add(9);
      records.add(record(other));
      records.add(record(same));
    }
    ObjectNode candidate = json(CANDIDATE, "semiconductor", 0.08, 0.5, -3.2);
    ((ObjectNode) candidate.get("provenance")).putArray("energy_k_mesh").add(4).add(4).add(4);
    records.add(record(candidate));
    Structure other = structure("other", "Al", "Sb", 0.5);
    records.add(record(json(other, "semiconductor", 0.5, 1, -3.25)));
    Verdict verdict = validate(records).candidates().get(0);
    assertThat(verdict.formationEnergyEvPerAtom()).isCloseTo(-0.2, within(1e-9));
    assertThat(verdict.decomposition()).containsOnlyKeys("candidate");
  }

  /** Nor those of two sets of plane waves. */
  @Test
  void energiesOfAnotherCutoffAreNotCompared() {
    List<DftRecord> records = new ArrayList<>();
    for (String symbol : List.of("Al", "Sb")) {
      ObjectNode soft = json(element("soft " + symbol, symbol), "metal", 0, 0, -3.5);
      cutoffs(soft, "cutoffs_ry", 30);
      ObjectNode same = json(element("same " + symbol, symbol), "metal", 0, 0, -3);
      cutoffs(same, "cutoffs_ry", 30);
      cutoffs(same, "energy_cutoffs_ry", 45);
      records.add(record(soft));
      records.add(record(same));
    }
    ObjectNode candidate = json(CANDIDATE, "semiconductor", 0.08, 0.5, -3.2);
    cutoffs(candidate, "cutoffs_ry", 40);
    cutoffs(candidate, "energy_cutoffs_ry", 45);
    records.add(record(candidate));
    Verdict verdict = validate(records).candidates().get(0);
    assertThat(verdict.formationEnergyEvPerAtom()).isCloseTo(-0.2, within(1e-9));
  }

  private static void cutoffs(ObjectNode record, String key, double wavefunction) {
    ((ObjectNode) record.get("provenance"))
        .putObject(key)
        .put("wavefunction", wavefunction)
        .put("density", 5 * wavefunction);
  }

  @Test
  void aControlMustSayWhatIsExpected() {
    assertThatThrownBy(
            () ->
                Validation.of(
                    new Validation.Input(
                        List.of(), List.of(), List.of(CANDIDATE), List.of(), List.of()),
                    Thresholds.STANDARD))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("expected");
  }
}
