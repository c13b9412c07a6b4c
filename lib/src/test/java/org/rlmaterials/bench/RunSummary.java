package org.rlmaterials.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.rlmaterials.discovery.HitRate;
import org.rlmaterials.discovery.Lift;

/**
 * The tables of docs/results.md from the results folder of a run, in the order of the page: {@code
 * RunSummary RESULTS [METRICS.json ...]}; further metrics (of members trained by the random split,
 * say) become further columns of the first table.
 */
public final class RunSummary {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A round's folder of results and its number. */
  private record Round(int number, Path folder) {
    JsonNode json(String file) {
      return read(folder.resolve(file));
    }
  }

  private RunSummary() {}

  public static void main(String[] args) {
    Path results = Path.of(args[0]);
    List<Round> rounds = rounds(results);
    List<String> names = new ArrayList<>();
    List<JsonNode> metrics = new ArrayList<>();
    for (Round round : rounds) {
      addSplits("round " + round.number(), round.json("surrogate/metrics.json"), names, metrics);
    }
    for (String file : List.of(args).subList(1, args.length)) {
      addSplits(Path.of(file).getFileName().toString(), read(Path.of(file)), names, metrics);
    }
    surrogate(names, metrics);
    evaluation(rounds);
    List<JsonNode> verdicts =
        rounds.stream().map(r -> r.json("validation/validation.json")).toList();
    hits(verdicts);
    classes(verdicts);
    predictions(verdicts);
    crystals("candidate", verdicts, "candidates");
    crystals("by chance", verdicts, "random");
    cost(read(results.resolve("report.json")));
  }

  private static List<Round> rounds(Path results) {
    // First: a folder that once held one round keeps its files when it gets several.
    if (!Files.isDirectory(results.resolve("round_1"))) {
      return List.of(new Round(1, results));
    }
    List<Round> rounds = new ArrayList<>();
    for (int n = 1; Files.isDirectory(results.resolve("round_" + n)); n++) {
      rounds.add(new Round(n, results.resolve("round_" + n)));
    }
    return rounds;
  }

