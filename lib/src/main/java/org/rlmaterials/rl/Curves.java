package org.rlmaterials.rl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The training curves: a table with a row an iteration, and a picture of some columns. */
final class Curves {
  private static final int WIDTH = 900;
  private static final int PANEL_HEIGHT = 150;
  private static final int MARGIN = 60;

  private final List<Map<String, Double>> rows = new ArrayList<>();

  void add(Map<String, Double> row) {
    rows.add(row);
  }

  /** CSV; the columns' units: returns and worths in 1/mₑ, entropy in nat; empty where undefined. */
  String toCsv() {
    StringBuilder text = new StringBuilder();
    if (!rows.isEmpty()) {
      text.append(String.join(",", rows.get(0).keySet())).append('\n');
    }
    for (Map<String, Double> row : rows) {
      text.append(String.join(",", row.values().stream().map(Curves::cell).toList())).append('\n');
    }
    return text.toString();
  }

  private static String cell(Double value) {
    if (!Double.isFinite(value)) {
      return "";
    }
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString(value.longValue())
        : String.format(Locale.ROOT, "%.6g", value);
  }

  /** A picture (SVG) of columns over steps, a panel each. */
  String toSvg(List<String> columns) {
    StringBuilder svg = new StringBuilder();
    int height = columns.size() * (PANEL_HEIGHT + 40) + 40;
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                + " font-family=\"sans-serif\" font-size=\"12\">%n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
            WIDTH,
            height));
    for (int k = 0; k < columns.size(); k++) {
      panel(svg, columns.get(k), 30 + k * (PANEL_HEIGHT + 40));
    }
    return svg.append("</svg>\n").toString();
  }

  private void panel(StringBuilder svg, String column, int top) {
    double[] x = rows.stream().mapToDouble(r -> r.get("steps")).toArray();
    double[] y = rows.stream().mapToDouble(r -> r.getOrDefault(column, Double.NaN)).toArray();
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double v : y) {
      if (Double.isFinite(v)) {
        low = Math.min(low, v);
        high = Math.max(high, v);
      }
    }
    int plotWidth = WIDTH - 2 * MARGIN;
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\">%s</text>%n"
                + "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\""
                + " stroke=\"#999\"/>%n",
            MARGIN,
            top - 6,
            column,
            MARGIN,
            top,
            plotWidth,
            PANEL_HEIGHT));
    if (low > high) {
      return;
    }
    double range = high > low ? high - low : 1;
    double last = x[x.length - 1];
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < x.length; i++) {
      if (Double.isFinite(y[i])) {
        points.append(
            String.format(
                Locale.ROOT,
                "%.1f,%.1f ",
                MARGIN + plotWidth * x[i] / last,
                top + PANEL_HEIGHT * (1 - (y[i] - low) / range)));
      }
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<polyline points=\"%s\" fill=\"none\" stroke=\"#1f6fb4\" stroke-width=\"1.5\"/>%n"
                + "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.4g</text>%n"
                + "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.4g</text>%n"
                + "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.0f steps</text>%n",
            points.toString().strip(),
            MARGIN - 4,
            top + 10,
            high,
            MARGIN - 4,
            top + PANEL_HEIGHT,
            low,
            WIDTH - MARGIN,
            top + PANEL_HEIGHT + 16,
            last));
  }

  ArrayNode snapshot() {
    ArrayNode node = JsonNodeFactory.instance.arrayNode();
    for (Map<String, Double> row : rows) {
      ArrayNode pairs = node.addArray();
      row.forEach((name, value) -> pairs.addArray().add(name).add(Double.toString(value)));
    }
    return node;
  }

  void restore(JsonNode node) {
    rows.clear();
    for (JsonNode pairs : node) {
      Map<String, Double> row = new LinkedHashMap<>();
      for (JsonNode pair : pairs) {
        row.put(pair.get(0).asText(), Double.valueOf(pair.get(1).asText()));
      }
      rows.add(row);
    }
  }
}
