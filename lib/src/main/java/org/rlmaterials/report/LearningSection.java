package org.rlmaterials.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.report.RunFolder.Table;

/** What the surrogate and the agents learned: their metrics and curves, as their stages wrote. */
final class LearningSection {
  /** More points than a curve can show on a screen. */
  private static final int MOST_POINTS = 400;

  private LearningSection() {}

  /**
   * @param folder a round's folder
   * @return metrics of the surrogate and the curve of each member; empty if there are none
   */
  static ObjectNode surrogate(RunFolder folder) {
    ObjectNode section = JsonNodeFactory.instance.objectNode();
    JsonNode metrics = folder.json("surrogate/metrics.json");
    if (metrics.isObject()) {
      // Points of the plots apart from the numbers, and one set of them: that of the honest split.
      ObjectNode numbers = metrics.deepCopy();
      JsonNode plots = takePlots(numbers);
      section.set("metrics", numbers);
      if (plots != null) {
        section.set("plots", plots);
      }
    }
    curves(section, folder.folders("surrogate"), "model.json");
    return section;
  }

  private static JsonNode takePlots(ObjectNode metrics) {
    JsonNode found = null;
    for (Map.Entry<String, JsonNode> child : List.copyOf(metrics.properties())) {
      JsonNode plots = null;
      if (child.getKey().equals("plots")) {
        plots = metrics.remove("plots");
      } else if (child.getValue().isObject()) {
        plots = takePlots((ObjectNode) child.getValue());
      }
      if (plots != null && (found == null || child.getKey().equals("grouped_split"))) {
        found = plots;
      }
    }
    if (found instanceof ObjectNode plots) {
      plots.remove("learning_curve"); // training.csv of the members has it too
    }
    return found;
  }

  /**
   * @param folder a round's folder
   * @return evaluation of the agents and the curve of each agent; empty if there are none
   */
  static ObjectNode agents(RunFolder folder) {
    ObjectNode section = JsonNodeFactory.instance.objectNode();
    JsonNode evaluation = folder.json("ppo/evaluation.json");
    if (evaluation.isObject()) {
      section.set("evaluation", evaluation);
    }
    curves(section, folder.folders("ppo"), "config.json");
    section.put("archived", archived(folder));
    return section;
  }

  /**
   * @param folder a round's folder
   * @return number of structures in the archives of its agents
   */
  static long archived(RunFolder folder) {
    long archived = 0;
    for (RunFolder agent : folder.folders("ppo").values()) {
      archived += Math.max(0, agent.countLines("archive.jsonl"));
    }
    return archived;
  }

  /**
   * What a comparison of searches must say of each run: its method, the calls of the surrogate, and
   * the best and the mean of the best 20 pessimistic worths (1/mₑ).
   */
  public static final List<String> SEARCH_COLUMNS =
      List.of("method", "calls", "best_per_me", "mean_of_top_20_per_me");

  /** A run of a search by its name in the comparison. */
  private static final class Search {
    private final List<Double> best = new ArrayList<>();
    private final List<Double> topTwenty = new ArrayList<>();
    private double calls;
  }

  /**
   * Searches compared by {@code make bench-search}.
   *
   * @param table {@link #SEARCH_COLUMNS} and others, a row a run
   * @param file name of the file, for messages
   * @return one object a search, best mean score first: search, runs, calls, best_score, top20_mean
   *     and the values of the single runs
   */
  static ArrayNode searches(Table table, String file) {
    ArrayNode result = JsonNodeFactory.instance.arrayNode();
    if (table.rows().isEmpty()) {
      return result;
    }
    for (String column : SEARCH_COLUMNS) {
      if (table.column(column) < 0) {
        throw new BadInputException(
            file + ":1: no column " + column + ": expected " + String.join(",", SEARCH_COLUMNS));
      }
    }
    Map<String, Search> searches = new LinkedHashMap<>();
    int line = 1;
    for (List<String> row : table.rows()) {
      line++;
      Search search = searches.computeIfAbsent(row.get(table.column("method")), n -> new Search());
      try {
        search.best.add(Double.valueOf(row.get(table.column("best_per_me"))));
        search.topTwenty.add(Double.valueOf(row.get(table.column("mean_of_top_20_per_me"))));
        search.calls = Double.parseDouble(row.get(table.column("calls")));
      } catch (NumberFormatException e) {
        throw new BadInputException(
            file + ":" + line + ": calls, best_per_me and mean_of_top_20_per_me must be numbers",
            e);
      }
    }
    searches.entrySet().stream()
        .sorted((a, b) -> Double.compare(mean(b.getValue().best), mean(a.getValue().best)))
        .forEach(
            e -> {
              ObjectNode entry = result.addObject().put("search", e.getKey());
              entry
                  .put("runs", e.getValue().best.size())
                  .put("calls", Math.round(e.getValue().calls));
              entry.put("best_score", rounded(mean(e.getValue().best)));
              entry.put("top20_mean", rounded(mean(e.getValue().topTwenty)));
              e.getValue().best.forEach(entry.putArray("best_scores")::add);
              e.getValue().topTwenty.forEach(entry.putArray("top20_means")::add);
            });
    return result;
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(x -> x).average().orElse(Double.NaN);
  }

  private static double rounded(double value) {
    return Math.round(1000 * value) / 1000.0;
  }

  private static void curves(ObjectNode section, Map<String, RunFolder> folders, String settings) {
    ArrayNode runs = section.putArray("runs");
    folders.forEach(
        (name, folder) -> {
          Table table = folder.table("training.csv");
          JsonNode config = folder.json(settings);
          if (table.rows().isEmpty() && !config.isObject()) {
            return;
          }
          ObjectNode run = runs.addObject().put("name", name);
          if (config.isObject()) {
            run.set("settings", withoutLongLists(config));
          }
          columns(run.putObject("curve"), table);
        });
  }

  private static void columns(ObjectNode target, Table table) {
    int stride = Math.max(1, (table.rows().size() + MOST_POINTS - 1) / MOST_POINTS);
    for (int c = 0; c < table.columns().size(); c++) {
      ArrayNode column = target.putArray(table.columns().get(c));
      for (int r = 0; r < table.rows().size(); r += stride) {
        String cell = c < table.rows().get(r).size() ? table.rows().get(r).get(c) : "";
        try {
          double value = cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
          if (Double.isFinite(value)) {
            column.add(value);
          } else {
            column.addNull();
          }
        } catch (NumberFormatException e) {
          column.add(cell);
        }
      }
    }
  }

  /** Feature names and scalings of a model are of no use in a report. */
  private static JsonNode withoutLongLists(JsonNode config) {
    ObjectNode copy = JsonNodeFactory.instance.objectNode();
    config
        .properties()
        .forEach(
            e -> {
              if (e.getValue().isObject()) {
                copy.set(e.getKey(), withoutLongLists(e.getValue()));
              } else if (!e.getValue().isArray() || e.getValue().size() <= 8) {
                copy.set(e.getKey(), e.getValue());
              }
            });
    return copy;
  }
}
