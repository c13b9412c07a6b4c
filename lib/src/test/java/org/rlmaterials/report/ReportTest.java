package org.rlmaterials.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rlmaterials.cli.ExitCode;
import org.rlmaterials.cli.Main;
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
    assertThat(printed).hasSizeBetween(6, 12);
    assertThat(printed).anyMatch(l -> l.startsWith("Candidates: 2 of 8 confirmed"));
    JsonNode json = json();
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

  @Test
  void formulasForPeople() {
    assertThat(Formula.forPeople("AsIn")).isEqualTo("InAs");
    assertThat(Formula.forPeople("N4Si3")).isEqualTo("Si3N4");
    assertThat(Formula.forPeople("CSi")).isEqualTo("SiC");
    assertThat(Formula.forPeople("<b>")).isEqualTo("<b>");
    assertThat(Html.formula("Si3N4")).isEqualTo("Si<sub>3</sub>N<sub>4</sub>");
  }
}
