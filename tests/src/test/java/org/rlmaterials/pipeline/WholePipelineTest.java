package org.rlmaterials.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The test profile from end to end with real pw.x, then what -resume makes of each kind of change.
 * The tests share one launch folder, in order: every later one starts from a finished run.
 */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class WholePipelineTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] REAL = {"-profile", "test"};
  private static final String[] AGAIN = {"-profile", "test", "-resume"};

  /** What comes after the agents; everything before must stay cached when only they change. */
  private static final Set<String> FROM_PPO_ON =
      Set.of(
          "TRAIN_PPO",
          "EVALUATE_PPO",
          "SELECT_CANDIDATES",
          "VALIDATE_DFT",
          "CLASSIFY_VALIDATION",
          "GATHER_ROUND",
          "WRITE_REPORT");

  @TempDir private static Path folder;
  private int tasks;

  @Test
  @Order(1)
  void aFreshRunComputesEverythingAndPublishesIt() throws IOException {
    Nextflow.Outcome run = Nextflow.in(folder).run(REAL);
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.with("COMPLETED")).hasSameSizeAs(run.tasks());
    assertThat(run.of("COMPUTE_DFT")).hasSize(6);
    tasks = run.tasks().size();
    Path results = results();
    for (String file :
        List.of(
            "structures/structures.jsonl",
            "pseudopotentials/Si.UPF",
            "dataset/dataset.csv.gz",
            "dataset/dataset.structures.jsonl.gz",
            "dataset/merge_report.json",
            "surrogate/member_0",
            "surrogate/member_1",
            "surrogate/metrics.json",
            "ppo/seed_42",
            "ppo/evaluation.json",
            "candidates/candidates.jsonl",
            "candidates/rejected.csv",
            "validation/validation.json",
            "report.html",
            "report.json",
            "candidates.csv",
            "pipeline_info/trace.txt")) {
      assertThat(results.resolve(file)).exists();
    }
    List<JsonNode> records = records(results.resolve("dft"));
    assertThat(records).hasSize(6);
    assertThat(records)
        .allSatisfy(r -> assertThat(r.path("status").asText()).isIn("converged", "failed"));
    assertThat(records.stream().filter(r -> r.path("status").asText().equals("converged")))
        .as("structures that converge")
        .hasSizeGreaterThanOrEqualTo(5);
  }

  @Test
  @Order(2)
  void resumeTakesEverythingFromTheCache() {
    Nextflow.Outcome run = Nextflow.in(folder).run(AGAIN);
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.with("CACHED")).isNotEmpty().hasSameSizeAs(run.tasks());
    assertThat(run.output()).doesNotContain("Submitted process");
  }

  @Test
  @Order(3)
  void aChangeOfPpoCodeRunsPpoAgainAndNothingBefore() throws Exception {
    Path copy = Files.createDirectories(folder.resolve("moved copy"));
    copyOfCheckout(copy);
    Path source = copy.resolve("lib/src/main/java/org/rlmaterials/rl/PpoTrainer.java");
    String text = Files.readString(source);
    int brace = text.indexOf('{', text.indexOf("class PpoTrainer")) + 1;
    Files.writeString(
        source,
        text.substring(0, brace)
            + "\n  static final String CHANGED = \"for a test\";\n"
            + text.substring(brace));
    Shell.run(
        copy.resolve("lib"),
        "mvn",
        "-q",
        "-B",
        "-o",
        "-DskipTests",
        "-Dspotless.check.skip",
        "package");
    JsonNode before = digests(Nextflow.CHECKOUT);
    JsonNode after = digests(copy);
    assertThat(after.path("ppo").asText()).isNotEqualTo(before.path("ppo").asText());
    for (String stage : List.of("seeds", "pseudopotentials", "dft", "dataset", "surrogate")) {
      assertThat(after.path(stage).asText()).as(stage).isEqualTo(before.path(stage).asText());
    }

    Nextflow.Outcome run = Nextflow.in(folder).of(copy).run(AGAIN);
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.of("TRAIN_PPO")).allMatch(t -> t.status().equals("COMPLETED"));
    assertThat(run.of("EVALUATE_PPO")).allMatch(t -> t.status().equals("COMPLETED"));
    assertThat(run.tasks().stream().filter(t -> !FROM_PPO_ON.contains(t.process())))
        .as("the folder of the project has moved, and only code of PPO has changed")
        .isNotEmpty()
        .allMatch(t -> t.status().equals("CACHED"));
  }

  @Test
  @Order(4)
  void aDeletedWorkFolderIsMadeAgainFromTheStoreAndNothingElseRuns() throws IOException {
    Nextflow.Outcome cached = Nextflow.in(folder).run(AGAIN);
    Nextflow.Task victim = cached.of("COMPUTE_DFT").get(0);
    String record = Files.readString(victim.workdir().resolve(victim.tag() + ".jsonl"));
    Shell.run(folder, "rm", "-r", victim.workdir().toString());
    Nextflow.Outcome run = Nextflow.in(folder).run(AGAIN);
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.with("COMPLETED"))
        .singleElement()
        .extracting(Nextflow.Task::tag)
        .isEqualTo(victim.tag());
    Nextflow.Task made = run.with("COMPLETED").get(0);
    assertThat(Files.readString(made.workdir().resolve(made.tag() + ".jsonl"))).isEqualTo(record);
    assertThat(Files.readString(made.workdir().resolve(".command.err"))).contains("from the store");
  }

  @Test
  @Order(5)
  void aChangedParameterRunsOnlyWhatDependsOnIt() {
    String[] arguments =
        Stream.concat(Stream.of(AGAIN), Stream.of("--episodes", "3")).toArray(String[]::new);
    Nextflow.Outcome run = Nextflow.in(folder).run(arguments);
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.with("COMPLETED").stream().map(Nextflow.Task::process))
        .containsExactlyInAnyOrder("EVALUATE_PPO", "GATHER_ROUND", "WRITE_REPORT");
  }

  @Test
  @Order(6)
  void anotherPwxIsNotTakenForTheOneThatMadeTheResults() throws IOException {
    Path other = folder.resolve("other-pw.x");
    Files.writeString(other, "#!/bin/sh\nexec pw.x \"$@\"\n");
    assertThat(other.toFile().setExecutable(true)).isTrue();
    Nextflow.Outcome run =
        Nextflow.in(folder)
            .run(
                Stream.concat(Stream.of(AGAIN), Stream.of("--pw_command", other.toString()))
                    .toArray(String[]::new));
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.of("COMPUTE_DFT")).allMatch(t -> t.status().equals("COMPLETED"));
    assertThat(run.of("MERGE_DATASET"))
        .as("the same version gives the same records, from the store")
        .allMatch(t -> t.status().equals("CACHED"));
  }

  @Test
  @Order(7)
  void theStrictParserGivesTheSameResultsAndTheStoreSparesTheDft() throws IOException {
    Path dataset = results().resolve("dataset/dataset.csv.gz");
    byte[] before = Files.readAllBytes(dataset);
    Nextflow.Outcome run =
        Nextflow.in(folder)
            .version(StubRunTest.STRICT)
            .run("-profile", "test", "-work-dir", folder.resolve("strict work").toString());
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.with("COMPLETED")).hasSameSizeAs(run.tasks()).hasSize(tasks);
    assertThat(Files.readAllBytes(dataset)).isEqualTo(before);
    for (Nextflow.Task task : run.of("COMPUTE_DFT")) {
      assertThat(Files.readString(task.workdir().resolve(".command.err")))
          .contains("from the store");
    }
  }

  private Path results() {
    return Nextflow.in(folder).results();
  }

  static List<JsonNode> records(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .sorted()
          .flatMap(WholePipelineTest::lines)
          .map(
              line -> {
                try {
                  return JSON.readTree(line);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              })
          .collect(Collectors.toList());
    }
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static JsonNode digests(Path checkout) throws IOException {
    return JSON.readTree(checkout.resolve("lib/target/stage-digests.json").toFile());
  }

  /** What a clone would have, with changes that are not committed yet. */
  private static void copyOfCheckout(Path target) throws IOException {
    Shell.run(
        Nextflow.CHECKOUT,
        "bash",
        "-c",
        "git ls-files -z --cached --others --exclude-standard"
            + " | tar --null --ignore-failed-read -cf - -T - | tar -xf - -C \"$1\"",
        "copy",
        target.toString());
  }
}
