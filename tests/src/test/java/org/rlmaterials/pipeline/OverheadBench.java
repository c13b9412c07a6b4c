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
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code make bench-overhead}: which part of the machine pw.x gets while a run computes its
 * structures, and how long a finished run takes to resume. STRUCTURES (200) in the environment says
 * how many structures, DFT_BATCH (1) how many of them in a task, PROTOCOL (fast) at which
 * precision, DFT_STORE an empty folder where the records are to stay.
 */
@Tag("bench")
class OverheadBench {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** 200 structures at protocol balanced take an hour and a half on two cores. */
  private static final Duration LONGEST_RUN = Duration.ofHours(12);

  @TempDir private Path folder;

  @Test
  void pwxHasMostOfTheMachine() throws IOException {
    String structures = System.getenv().getOrDefault("STRUCTURES", "200");
    String batch = System.getenv().getOrDefault("DFT_BATCH", "1");
    String protocol = System.getenv().getOrDefault("PROTOCOL", "fast");
    String store = System.getenv().getOrDefault("DFT_STORE", "store");
    if (Path.of(store).isAbsolute()) {
      assertThat(Path.of(store))
          .as("DFT_STORE: what it holds would not be computed")
          .isEmptyDirectory();
    }
    int cores = Runtime.getRuntime().availableProcessors();
    List<String> arguments =
        new ArrayList<>(
            List.of("--structures", structures, "--protocol", protocol, "--dft_store", store));
    arguments.addAll(List.of("--dft_batch", batch));
    // As little as possible after the dataset: the controls and one candidate.
    arguments.addAll(List.of("--validation_protocol", "fast", "--base_rate", "false"));
    arguments.addAll(List.of("--top_k", "1", "--timesteps", "64", "--episodes", "1"));
    arguments.addAll(List.of("--members", "1", "--epochs", "1"));
    Nextflow nextflow = Nextflow.in(folder);

    long start = System.nanoTime();
    Nextflow.Outcome run =
        nextflow.finish(nextflow.start(arguments.toArray(String[]::new)), LONGEST_RUN);
    double wall = seconds(start);
    assertThat(run.exit()).as(run.output()).isZero();
    List<Dft> tasks = new ArrayList<>();
    for (Nextflow.Task task : run.tasks()) {
      boolean dft = Set.of("COMPUTE_DFT", "VALIDATE_DFT").contains(task.process());
      if (dft && task.status().equals("COMPLETED")) {
        tasks.add(Dft.of(task));
      }
    }
    double coreSeconds = tasks.stream().mapToDouble(Dft::pwSeconds).sum();
    double taskSeconds = tasks.stream().mapToDouble(Dft::seconds).sum();
    // The controls of the validation are computed among the first structures, and count with them.
    long last = tasks.stream().filter(Dft::forDataset).mapToLong(Dft::ended).max().orElseThrow();
    List<Dft> stage = tasks.stream().filter(t -> t.ended() <= last).toList();
    long first = stage.stream().mapToLong(Dft::begun).min().orElseThrow();
    double inStage = stage.stream().mapToDouble(Dft::pwSeconds).sum();
    double dftWall = (last - first) / 1000.0;

    List<String> again = new ArrayList<>(arguments);
    again.add("-resume");
    start = System.nanoTime();
    Nextflow.Outcome resumed = nextflow.run(again.toArray(String[]::new));
    double resume = seconds(start);
    assertThat(resumed.exit()).as(resumed.output()).isZero();
    assertThat(Nextflow.submitted(resumed.output())).isEmpty();

    System.out.printf(
        "%s structures, %s in a task, protocol %s, %d cores:%n"
            + "  DFT stage: pw.x %.0f core-seconds in %.0f s: %.3f of the cores%n"
            + "  whole run: pw.x %.0f core-seconds in %.0f s: %.3f of the cores; in DFT tasks %.0f s, so %.2f s a task"
            + " outside pw.x%n"
            + "  -resume of the finished run: %.1f s%n",
        structures,
        batch,
        protocol,
        cores,
        inStage,
        dftWall,
        inStage / (dftWall * cores),
        coreSeconds,
        wall,
        coreSeconds / (wall * cores),
        taskSeconds,
        (taskSeconds - coreSeconds) / tasks.size(),
        resume);
    // In the form of the figures of the library's benchmarks, for the one table of `make bench`.
    Path figures = Files.createDirectories(Path.of("../results/benchmarks"));
    Files.writeString(
        figures.resolve("overhead.figures.csv"),
        "bench,quantity,value,unit,better\n"
            + "overhead,pw.x over wall time and cores in the DFT stage of %s structures,%.3f,ratio,higher%n"
                .formatted(structures, inStage / (dftWall * cores))
            + "overhead,-resume of the finished run,%.1f,s,lower%n".formatted(resume));
  }

  /**
   * A DFT task.
   *
   * @param forDataset rather than for the validation
   * @param begun when it began (ms)
   * @param ended when it ended (ms)
   * @param pwSeconds processor time (s) of pw.x in it
   */
  private record Dft(boolean forDataset, long begun, long ended, double pwSeconds) {
    static Dft of(Nextflow.Task task) throws IOException {
      Path work = task.workdir();
      return new Dft(
          task.process().equals("COMPUTE_DFT"),
          Files.getLastModifiedTime(work.resolve(".command.begin")).toMillis(),
          Files.getLastModifiedTime(work.resolve(".exitcode")).toMillis(),
          OverheadBench.pwSeconds(work.resolve(task.tag() + ".jsonl")));
    }

    double seconds() {
      return (ended - begun) / 1000.0;
    }
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
