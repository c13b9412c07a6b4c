package org.rlmaterials.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole graph with tasks that compute nothing, also through the strict parser. */
class StubRunTest {
  static final String STRICT = "25.04.4";

  @TempDir private Path folder;

  static Stream<Arguments> versionsAndRounds() {
    return Stream.of(Arguments.of(null, 1), Arguments.of(null, 2), Arguments.of(STRICT, 2));
  }

  @ParameterizedTest
  @MethodSource("versionsAndRounds")
  void everyStageRunsOnceAndResumesFromTheCache(String version, int rounds) {
    Nextflow nextflow = Nextflow.in(folder).version(version);
    String[] arguments = {
      "-profile", "test", "-stub-run", "--rounds", String.valueOf(rounds), "--structures", "5"
    };
    Nextflow.Outcome run = nextflow.run(arguments);
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.of("COMPUTE_DFT")).hasSize(5);
    assertThat(run.of("TRAIN_SURROGATE")).hasSize(2 * rounds);
    for (String once : List.of("MERGE_DATASET", "TRAIN_PPO", "SELECT_CANDIDATES")) {
      assertThat(run.of(once)).as(once).hasSize(rounds);
    }
    assertThat(run.of("WRITE_REPORT")).hasSize(1);
    assertThat(run.with("COMPLETED")).hasSameSizeAs(run.tasks());
    assertThat(nextflow.results().resolve("report.html")).exists();
    // Of several rounds each has a folder, and no empty ones lie beside them.
    for (String folder : List.of("dataset", "surrogate", "ppo", "candidates", "validation")) {
      assertThat(Files.exists(nextflow.results().resolve(folder)))
          .as(folder)
          .isEqualTo(rounds == 1);
    }
    assertThat(Files.exists(nextflow.results().resolve("round_2"))).isEqualTo(rounds == 2);

    String[] again =
        Stream.concat(Stream.of(arguments), Stream.of("-resume")).toArray(String[]::new);
    Nextflow.Outcome resumed = nextflow.run(again);
    assertThat(resumed.exit()).as(resumed.output()).isZero();
    // The trace of a run this short can lack its last rows; what is submitted is always said.
    assertThat(resumed.with("CACHED")).isNotEmpty().hasSameSizeAs(resumed.tasks());
    assertThat(resumed.output()).doesNotContain("Submitted process");
  }

  /** A scheduler that starts what it is given at once. */
  @Test
  void jobsAskForTheTimeTheyNeedAndNoMoreThanTheClusterGives() throws IOException {
    Path programs = Files.createDirectories(folder.resolve("bin"));
    script(
        programs.resolve("sbatch"),
        "bash \"$1\" >/dev/null 2>&1 & echo \"Submitted batch job $!\"");
    script(programs.resolve("squeue"), "");
    Nextflow.Outcome run =
        Nextflow.in(folder)
            .environment(Map.of("PATH", programs + ":" + System.getenv("PATH")))
            .run(
                "-stub-run",
                "-profile",
                "slurm",
                "-c",
                Nextflow.CHECKOUT.resolve("tests/slurm/fast.config").toString(),
                "--members",
                "1",
                "--structures",
                "4",
                "--dft_batch",
                "4",
                "--slurm_max_time",
                "5h");
    assertThat(run.exit()).as(run.output()).isZero();
    for (Nextflow.Task task : run.tasks()) {
      assertThat(Files.readString(task.workdir().resolve(".command.run")))
          .contains(
              switch (task.process()) {
                case "COMPUTE_DFT", "VALIDATE_DFT" -> "#SBATCH -t 02:00:00"; // 1 h + 4 x 15 min
                case "TRAIN_SURROGATE" -> "#SBATCH -t 05:00:00"; // of 12 h
                default -> "#SBATCH -t 0";
              });
    }
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/bash\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /** Of a folder among a task's inputs Nextflow by itself sees the date alone. */
  @Test
  void aFileChangedInsideAFolderIsNoticed() throws IOException {
    Path own = Files.createDirectories(folder.resolve("own"));
    Path models = Files.createDirectories(folder.resolve("models/member_0"));
    Path label = Files.writeString(own.resolve("id_prop.csv"), "a,1.0\n");
    Path weights = Files.writeString(models.resolve("model.json"), "{}");
    Nextflow nextflow = Nextflow.in(folder);
    String[] arguments = {
      "-profile",
      "test",
      "-stub-run",
      "-resume",
      "--structures",
      "1",
      "--id_prop",
      own.toString(),
      "--pseudo_dir",
      own.toString(),
      "--surrogate_model",
      models.getParent().toString()
    };
    assertThat(nextflow.run(arguments).exit()).isZero();
    change(label, "a,2.0\n");
    assertThat(Nextflow.submitted(nextflow.run(arguments).output()))
        .anyMatch(s -> s.contains("MERGE_DATASET"))
        .anyMatch(s -> s.contains("CHECK_PSEUDOPOTENTIALS"))
        .noneMatch(s -> s.contains("GENERATE_STRUCTURES"));
    change(weights, "[]");
    assertThat(Nextflow.submitted(nextflow.run(arguments).output()))
        .anyMatch(s -> s.contains("EVALUATE_SURROGATE"))
        .anyMatch(s -> s.contains("TRAIN_PPO"))
        .noneMatch(s -> s.contains("MERGE_DATASET"));
    assertThat(Nextflow.submitted(nextflow.run(arguments).output())).isEmpty();
  }

  /** Other bytes of the same length, with the old date. */
  private static void change(Path file, String text) throws IOException {
    FileTime date = Files.getLastModifiedTime(file);
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, date);
  }
}
