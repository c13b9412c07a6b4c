package org.rlmaterials.surrogate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rlmaterials.plot.Picture;
import org.rlmaterials.plot.Picture.Axis;
import org.rlmaterials.plot.Picture.Point;

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

  private final Picture picture = new Picture(2 * CELL + 20, 3 * CELL + 10);

  private EvaluationPicture() {}

  /**
   * @param plots the block "plots" of metrics.json
   * @return the picture
   */
  static String of(JsonNode plots) {
    EvaluationPicture all = new EvaluationPicture();
    all.parity(plots.get("parity"), "m_star_true_me", "m_star_me", 0, "m* (mₑ)", true);
    all.parity(plots.get("parity"), "gap_true_ev", "gap_ev", 1, "gap (eV)", false);
    all.reliability(plots.at("/reliability/m_star_me"), 0, "m* (mₑ)");
    all.reliability(plots.at("/reliability/gap_ev"), 1, "gap (eV)");
    all.curves(plots.get("learning_curve"));
    return all.picture.toSvg();
  }

  private Picture.Panel panel(int column, int row, int width, Axis x, Axis y) {
    return picture.new Panel(MARGIN + column * CELL, 30 + row * CELL, width, SIZE, x, y);
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
      JsonNode list, String truth, String said, int column, String name, boolean logarithmic) {
    List<Point> points = points(list, truth, said, logarithmic);
    Axis axis = common(points, logarithmic);
    String title = String.format(Locale.ROOT, "Test: %s, %,d crystals", name, points.size());
    Picture.Panel panel = panel(column, 0, SIZE, axis, axis).frame(title, "true", "predicted");
    panel.diagonal();
    panel.dots(points, MOST_POINTS, 1.5, 0.35);
  }

  private void reliability(JsonNode bins, int column, String name) {
    List<Point> points = points(bins, "mean_predicted_std", "rms_error", true);
    Axis axis = common(points, true);
    Picture.Panel panel =
        panel(column, 1, SIZE, axis, axis)
            .frame(
                "Reliability: " + name + ", ten bins",
                "predicted standard deviation",
                "root mean square error");
    panel.diagonal();
    panel.dots(points, MOST_POINTS, 4, 1);
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
    Picture.Panel panel =
        panel(0, 2, CELL + SIZE, new Axis(0, epochs, false), Axis.of(losses, false))
            .frame(
                "Learning curve of each member: training (grey), validation (blue)",
                "epoch, phases one after another",
                "loss");
    for (List<Point> line : training) {
      panel.line(line, "#aaa");
    }
    for (List<Point> line : validation) {
      panel.line(line, "#1f6fb4");
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
}
