package org.rlmaterials.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.stat.descriptive.DescriptiveStatistics;
import org.rlmaterials.rl.SearchComparison;
import org.rlmaterials.rl.SearchComparison.Improvement;
import org.rlmaterials.rl.SearchComparison.Method;
import org.rlmaterials.rl.SearchComparison.Result;
import org.rlmaterials.surrogate.Ensemble;

/**
 * What each way to search finds with as many questions to the surrogate. The surrogate: see {@link
 * BenchSurrogate}. RL_MATERIALS_BENCH_CALLS (50,000), RL_MATERIALS_BENCH_SEEDS (5) and
 * RL_MATERIALS_BENCH_METHODS (a regular expression for a part of their names) change what is run.
 * Means and 95 % intervals (Student's t). Every run and its curve go to search.json and search.csv
 * in RL_MATERIALS_BENCH_OUT (results/benchmarks).
 */
public final class SearchBench {
  private static final double TARGET = 0.95;

  /** The columns of search.csv, which {@code report --search} reads. */
  public static final String HEADER =
      "method,seed,calls,best_per_me,mean_of_top_20_per_me,structures,formulas,"
          + "semiconductor_rate,calls_to_target";

  private SearchBench() {}

  /** The runs of a method, one a seed, from seed 1. */
  private record Row(String method, List<Result> runs) {}

  public static void main(String[] args) throws IOException {
    long calls = number("RL_MATERIALS_BENCH_CALLS", 50_000);
    int seeds = (int) number("RL_MATERIALS_BENCH_SEEDS", 5);
    String wanted = System.getenv().getOrDefault("RL_MATERIALS_BENCH_METHODS", "");
    List<Row> rows = new ArrayList<>();
    // One after another: DJL collects gradients for one thread at a time.
    try (Ensemble ensemble = Ensemble.load(BenchSurrogate.folders(5))) {
      SearchComparison comparison = new SearchComparison(ensemble, calls);
      for (Method method : comparison.methods()) {
        if (!method.name().matches(".*(" + wanted + ").*")) {
          continue;
        }
        List<Result> runs = new ArrayList<>();
        for (int seed = 1; seed <= seeds; seed++) {
          runs.add(method.run().run(seed));
        }
        rows.add(new Row(method.name(), runs));
        System.err.println(method.name() + " done");
      }
    }
    double best =
        rows.stream()
            .flatMap(r -> r.runs().stream())
            .mapToDouble(Result::topTwenty)
            .max()
            .orElseThrow();
    double target = TARGET * best;
    print(calls, seeds, target, rows);
    write(calls, target, rows);
  }

