package org.rlmaterials.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rlmaterials.cli.ExitCode;
import org.rlmaterials.cli.Main;
import org.rlmaterials.crystal.CrystalSamples;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.files.AtomicFiles;
import picocli.CommandLine;

class ReportTest {
  @TempDir Path folder;

  private String report(Path run) {
    StringWriter printed = new StringWriter();
    CommandLine command = Main.commandLine().setOut(new PrintWriter(printed));
    int status =
        command.execute(
            "report", "--run", run.toString(), "--out", folder.resolve("report.html").toString());
    assertThat(status).isZero();
    return printed.toString();
  }

  private JsonNode json() throws Exception {
    return new ObjectMapper().readTree(folder.resolve("report.json").toFile());
  }

  @Test
  void holdsTheWholeRun() throws Exception {
    Path run = folder.resolve("run");
    RunFixture.write(run);
    List<String> printed = report(run).lines().toList();
    assertThat(printed).hasSizeBetween(8, 12);
    assertThat(printed).anyMatch(l -> l.startsWith("Candidates: 2 of 8 confirmed"));
    assertThat(printed)
        .anyMatch(l -> l.startsWith("Chance:") && l.contains("0 of 8") && l.contains("0.23"));
    assertThat(printed).anyMatch(l -> l.startsWith("Cost: ") && l.contains("40,960 steps of 2"));
    JsonNode json = json();
    // By hand: C(8,2)/C(16,2) = 28/120.
    assertThat(json.path("validation").path("lift_chance_probability").asDouble())
        .isCloseTo(28 / 120.0, within(1e-12));
    assertThat(json.path("provenance").path("command_line").asText()).contains("--top_k 8");
    assertThat(json.path("provenance").path("code_digests").path("dft").asText()).isNotEmpty();
    assertThat(json.path("agents").path("search_comparison")).hasSize(4);
    assertThat(json.path("agents").path("search_comparison").path(0).path("search").asText())
        .isEqualTo("PPO, targeted");
    assertThat(json.path("agents").path("search_comparison").path(0).path("runs").asInt())
        .isEqualTo(5);
    String html = Files.readString(folder.resolve("report.html"));
    assertThat(html.indexOf("To be believed?")).isBetween(0, html.indexOf("<main"));
    assertThat(html).contains("This run was started with", "data-chart=\"search\"");
    assertThat(json.path("candidates").path(0).path("pw_input").asText())
        .contains("ecutwfc", "K_POINTS automatic", "ATOMIC_POSITIONS");
    assertThat(json.path("funnel")).hasSize(7);
    assertThat(json.path("validation").path("classes").path("confirmed").asInt()).isEqualTo(2);
    assertThat(json.path("validation").path("trustworthy").asBoolean()).isTrue();
    assertThat(json.path("dft").path("records").asInt()).isEqualTo(40);
    assertThat(json.path("rounds")).hasSize(1);
    assertThat(Files.size(folder.resolve("report.html"))).isLessThan(8_000_000);
    assertThat(Files.readAllLines(folder.resolve("candidates.csv"))).hasSize(9);
    try (var files = Files.list(folder.resolve("cif"))) {
      assertThat(files).hasSize(8);
    }
  }

  @Test
  void theSameRunGivesTheSameReport() throws Exception {
    Path run = folder.resolve("run");
    RunFixture.write(run);
    report(run);
    String first = Files.readString(folder.resolve("report.html"));
    report(run);
    assertThat(Files.readString(folder.resolve("report.html"))).isEqualTo(first);
    assertThat(first).doesNotContain(folder.toString());
  }

