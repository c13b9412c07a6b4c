package org.rlmaterials.plot;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** A picture (SVG) of plain panels: axes, lines, dots. */
public final class Picture {
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
    private static final double ROUNDING = 1e-9;
    private static final int MOST_TICKS = 20;

    /**
     * @param values the numbers to be shown; may be empty
     * @param logarithmic whether equal lengths are equal ratios
     * @return an axis that holds all of them
     */
    public static Axis of(Collection<Double> values, boolean logarithmic) {
      double low = values.stream().mapToDouble(v -> v).min().orElse(logarithmic ? 0.1 : 0);
      double high = values.stream().mapToDouble(v -> v).max().orElse(1);
      // Shorter than that, a double has no room for numbers between the ends.
      double least = logarithmic ? low * 1.01 : low + Math.max(1e-9, 1e-6 * Math.abs(low));
      return new Axis(low, Math.max(high, least), logarithmic);
    }

    /**
     * @param value a number
     * @return where it lies, 0 at the beginning and 1 at the end
     */
    public double share(double value) {
      return logarithmic
          ? Math.log(value / low) / Math.log(high / low)
          : (value - low) / (high - low);
    }

    /**
     * @param share 0 at the beginning, 1 at the end
     * @return the number there
     */
    public double at(double share) {
      return logarithmic ? low * Math.pow(high / low, share) : low + share * (high - low);
    }

    /**
     * @return round numbers on the axis, ascending: multiples of 1, 2 or 5 times a power of ten, on
     *     a logarithmic axis powers of ten and, where it is short, their 2 and 5 times; the ends of
     *     an axis too short for either
     */
    public List<Double> ticks() {
      double decade = Math.pow(10, Math.floor(Math.log10(logarithmic ? low : (high - low) / 4)));
      List<Double> ticks = List.of();
      if (logarithmic) {
        ticks = multiples(decade, 10, 1);
        if (ticks.size() < 3) {
          ticks = multiples(decade, 10, 1, 2, 5);
        }
      } else {
        double rough = (high - low) / 4 / decade;
        double step = decade * (rough < 2 ? 1 : rough < 5 ? 2 : 5);
        double first = Math.ceil(low / step - ROUNDING) + 0.0; // no -0
        double last = Math.floor(high / step + ROUNDING);
        if (last - first < MOST_TICKS) {
          ticks =
              DoubleStream.iterate(first, n -> n <= last, n -> n + 1)
                  .map(n -> n * step)
                  .boxed()
                  .toList();
        }
      }
      return ticks.size() < 2 ? List.of(low, high) : ticks;
    }

    private List<Double> multiples(double from, double ratio, double... factors) {
      return DoubleStream.iterate(from, d -> d <= high * (1 + ROUNDING), d -> d * ratio)
          .flatMap(d -> Arrays.stream(factors).map(f -> f * d))
          .filter(t -> t >= low * (1 - ROUNDING) && t <= high * (1 + ROUNDING))
          .boxed()
          .toList();
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
      for (double tick : x.ticks()) {
        add(
            "<text x=\"%.0f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
            left + x.share(tick) * width, top + height + 16, label(tick));
      }
      for (double tick : y.ticks()) {
        add(
            "<text x=\"%d\" y=\"%.0f\" text-anchor=\"end\">%s</text>%n",
            left - 4, top + (1 - y.share(tick)) * height + 4, label(tick));
      }
      return this;
    }

    private static String label(double value) {
      BigDecimal rounded = new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros();
      return Math.abs(rounded.scale()) > 4 ? rounded.toString() : rounded.toPlainString();
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
