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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

  private SearchBench() {}

  /** The runs of a method, one a seed, from seed 1. */
  private record Row(String method, List<Result> runs) {}

  public static void main(String[] args)
      throws IOException, InterruptedException, ExecutionException {
    long calls = number("RL_MATERIALS_BENCH_CALLS", 50_000);
    int seeds = (int) number("RL_MATERIALS_BENCH_SEEDS", 5);
    String wanted = System.getenv().getOrDefault("RL_MATERIALS_BENCH_METHODS", "");
    Map<Method, List<Future<Result>>> started = new LinkedHashMap<>();
    List<Row> rows = new ArrayList<>();
    // Runs do not depend on each other: two at a time.
    ExecutorService workers = Executors.newFixedThreadPool(2);
    try (Ensemble ensemble = Ensemble.load(BenchSurrogate.folders(5))) {
      SearchComparison comparison = new SearchComparison(ensemble, calls);
      for (Method method : comparison.methods()) {
        if (!method.name().matches(".*(" + wanted + ").*")) {
          continue;
        }
        List<Future<Result>> runs = new ArrayList<>();
        for (int k = 1; k <= seeds; k++) {
          long seed = k;
          runs.add(workers.submit(() -> method.run().run(seed)));
        }
        started.put(method, runs);
      }
      for (Map.Entry<Method, List<Future<Result>>> entry : started.entrySet()) {
        List<Result> runs = new ArrayList<>();
        for (Future<Result> run : entry.getValue()) {
          runs.add(run.get());
        }
        rows.add(new Row(entry.getKey().name(), runs));
        System.err.println(entry.getKey().name() + " done");
      }
    } finally {
      workers.shutdownNow();
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
    Path folder =
        Path.of(
            System.getenv()
                .getOrDefault("RL_MATERIALS_BENCH_OUT", Path.of("results", "benchmarks") + ""));
    Files.createDirectories(folder);
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode json = mapper.createObjectNode();
    json.put("calls", calls);
    json.put("target_mean_of_top_20_per_me", target);
    ArrayNode list = json.putArray("runs");
    StringBuilder csv =
        new StringBuilder(
            "method,seed,best_per_me,mean_of_top_20_per_me,structures,formulas,"
                + "semiconductor_rate,calls_to_target\n");
    for (Row row : rows) {
      for (int k = 0; k < row.runs().size(); k++) {
        Result run = row.runs().get(k);
        double reached = callsTo(run, target);
        csv.append(
            String.format(
                Locale.ROOT,
                "\"%s\",%d,%.4f,%.4f,%.0f,%.0f,%.4f,%s%n",
                row.method(),
                k + 1,
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
    mapper.writeValue(folder.resolve("search.json").toFile(), json);
    Files.write(folder.resolve("search.csv"), csv.toString().getBytes(StandardCharsets.UTF_8));
    System.out.println("\nevery run: " + folder.resolve("search.json"));
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

  private static String interval(List<Double> values, int digits) {
    DescriptiveStatistics statistics = new DescriptiveStatistics();
    values.forEach(statistics::addValue);
    int n = values.size();
    double half =
        n < 2
            ? Double.NaN
            : new TDistribution(n - 1.0).inverseCumulativeProbability(0.975)
                * statistics.getStandardDeviation()
                / Math.sqrt(n);
    return String.format(
        Locale.ROOT, "%." + digits + "f ± %." + digits + "f", statistics.getMean(), half);
  }
}
