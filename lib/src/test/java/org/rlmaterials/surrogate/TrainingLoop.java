package org.rlmaterials.surrogate;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.rlmaterials.crystal.RandomStream;
import org.rlmaterials.fingerprint.Descriptor;
import org.rlmaterials.fingerprint.Descriptors;

/** What SurrogateBench measures: the training loop and prediction, on made-up numbers. */
public final class TrainingLoop {
  private static final int ROWS = 4096;
  private static final int BATCH = 128;

  private TrainingLoop() {}

  /**
   * Trains for args[0] steps; prints seconds on the clock, of the training thread's processor time
   * (libtorch has one thread), peak memory (MiB) and the last loss.
   */
  public static void main(String[] args) throws IOException {
    int steps = Integer.parseInt(args[0]);
    NetworkShape shape = NetworkShape.multiTaskMlp(152);
    RandomStream random = RandomStream.of(1);
    float[] x = new float[ROWS * 152];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    float[] y = new float[ROWS * 2];
    for (int r = 0; r < ROWS; r++) {
      int at = 152 * r;
      y[2 * r] = (float) Math.sin(x[at]) + x[at + 1];
      y[2 * r + 1] = x[at + 2] * x[at + 3];
    }
    for (int i = 0; i < y.length; i++) {
      y[i] = random.nextDouble() < 0.3 ? Float.NaN : y[i];
    }
    NetworkTrainer.Settings settings =
        new NetworkTrainer.Settings(new double[] {1, 0.3}, 0.5, 0, 1);
    try (NetworkTrainer trainer =
        new NetworkTrainer(shape, new Network(shape).initialParameters(random), settings, 0)) {
      long start = System.nanoTime();
      long startCpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      double loss = 0;
      for (int step = 0; step < steps; step++) {
        int from = step % (ROWS / BATCH) * BATCH;
        loss =
            trainer.step(
                Arrays.copyOfRange(x, 152 * from, 152 * (from + BATCH)),
                Arrays.copyOfRange(y, 2 * from, 2 * (from + BATCH)),
                BATCH,
                1e-3);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      double processor =
          (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - startCpu) / 1e9;
      long peak =
          Files.readAllLines(Path.of("/proc/self/status")).stream()
              .filter(l -> l.startsWith("VmHWM"))
              .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
              .findFirst()
              .orElse(0);
      System.out.println(seconds + " " + processor + " " + peak / 1024.0 + " " + loss);
    }
  }

  /**
   * @param members networks in the stack
   * @param rows rows of one call
   * @return rows a second of processor time, the best of several calls: what one core does that is
   *     not shared
   */
  public static double rowsPerSecond(int members, int rows) {
    NetworkShape shape = NetworkShape.multiTaskMlp(152);
    Network network = new Network(shape);
    Scaling scaling = scaling(152);
    List<float[]> parameters =
        IntStream.range(0, members)
            .mapToObj(m -> network.initialParameters(RandomStream.of(m)))
            .toList();
    float[] x = new float[rows * 152];
    RandomStream random = RandomStream.of(9);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    float[] trunk = new float[1000 * 192];
    for (int i = 0; i < trunk.length; i++) {
      trunk[i] = (float) random.nextGaussian();
    }
    TrunkDistance distance = TrunkDistance.fit(trunk, 1000, 192);
    try (NetworkStack stack =
        new NetworkStack(
            shape,
            parameters,
            Collections.nCopies(members, scaling),
            Collections.nCopies(members, distance))) {
      return best(rows, () -> stack.run(x, rows, false));
    }
  }

  /**
   * @param rows rows of one call
   * @return rows a second of processor time that five members of the preset "local", networks and
   *     trees together, predict: the best of several calls
   */
  public static double localRowsPerSecond(int rows) {
    Descriptor local = Descriptors.byName("local");
    TrainingOptions options = TrainingOptions.local();
    int size = local.size();
    NetworkShape shape = options.shape(size);
    RandomStream random = RandomStream.of(9);
    float[] trunk = new float[1000 * shape.trunk()];
    for (int i = 0; i < trunk.length; i++) {
      trunk[i] = (float) random.nextGaussian();
    }
    TrunkDistance distance = TrunkDistance.fit(trunk, 1000, shape.trunk());
    List<float[]> table = new ArrayList<>();
    for (int r = 0; r < 1500; r++) {
      float[] row = new float[size];
      for (int c = 0; c < size; c++) {
        row[c] = (float) random.nextGaussian();
      }
      table.add(row);
    }
    BinnedTable binned = new BinnedTable(table, size);
    double[] labels = table.stream().mapToDouble(r -> r[0] * r[1] + r[2]).toArray();
    int[] all = IntStream.range(0, labels.length).toArray();
    List<Model> members = new ArrayList<>();
    for (int m = 0; m < 5; m++) {
      Map<Target, Forest.Part> parts = new EnumMap<>(Target.class);
      for (Target target : List.of(Target.M_STAR, Target.GAP, Target.SEMICONDUCTOR)) {
        BoostedTrees.Settings settings = BoostedTrees.Settings.of(options.trees());
        parts.put(
            target,
            new Forest.Part(BoostedTrees.fit(binned, all, labels, false, settings, random), 0.5));
      }
      members.add(
          new Model(
              local.name(),
              local.featureNames(),
              shape,
              new Network(shape).initialParameters(random),
              scaling(size),
              scaling(shape.targets().size()),
              distance,
              new Forest(parts),
              new ValidationTable(List.of(), new double[0][], new double[0][], new double[0]),
              null));
    }
    float[] x = new float[rows * size];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    try (Ensemble ensemble = new Ensemble(members)) {
      return best(rows, () -> ensemble.predict(x, rows));
    }
  }

  private static Scaling scaling(int columns) {
    float[] ones = new float[columns];
    Arrays.fill(ones, 1);
    return new Scaling(new float[columns], ones);
  }

  private static double best(int rows, Runnable call) {
    double best = Double.POSITIVE_INFINITY;
    int calls = Math.max(5, 40_000 / rows);
    for (int k = 0; k < calls; k++) {
      long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      call.run();
      long end = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      best = Math.min(best, (end - start) / 1e9);
    }
    return rows / best;
  }
}
