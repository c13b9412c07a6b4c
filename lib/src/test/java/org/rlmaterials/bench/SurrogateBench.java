package org.rlmaterials.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rlmaterials.surrogate.TrainingLoop;

/**
 * Speed of the surrogate on one core: batch prediction of the 152-number network, and training of
 * it against the same network in PyTorch. PyTorch is looked for in the interpreter named by the
 * environment variable RL_MATERIALS_PYTHON, else in python3; without it only our own time is
 * printed. Both train in processes of their own, in turn, best of three: other work on the machine
 * disturbs both alike.
 */
public final class SurrogateBench {
  private static final int STEPS = 1500;
  private static final int ROUNDS = 3;

  private SurrogateBench() {}

  public static void main(String[] args) throws Exception {
    Figures figures = new Figures("surrogate");
    double rate = TrainingLoop.rowsPerSecond(1, 50_000);
    System.out.printf(
        "prediction, one network, 50,000 rows a call: %,.0f rows a second of processor time (at"
            + " least 50,000)%n",
        rate);
    figures.higher("prediction, one network", rate, "rows/s");
    for (int rows : new int[] {1, 16, 64}) {
      System.out.printf(
          "prediction, ensemble of five, %d rows a call: %,.0f rows a second of processor time%n",
          rows, TrainingLoop.rowsPerSecond(5, rows));
    }
    for (int rows : new int[] {16, 32}) {
      System.out.printf(
          "prediction, five members of local with their trees, %d rows a call: %,.0f rows a second"
              + " of processor time%n",
          rows, TrainingLoop.localRowsPerSecond(rows));
    }
    String python = System.getenv().getOrDefault("RL_MATERIALS_PYTHON", "python3");
    Path script = Files.createTempFile("train", ".py");
    try {
      try (InputStream in = SurrogateBench.class.getResourceAsStream("train_mlp.py")) {
        Files.write(script, in.readAllBytes());
      }
      boolean torch = run(List.of(python, "-c", "import torch")) != null;
      List<double[]> ours = new ArrayList<>();
      List<double[]> theirs = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        ours.add(
            run(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-Xmx512m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "org.rlmaterials.surrogate.TrainingLoop",
                    Integer.toString(STEPS))));
        if (torch) {
          theirs.add(run(List.of(python, script.toString(), Integer.toString(STEPS))));
        }
      }
      System.out.printf("training, %d steps of 128 rows, one thread, best of %d:%n", STEPS, ROUNDS);
      System.out.printf(
          "  DJL      %.2f s (%.2f s of processor time), peak memory %.0f MiB%n",
          best(ours, 0), best(ours, 1), best(ours, 2));
      if (torch) {
        System.out.printf(
            "  PyTorch  %.2f s (%.2f s of processor time), peak memory %.0f MiB%n",
            best(theirs, 0), best(theirs, 1), best(theirs, 2));
        System.out.printf(
            "  ratio    %.2f in time, %.2f in processor time, %.2f in memory (at most 1)%n",
            best(ours, 0) / best(theirs, 0),
            best(ours, 1) / best(theirs, 1),
            best(ours, 2) / best(theirs, 2));
        figures.lower("training time over PyTorch", best(ours, 1) / best(theirs, 1), Figures.RATIO);
        figures.lower(
            "training memory over PyTorch", best(ours, 2) / best(theirs, 2), Figures.RATIO);
      } else {
        System.out.println("  PyTorch is not there: set RL_MATERIALS_PYTHON to compare");
      }
      figures.write();
    } finally {
      Files.deleteIfExists(script);
    }
  }

  private static double best(List<double[]> runs, int column) {
    return runs.stream().mapToDouble(r -> r[column]).min().orElseThrow();
  }

  /** The numbers a process prints on its last line; none if it prints nothing; null if it fails. */
  private static double[] run(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return null;
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      return null;
    }
    return Arrays.stream(out.strip().split("\\s+"))
        .filter(s -> !s.isEmpty())
        .mapToDouble(Double::parseDouble)
        .toArray();
  }
}
