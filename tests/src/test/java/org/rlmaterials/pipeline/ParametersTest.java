package org.rlmaterials.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong parameters stop the run before its first task; the schema and the configuration agree. */
class ParametersTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = StubRunTest.STRICT)
  void allWrongParametersAtOnceBeforeAnyTask(String version) {
    Nextflow.Outcome run =
        Nextflow.in(folder)
            .version(version)
            .run(
                "--epochs",
                "few",
                "--top_k",
                "0",
                "--membres",
                "3",
                "--jarvis",
                "no/such.json",
                "--slurm_array",
                "abc");
    assertThat(run.exit()).isNotZero();
    assertThat(run.output())
        .contains("--epochs few: must be a whole number from 1 to 100000")
        .contains("--top_k 0: must be a whole number from 1 to 10000")
        .contains("--slurm_array abc: must be a whole number from 0 to 10000")
        .contains("--membres: no such parameter; did you mean --members?")
        .contains("--jarvis no/such.json: is not there");
    assertThat(run.tasks()).isEmpty();
    assertThat(folder.resolve("results/structures")).doesNotExist();
  }

  @Test
  void aResultsFolderThatCannotBeMadeIsNamed() {
    Nextflow.Outcome run = Nextflow.in(folder).run("--outdir", "/etc/passwd/results");
    assertThat(run.exit()).isNotZero();
    assertThat(run.output()).contains("--outdir").contains("/etc/passwd is not a folder");
    assertThat(run.output().lines().filter(l -> l.contains("/etc/passwd"))).hasSize(1);
    assertThat(folder.resolve("work"))
        .satisfiesAnyOf(w -> assertThat(w).doesNotExist(), w -> assertThat(w).isEmptyDirectory());
  }

  @Test
  void aFolderWithoutMembersIsNoSurrogate() {
    Nextflow.Outcome run =
        Nextflow.in(folder).run("-stub-run", "--surrogate_model", folder.toString());
    assertThat(run.exit()).isNotZero();
    assertThat(run.output())
        .contains("--surrogate_model " + folder + ": holds no folder member_0, member_1, ...");
    assertThat(run.tasks()).isEmpty();
  }

  @Test
  void jobArraysAreForSlurm() {
    Nextflow.Outcome run = Nextflow.in(folder).run("-stub-run", "--slurm_array", "10");
    assertThat(run.exit()).isNotZero();
    assertThat(run.output()).contains("--slurm_array 10: job arrays are for -profile slurm");
    assertThat(run.tasks()).isEmpty();
  }

  @Test
  void helpListsTheParametersInGroupsAndLeavesTheReportsOfTheLastRun() throws IOException {
    Nextflow nextflow = Nextflow.in(folder);
    Path old = nextflow.results().resolve("pipeline_info/report.html");
    Files.createDirectories(old.getParent());
    Files.writeString(old, "the last run");
    Nextflow.Outcome run = nextflow.run("--help");
    assertThat(old).hasContent("the last run");
    assertThat(run.exit()).isZero();
    assertThat(run.output()).contains("Search with PPO").contains("--timesteps").contains("250000");
    assertThat(run.tasks()).isEmpty();
  }

  @Test
  void theConfigurationHasTheDefaultsOfTheSchema() throws IOException {
    Nextflow nextflow = Nextflow.in(folder);
    Nextflow.Outcome config =
        nextflow.finish(
            nextflow.startCommand(List.of("config", "-flat", Nextflow.CHECKOUT.toString())));
    assertThat(config.exit()).as(config.output()).isZero();
    Map<String, String> configured = new TreeMap<>();
    config
        .output()
        .lines()
        .filter(l -> l.startsWith("params."))
        .forEach(
            l -> {
              int equals = l.indexOf(" = ");
              String value = l.substring(equals + 3).replaceAll("^'|'$", "");
              configured.put(l.substring("params.".length(), equals), value);
            });
    Map<String, String> defined = new TreeMap<>();
    JsonNode schema =
        new ObjectMapper().readTree(Nextflow.CHECKOUT.resolve("nextflow_schema.json").toFile());
    for (JsonNode group : schema.path("$defs")) {
      for (Map.Entry<String, JsonNode> parameter : group.path("properties").properties()) {
        defined.put(parameter.getKey(), parameter.getValue().path("default").asText());
      }
    }
    assertThat(configured).isEqualTo(defined);
  }
}
