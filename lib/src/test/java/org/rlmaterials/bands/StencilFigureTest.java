package org.rlmaterials.bands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Draws docs/img/stencil-fit.svg from the tight-binding conduction band of InSb, and checks that
 * the committed figure is the one drawn. To draw it anew: {@code mvn test -Dtest=StencilFigureTest
 * -Dfigures.write=true}.
 */
class StencilFigureTest {
  private static final double NOISE = 1e-6;

  private final TightBinding clean = TightBinding.ideal(TightBinding.INSB);
  private final TightBinding noisy = TightBinding.ideal(TightBinding.INSB).noisy(NOISE, 11);
  private final StringBuilder svg = new StringBuilder();

  @Test
  void committedFigureIsUpToDate() throws Exception {
    Path file =
        Path.of(System.getProperty("rlmaterials.project", ".."), "docs", "img", "stencil-fit.svg");
    String figure = draw();
    if (Boolean.getBoolean("figures.write")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, figure);
    }
    assertThat(Files.readString(file)).isEqualTo(figure);
  }

  private double energy(TightBinding crystal, double[] k) {
    return crystal.energies(new double[][] {k})[0][crystal.occupied()];
  }

  private Stencil.Derivatives at(double h) {
    return new Stencil(new double[3], Deformations.NONE, h).differentiate(k -> energy(noisy, k));
  }

  private String draw() {
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 360" font-family="sans-serif" font-size="12">
        <rect width="860" height="360" fill="#fff"/>
        """);
    double h = 0.0025;
    double laplacian = (4 * at(h / 2).laplacian() - at(h).laplacian()) / 3;
    band(h, laplacian / 3);
    errors();
    svg.append("</svg>\n");
    return svg.toString();
  }

  /** Left: the band along one pair of stencil points, the points, the extrapolated parabola. */
  private void band(double h, double curvature) {
    double[] direction = new Stencil(new double[3], Deformations.NONE, h).directions()[0];
    double bottom = energy(clean, new double[3]);
    double x0 = 70;
    double x1 = 400;
    double y0 = 310;
    double y1 = 45;
    double reach = 0.01;
    double top = 27;
    axes(x0, x1, y0, y1, "distance from the minimum (1/Å)", "E − E(minimum) (meV)");
    text(x0, 28, "start", "Conduction band of InSb (tight binding) at Γ");
    StringBuilder line = new StringBuilder();
    StringBuilder parabola = new StringBuilder();
    for (int i = -60; i <= 60; i++) {
      double t = reach * i / 60;
      double x = x0 + (x1 - x0) * (t + reach) / (2 * reach);
      double e = 1000 * (energy(clean, Vectors.along(new double[3], t, direction)) - bottom);
      double p = 1000 * curvature * t * t / 2;
      line.append(point(x, y0 + (y1 - y0) * e / top));
      if (p <= top) {
        parabola.append(point(x, y0 + (y1 - y0) * p / top));
      }
    }
    polyline(line, "#1f5fa8", "2", "");
    polyline(parabola, "#c0392b", "1.5", " stroke-dasharray=\"6 4\"");
    double centre = energy(noisy, new double[3]);
    for (int s : new int[] {-2, -1, 0, 1, 2}) {
      double t = s * h / 2;
      double e = 1000 * (energy(noisy, Vectors.along(new double[3], t, direction)) - centre);
      circle(x0 + (x1 - x0) * (t + reach) / (2 * reach), y0 + (y1 - y0) * e / top, "#111", "4");
    }
    for (int i = -2; i <= 2; i++) {
      double x = x0 + (x1 - x0) * (i * 0.005 + reach) / (2 * reach);
      tick(x, y0, "%.3f".formatted(i * 0.005));
    }
    for (int e = 0; e <= 25; e += 5) {
      double y = y0 + (y1 - y0) * e / top;
      text(x0 - 8, y + 4, "end", Integer.toString(e));
      svg.append(
          "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#eee\"/>%n"
              .formatted(x0, y, x1, y));
    }
    legend(110, 62, "#1f5fa8", "band along one axis of the icosahedron", "");
    legend(110, 80, "#c0392b", "parabola of the extrapolated Hessian", " stroke-dasharray=\"6 4\"");
    circle(122, 94, "#111", "4");
    text(140, 98, "start", "stencil: centre, shells h/2 and h = 0.0025 1/Å");
  }

  /** Right: error of the mass against the step. */
  private void errors() {
    double x0 = 500;
    double x1 = 840;
    double y0 = 310;
    double y1 = 45;
    axes(x0, x1, y0, y1, "radius h of the outer shell (1/Å)", "error of the mass (%)");
    text(x0, 28, "start", "Choice of the step (noise of 1 µeV)");
    double exact = clean.exact(new double[3], clean.occupied(), 1).laplacian();
    StringBuilder plain = new StringBuilder();
    StringBuilder extrapolated = new StringBuilder();
    for (int i = 0; i <= 28; i++) {
      double h = 3e-4 * Math.pow(10, 2.2 * i / 28);
      double wide = at(h).laplacian();
      double near = at(h / 2).laplacian();
      double x = x0 + (x1 - x0) * i / 28;
      plain.append(point(x, logY(100 * Math.abs(exact / wide - 1), y0, y1)));
      double both = (4 * near - wide) / 3;
      extrapolated.append(point(x, logY(100 * Math.abs(exact / both - 1), y0, y1)));
    }
    for (int e = -3; e <= 2; e++) {
      double y = y0 + (y1 - y0) * (e + 3) / 5.5;
      text(
          x0 - 8,
          y + 4,
          "end",
          e < 0
              ? "%.3f".formatted(Math.pow(10, e)).replaceAll("0+$", "")
              : Long.toString(Math.round(Math.pow(10, e))));
      svg.append(
          "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#eee\"/>%n"
              .formatted(x0, y, x1, y));
    }
    for (double h : new double[] {0.0003, 0.001, 0.003, 0.01, 0.03}) {
      tick(
          x0 + (x1 - x0) * Math.log10(h / 3e-4) / 2.2,
          y0,
          java.math.BigDecimal.valueOf(h).stripTrailingZeros().toPlainString());
    }
    polyline(plain, "#888", "1.5", "");
    polyline(extrapolated, "#c0392b", "2", "");
    legend(510, 62, "#888", "one shell", "");
    legend(510, 80, "#c0392b", "shells h and h/2, extrapolated", "");
    double used = x0 + (x1 - x0) * Math.log10(0.0025 / 3e-4) / 2.2;
    svg.append(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#111\" stroke-dasharray=\"2 3\"/>%n"
            .formatted(used, y0, used, 122.0));
    text(used, 116, "middle", "step chosen");
  }

  private static double logY(double percent, double y0, double y1) {
    double e = Math.max(-3, Math.min(2.5, Math.log10(Math.max(percent, 1e-9))));
    return y0 + (y1 - y0) * (e + 3) / 5.5;
  }

  private void axes(double x0, double x1, double y0, double y1, String x, String y) {
    svg.append(
        "<path d=\"M%.1f %.1fV%.1fH%.1f\" fill=\"none\" stroke=\"#333\"/>%n"
            .formatted(x0, y1, y0, x1));
    text((x0 + x1) / 2, y0 + 38, "middle", x);
    svg.append(
        "<text transform=\"translate(%.1f %.1f) rotate(-90)\" text-anchor=\"middle\">%s</text>%n"
            .formatted(x0 - 48, (y0 + y1) / 2, y));
  }

  private void tick(double x, double y, String label) {
    svg.append(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#333\"/>%n"
            .formatted(x, y, x, y + 5));
    text(x, y + 19, "middle", label);
  }

  private void legend(double x, double y, String colour, String label, String style) {
    svg.append(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"2\"%s/>%n"
            .formatted(x, y - 4, x + 24, y - 4, colour, style));
    text(x + 30, y, "start", label);
  }

  private void text(double x, double y, String anchor, String label) {
    svg.append(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n"
            .formatted(x, y, anchor, label));
  }

  private void circle(double x, double y, String colour, String radius) {
    svg.append(
        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%s\" fill=\"%s\"/>%n".formatted(x, y, radius, colour));
  }

  private void polyline(StringBuilder points, String colour, String width, String style) {
    svg.append(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"%s/>%n"
            .formatted(points.toString().trim(), colour, width, style));
  }

  private static String point(double x, double y) {
    return String.format(Locale.ROOT, "%.1f,%.1f ", x, y);
  }
}
