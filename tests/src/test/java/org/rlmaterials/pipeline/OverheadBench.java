package org.rlmaterials.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code make bench-overhead}: which part of the machine pw.x gets while a run computes its
 * structures, and how long a finished run takes to resume. STRUCTURES (200) in the environment says
 * how many structures, PROTOCOL (fast) at which precision.
 */
@Tag("bench")
class OverheadBench {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @Test
  void pwxHasMostOfTheMachine() throws IOException {
    String structures = System.getenv().getOrDefault("STRUCTURES", "200");
    String protocol = System.getenv().getOrDefault("PROTOCOL", "fast");
    int cores = Runtime.getRuntime().availableProcessors();
    List<String> arguments =
        new ArrayList<>(
            List.of("--structures", structures, "--protocol", protocol, "--dft_store", "store"));
    // As little as possible after the dataset: the controls and one candidate.
    arguments.addAll(List.of("--validation_protocol", "fast", "--base_rate", "false"));
    arguments.addAll(List.of("--top_k", "1", "--timesteps", "64", "--episodes", "1"));
    arguments.addAll(List.of("--members", "1", "--epochs", "1"));
    Nextflow nextflow = Nextflow.in(folder);

    long start = System.nanoTime();
    Nextflow.Outcome run = nextflow.run(arguments.toArray(String[]::new));
    double wall = seconds(start);
    assertThat(run.exit()).as(run.output()).isZero();
    double coreSeconds = 0;
    double taskSeconds = 0;
    long first = Long.MAX_VALUE;
    long last = 0;
    for (Nextflow.Task task : run.tasks()) {
      if (!task.process().equals("COMPUTE_DFT") && !task.process().equals("VALIDATE_DFT")) {
        continue;
      }
      long begun = Files.getLastModifiedTime(task.workdir().resolve(".command.begin")).toMillis();
      long ended = Files.getLastModifiedTime(task.workdir().resolve(".exitcode")).toMillis();
      double inPw = pwSeconds(task.workdir().resolve(task.tag() + ".jsonl"));
      taskSeconds += (ended - begun) / 1000.0;
      coreSeconds += inPw;
      if (task.process().equals("COMPUTE_DFT")) {
        first = Math.min(first, begun);
        last = Math.max(last, ended);
      }
    }
    double dftWall = (last - first) / 1000.0;
    double inDftStage = 0;
    for (Nextflow.Task task : run.of("COMPUTE_DFT")) {
      inDftStage += pwSeconds(task.workdir().resolve(task.tag() + ".jsonl"));
    }

    List<String> again = new ArrayList<>(arguments);
    again.add("-resume");
    start = System.nanoTime();
    Nextflow.Outcome resumed = nextflow.run(again.toArray(String[]::new));
    double resume = seconds(start);
    assertThat(resumed.exit()).as(resumed.output()).isZero();
    assertThat(Nextflow.submitted(resumed.output())).isEmpty();

    System.out.printf(
        "%s structures, protocol %s, %d cores:%n"
            + "  DFT stage: pw.x %.0f core-seconds in %.0f s: %.3f of the cores%n"
            + "  whole run: pw.x %.0f core-seconds in %.0f s; in DFT tasks %.0f s, so %.2f s a task"
            + " outside pw.x%n"
            + "  -resume of the finished run: %.1f s%n",
        structures,
        protocol,
        cores,
        inDftStage,
        dftWall,
        inDftStage / (dftWall * cores),
        coreSeconds,
        wall,
        taskSeconds,
        (taskSeconds - coreSeconds)
            / (run.of("COMPUTE_DFT").size() + run.of("VALIDATE_DFT").size()),
        resume);
    // In the form of the figures of the library's benchmarks, for the one table of `make bench`.
    Path figures = Files.createDirectories(Path.of("../results/benchmarks"));
    Files.writeString(
        figures.resolve("overhead.figures.csv"),
        "bench,quantity,value,unit,better\n"
            + "overhead,pw.x over wall time and cores in the DFT stage of %s structures,%.3f,ratio,higher%n"
                .formatted(structures, inDftStage / (dftWall * cores))
            + "overhead,-resume of the finished run,%.1f,s,lower%n".formatted(resume));
  }

  /** Processor time (s) of pw.x in the records of a file. */
  private static double pwSeconds(Path records) throws IOException {
    double sum = 0;
    for (String line : Files.readAllLines(records)) {
      for (JsonNode attempt : JSON.readTree(line).path("attempts")) {
        sum += attempt.path("core_seconds").asDouble();
      }
    }
    return sum;
  }

  private static double seconds(long start) {
    return Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0;
  }
}