  @Test
  void namesFromOutsideAreEscaped() throws Exception {
    Path run = folder.resolve("run");
    RunFixture.write(run);
    report(run);
    String html = Files.readString(folder.resolve("report.html"));
    assertThat(html).doesNotContain("<img src=x").doesNotContain("<script>alert(2)");
    assertThat(html).contains("&lt;img src=x onerror=alert(1)&gt;");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"structures", "dft", "dataset", "surrogate", "ppo", "candidates", "validation"})
  void aMissingStageLeavesTheRest(String stage) throws Exception {
    Path run = folder.resolve("run");
    RunFixture.write(run);
    try (var files = Files.walk(run.resolve(stage))) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    report(run);
    assertThat(Files.readString(folder.resolve("report.html"))).contains("</html>");
  }

  @Test
  void anEmptyFolderIsAReportThatSaysSo() throws Exception {
    Path run = Files.createDirectory(folder.resolve("run"));
    assertThat(report(run)).contains("Candidates: 0, none validated");
    assertThat(Files.readString(folder.resolve("report.html")))
        .contains("This run holds no DFT records.");
  }

  @Test
  void whatIsBrokenIsNamed() throws Exception {
    Path run = folder.resolve("run");
    Files.createDirectories(run.resolve("surrogate"));
    Files.writeString(run.resolve("surrogate/metrics.json"), "{\"a\": ");
    StringWriter errors = new StringWriter();
    int status =
        Main.commandLine()
            .setErr(new PrintWriter(errors))
            .execute(
                "report", "--run", run.toString(), "--out", folder.resolve("r.html").toString());
    assertThat(status).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(errors.toString()).contains("metrics.json").hasLineCount(1);
    assertThat(folder.resolve("r.html")).doesNotExist();
  }

  @Test
  void invertedCrystalsAreInAFileOfTheirOwnWithTheirEvidence() throws Exception {
    Path run = folder.resolve("run");
    RunFixture.write(run);
    JsonNode unusual =
        new ObjectMapper().readTree(run.resolve("validation/unusual_topology.json").toFile());
    List<String> classes = new ArrayList<>();
    unusual.forEach(entry -> classes.add(entry.path("class").asText()));
    assertThat(classes).containsExactlyInAnyOrder("inverted", "pbe_inverted");
    for (JsonNode entry : unusual) {
      if (entry.path("class").asText().equals("inverted")) {
        JsonNode evidence = entry.path("band_inversion");
        assertThat(evidence.path("inverted").asBoolean()).isTrue();
        assertThat(evidence.path("k_point")).hasSize(3);
        assertThat(evidence.path("reason").asText()).isNotEmpty();
      }
    }
  }

  @Test
  void aComparisonOfSearchesMustHaveItsColumns() throws Exception {
    Path run = Files.createDirectory(folder.resolve("run"));
    assertThat(failure(run, "method,score\nppo,3\n"))
        .contains("s.csv:1: no column calls")
        .hasLineCount(1);
  }

  @Test
  void roundsAreOneTable() throws Exception {
    Path run = folder.resolve("run");
    for (int round = 1; round <= 2; round++) {
      RunFixture.write(run.resolve("round_" + round));
    }
    report(run);
    JsonNode rounds = json().path("rounds");
    assertThat(rounds).hasSize(2);
    // The fixture's candidates with a mass: 0.06, 0.12, 0.41 and 0.08, with what was predicted.
    assertThat(rounds.path(1).path("masses_compared").asInt()).isEqualTo(4);
    assertThat(rounds.path(1).path("best_confirmed_m_star").asDouble()).isEqualTo(0.06);
    assertThat(Files.readString(folder.resolve("report.html"))).contains("Best confirmed mass");
  }

  /** A round of candidates that relaxed to the crystals given: m* 0.05, confirmed. */
  private static void round(Path folder, int round, Structure... relaxed) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    StringBuilder candidates = new StringBuilder();
    StringBuilder records = new StringBuilder();
    ObjectNode validation = mapper.createObjectNode();
    validation.put("trustworthy", round == 1).put("trust_reason", "because " + round);
    validation.putObject("classes").put("confirmed", relaxed.length);
    validation.putObject("hit_rate").put("confirmed", relaxed.length).put("total", relaxed.length);
    validation.putObject("thresholds").put("m_star_below_me", RunFixture.HOSTILE);
    ArrayNode verdicts = validation.putArray("candidates");
    for (Structure structure : relaxed) {
      candidates.append(StructureJson.toJson(structure)).append('\n');
      ObjectNode record = mapper.createObjectNode();
      record.put("id", structure.id()).put("status", "converged");
      record.set("structure", StructureJson.toJson(structure));
      records.append(record).append('\n');
      verdicts
          .addObject()
          .put("id", structure.id())
          .put("hash", "../../evil")
          .put("reduced_formula", structure.crystal().reducedFormula())
          .put("class", "confirmed")
          .put("confirmed_strict", true)
          .put("m_star", 0.05);
    }
    ObjectNode chance = validation.putArray("random").addObject();
    chance.put("id", "random:" + round).put("class", round == 1 ? "metal" : "confirmed");
    AtomicFiles.writeString(folder.resolve("candidates/candidates.jsonl"), candidates.toString());
    AtomicFiles.writeString(folder.resolve("validation/records.jsonl"), records.toString());
    AtomicFiles.writeString(folder.resolve("validation/validation.json"), validation.toString());
  }

  private static Structure zincBlende(String id, String first, String second, double a) {
    return new Structure(id, CrystalSamples.zincBlende(first, second, a));
  }

  /** What a later round computes may undercut a candidate of an earlier one. */
  @Test
  void theHullIsThatOfAllRounds() throws Exception {
    Path run = folder.resolve("run");
    ObjectMapper mapper = new ObjectMapper();
    for (int round = 1; round <= 2; round++) {
      Path folder = run.resolve("round_" + round);
      round(folder, round, zincBlende("c" + round, "Al", "Sb", round == 1 ? 6.1 : 5.2));
      Path records = folder.resolve("validation/records.jsonl");
      ObjectNode record = (ObjectNode) mapper.readTree(Files.readString(records));
      // Two atoms: the second form lies 0.3 eV/atom below the first.
      record.put("energy_ev", round == 1 ? -100.0 : -100.6);
      StringBuilder all = new StringBuilder(record + "\n");
      for (String element : List.of("Al", "Sb")) {
        Structure pure = zincBlende("reference:" + element, element, element, 6.0);
        ObjectNode reference = mapper.createObjectNode();
        reference.put("id", pure.id()).put("status", "converged").put("energy_ev", -99.0);
        reference.set("structure", StructureJson.toJson(pure));
        all.append(reference).append('\n');
      }
      Files.writeString(records, all.toString());
      Path file = folder.resolve("validation/validation.json");
      ObjectNode validation = (ObjectNode) mapper.readTree(Files.readString(file));
      validation.putObject("thresholds").put("energy_above_hull_at_most_ev_per_atom", 0.1);
      ((ObjectNode) validation.at("/candidates/0")).put("energy_above_hull_ev_per_atom", 0.0);
      Files.writeString(file, validation.toString());
    }
    report(run);
    JsonNode json = json();
    assertThat(json.at("/candidates/0/class").asText()).isEqualTo("unstable");
    assertThat(json.at("/candidates/0/energy_above_hull_ev_per_atom").asDouble())
        .isCloseTo(0.3, within(1e-9));
    assertThat(json.at("/candidates/0/decomposition/c2").asDouble()).isCloseTo(1, within(1e-9));
    assertThat(json.at("/candidates/1/class").asText()).isEqualTo("confirmed");
    assertThat(json.at("/validation/hit_rate/confirmed").asInt()).isEqualTo(1);
  }

  @Test
  void theHeadIsThatOfAllRoundsAndACrystalCountsOnce() throws Exception {
    Path run = folder.resolve("run");
    round(
        run.resolve("round_1"),
        1,
        zincBlende("a", "Al", "Sb", 6.1),
        zincBlende("b", "In", "Bi", 6.6));
    // The second round proposes one again, and finds the other again under another name.
    round(
        run.resolve("round_2"),
        2,
        zincBlende("b", "In", "Bi", 6.6),
        zincBlende("c", "Al", "Sb", 6.11),
        zincBlende("d", "Si", "Sn", 6.0));
    List<String> printed = report(run).lines().toList();
    assertThat(printed).anyMatch(l -> l.startsWith("Candidates of 2 rounds: 3 of 4 confirmed"));
    assertThat(printed).anyMatch(l -> l.startsWith("NOT TRUSTWORTHY: round 2: because 2"));
    assertThat(printed).anyMatch(l -> l.contains("AlSb") && l.endsWith("confirmed, round 1 of 2"));
    JsonNode json = json();
    assertThat(json.path("candidates").findValuesAsText("round"))
        .containsExactly("1", "1", "2", "2");
    assertThat(json.at("/candidates/2/class").asText()).isEqualTo("rediscovered");
    assertThat(json.at("/candidates/2/known").asText()).isEqualTo("a");
    JsonNode validation = json.path("validation");
    assertThat(validation.at("/classes/confirmed").asInt()).isEqualTo(3);
    assertThat(validation.at("/strict_hit_rate/confirmed").asInt()).isEqualTo(3);
    assertThat(validation.at("/base_rate/total").asInt()).isEqualTo(2);
    // (3/4) / (1/2).
    assertThat(validation.path("lift").asDouble()).isEqualTo(1.5);
    String html = Files.readString(folder.resolve("report.html"));
    assertThat(html).contains("In 2 rounds DFT confirmed <strong>3 of 4</strong>");
    assertThat(html).containsPattern("Lightest: .*round 1 of 2");
    assertThat(Files.readAllLines(folder.resolve("candidates.csv"))).hasSize(5);
    try (var files = Files.list(folder.resolve("cif"))) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .hasSize(4)
          .allMatch(name -> name.matches("[0-9a-f]{16}\\.cif"));
    }
    assertThat(folder.resolve("evil.cif")).doesNotExist();
    assertThat(html.substring(html.indexOf("<main"))).doesNotContain("<img src=x");
  }

  @Test
  void flawsOfATableAreNamedByFileAndLine() throws Exception {
    Path run = Files.createDirectory(folder.resolve("run"));
    String columns = "method,calls,best_per_me,mean_of_top_20_per_me\n";
    assertThat(failure(run, columns + "ppo,3\n")).contains("s.csv:2: 2 cells, expected 4");
    assertThat(failure(run, columns + "\"ppo\"x,1,2,3\n")).contains("s.csv:2: not a row of CSV");
  }

  private String failure(Path run, String search) throws Exception {
    Path csv = Files.writeString(folder.resolve("s.csv"), search);
    StringWriter errors = new StringWriter();
    int status =
        Main.commandLine()
            .setErr(new PrintWriter(errors))
            .execute(
                "report",
                "--run",
                run.toString(),
                "--search",
                csv.toString(),
                "--out",
                folder.resolve("r.html").toString());
    assertThat(status).isEqualTo(ExitCode.BAD_INPUT);
    return errors.toString();
  }

  @Test
  void membersThatLearnedElsewhereAreNotHeldAgainstThisDataset() throws Exception {
    Path run = folder.resolve("run");
    RunFixture.write(run);
    assertThat(report(run)).contains("masses to learn from");
    AtomicFiles.writeString(
        run.resolve("surrogate/member_0/model.json"),
        "{\"provenance\": {\"dataset_sha256\": \"0123\"}}");
    assertThat(report(run)).doesNotContain("masses to learn from");
    AtomicFiles.writeString(
        run.resolve("surrogate/member_0/model.json"),
        "{\"provenance\": {\"dataset_sha256\": \"%s\"}}"
            .formatted(json().path("dataset").path("sha256").asText()));
    assertThat(report(run)).contains("masses to learn from");
  }

  @Test
  void formulasForPeople() {
    assertThat(Formula.forPeople("AsIn")).isEqualTo("InAs");
    assertThat(Formula.forPeople("N4Si3")).isEqualTo("Si3N4");
    assertThat(Formula.forPeople("CSi")).isEqualTo("SiC");
    assertThat(Formula.forPeople("<b>")).isEqualTo("<b>");
    assertThat(Html.formula("Si3N4")).isEqualTo("Si<sub>3</sub>N<sub>4</sub>");
  }
}
