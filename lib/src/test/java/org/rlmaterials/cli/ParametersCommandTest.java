package org.rlmaterials.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Against the schema that the pipeline really uses. */
class ParametersCommandTest {
  private static final Path SCHEMA =
      Path.of(System.getProperty("rlmaterials.project"), "nextflow_schema.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @Test
  void theDefaultsAreValid() throws IOException {
    assertThat(check(defaults())).isEmpty();
  }

  @Test
  void allErrorsAtOnceOneLineEach() throws IOException {
    ObjectNode values = defaults();
    values.put("epochs", "many");
    values.put("top_k", 0);
    values.put("protocol", "quick");
    values.put("membres", 3);
    values.put("timesteps", 1000.5);
    assertThat(check(values))
        .containsExactlyInAnyOrder(
            "--epochs many: must be a whole number from 1 to 100000",
            "--top_k 0: must be a whole number from 1 to 10000",
            "--protocol quick: must be one of fast, balanced, stringent",
            "--membres: no such parameter; did you mean --members?",
            "--timesteps 1000.5: must be a whole number from 1 to 1000000000");
  }

  /** What a task's script holds must be nothing that a shell would run or expand. */
  @Test
  void textForTasksIsNeverAShellCommand() throws IOException {
    for (String attack :
        List.of(
            "$(touch x)",
            "`touch x`",
            "a\ntouch x",
            "a\n",
            "a\u0000",
            "*",
            "[ab]",
            "{a,b}",
            "a\"b")) {
      ObjectNode values = defaults();
      for (String name : List.of("outdir", "dft_store", "seeds_file", "pseudo_dir", "id_prop")) {
        values.put(name, attack);
      }
      assertThat(check(values)).as(attack).hasSize(5).allMatch(e -> !e.contains("is not there"));
    }
    for (String attack :
        List.of("a;touch x", "a' b", "a\" b", "$(touch x)", "a|b", "a&&b", "a>b", "a\nb", "a\n")) {
      ObjectNode values = defaults();
      List<String> names =
          List.of(
              "pw_command",
              "pw_launcher",
              "surrogate_hidden",
              "surrogate_sources",
              "slurm_account",
              "slurm_partition",
              "slurm_qos",
              "slurm_modules",
              "container",
              "aws_queue",
              "aws_queue_on_demand",
              "aws_job_role",
              "aws_volumes");
      names.forEach(name -> values.put(name, attack));
      assertThat(check(values)).as(attack).hasSize(names.size());
    }
    ObjectNode values = defaults();
    values.put("slurm_options", "--constraint=cpu\ntouch x");
    assertThat(check(values)).hasSize(1);
    values.put("slurm_options", "--constraint=a&b --exclude=n[1-3] --mail-user=a@b.org");
    values.put("outdir", "it's a (new); folder é");
    assertThat(check(values)).isEmpty();
  }

  @Test
  void theSurrogateCanBeShaped() throws IOException {
    ObjectNode values = defaults();
    values.put("surrogate_hidden", "192,192,192");
    values.put("surrogate_batch_size", 128);
    values.put("surrogate_preset", "seed");
    values.put("surrogate_epochs_phase2", 0);
    values.put("surrogate_max_gap_only", 12_000);
    values.put("surrogate_sources", "dft,jarvis");
    assertThat(check(values)).isEmpty();
    values.put("surrogate_hidden", 128);
    values.put("surrogate_sources", "oqmd");
    assertThat(check(values)).hasSize(1);
  }

  @Test
  void aWholeNumberWithAPointIsNotWhole() throws IOException {
    ObjectNode values = defaults();
    values.put("timesteps", 1e6);
    assertThat(check(values)).hasSize(1);
  }

  @Test
  void anOptionWithoutItsValueIsAnError() throws IOException {
    ObjectNode values = defaults();
    values.put("pw_command", true);
    assertThat(check(values)).singleElement().asString().startsWith("--pw_command true: must be");
  }

  @Test
  void theSpellingWithDashesGetsOneError() throws IOException {
    ObjectNode values = defaults();
    values.put("top-k", 3);
    values.put("topK", 3);
    assertThat(check(values)).containsExactly("--top-k: no such parameter; did you mean --top_k?");
  }

  @Test
  void aCommandMayHoldNothingForAShell() throws IOException {
    for (String text : List.of("pw.x; rm x", "$(id)", "pw.x`id`", "a\nb", "")) {
      ObjectNode values = defaults();
      values.put("pw_command", text);
      assertThat(check(values)).as(text).hasSize(1);
      assertThat(check(values).get(0)).as(text).doesNotContain("\n");
    }
  }

  @Test
  void filesMustBeThereAndOfTheirKind() throws IOException {
    ObjectNode values = defaults();
    values.put("jarvis", folder.resolve("no.json").toString());
    values.put("materials_project", folder.toString());
    values.put("pseudo_dir", Files.createFile(folder.resolve("file")).toString());
    values.put("id_prop", folder.toString());
    assertThat(check(values))
        .containsExactlyInAnyOrder(
            "--jarvis " + folder.resolve("no.json") + ": is not there",
            "--materials_project " + folder + ": is a folder; a file is expected",
            "--pseudo_dir " + folder.resolve("file") + ": is not a folder");
  }

  @Test
  void theOutputFolderMustBePossible() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    ObjectNode values = defaults();
    values.put("outdir", file.resolve("results").toString());
    assertThat(check(values))
        .containsExactly(
            "--outdir "
                + file.resolve("results")
                + ": cannot be made: "
                + file
                + " is not a folder");
    values.put("outdir", folder.resolve("a/b/c").toString());
    assertThat(check(values)).isEmpty();
    assertThat(folder.resolve("a")).doesNotExist();
    values.put("outdir", "s3://bucket/results");
    assertThat(check(values)).isEmpty();
    values.put("outdir", 123);
    assertThat(check(values)).isEmpty();
  }

