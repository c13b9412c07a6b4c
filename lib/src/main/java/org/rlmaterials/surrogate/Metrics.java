package org.rlmaterials.surrogate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.rlmaterials.crystal.RandomStream;

/**
 * How good predictions are, each number with a 95 % interval from a bootstrap over chemical systems
 * (the rows of one system are not independent).
 */
final class Metrics {
  /** Mass below which a crystal counts as light (mₑ). */
  static final double LIGHT_MASS = 0.2;

  private static final int RESAMPLES = 500;

  /** Predicted masses are cut here (mₑ) where a logarithm is taken. */
  private static final double SMALLEST_MASS = 1e-3;

  private final String[] systems;
  private final Labels[] labels;
  private final PropertyPredictor.Predictions predictions;

  /**
   * @param rows what is true
   * @param predictions what is predicted, in the same order
   */
  Metrics(List<TrainingTable.Row> rows, PropertyPredictor.Predictions predictions) {
    this.systems = rows.stream().map(TrainingTable.Row::chemicalSystem).toArray(String[]::new);
    this.labels = rows.stream().map(TrainingTable.Row::labels).toArray(Labels[]::new);
    this.predictions = predictions;
  }

  /**
   * @param constantMass the mass a constant would predict: median of the training labels (mₑ)
   * @param seed seed of the bootstrap
   * @return all numbers: for each its value, the ends of its interval, null where undefined
   */
  ObjectNode toJson(double constantMass, long seed) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    int[] all = IntStream.range(0, labels.length).toArray();
    json.put("records", labels.length);
    json.put("chemical_systems", Arrays.stream(systems).distinct().count());
    json.set("m_star", table(massMetrics(constantMass), massRows(all), seed, "light_records"));
    json.set("gap", table(gapMetrics(), gapRows(all), seed, "semiconductors"));
    return json;
  }

  /**
   * @param constantMass the mass a constant would predict (mₑ)
   * @return name of each metric of m* and how to compute it from a set of rows with masses
   */
  Map<String, ToDoubleFunction<int[]>> massMetrics(double constantMass) {
    Map<String, ToDoubleFunction<int[]>> m = new LinkedHashMap<>();
    m.put("pearson", r -> pearson(truth(r), predicted(r)));
    m.put("spearman", r -> pearson(ranks(truth(r)), ranks(predicted(r))));
    m.put(
        "pearson_log",
        r -> {
          int[] positive = Arrays.stream(r).filter(i -> labels[i].mStar() > 0).toArray();
          return pearson(logs(truth(positive)), logs(predicted(positive)));
        });
    m.put(
        "mae_me", r -> Arrays.stream(r).mapToDouble(this::massError).average().orElse(Double.NaN));
    m.put(
        "mae_constant_me",
        r ->
            Arrays.stream(r)
                .mapToDouble(i -> Math.abs(labels[i].mStar() - constantMass))
                .average()
                .orElse(Double.NaN));
    m.put("precision_at_k_light", this::precisionAtK);
    m.put("light_share", r -> share(r, this::light));
    m.put("within_1_sigma", r -> share(r, i -> massError(i) <= predictions.mStarStd()[i]));
    m.put("within_2_sigma", r -> share(r, i -> massError(i) <= 2 * predictions.mStarStd()[i]));
    return m;
  }

  /**
   * @return name of each metric of the gap and how to compute it from a set of rows with gaps
   */
  Map<String, ToDoubleFunction<int[]>> gapMetrics() {
    Map<String, ToDoubleFunction<int[]>> m = new LinkedHashMap<>();
    m.put("mae_ev", r -> Arrays.stream(r).mapToDouble(this::gapError).average().orElse(Double.NaN));
    m.put(
        "mae_constant_ev",
        r -> {
          double median = median(Arrays.stream(r).mapToDouble(i -> labels[i].gapEv()).toArray());
          return Arrays.stream(r)
              .mapToDouble(i -> Math.abs(labels[i].gapEv() - median))
              .average()
              .orElse(Double.NaN);
        });
    m.put("accuracy", r -> share(classed(r), i -> saysYes(i) == isYes(i)));
    m.put("majority", r -> Math.max(share(classed(r), this::isYes), share(classed(r), this::isNo)));
    m.put("precision", r -> share(filter(classed(r), this::saysYes), this::isYes));
    m.put("recall", r -> share(filter(classed(r), this::isYes), this::saysYes));
    m.put(
        "balanced_accuracy",
        r ->
            (share(filter(classed(r), this::isYes), this::saysYes)
                    + share(filter(classed(r), this::isNo), i -> !saysYes(i)))
                / 2);
    m.put("roc_auc", this::rocAuc);
    m.put(
        "within_1_sigma",
        r -> share(filter(r, this::saysYes), i -> gapError(i) <= predictions.gapStdEv()[i]));
    m.put(
        "within_2_sigma",
        r -> share(filter(r, this::saysYes), i -> gapError(i) <= 2 * predictions.gapStdEv()[i]));
    return m;
  }

  private ObjectNode table(
      Map<String, ToDoubleFunction<int[]>> metrics, int[] rows, long seed, String countOf) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("records", rows.length);
    boolean mass = countOf.equals("light_records");
    json.put(countOf, Arrays.stream(rows).filter(mass ? this::light : this::isYes).count());
    List<int[]> resamples = resamples(rows, seed);
    metrics.forEach(
        (name, metric) -> {
          double value = metric.applyAsDouble(rows);
          if (!Double.isFinite(value)) {
            json.putNull(name);
            return;
          }
          double[] draws =
              resamples.stream().mapToDouble(metric).filter(Double::isFinite).sorted().toArray();
          ObjectNode entry = json.putObject(name);
          entry.put("value", rounded(value));
          entry.put("low", rounded(quantile(draws, 0.025)));
          entry.put("high", rounded(quantile(draws, 0.975)));
        });
    return json;
  }

  /** Rows of chemical systems drawn with replacement. */
  private List<int[]> resamples(int[] rows, long seed) {
    Map<String, List<Integer>> bySystem = new LinkedHashMap<>();
    for (int i : rows) {
      bySystem.computeIfAbsent(systems[i], s -> new ArrayList<>()).add(i);
    }
    List<List<Integer>> groups = List.copyOf(bySystem.values());
    List<int[]> resamples = new ArrayList<>();
    for (int k = 0; k < RESAMPLES && !groups.isEmpty(); k++) {
      RandomStream random = RandomStream.of(seed, k);
      List<Integer> drawn = new ArrayList<>();
      for (int g = 0; g < groups.size(); g++) {
        drawn.addAll(groups.get(random.nextInt(groups.size())));
      }
      resamples.add(drawn.stream().mapToInt(Integer::intValue).toArray());
    }
    return resamples;
  }

  /** Rows with a mass. */
  int[] massRows(int[] rows) {
    return filter(rows, i -> labels[i].has(Target.M_STAR));
  }

  /** Rows with a gap. */
  int[] gapRows(int[] rows) {
    return filter(rows, i -> labels[i].has(Target.GAP));
  }

  private int[] classed(int[] rows) {
    return filter(rows, i -> labels[i].has(Target.SEMICONDUCTOR));
  }

  private boolean isYes(int i) {
    return labels[i].semiconductor() == 1;
  }

  private boolean isNo(int i) {
    return labels[i].semiconductor() == 0;
  }

  private boolean saysYes(int i) {
    return predictions.semiconductorProbability()[i] >= 0.5;
  }

  private boolean light(int i) {
    return labels[i].mStar() > 0 && labels[i].mStar() < LIGHT_MASS;
  }

  private double massError(int i) {
    return Math.abs(labels[i].mStar() - predictions.mStar()[i]);
  }

  private double gapError(int i) {
    return Math.abs(labels[i].gapEv() - predictions.gapEv()[i]);
  }

  private double[] truth(int[] rows) {
    return Arrays.stream(rows).mapToDouble(i -> labels[i].mStar()).toArray();
  }

  private double[] predicted(int[] rows) {
    return Arrays.stream(rows).mapToDouble(i -> predictions.mStar()[i]).toArray();
  }

  /** Of the k lightest predictions, k the number of light rows, the share that is light. */
  private double precisionAtK(int[] rows) {
    int k = (int) Arrays.stream(rows).filter(this::light).count();
    int[] order =
        Arrays.stream(rows)
            .boxed()
            .sorted((a, b) -> Float.compare(predictions.mStar()[a], predictions.mStar()[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    return share(Arrays.copyOf(order, k), this::light);
  }

  private double rocAuc(int[] rows) {
    int[] classed = classed(rows);
    double[] ranks =
        ranks(
            Arrays.stream(classed)
                .mapToDouble(i -> predictions.semiconductorProbability()[i])
                .toArray());
    double positives = 0;
    double sum = 0;
    for (int k = 0; k < classed.length; k++) {
      if (isYes(classed[k])) {
        positives++;
        sum += ranks[k];
      }
    }
    double negatives = classed.length - positives;
    return (sum - positives * (positives + 1) / 2) / (positives * negatives);
  }

  private static int[] filter(int[] rows, IntPredicate wanted) {
    return Arrays.stream(rows).filter(wanted).toArray();
  }

  private static double share(int[] rows, IntPredicate wanted) {
    return rows.length == 0
        ? Double.NaN
        : (double) Arrays.stream(rows).filter(wanted).count() / rows.length;
  }

  static double pearson(double[] x, double[] y) {
    if (x.length < 2) {
      return Double.NaN;
    }
    double mx = Arrays.stream(x).average().orElseThrow();
    double my = Arrays.stream(y).average().orElseThrow();
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - mx) * (y[i] - my);
      xx += (x[i] - mx) * (x[i] - mx);
      yy += (y[i] - my) * (y[i] - my);
    }
    return xy / Math.sqrt(xx * yy);
  }

  /** Ranks from 1; equal values share the mean of theirs. */
  static double[] ranks(double[] values) {
    int n = values.length;
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted((a, b) -> Double.compare(values[a], values[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] ranks = new double[n];
    for (int i = 0; i < n; ) {
      int j = i;
      while (j + 1 < n && values[order[j + 1]] == values[order[i]]) {
        j++;
      }
      for (int k = i; k <= j; k++) {
        ranks[order[k]] = (i + j) / 2.0 + 1;
      }
      i = j + 1;
    }
    return ranks;
  }

  private static double[] logs(double[] masses) {
    return Arrays.stream(masses).map(m -> Math.log(Math.max(SMALLEST_MASS, m))).toArray();
  }

  static double median(double[] values) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }

  private static double quantile(double[] sorted, double q) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double at = q * (sorted.length - 1);
    int i = (int) at;
    int j = Math.min(i + 1, sorted.length - 1);
    return sorted[i] + (at - i) * (sorted[j] - sorted[i]);
  }

  private static double rounded(double value) {
    return Double.isFinite(value) ? Math.round(value * 1e6) / 1e6 : value;
  }
}
