package org.rlmaterials.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A value in JSON as the row of a table.
 *
 * @param name keys on the way to it, joined
 * @param value the value as text
 * @param interval its 95 % interval, as text; empty if it has none
 */
record JsonRow(String name, String value, String interval) {
  /** Longer lists are data for plots, not for a table. */
  private static final int MOST_LISTED = 12;

  /**
   * @param name what the names of the rows begin with; may be empty
   * @param node any JSON
   * @return a row for each value in it; long lists are left to the JSON report
   */
  static List<JsonRow> of(String name, JsonNode node) {
    List<JsonRow> rows = new ArrayList<>();
    collect(name, node, rows);
    return rows;
  }

  private static void collect(String prefix, JsonNode node, List<JsonRow> rows) {
    if (node.isObject() && node.has("value")) {
      rows.add(
          new JsonRow(
              prefix,
              text(node.path("value")),
              node.has("low") ? text(node.path("low")) + " to " + text(node.path("high")) : ""));
    } else if (node.isObject()) {
      node.properties()
          .forEach(
              e -> {
                if (!e.getKey().equals("options")) {
                  collect(
                      (prefix.isEmpty() ? "" : prefix + " › ") + e.getKey().replace('_', ' '),
                      e.getValue(),
                      rows);
                }
              });
    } else if (node.isArray() && node.size() <= MOST_LISTED) {
      for (int i = 0; i < node.size(); i++) {
        if (node.path(i).isObject()) {
          String name = node.path(i).path("agent").asText(node.path(i).path("name").asText(""));
          collect(
              (prefix.isEmpty() ? "" : prefix + " › ") + (name.isEmpty() ? "" + (i + 1) : name),
              node.path(i),
              rows);
        }
      }
    } else if (node.isValueNode() && !node.isNull()) {
      rows.add(new JsonRow(prefix, text(node), ""));
    }
  }

  private static String text(JsonNode node) {
    if (!node.isFloatingPointNumber()) {
      return node.asText();
    }
    double value = node.asDouble();
    double size = Math.abs(value);
    return size != 0 && (size < 1e-3 || size >= 1e6)
        ? String.format(Locale.ROOT, "%.3g", value)
        : Html.number(value, size < 10 ? 3 : 1);
  }
}
