package org.rlmaterials.surrogate;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.rlmaterials.crystal.RandomStream;
import org.rlmaterials.dataset.Split;
import org.rlmaterials.dataset.Splits;
import org.rlmaterials.fingerprint.Descriptors;

/**
 * One trial on the benchmark data: {@code Trial PRESET MEMBERS SIDE [key=value ...]}, options as
 * they are named in a model's provenance. SIDE is validation while choosing, test at the end.
 * {@code max_atoms=N} takes larger cells (16), {@code salt=TEXT} divides the chemical systems anew,
 * by the same shares, to see how much a result owes to the one split rule; {@code salt=val} tests
 * on the systems where SHA-256 of "val:" and the system, modulo 100, is below 15
 * (docs/surrogate.md).
 */
public final class Trial {
  private Trial() {}

  public static void main(String[] args) throws Exception {
    List<String> trial = new ArrayList<>();
    for (String arg : args) {
      if (arg.equals("--")) {
        run(trial);
        trial.clear();
      } else {
        trial.add(arg);
      }
    }
    run(trial);
  }

  private static final Map<String, TrainingTable> TABLES = new HashMap<>();

  private static void run(List<String> args) throws Exception {
    System.out.println("=== " + args);
    TrainingOptions options =
        args.get(0).equals("seed") ? TrainingOptions.seed() : TrainingOptions.local();
    int members = Integer.parseInt(args.get(1));
    Split side = Split.valueOf(args.get(2).toUpperCase(Locale.ROOT));
    Map<String, Object> changes = new HashMap<>();
    int maxAtoms = 16;
    String salt = null;
    for (String arg : args.subList(3, args.size())) {
      String[] pair = arg.split("=", 2);
      if (pair[0].equals("max_atoms")) {
        maxAtoms = Integer.parseInt(pair[1]);
      } else if (pair[0].equals("salt")) {
        salt = pair[1];
      } else {
        changes.put(pair[0], new ObjectMapper().readTree(pair[1]));
      }
    }
    options = options.with(changes);
    long t0 = System.nanoTime();
    String key = options.descriptor() + maxAtoms;
    TrainingTable table = TABLES.get(key);
    if (table == null) {
      table = MpTransport.read(Descriptors.byName(options.descriptor()), maxAtoms);
      TABLES.put(key, table);
    }
    table = salt == null ? table : dividedAnew(table, salt);
    System.out.printf(
        "%d rows, features %.1f s%n", table.rows().size(), (System.nanoTime() - t0) / 1e9);
    List<Model> models = new ArrayList<>();
    for (int m = 0; m < members; m++) {
      long t = System.nanoTime();
      Training training = new Training(table, options, 1, m);
      models.add(training.run());
      List<Training.Epoch> e = training.epochs();
      System.out.printf(
          "member %d: %.1f s, %d epochs, last %s, best %.4f%n",
          m,
          (System.nanoTime() - t) / 1e9,
          e.size(),
          e.get(e.size() - 1),
          e.stream()
              .filter(x -> x.phase() == 1)
              .mapToDouble(Training.Epoch::validationLoss)
              .min()
              .orElse(0));
    }
    for (Split s : side == Split.TEST ? List.of(Split.VALIDATION, Split.TEST) : List.of(side)) {
      List<TrainingTable.Row> rows =
          table.rows().stream().filter(r -> r.split() == s && r.crystal().size() <= 16).toList();
      report(s.label() + " clean", models, table, rows, null);
      report(s.label() + " jittered", models, table, rows, Evaluation.JITTER);
    }
  }

  private static TrainingTable dividedAnew(TrainingTable table, String salt) {
    List<TrainingTable.Row> rows = new ArrayList<>();
    for (TrainingTable.Row row : table.rows()) {
      String salted = salt + ":" + row.chemicalSystem();
      Split side = Splits.of(salted);
      if (salt.equals("val")) {
        side =
            percent(salted) < 15 ? Split.TEST : Split.TEST == side ? Split.VALIDATION : Split.TRAIN;
      }
      rows.add(
          new TrainingTable.Row(
              row.id(),
              row.source(),
              row.chemicalSystem(),
              side,
              row.features(),
              row.labels(),
              row.crystal()));
    }
    return new TrainingTable(table.descriptor(), rows);
  }

  private static int percent(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return new BigInteger(1, digest).mod(BigInteger.valueOf(100)).intValue();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static void report(
      String name,
      List<Model> models,
      TrainingTable table,
      List<TrainingTable.Row> test,
      TrainingOptions.Jitter jitter) {
    try (Ensemble ensemble = new Ensemble(models)) {
      int size = table.descriptor().size();
      float[] x = new float[test.size() * size];
      RandomStream random = RandomStream.of(5);
      for (int i = 0; i < test.size(); i++) {
        float[] f =
            jitter == null
                ? test.get(i).features()
                : table.descriptor().of(Jittering.of(test.get(i).crystal(), jitter, random));
        System.arraycopy(f, 0, x, i * size, size);
      }
      Metrics metrics = new Metrics(test, ensemble.predict(x, test.size()));
      int[] all = IntStream.range(0, test.size()).toArray();
      int[] massRows = metrics.massRows(all);
      double constant =
          Metrics.median(
              Arrays.stream(massRows).mapToDouble(i -> test.get(i).labels().mStar()).toArray());
      StringBuilder line = new StringBuilder(name + " m* n=" + massRows.length);
      metrics
          .massMetrics(constant)
          .forEach((k, f) -> line.append(String.format(" %s %.3f", k, f.applyAsDouble(massRows))));
      line.append("\n").append(name).append(" gap n=").append(test.size());
      metrics
          .gapMetrics()
          .forEach((k, f) -> line.append(String.format(" %s %.3f", k, f.applyAsDouble(all))));
      System.out.println(line);
      if (jitter == null) {
        System.out.println(ensemble.calibration());
      }
    }
  }
}
