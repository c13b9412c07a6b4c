package org.rlmaterials.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

  /** Stopped while the second surrogate learns, resumed, then the second round by hand. */
  @Test
  @Order(8)
  void twoRoundsAreTheCommandsInTheirOrder() throws Exception {
    String[] arguments =
        Stream.concat(Stream.of(AGAIN), Stream.of("--rounds", "2")).toArray(String[]::new);
    Nextflow nextflow = Nextflow.in(folder);
    Nextflow.Outcome stopped = nextflow.stopAfter(nextflow.start(arguments), "TRAIN_SURROGATE", 3);
    Nextflow.Outcome run = nextflow.run(arguments);
    assertThat(run.exit()).as(run.output()).isZero();
    List<Path> ended =
        stopped.tasks().stream()
            .filter(t -> t.status().equals("COMPLETED") || t.status().equals("CACHED"))
            .map(Nextflow.Task::workdir)
            .toList();
    assertThat(ended).as("most of the first round").hasSizeGreaterThan(tasks / 2);
    assertThat(run.with("CACHED").stream().map(Nextflow.Task::workdir))
        .as("what had ended when the run was stopped is not run again")
        .containsAll(ended);
    assertThat(run.tasks().stream().filter(t -> t.path().endsWith("ROUND_2:MERGE_DATASET")))
        .allMatch(t -> t.status().equals("CACHED"));
    assertThat(run.of("TRAIN_SURROGATE").stream().filter(t -> t.status().equals("CACHED")))
        .as("both of the first round, and what had ended of the second")
        .hasSizeGreaterThanOrEqualTo(3);
    Path second = results().resolve("round_2");
    assertThat(JSON.readTree(results().resolve("report.json").toFile()).path("rounds")).hasSize(2);

    Path hand = Files.createDirectories(folder.resolve("by hand"));
    List<String> computed = new ArrayList<>();
    for (String stage : List.of("dft", "round_1/validation")) {
      try (Stream<Path> files = Files.list(results().resolve(stage))) {
        files.map(Path::toString).filter(f -> f.endsWith(".jsonl")).sorted().forEach(computed::add);
      }
    }
    command(hand, List.of("dataset", "merge", "--out", "dataset.csv.gz", "--records"), computed);
    for (String file : List.of("dataset.csv.gz", "dataset.structures.jsonl.gz")) {
      assertThat(hand.resolve(file)).hasSameBinaryContentAs(second.resolve("dataset/" + file));
    }
    List<String> surrogates = new ArrayList<>();
    for (String member : List.of("0", "1")) {
      String out = "member_" + member;
      command(
          hand,
          List.of("surrogate", "train", "--dataset", "dataset.csv.gz", "--preset", "local"),
          List.of("--epochs", "5", "--seed", "1042", "--member", member, "--out", out));
      surrogates.addAll(List.of("--surrogate", out));
    }
    command(
        hand,
        List.of("ppo", "train", "--preset", "search", "--timesteps", "512", "--seed", "1042"),
        Stream.concat(surrogates.stream(), Stream.of("--max-atoms", "2", "--out", "seed_1042"))
            .toList());
    assertThat(hand.resolve("seed_1042/archive.jsonl"))
        .hasSameBinaryContentAs(second.resolve("ppo/seed_1042/archive.jsonl"));
    command(
        hand,
        List.of("candidates", "--agent", "seed_1042", "--dataset", "dataset.csv.gz", "--top", "1"),
        Stream.of(
                surrogates.stream(),
                Stream.of("--round", "2", "--max-atoms", "2", "--out", "candidates.jsonl"),
                Stream.of("--records"),
                computed.stream())
            .flatMap(part -> part)
            .toList());
    assertThat(hand.resolve("candidates.jsonl"))
        .hasSameBinaryContentAs(second.resolve("candidates/candidates.jsonl"));
    computed.add(second.resolve("validation").toString());
    command(
        hand,
        List.of("validation", "classify", "--candidates", "candidates.jsonl"),
        Stream.concat(
                Stream.of("--dataset", "dataset.csv.gz", "--out", "validation.json", "--records"),
                computed.stream())
            .toList());
    assertThat(JSON.readTree(hand.resolve("validation.json").toFile()))
        .isEqualTo(JSON.readTree(second.resolve("validation/validation.json").toFile()));
  }

  @Test
  @Order(9)
  void theShippedSetIsLearntFromAndItsRecordsStandInTheHull() throws IOException {
    String set = Nextflow.CHECKOUT.resolve("data/bootstrap.csv.gz").toString();
    Nextflow.Outcome run =
        Nextflow.in(folder)
            .run(
                Stream.concat(Stream.of(AGAIN), Stream.of("--bootstrap", set))
                    .toArray(String[]::new));
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.of("COMPUTE_DFT")).allMatch(t -> t.status().equals("CACHED"));
    JsonNode report = JSON.readTree(results().resolve("dataset/merge_report.json").toFile());
    assertThat(report.path("inputs")).as("computed here, and the set").hasSize(2);
    Path classified = run.of("CLASSIFY_VALIDATION").get(0).workdir();
    assertThat(Files.readString(classified.resolve(".command.sh")))
        .contains("bootstrap.records.jsonl.gz");
  }

  private static void command(Path in, List<String> words, List<String> more) throws Exception {
    Shell.run(
        in,
        Stream.of(
                Stream.of(Nextflow.CHECKOUT.resolve("bin/rl-materials").toString()),
                words.stream(),
                more.stream())
            .flatMap(w -> w)
            .toArray(String[]::new));
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
