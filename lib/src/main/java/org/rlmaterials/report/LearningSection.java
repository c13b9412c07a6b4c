package org.rlmaterials.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
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
   * @return evaluation of the agents, the comparison of search methods and the curve of each agent;
   *     empty if there are none
   */
  static ObjectNode agents(RunFolder folder) {
    ObjectNode section = JsonNodeFactory.instance.objectNode();
    JsonNode evaluation = folder.json("ppo/evaluation.json");
    if (evaluation.isObject()) {
      section.set("evaluation", evaluation);
    }
    for (String file : List.of("ppo/search_comparison.json", "ppo/search.json")) {
      JsonNode comparison = folder.json(file);
      if (comparison.isObject() || comparison.isArray()) {
        section.set("search_comparison", comparison);
      }
    }
    curves(section, folder.folders("ppo"), "config.json");
    long visited = 0;
    for (RunFolder agent : folder.folders("ppo").values()) {
      visited += Math.max(0, agent.countLines("archive.jsonl"));
    }
    section.put("archived", visited);
    return section;
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
