package org.rlmaterials.plot;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** A picture (SVG) of plain panels: axes, lines, dots. */
public final class Picture {
  private static final int TICKS = 4;

  private final StringBuilder svg = new StringBuilder();

  /**
   * @param width width (pixels)
   * @param height height (pixels)
   */
  public Picture(int width, int height) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"12\">%n"
            + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
        width, height);
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }

  /**
   * @return the picture
   */
  public String toSvg() {
    return svg + "</svg>\n";
  }

  /**
   * A point.
   *
   * @param x along the lower axis
   * @param y along the left axis
   */
  public record Point(double x, double y) {}

  /**
   * From numbers to the length of an axis.
   *
   * @param low number at its beginning
   * @param high number at its end
   * @param logarithmic whether equal lengths are equal ratios
   */
  public record Axis(double low, double high, boolean logarithmic) {
    /**
     * @param values the numbers to be shown; may be empty
     * @param logarithmic whether equal lengths are equal ratios
     * @return an axis that holds all of them
     */
    public static Axis of(Collection<Double> values, boolean logarithmic) {
      double low = values.stream().mapToDouble(v -> v).min().orElse(logarithmic ? 0.1 : 0);
      double high = values.stream().mapToDouble(v -> v).max().orElse(1);
      double least = logarithmic ? low * 1.01 : low + 1e-9;
      return new Axis(low, Math.max(high, least), logarithmic);
    }

    private double share(double value) {
      return logarithmic
          ? Math.log(value / low) / Math.log(high / low)
          : (value - low) / (high - low);
    }

    private double at(double share) {
      return logarithmic ? low * Math.pow(high / low, share) : low + share * (high - low);
    }
  }

  /** A part of the picture with axes of its own. */
  public final class Panel {
    private final int left;
    private final int top;
    private final int width;
    private final int height;
    private final Axis x;
    private final Axis y;

    /**
     * @param left left end of its frame (pixels)
     * @param top upper end of its frame (pixels)
     * @param width width of its frame (pixels)
     * @param height height of its frame (pixels)
     * @param x lower axis
     * @param y left axis
     */
    public Panel(int left, int top, int width, int height, Axis x, Axis y) {
      this.left = left;
      this.top = top;
      this.width = width;
      this.height = height;
      this.x = x;
      this.y = y;
    }

    /**
     * Draws the frame and the numbers at it.
     *
     * @param title what stands above it
     * @param below what the lower axis is
     * @param beside what the left axis is; may be empty
     * @return this
     */
    public Panel frame(String title, String below, String beside) {
      add(
          "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#999\"/>%n"
              + "<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>%n"
              + "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>%n"
              + "<text transform=\"translate(%d %d) rotate(-90)\" text-anchor=\"middle\">%s"
              + "</text>%n",
          left,
          top,
          width,
          height,
          left,
          top - 8,
          title,
          left + width / 2,
          top + height + 34,
          below,
          left - 44,
          top + height / 2,
          beside);
      for (int k = 0; k <= TICKS; k++) {
        double share = (double) k / TICKS;
        add(
            "<text x=\"%.0f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n"
                + "<text x=\"%d\" y=\"%.0f\" text-anchor=\"end\">%s</text>%n",
            left + share * width,
            top + height + 16,
            label(x.at(share)),
            left - 4,
            top + (1 - share) * height + 4,
            label(y.at(share)));
      }
      return this;
    }

    private static String label(double value) {
      return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%.0f" : "%.2g", value);
    }

    /** A dashed line from the lower left to the upper right corner. */
    public void diagonal() {
      add(
          "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#999\" stroke-dasharray=\"4"
              + " 3\"/>%n",
          left, top + height, left + width, top);
    }

    /**
     * @param points where
     * @param most how many at most; of more, every second, third, ...
     * @param radius radius of each (pixels)
     * @param opacity from 0 to 1
     */
    public void dots(List<Point> points, int most, double radius, double opacity) {
      int stride = 1 + (points.size() - 1) / most;
      for (int i = 0; i < points.size(); i += stride) {
        add(
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"#1f6fb4\" fill-opacity=\"%.2f\"/>%n",
            across(points.get(i)), down(points.get(i)), radius, opacity);
      }
    }

    /**
     * @param points where it goes through
     * @param colour as in CSS
     */
    public void line(List<Point> points, String colour) {
      StringBuilder path = new StringBuilder();
      points.forEach(
          p -> path.append(String.format(Locale.ROOT, "%.1f,%.1f ", across(p), down(p))));
      add(
          "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>%n",
          path.toString().strip(), colour);
    }

    private double across(Point p) {
      return left + width * x.share(p.x());
    }

    private double down(Point p) {
      return top + height * (1 - y.share(p.y()));
    }
  }
}