  private static JsonNode read(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void addSplits(
      String name, JsonNode file, List<String> names, List<JsonNode> metrics) {
    file.properties()
        .forEach(
            split -> {
              names.add(name + ", " + split.getKey().replace('_', ' '));
              metrics.add(split.getValue().path("test"));
            });
  }

  private static void surrogate(List<String> names, List<JsonNode> tests) {
    row("", names);
    row("---", names.stream().map(n -> "---").toList());
    row(
        "test rows, of them with m\\*, below 0.2 mₑ",
        each(
            tests,
            t ->
                "%d, %d, %d"
                    .formatted(
                        t.path("records").asInt(),
                        t.at("/m_star/records").asInt(),
                        t.at("/m_star/light_records").asInt())));
    row("Spearman m\\*", each(tests, t -> interval(t.at("/m_star/spearman"))));
    row("Pearson log m\\*", each(tests, t -> interval(t.at("/m_star/pearson_log"))));
    row("Pearson m\\*", each(tests, t -> interval(t.at("/m_star/pearson"))));
    row(
        "MAE m\\* (constant), mₑ",
        each(tests, t -> beside(t.at("/m_star/mae_me"), t.at("/m_star/mae_constant_me"))));
    row(
        "precision at k, m\\* < 0.2 (base rate)",
        each(
            tests, t -> beside(t.at("/m_star/precision_at_k_light"), t.at("/m_star/light_share"))));
    row(
        "gap accuracy (majority)",
        each(tests, t -> beside(t.at("/gap/accuracy"), t.at("/gap/majority"))));
    row("balanced accuracy", each(tests, t -> interval(t.at("/gap/balanced_accuracy"))));
    row(
        "gap MAE (constant), eV",
        each(tests, t -> beside(t.at("/gap/mae_ev"), t.at("/gap/mae_constant_ev"))));
    row(
        "mass within 1σ, 2σ",
        each(
            tests,
            t ->
                number(t.at("/m_star/within_1_sigma"))
                    + ", "
                    + number(t.at("/m_star/within_2_sigma"))));
  }

  private static void evaluation(List<Round> rounds) {
    System.out.println();
    row(
        "agent",
        List.of("reward by the rule `seed`", "formulas", "semiconductors, last", "all steps"));
    row("---", List.of("---", "---", "---", "---"));
    row("the prototype", List.of("512.8 ± 193.1", "20 of 20", "91 %", ""));
    for (Round round : rounds) {
      for (JsonNode agent : round.json("ppo/evaluation.json").path("agents")) {
        row(
            "round " + round.number(),
            List.of(
                "%.1f ± %.1f"
                    .formatted(
                        agent.path("mean_reward_seed_rule").asDouble(),
                        agent.path("sd_reward_seed_rule").asDouble()),
                agent.path("unique_formulas_last").asInt()
                    + " of "
                    + agent.path("episodes").asInt(),
                percent(agent.path("semiconductor_rate_last").asDouble()),
                percent(agent.path("semiconductor_rate_steps").asDouble())));
      }
    }
  }

  private static void hits(List<JsonNode> verdicts) {
    System.out.println();
    row("round", List.of("candidates", "by chance", "lift", "candidates, m\\* < 0.1", "by chance"));
    row("---", List.of("---", "---", "---", "---", "---"));
    int[] sums = new int[8];
    String[] keys = {"hit_rate", "base_rate", "strict_hit_rate", "strict_base_rate"};
    for (int i = 0; i < verdicts.size(); i++) {
      int[] counts = new int[8];
      for (int k = 0; k < keys.length; k++) {
        counts[2 * k] = verdicts.get(i).path(keys[k]).path("confirmed").asInt();
        counts[2 * k + 1] = verdicts.get(i).path(keys[k]).path("total").asInt();
      }
      hitRow(Integer.toString(i + 1), counts);
      for (int k = 0; k < sums.length; k++) {
        sums[k] += counts[k];
      }
    }
    hitRow("all", sums);
  }

  private static void hitRow(String name, int[] counts) {
    Lift lift = new Lift(counts[0], counts[1], counts[2], counts[3]);
    row(
        name,
        List.of(
            rate(counts[0], counts[1]),
            rate(counts[2], counts[3]),
            "%s [%s, %s]".formatted(times(lift.ratio()), times(lift.lower()), times(lift.upper())),
            rate(counts[4], counts[5]),
            rate(counts[6], counts[7])));
  }

  private static String rate(int hits, int trials) {
    HitRate rate = new HitRate(hits, trials);
    return "%d of %d [%s, %s]"
        .formatted(hits, trials, percent(rate.lower()), percent(rate.upper()));
  }

  private static void classes(List<JsonNode> verdicts) {
    Map<String, int[]> counts = new TreeMap<>();
    for (JsonNode verdict : verdicts) {
      verdict
          .path("candidates")
          .forEach(c -> counts.computeIfAbsent(c.path("class").asText(), k -> new int[2])[0]++);
      verdict
          .path("random")
          .forEach(c -> counts.computeIfAbsent(c.path("class").asText(), k -> new int[2])[1]++);
    }
    System.out.println();
    row("what DFT found", List.of("candidates", "by chance"));
    row("---", List.of("---", "---"));
    counts.forEach((name, n) -> row(name, List.of("" + n[0], "" + n[1])));
  }

  /** How far predicted masses were from those of DFT. */
  private static void predictions(List<JsonNode> verdicts) {
    System.out.println();
    row(
        "round",
        List.of("masses compared", "mean absolute error (mₑ)", "mean predicted deviation (mₑ)"));
    row("---", List.of("---", "---", "---"));
    for (int i = 0; i < verdicts.size(); i++) {
      List<JsonNode> both = new ArrayList<>();
      verdicts
          .get(i)
          .path("candidates")
          .forEach(
              c -> {
                if (c.path("m_star").asDouble() != 0 && c.has("predicted_m_star")) {
                  both.add(c);
                }
              });
      double error =
          both.stream()
              .mapToDouble(
                  c ->
                      Math.abs(c.path("m_star").asDouble() - c.path("predicted_m_star").asDouble()))
              .average()
              .orElse(Double.NaN);
      double deviation =
          both.stream()
              .mapToDouble(c -> c.path("predicted_m_star_std").asDouble())
              .average()
              .orElse(Double.NaN);
      row(Integer.toString(i + 1), List.of("" + both.size(), mean(error), mean(deviation)));
    }
  }

  private static void crystals(String kind, List<JsonNode> verdicts, String key) {
    System.out.println();
    row(
        kind + " (round)",
        List.of(
            "space group",
            "class",
            "m\\* predicted (mₑ)",
            "m\\* (mₑ)",
            "m_hole (mₑ)",
            "gap (eV)",
            "formation energy, above hull (eV/atom)",
            "volume change"));
    row("---", List.of("---", "---", "---", "---", "---", "---", "---", "---"));
    for (int i = 0; i < verdicts.size(); i++) {
      for (JsonNode c : verdicts.get(i).path(key)) {
        row(
            c.path("reduced_formula").asText() + " (" + (i + 1) + ")",
            List.of(
                c.path("space_group").asText(),
                c.path("class").asText(),
                c.has("predicted_m_star")
                    ? number(c.path("predicted_m_star"))
                        + " ± "
                        + number(c.path("predicted_m_star_std"))
                    : "",
                number(c.path("m_star")),
                number(c.path("m_hole")),
                c.has("gap_ev")
                    ? number(c.path("gap_ev")) + (c.path("direct").asBoolean() ? " direct" : "")
                    : "",
                c.has("formation_energy_ev_per_atom")
                    ? number(c.path("formation_energy_ev_per_atom"))
                        + ", "
                        + number(c.path("energy_above_hull_ev_per_atom"))
                    : "",
                c.at("/drift/volume_change").isNumber()
                    ? "%+.0f %%".formatted(100 * c.at("/drift/volume_change").asDouble())
                    : ""));
      }
    }
  }

  private static void cost(JsonNode report) {
    System.out.printf(
        "%nCore-hours of pw.x: %.2f for the first DFT (%d records), %.2f to validate (%d records).%n",
        report.at("/dft/pw_core_seconds").asDouble() / 3600,
        report.at("/dft/records").asInt(),
        report.at("/validation_dft/pw_core_seconds").asDouble() / 3600,
        report.at("/validation_dft/records").asInt());
    System.out.println("Command: " + report.at("/provenance/command_line").asText());
  }

  private static List<String> each(List<JsonNode> nodes, Function<JsonNode, String> text) {
    return nodes.stream().map(text).toList();
  }

  private static String interval(JsonNode metric) {
    return metric.path("value").isNumber()
        ? "%.3f [%.3f, %.3f]"
            .formatted(
                metric.path("value").asDouble(),
                metric.path("low").asDouble(),
                metric.path("high").asDouble())
        : "";
  }

  private static String beside(JsonNode metric, JsonNode reference) {
    return interval(metric) + " (" + number(reference) + ")";
  }

  private static String number(JsonNode value) {
    JsonNode number = value.isObject() ? value.path("value") : value;
    return number.isNumber() ? "%.3f".formatted(number.asDouble()) : "";
  }

  private static String mean(double value) {
    return Double.isNaN(value) ? "" : "%.3f".formatted(value);
  }

  private static String times(double ratio) {
    return Double.isNaN(ratio) ? "–" : Double.isInfinite(ratio) ? "∞" : "%.1f".formatted(ratio);
  }

  private static String percent(double fraction) {
    return "%.0f %%".formatted(100 * fraction);
  }

  private static void row(String first, List<String> others) {
    System.out.println(
        "| " + first + " | " + others.stream().collect(Collectors.joining(" | ")) + " |");
  }
}
