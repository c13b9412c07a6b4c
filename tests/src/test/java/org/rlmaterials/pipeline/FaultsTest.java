package org.rlmaterials.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What kills programs and fills disks: the run that is resumed afterwards ends with the dataset of
 * an undisturbed one, repeats nothing that was finished, and reuses nothing that is stale. Real
 * pw.x on two cheap crystals; the runs share a DFT store where the fault is not about DFT.
 */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class FaultsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  // In an order in which each has something to do when those before it were under way.
  private static final List<String> STAGES =
      List.of(
          "GENERATE_PSEUDOPOTENTIALS",
          "GENERATE_STRUCTURES",
          "COMPUTE_DFT",
          "MERGE_DATASET",
          "TRAIN_SURROGATE",
          "EVALUATE_SURROGATE",
          "TRAIN_PPO",
          "EVALUATE_PPO",
          "SELECT_CANDIDATES",
          "VALIDATE_DFT",
          "CLASSIFY_VALIDATION",
          "GATHER_ROUND",
          "WRITE_REPORT");
  private static final String DIAMOND =
      "{\"id\":\"diamond\",\"lattice_angstrom\":[[0,1.78,1.78],[1.78,0,1.78],[1.78,1.78,0]],"
          + "\"species\":[\"C\",\"C\"],\"fractional_positions\":[[0,0,0],[0.25,0.25,0.25]]}\n";
  private static final String SILICON =
      "{\"id\":\"silicon\",\"lattice_angstrom\":[[0,2.72,2.72],[2.72,0,2.72],[2.72,2.72,0]],"
          + "\"species\":[\"Si\",\"Si\"],\"fractional_positions\":[[0,0,0],[0.25,0.25,0.25]]}\n";

  @TempDir private static Path folder;
  private Path seeds;
  private Path config;
  private byte[] undisturbed;
  private byte[] candidates;

  @Test
  @Order(1)
  void anUndisturbedRun() throws IOException {
    seeds = Files.writeString(folder.resolve("seeds.jsonl"), DIAMOND + SILICON);
    config = Nextflow.withoutValidation(folder);
    Nextflow base = nextflow("base");
    Nextflow.Outcome run = base.run(arguments());
    assertThat(run.exit()).as(run.output()).isZero();
    undisturbed = Files.readAllBytes(base.results().resolve("dataset/dataset.csv.gz"));
    candidates = Files.readAllBytes(base.results().resolve("candidates/candidates.jsonl"));
    for (String file :
        List.of("params.json", "run.json", "trace.txt", "report.html", "timeline.html")) {
      assertThat(base.results().resolve("pipeline_info/" + file)).isNotEmptyFile();
    }
    JsonNode how = JSON.readTree(base.results().resolve("pipeline_info/run.json").toFile());
    assertThat(how.path("command_line").asText()).contains("--seeds_file");
    assertThat(how.path("pw").asText()).matches("pw\\.x [0-9a-f]{64}");
    assertThat(
            JSON.readTree(base.results().resolve("pipeline_info/params.json").toFile())
                .path("seeds_file")
                .asText())
        .isEqualTo(seeds.toString());
  }

  @Test
  @Order(2)
  void nextflowKilledInEachStageRepeatsNothingThatWasFinished() throws Exception {
    Nextflow nextflow = nextflow("killed");
    Set<String> finished = new TreeSet<>();
    for (String stage : STAGES) {
      Process head = nextflow.start(arguments("-resume"));
      nextflow.await(
          head,
          stage,
          () ->
              Nextflow.submitted(nextflow.stdout()).stream()
                  .anyMatch(s -> s.contains(":" + stage)));
      assertThat(Nextflow.submitted(nextflow.stdout())).as(stage).noneMatch(finished::contains);
      // What ends at the very moment of the kill may be lost, what the trace shows before may not.
      nextflow.trace().stream()
          .filter(t -> t.status().equals("COMPLETED") || t.status().equals("CACHED"))
          .forEach(t -> finished.add(t.name()));
      TimeUnit.MILLISECONDS.sleep(200);
      head.destroyForcibly();
      assertThat(nextflow.finish(head).exit()).isEqualTo(137);
    }
    Nextflow.Outcome run = nextflow.run(arguments("-resume"));
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(finished).hasSizeGreaterThan(STAGES.size());
    assertThat(run.with("CACHED")).extracting(Nextflow.Task::name).containsAll(finished);
    assertSameResults(nextflow);
  }

  @Test
  @Order(3)
  void aFullDiskEndsTheRunAndResumeGoesOn() throws IOException {
    Path disk = Files.createDirectories(folder.resolve("disk"));
    Nextflow nextflow = nextflow("full");
    assumeTrue(
        mount("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk.toString()),
        "a small disk can be mounted");
    try {
      Path filler = disk.resolve("filler");
      // What is left is enough for the pseudopotentials of one task, and no more.
      Shell.run(folder, "dd", "if=/dev/zero", "of=" + filler, "bs=1M", "count=60", "status=none");
      // What our own program writes asks to be tried again too.
      assertThat(
              Shell.run(
                  folder,
                  "bash",
                  "-c",
                  "\"$1\" seeds --count 100000 --out \"$2\"/seeds.jsonl 2>&1; echo exit $?",
                  "seeds",
                  Nextflow.CHECKOUT.resolve("bin/rl-materials").toString(),
                  disk.toString()))
          .contains("No space left on device", "exit 75");
      String[] there = arguments("-resume", "-work-dir", disk.resolve("work").toString());
      Nextflow.Outcome run = nextflow.run(there);
      assertThat(run.exit()).isNotZero();
      assertThat(run.output()).containsIgnoringCase("No space left on device");
      Files.delete(filler);
      Nextflow.Outcome resumed = nextflow.run(there);
      assertThat(resumed.exit()).as(resumed.output()).isZero();
      assertSameResults(nextflow);
    } finally {
      mount("umount", "-l", disk.toString());
    }
  }

  @Test
  @Order(4)
  void aBatchKilledHalfWayTakesWhatWasFinishedFromTheStore() throws IOException {
    Nextflow nextflow = nextflow("batch");
    Path store = folder.resolve("store of the batch");
    String[] batch = arguments("-resume", "--dft_batch", "2", "--dft_store", store.toString());
    Process head = nextflow.start(batch);
    nextflow.await(head, "the first result in the store", () -> entries(store) == 1);
    List<ProcessHandle> tasks = head.descendants().toList();
    head.destroyForcibly();
    tasks.forEach(ProcessHandle::destroyForcibly);
    nextflow.finish(head);
    assertThat(entries(store)).isEqualTo(1);
    Nextflow.Outcome run = nextflow.stopAfter(nextflow.start(batch), "MERGE_DATASET", 1);
    assertThat(run.of("COMPUTE_DFT")).hasSize(1);
    assertThat(
            Files.readAllLines(run.of("COMPUTE_DFT").get(0).workdir().resolve(".command.err"))
                .stream()
                .filter(l -> l.startsWith("dft: "))
                .map(l -> l.endsWith("(from the store)")))
        .containsExactly(true, false);
    assertThat(merged(run)).as("one task or two").isEqualTo(undisturbed);
  }

  @Test
  @Order(5)
  void anotherVersionOfPwxGetsNothingFromTheStore() throws IOException {
    Path pw =
        executable(
            "pw-of-the-future",
            """
            pw.x "$@" | sed -u 's/Program PWSCF v\\.[^ ]*/Program PWSCF v.99.9/'
            exit ${PIPESTATUS[0]}
            """);
    Nextflow nextflow = nextflow("version");
    Nextflow.Outcome run =
        nextflow.stopAfter(
            nextflow.start(arguments("--pw_command", pw.toString())), "COMPUTE_DFT", 2);
    assertComputed(run);
  }

  @Test
  @Order(6)
  void aChangedPseudopotentialIsComputedWith() throws IOException {
    Path project = Files.createDirectories(folder.resolve("changed deck"));
    Shell.run(
        Nextflow.CHECKOUT,
        "bash",
        "-c",
        "cp -r main.nf nextflow.config nextflow_schema.json bin conf data modules pseudopotentials"
            + " workflows \"$1\"; mkdir \"$1\"/lib; ln -s \"$PWD\"/lib/target \"$1\"/lib/target",
        "copy",
        project.toString());
    Nextflow base = nextflow("base").of(project);
    Nextflow.Outcome moved = base.run(arguments("-resume"));
    assertThat(moved.exit()).as(moved.output()).isZero();
    assertThat(Nextflow.submitted(moved.output())).as("the project has moved").isEmpty();

    for (String element : List.of("C", "Si")) {
      Path deck = project.resolve("pseudopotentials/" + element + ".in");
      String text = Files.readString(deck);
      String changed = text.replaceFirst("title\\s*=\\s*'[^']*'", "title = 'changed'");
      assertThat(changed).isNotEqualTo(text);
      Files.writeString(deck, changed);
    }
    Nextflow.Outcome run = base.stopAfter(base.start(arguments("-resume")), "COMPUTE_DFT", 2);
    assertThat(run.of("GENERATE_STRUCTURES")).allMatch(t -> t.status().equals("CACHED"));
    assertThat(run.of("GENERATE_PSEUDOPOTENTIALS")).allMatch(t -> t.status().equals("COMPLETED"));
    assertComputed(run);
  }

  @Test
  @Order(7)
  void aKilledPwxAndAKilledJvmAreRunAgain() throws IOException {
    Nextflow base = nextflow("base");
    Nextflow.Outcome cached = base.run(arguments("-resume"));
    assertThat(Nextflow.submitted(cached.output())).isEmpty();
    Nextflow.Task victim = cached.of("COMPUTE_DFT").get(0);
    Shell.run(folder, "rm", "-r", victim.workdir().toString());
    Process head =
        base.start(
            arguments(
                "-resume", "--epochs", "2", "--dft_store", folder.resolve("other").toString()));
    kill(base, head, List.of("pw.x", "pw.in"));
    kill(base, head, List.of("java", "surrogate", "train"));
    Nextflow.Outcome run = base.finish(head);
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.with("FAILED"))
        .extracting(Nextflow.Task::process, Nextflow.Task::exit)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("COMPUTE_DFT", "75"),
            org.assertj.core.groups.Tuple.tuple("TRAIN_SURROGATE", "137"));
    // Its record says how long pw.x took, and so is another file; the dataset is the same.
    assertThat(run.of("COMPUTE_DFT")).filteredOn(t -> t.status().equals("CACHED")).hasSize(1);
    assertThat(merged(run)).isEqualTo(undisturbed);
    assertThat(run.of("GENERATE_STRUCTURES")).allMatch(t -> t.status().equals("CACHED"));
  }

  @Test
  @Order(8)
  void aStructureThatNoTimeIsEnoughForIsAFailedRecord() throws IOException {
    Path pw =
        executable(
            "pw-without-end",
            """
            if grep -qs '2[.]72' pw.in; then echo '     Maximum CPU time exceeded'; exit 255; fi
            exec pw.x "$@"
            """);
    Nextflow nextflow = nextflow("without end");
    String store = folder.resolve("store without end").toString();
    Nextflow.Outcome run =
        nextflow.stopAfter(
            nextflow.start(arguments("--pw_command", pw.toString(), "--dft_store", store)),
            "COMPUTE_DFT",
            2);
    assertThat(run.with("FAILED"))
        .hasSize(3)
        .allMatch(t -> t.process().equals("COMPUTE_DFT") && t.exit().equals("75"));
    List<String> records = new ArrayList<>();
    for (Nextflow.Task task : run.of("COMPUTE_DFT")) {
      if (task.status().equals("COMPLETED")) {
        JsonNode record = JSON.readTree(task.workdir().resolve(task.tag() + ".jsonl").toFile());
        records.add(record.path("id").asText() + " " + record.at("/error/kind").asText());
      }
    }
    assertThat(records).hasSize(2).contains("silicon out_of_time");
  }

  private static void assertComputed(Nextflow.Outcome run) throws IOException {
    assertThat(run.of("COMPUTE_DFT")).hasSize(2).allMatch(t -> t.status().equals("COMPLETED"));
    for (Nextflow.Task task : run.of("COMPUTE_DFT")) {
      assertThat(Files.readString(task.workdir().resolve(".command.err")))
          .contains("dft: ")
          .doesNotContain("from the store");
      JsonNode record = JSON.readTree(task.workdir().resolve(task.tag() + ".jsonl").toFile());
      // At these cutoffs a mass may come out as not resolved: what counts is that pw.x ran.
      assertThat(record.path("attempts").findValuesAsText("outcome")).contains("ok");
    }
  }

  private void assertSameResults(Nextflow nextflow) throws IOException {
    assertThat(Files.readAllBytes(nextflow.results().resolve("dataset/dataset.csv.gz")))
        .isEqualTo(undisturbed);
    assertThat(Files.readAllBytes(nextflow.results().resolve("candidates/candidates.jsonl")))
        .isEqualTo(candidates);
  }

  private static byte[] merged(Nextflow.Outcome run) throws IOException {
    return Files.readAllBytes(run.of("MERGE_DATASET").get(0).workdir().resolve("dataset.csv.gz"));
  }

  private static Nextflow nextflow(String name) throws IOException {
    return Nextflow.in(Files.createDirectories(folder.resolve(name)));
  }

  /** The test profile with as little as possible after the dataset. */
  private String[] arguments(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "-profile",
                "test",
                "-c",
                config.toString(),
                "--seeds_file",
                seeds.toString(),
                "--structures",
                "2"));
    List<String> given = Arrays.asList(more);
    List<String> little = Nextflow.LITTLE_AFTER_THE_DATASET;
    for (int i = 0; i < little.size(); i += 2) {
      if (!given.contains(little.get(i))) {
        all.addAll(little.subList(i, i + 2));
      }
    }
    if (!given.contains("--dft_store")) {
      all.addAll(List.of("--dft_store", folder.resolve("store").toString()));
    }
    all.addAll(given);
    return all.toArray(String[]::new);
  }

  /** Waits for a program of a task, by words of its command line, and kills it. */
  private static void kill(Nextflow nextflow, Process head, List<String> words) {
    nextflow.await(
        head,
        words.toString(),
        () ->
            head.descendants()
                .filter(p -> isProgram(p, words))
                .findFirst()
                .map(ProcessHandle::destroyForcibly)
                .orElse(false));
  }

  private static boolean isProgram(ProcessHandle process, List<String> words) {
    String command = process.info().command().orElse("");
    List<String> line = process.info().arguments().map(Arrays::asList).orElse(List.of());
    return command.endsWith("/" + words.get(0)) && line.containsAll(words.subList(1, words.size()));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Results of the two crystals in a store; those of the controls come there too. */
  private static int entries(Path store) {
    if (!Files.isDirectory(store)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(store)) {
      return (int)
          files
              .filter(f -> f.toString().endsWith(".json"))
              .map(FaultsTest::text)
              .filter(t -> t.contains("\"id\":\"diamond\"") || t.contains("\"id\":\"silicon\""))
              .count();
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  private static Path executable(String name, String script) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/bash\n" + script);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  private static boolean mount(String... command) {
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