  private static void print(long calls, int seeds, double target, List<Row> rows) {
    System.out.printf(
        Locale.ROOT,
        "%,d surrogate calls a run, %d seeds; scores in 1/mₑ; target: mean of top 20 of %.2f ="
            + " %.2f of the best of all runs%n%n"
            + "| method | best | mean of top 20 | structures ≥ half the target | formulas"
            + " among them | semiconductors (%%) | calls to target (runs that reach it) |%n"
            + "|---|---|---|---|---|---|---|%n",
        calls,
        seeds,
        target,
        TARGET);
    for (Row row : rows) {
      List<Result> runs = row.runs();
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %s | %s | %s | %s | %s |%n",
          row.method(),
          interval(runs.stream().map(Result::best).toList(), 2),
          interval(runs.stream().map(Result::topTwenty).toList(), 2),
          interval(runs.stream().map(r -> above(r, target / 2)).toList(), 0),
          interval(runs.stream().map(r -> formulas(r, target / 2)).toList(), 0),
          interval(runs.stream().map(r -> 100 * r.semiconductorRate()).toList(), 0),
          reached(runs, target));
    }
  }

  private static void write(long calls, double target, List<Row> rows) throws IOException {
    Path folder = Figures.folder();
    Files.createDirectories(folder);
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode json = mapper.createObjectNode();
    json.put("calls", calls);
    json.put("target_mean_of_top_20_per_me", target);
    ObjectNode methods = json.putObject("methods");
    for (Row row : rows) {
      List<Result> runs = row.runs();
      ObjectNode method = methods.putObject(row.method());
      put(method, "best_per_me", runs.stream().map(Result::best).toList());
      put(method, "mean_of_top_20_per_me", runs.stream().map(Result::topTwenty).toList());
      put(method, "structures", runs.stream().map(r -> above(r, target / 2)).toList());
      put(method, "formulas", runs.stream().map(r -> formulas(r, target / 2)).toList());
      put(method, "semiconductor_rate", runs.stream().map(Result::semiconductorRate).toList());
    }
    ArrayNode list = json.putArray("runs");
    StringBuilder csv = new StringBuilder(HEADER + "\n");
    for (Row row : rows) {
      for (int k = 0; k < row.runs().size(); k++) {
        Result run = row.runs().get(k);
        double reached = callsTo(run, target);
        csv.append(
            String.format(
                Locale.ROOT,
                "\"%s\",%d,%d,%.4f,%.4f,%.0f,%.0f,%.4f,%s%n",
                row.method(),
                k + 1,
                calls,
                run.best(),
                run.topTwenty(),
                above(run, target / 2),
                formulas(run, target / 2),
                run.semiconductorRate(),
                Double.isNaN(reached) ? "" : String.format(Locale.ROOT, "%.0f", reached)));
        ObjectNode node = list.addObject();
        node.put("method", row.method()).put("seed", k + 1);
        node.put("best_per_me", run.best()).put("mean_of_top_20_per_me", run.topTwenty());
        node.put("structures", above(run, target / 2)).put("formulas", formulas(run, target / 2));
        node.put("semiconductor_rate", run.semiconductorRate());
        node.put("calls_to_target", Double.isNaN(reached) ? null : reached);
        ArrayNode curve = node.putArray("curve_calls_and_mean_of_top_20_per_me");
        for (Improvement step : run.history()) {
          curve.addArray().add(step.calls()).add(step.topTwenty());
        }
      }
    }
    figures(rows).write();
    mapper.writeValue(folder.resolve("search.json").toFile(), json);
    Files.write(folder.resolve("search.csv"), csv.toString().getBytes(StandardCharsets.UTF_8));
    System.out.println("\nevery run: " + folder.resolve("search.json"));
  }

  /** Each method beside hill climbing with the same actions. */
  private static Figures figures(List<Row> rows) {
    Figures figures = new Figures("search");
    for (Row row : rows) {
      rows.stream()
          .filter(r -> r.method().startsWith("hill climbing"))
          .filter(r -> r.method().endsWith(row.method().substring(row.method().lastIndexOf(", "))))
          .findFirst()
          .ifPresent(
              climbing ->
                  figures.higher(
                      row.method() + ", mean of top 20 over hill climbing",
                      topTwenty(row) / topTwenty(climbing),
                      Figures.RATIO));
    }
    return figures;
  }

  private static double topTwenty(Row row) {
    return Mean.of(row.runs().stream().map(Result::topTwenty).toList()).value();
  }

  private static long number(String variable, long otherwise) {
    String value = System.getenv(variable);
    return value == null ? otherwise : Long.parseLong(value);
  }

  private static double above(Result result, double score) {
    return result.scores().stream().filter(s -> s >= score).count();
  }

  private static double formulas(Result result, double score) {
    int count = (int) above(result, score);
    return result.formulas().subList(0, count).stream().distinct().count();
  }

  private static double callsTo(Result run, double target) {
    return run.history().stream()
        .filter(i -> i.topTwenty() >= target)
        .mapToDouble(Improvement::calls)
        .min()
        .orElse(Double.NaN);
  }

  private static String reached(List<Result> runs, double target) {
    double[] calls =
        runs.stream().mapToDouble(r -> callsTo(r, target)).filter(c -> !Double.isNaN(c)).toArray();
    if (calls.length == 0) {
      return "never";
    }
    double sum = 0;
    for (double c : calls) {
      sum += c;
    }
    return String.format(
        Locale.ROOT, "%,.0f (%d of %d)", sum / calls.length, calls.length, runs.size());
  }

  /** A mean and half the width of its 95 % interval, NaN for a single run. */
  private record Mean(double value, double half) {
    static Mean of(List<Double> values) {
      DescriptiveStatistics statistics = new DescriptiveStatistics();
      values.forEach(statistics::addValue);
      int n = values.size();
      double half =
          n < 2
              ? Double.NaN
              : new TDistribution(n - 1.0).inverseCumulativeProbability(0.975)
                  * statistics.getStandardDeviation()
                  / Math.sqrt(n);
      return new Mean(statistics.getMean(), half);
    }
  }

  private static void put(ObjectNode node, String name, List<Double> values) {
    Mean mean = Mean.of(values);
    ObjectNode interval = node.putObject(name).put("value", mean.value());
    boolean several = !Double.isNaN(mean.half());
    interval.put("low", several ? mean.value() - mean.half() : null);
    interval.put("high", several ? mean.value() + mean.half() : null);
  }

  private static String interval(List<Double> values, int digits) {
    Mean mean = Mean.of(values);
    return String.format(
        Locale.ROOT, "%." + digits + "f ± %." + digits + "f", mean.value(), mean.half());
  }
}
