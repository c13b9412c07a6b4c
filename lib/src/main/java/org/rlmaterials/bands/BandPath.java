package org.rlmaterials.bands;

import java.util.ArrayList;
import java.util.List;
import org.rlmaterials.crystal.Lattice;

/**
 * The path through the Brillouin zone along which bands are drawn. For face-centred cubic, simple
 * cubic and hexagonal lattices the usual points (W. Setyawan, S. Curtarolo, Comput. Mater. Sci. 49,
 * 299 (2010)); for all others the path of the triclinic lattice (Y. Hinuma et al., Comput. Mater.
 * Sci. 128, 140 (2017)), whose points are the eight time-reversal-invariant ones.
 *
 * @param points the k-points, segment after segment
 */
public record BandPath(List<Point> points) {
  /** Relative tolerance of lengths and tolerance of angles (radians): a relaxed cell is noisy. */
  private static final double TOLERANCE = 2e-3;

  /**
   * A point of the path.
   *
   * @param label name of a special point, or empty; two names joined by | where the path jumps: the
   *     first point of a jump has the name of both, the second is the other end
   * @param kCartesian Cartesian (1/Å, 3)
   * @param distancePerAngstrom length of the path to here (1/Å); a jump has none
   * @param startsSegment whether the path jumps to here, or begins
   */
  public record Point(
      String label, List<Double> kCartesian, double distancePerAngstrom, boolean startsSegment) {}

  private record Special(String label, List<Double> fractional) {}

  /**
   * @param reduced a Niggli-reduced lattice
   * @param spacing largest distance of neighbouring points (1/Å)
   * @return the path
   */
  public static BandPath of(Lattice reduced, double spacing) {
    double[][] b = reduced.reciprocal();
    List<Point> points = new ArrayList<>();
    double distance = 0;
    List<List<Special>> lines = lines(reduced);
    for (int line = 0; line < lines.size(); line++) {
      List<Special> specials = lines.get(line);
      double[] from = cartesian(specials.get(0).fractional(), b);
      points.add(new Point(specials.get(0).label(), list(from), distance, true));
      for (int s = 1; s < specials.size(); s++) {
        double[] to = cartesian(specials.get(s).fractional(), b);
        double length = Math.sqrt(squared(from, to));
        int steps = Math.max(2, (int) Math.ceil(length / spacing));
        boolean jumps = s == specials.size() - 1 && line < lines.size() - 1;
        for (int i = 1; i <= steps; i++) {
          double t = (double) i / steps;
          String label = i < steps ? "" : specials.get(s).label();
          if (i == steps && jumps) {
            label += "|" + lines.get(line + 1).get(0).label();
          }
          points.add(
              new Point(
                  label,
                  list(
                      new double[] {
                        from[0] + t * (to[0] - from[0]),
                        from[1] + t * (to[1] - from[1]),
                        from[2] + t * (to[2] - from[2])
                      }),
                  distance + t * length,
                  false));
        }
        distance += length;
        from = to;
      }
    }
    return new BandPath(List.copyOf(points));
  }

  private static List<List<Special>> lines(Lattice lattice) {
    if (has(lattice, 60, 60, 60) && equal(lattice, 0, 1) && equal(lattice, 1, 2)) {
      Special gamma = point("Γ", 0, 0, 0);
      Special x = point("X", 0.5, 0, 0.5);
      Special l = point("L", 0.5, 0.5, 0.5);
      return List.of(
          List.of(gamma, x, point("U", 0.625, 0.25, 0.625)),
          List.of(point("K", 0.375, 0.375, 0.75), gamma, l, point("W", 0.5, 0.25, 0.75), x));
    }
    if (has(lattice, 90, 90, 90) && equal(lattice, 0, 1) && equal(lattice, 1, 2)) {
      Special gamma = point("Γ", 0, 0, 0);
      Special x = point("X", 0, 0.5, 0);
      Special m = point("M", 0.5, 0.5, 0);
      Special r = point("R", 0.5, 0.5, 0.5);
      return List.of(List.of(gamma, x, m, gamma, r, x), List.of(m, r));
    }
    if (has(lattice, 90, 90, 120) && equal(lattice, 0, 1)) {
      return hexagonal(2);
    }
    if (has(lattice, 120, 90, 90) && equal(lattice, 1, 2)) {
      return hexagonal(0);
    }
    Special gamma = point("Γ", 0, 0, 0);
    return List.of(
        List.of(gamma, point("X", 0.5, 0, 0)),
        List.of(point("Y", 0, 0.5, 0), gamma, point("Z", 0, 0, 0.5)),
        List.of(point("R", 0.5, 0.5, 0.5), gamma, point("T", 0, 0.5, 0.5)),
        List.of(point("U", 0.5, 0, 0.5), gamma, point("V", 0.5, 0.5, 0)));
  }

  /**
   * @param axis which lattice vector is the hexagonal axis: the last one, or the first if it is
   *     short
   */
  private static List<List<Special>> hexagonal(int axis) {
    Special gamma = hexagonal("Γ", 0, 0, 0, axis);
    Special a = hexagonal("A", 0, 0, 0.5, axis);
    Special m = hexagonal("M", 0.5, 0, 0, axis);
    Special k = hexagonal("K", 1.0 / 3, 1.0 / 3, 0, axis);
    Special l = hexagonal("L", 0.5, 0, 0.5, axis);
    Special h = hexagonal("H", 1.0 / 3, 1.0 / 3, 0.5, axis);
    return List.of(List.of(gamma, m, k, gamma, a, l, h, a), List.of(l, m), List.of(k, h));
  }

  private static Special hexagonal(String label, double f0, double f1, double along, int axis) {
    return axis == 0 ? point(label, along, f0, f1) : point(label, f0, f1, along);
  }

  private static Special point(String label, double f0, double f1, double f2) {
    return new Special(label, List.of(f0, f1, f2));
  }

  private static boolean has(Lattice lattice, double... angles) {
    for (int i = 0; i < 3; i++) {
      if (Math.abs(Math.toRadians(lattice.angle(i) - angles[i])) > TOLERANCE) {
        return false;
      }
    }
    return true;
  }

  private static boolean equal(Lattice lattice, int i, int j) {
    return Math.abs(lattice.length(i) / lattice.length(j) - 1) < TOLERANCE;
  }

  private static double[] cartesian(List<Double> f, double[][] b) {
    double[] k = new double[3];
    for (int x = 0; x < 3; x++) {
      k[x] = f.get(0) * b[0][x] + f.get(1) * b[1][x] + f.get(2) * b[2][x];
    }
    return k;
  }

  private static double squared(double[] a, double[] b) {
    double sum = 0;
    for (int x = 0; x < 3; x++) {
      sum += (a[x] - b[x]) * (a[x] - b[x]);
    }
    return sum;
  }

  private static List<Double> list(double[] k) {
    return List.of(k[0], k[1], k[2]);
  }
}