  @Test
  void whatDoesNotFitTogetherIsSaidBeforeTheFirstTask() throws IOException {
    ObjectNode values = defaults();
    values.put("surrogate_epochs_phase2", 50);
    values.put("candidate_atoms", 1);
    assertThat(check(values))
        .containsExactly(
            "--surrogate_epochs_phase2 50: only with --surrogate_preset seed; local trains in one phase",
            "--candidate_atoms 1: no seed is as small; the smallest standard one has 2 atoms");
    values.put("surrogate_preset", "seed");
    values.put("candidate_atoms", 2);
    assertThat(check(values)).isEmpty();
    Path seeds = Files.writeString(folder.resolve("seeds.csv"), "id,a\n");
    values.put("seeds_file", seeds.toString());
    assertThat(check(values)).singleElement().asString().startsWith("--seeds_file " + seeds);
  }

  @Test
  void helpShowsEveryParameterInItsGroup() throws IOException {
    StringWriter out = new StringWriter();
    CommandLine command = Main.commandLine().setOut(new PrintWriter(out));
    assertThat(command.execute("parameters", "list", "--schema", SCHEMA.toString())).isZero();
    for (JsonNode group : JSON.readTree(SCHEMA.toFile()).path("$defs")) {
      assertThat(out.toString()).contains(group.path("title").asText());
      for (Entry<String, JsonNode> parameter : group.path("properties").properties()) {
        assertThat(out.toString()).contains("--" + parameter.getKey());
        assertThat(parameter.getValue().path("description").asText()).endsWith(".");
        assertThat(parameter.getValue().has("default")).as(parameter.getKey()).isTrue();
      }
    }
    assertThat(out.toString().lines()).allMatch(l -> l.length() <= 110);
  }

  private List<String> check(ObjectNode values) throws IOException {
    Path params = folder.resolve("params.json");
    Files.writeString(params, values.toString());
    StringWriter err = new StringWriter();
    CommandLine command = Main.commandLine().setErr(new PrintWriter(err));
    int exit =
        command.execute(
            "parameters", "check", "--schema", SCHEMA.toString(), "--params", params.toString());
    List<String> lines = err.toString().lines().toList();
    assertThat(exit).isEqualTo(lines.isEmpty() ? ExitCode.OK : ExitCode.BAD_INPUT);
    return lines;
  }

  private ObjectNode defaults() throws IOException {
    ObjectNode values = JSON.createObjectNode();
    for (JsonNode group : JSON.readTree(SCHEMA.toFile()).path("$defs")) {
      for (Entry<String, JsonNode> parameter : group.path("properties").properties()) {
        values.set(parameter.getKey(), parameter.getValue().get("default"));
      }
    }
    values.put("outdir", folder.resolve("results").toString());
    return values;
  }
}
