package org.rlmaterials.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
 * RL_MATERIALS_BENCH_METHODS (a part of their names) change what is run. Means and 95 % intervals
 * (Student's t).
 */
public final class SearchBench {
  private SearchBench() {}

  public static void main(String[] args) throws IOException {
    long calls = number("RL_MATERIALS_BENCH_CALLS", 50_000);
    int seeds = (int) number("RL_MATERIALS_BENCH_SEEDS", 5);
    String wanted = System.getenv().getOrDefault("RL_MATERIALS_BENCH_METHODS", "");
    Map<String, List<Result>> results = new LinkedHashMap<>();
    try (Ensemble ensemble = Ensemble.load(BenchSurrogate.folders(5))) {
      SearchComparison comparison = new SearchComparison(ensemble, calls);
      for (Method method : comparison.methods()) {
        if (!method.name().contains(wanted)) {
          continue;
        }
        List<Result> runs = new ArrayList<>();
        for (int seed = 1; seed <= seeds; seed++) {
          runs.add(method.run().run(seed));
        }
        results.put(method.name(), runs);
        System.err.println(method.name() + " done");
      }
    }
    double best =
        results.values().stream()
            .flatMap(List::stream)
            .mapToDouble(Result::best)
            .max()
            .orElseThrow();
    double target = 0.9 * best;
    System.out.printf(
        Locale.ROOT,
        "%,d surrogate calls a run, %d seeds; scores in 1/mₑ; target %.2f = 0.9 of the best of all"
            + " runs%n%n| method | best | mean of top 20 | structures ≥ half the target | formulas"
            + " among them | semiconductors (%%) | calls to target (runs that reach it) |%n"
            + "|---|---|---|---|---|---|---|%n",
        calls,
        seeds,
        target);
    results.forEach(
        (name, runs) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %s | %s |%n",
                name,
                interval(runs.stream().map(Result::best).toList(), 2),
                interval(runs.stream().map(Result::topTwenty).toList(), 2),
                interval(runs.stream().map(r -> above(r, target / 2)).toList(), 0),
                interval(runs.stream().map(r -> formulas(r, target / 2)).toList(), 0),
                interval(runs.stream().map(r -> 100 * r.semiconductorRate()).toList(), 0),
                reached(runs, target)));
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

  private static String reached(List<Result> runs, double target) {
    List<Double> calls = new ArrayList<>();
    for (Result run : runs) {
      run.history().stream()
          .filter(i -> i.score() >= target)
          .mapToDouble(Improvement::calls)
          .min()
          .ifPresent(calls::add);
    }
    return calls.isEmpty()
        ? "never"
        : String.format(
            Locale.ROOT,
            "%,.0f (%d of %d)",
            calls.stream().mapToDouble(x -> x).average().orElseThrow(),
            calls.size(),
            runs.size());
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
