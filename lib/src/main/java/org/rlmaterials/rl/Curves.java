package org.rlmaterials.rl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rlmaterials.plot.Picture;
import org.rlmaterials.plot.Picture.Axis;
import org.rlmaterials.plot.Picture.Point;

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
    int spacing = PANEL_HEIGHT + 70;
    Picture picture = new Picture(WIDTH, columns.size() * spacing + 20);
    for (int k = 0; k < columns.size(); k++) {
      List<Point> points = points(columns.get(k));
      double last = rows.isEmpty() ? 1 : rows.get(rows.size() - 1).get("steps");
      picture
          .new Panel(
              MARGIN,
              30 + k * spacing,
              WIDTH - 2 * MARGIN,
              PANEL_HEIGHT,
              new Axis(0, last, false),
              Axis.of(points.stream().map(Point::y).toList(), false))
          .frame(columns.get(k), "steps", "")
          .line(points, "#1f6fb4");
    }
    return picture.toSvg();
  }

  /** A column over the steps, where it is defined. */
  private List<Point> points(String column) {
    return rows.stream()
        .map(row -> new Point(row.get("steps"), row.getOrDefault(column, Double.NaN)))
        .filter(point -> Double.isFinite(point.y()))
        .toList();
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
