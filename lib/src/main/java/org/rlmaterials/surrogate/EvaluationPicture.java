package org.rlmaterials.surrogate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The picture of an evaluation (SVG): predicted against true mass (mₑ) and gap (eV), error against
 * predicted deviation of both (on the diagonal a prediction is as wrong as it says), and the loss
 * of each member over the epochs.
 */
final class EvaluationPicture {
  private static final int SIZE = 300;
  private static final int MARGIN = 60;
  private static final int CELL = SIZE + 90;
  private static final int MOST_POINTS = 3000;
  private static final int TICKS = 4;

  private final StringBuilder svg = new StringBuilder();

  private EvaluationPicture() {}

  /**
   * @param plots the block "plots" of metrics.json
   * @return the picture
   */
  static String of(JsonNode plots) {
    return new EvaluationPicture().draw(plots);
  }

  private String draw(JsonNode plots) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"12\">%n"
            + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
        2 * CELL + 20, 3 * CELL + 10);
    parity(plots.get("parity"), "m_star_true_me", "m_star_me", cell(0, 0), "m* (mₑ)", true);
    parity(plots.get("parity"), "gap_true_ev", "gap_ev", cell(1, 0), "gap (eV)", false);
    reliability(plots.at("/reliability/m_star_me"), cell(0, 1), "m* (mₑ)");
    reliability(plots.at("/reliability/gap_ev"), cell(1, 1), "gap (eV)");
    curves(plots.get("learning_curve"));
    return svg.append("</svg>\n").toString();
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }

  /** Upper left corner of a panel. */
  private record Corner(int x, int y) {}

  private static Corner cell(int column, int row) {
    return new Corner(MARGIN + column * CELL, 30 + row * CELL);
  }

  private record Point(double x, double y) {}

  /** From numbers to the length of an axis. */
  private record Axis(double low, double high, boolean logarithmic) {
    static Axis of(List<Double> values, boolean logarithmic) {
      double low = values.stream().mapToDouble(v -> v).min().orElse(logarithmic ? 0.1 : 0);
      double high = values.stream().mapToDouble(v -> v).max().orElse(1);
      double least = logarithmic ? low * 1.01 : low + 1e-9;
      return new Axis(low, Math.max(high, least), logarithmic);
    }

    double share(double value) {
      return logarithmic
          ? Math.log(value / low) / Math.log(high / low)
          : (value - low) / (high - low);
    }

    double at(double share) {
      return logarithmic ? low * Math.pow(high / low, share) : low + share * (high - low);
    }
  }

  private void frame(
      Corner corner, int width, Axis x, Axis y, String title, String below, String beside) {
    add(
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#999\"/>%n"
            + "<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>%n"
            + "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>%n"
            + "<text transform=\"translate(%d %d) rotate(-90)\" text-anchor=\"middle\">%s</text>%n",
        corner.x(),
        corner.y(),
        width,
        SIZE,
        corner.x(),
        corner.y() - 8,
        title,
        corner.x() + width / 2,
        corner.y() + SIZE + 34,
        below,
        corner.x() - 44,
        corner.y() + SIZE / 2,
        beside);
    for (int k = 0; k <= TICKS; k++) {
      double share = (double) k / TICKS;
      add(
          "<text x=\"%.0f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n"
              + "<text x=\"%d\" y=\"%.0f\" text-anchor=\"end\">%s</text>%n",
          corner.x() + share * width,
          corner.y() + SIZE + 16,
          label(x.at(share)),
          corner.x() - 4,
          corner.y() + (1 - share) * SIZE + 4,
          label(y.at(share)));
    }
  }

  private static String label(double value) {
    return String.format(Locale.ROOT, value >= 100 ? "%.0f" : "%.2g", value);
  }

  private void diagonal(Corner corner) {
    add(
        "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#999\" stroke-dasharray=\"4"
            + " 3\"/>%n",
        corner.x(), corner.y() + SIZE, corner.x() + SIZE, corner.y());
  }

  private void dots(List<Point> points, Corner corner, Axis axis, double radius, double opacity) {
    int stride = 1 + (points.size() - 1) / MOST_POINTS;
    for (int i = 0; i < points.size(); i += stride) {
      add(
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"#1f6fb4\" fill-opacity=\"%.2f\"/>%n",
          corner.x() + SIZE * axis.share(points.get(i).x()),
          corner.y() + SIZE * (1 - axis.share(points.get(i).y())),
          radius,
          opacity);
    }
  }

  /** Points with two numbers, those that a logarithm takes where there is one. */
  private static List<Point> points(JsonNode list, String x, String y, boolean logarithmic) {
    List<Point> points = new ArrayList<>();
    for (JsonNode node : list) {
      Point point = new Point(node.path(x).asDouble(Double.NaN), node.path(y).asDouble(Double.NaN));
      boolean known = Double.isFinite(point.x()) && Double.isFinite(point.y());
      if (known && (!logarithmic || (point.x() > 0 && point.y() > 0))) {
        points.add(point);
      }
    }
    return points;
  }

  /** One axis for both directions, so that the diagonal means equality. */
  private static Axis common(List<Point> points, boolean logarithmic) {
    List<Double> values = new ArrayList<>();
    points.forEach(p -> values.addAll(List.of(p.x(), p.y())));
    return Axis.of(values, logarithmic);
  }

  private void parity(
      JsonNode list, String truth, String said, Corner corner, String name, boolean logarithmic) {
    List<Point> points = points(list, truth, said, logarithmic);
    Axis axis = common(points, logarithmic);
    String title = String.format(Locale.ROOT, "Test: %s, %,d crystals", name, points.size());
    frame(corner, SIZE, axis, axis, title, "true", "predicted");
    diagonal(corner);
    dots(points, corner, axis, 1.5, 0.35);
  }

  private void reliability(JsonNode bins, Corner corner, String name) {
    List<Point> points = points(bins, "mean_predicted_std", "rms_error", true);
    Axis axis = common(points, true);
    frame(
        corner,
        SIZE,
        axis,
        axis,
        "Reliability: " + name + ", ten bins",
        "predicted standard deviation",
        "root mean square error");
    diagonal(corner);
    dots(points, corner, axis, 4, 1);
  }

  private void curves(JsonNode members) {
    List<List<Point>> training = new ArrayList<>();
    List<List<Point>> validation = new ArrayList<>();
    List<Double> losses = new ArrayList<>(List.of(0.0));
    int epochs = 1;
    for (JsonNode member : members) {
      List<Point> learnt = newLine(training);
      List<Point> checked = newLine(validation);
      int epoch = 0;
      int phase = 1;
      for (JsonNode row : member) {
        epoch++;
        if (row.path("phase").asInt() != phase) {
          phase = row.path("phase").asInt();
          learnt = newLine(training);
          checked = newLine(validation);
        }
        add(learnt, losses, epoch, row.path("training_loss").asDouble(Double.NaN));
        add(checked, losses, epoch, row.path("validation_loss").asDouble(Double.NaN));
      }
      epochs = Math.max(epochs, epoch);
    }
    Corner corner = cell(0, 2);
    int width = CELL + SIZE;
    Axis x = new Axis(0, epochs, false);
    Axis y = Axis.of(losses, false);
    frame(
        corner,
        width,
        x,
        y,
        "Learning curve of each member: training (grey), validation (blue)",
        "epoch, phases one after another",
        "loss");
    for (List<Point> line : training) {
      line(line, corner, width, x, y, "#aaa");
    }
    for (List<Point> line : validation) {
      line(line, corner, width, x, y, "#1f6fb4");
    }
  }

  private static List<Point> newLine(List<List<Point>> lines) {
    List<Point> line = new ArrayList<>();
    lines.add(line);
    return line;
  }

  private static void add(List<Point> line, List<Double> losses, int epoch, double loss) {
    if (Double.isFinite(loss)) {
      line.add(new Point(epoch, loss));
      losses.add(loss);
    }
  }

  private void line(List<Point> points, Corner corner, int width, Axis x, Axis y, String colour) {
    StringBuilder path = new StringBuilder();
    for (Point p : points) {
      path.append(
          String.format(
              Locale.ROOT,
              "%.1f,%.1f ",
              corner.x() + width * x.share(p.x()),
              corner.y() + SIZE * (1 - y.share(p.y()))));
    }
    add("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\"/>%n", path.toString().strip(), colour);
  }
}
