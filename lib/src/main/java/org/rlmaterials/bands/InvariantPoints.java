package org.rlmaterials.bands;

import java.util.ArrayList;
import java.util.List;

/** The eight points k with −k = k + G: halves of reciprocal lattice vectors. */
final class InvariantPoints {
  private InvariantPoints() {}

  /** All eight (Cartesian, 1/Å), Γ first. */
  static List<double[]> all(BandMesh mesh) {
    List<double[]> points = new ArrayList<>(8);
    for (int i = 0; i < 8; i++) {
      points.add(
          mesh.toCartesian(
              new double[] {(i & 1) / 2.0, ((i >> 1) & 1) / 2.0, ((i >> 2) & 1) / 2.0}));
    }
    return points;
  }

  /** The one closest to k, in the periodic image closest to k. */
  static double[] nearest(BandMesh mesh, double[] k) {
    double[] f = mesh.toFractional(k);
    double[] nearest = null;
    double shortest = Double.POSITIVE_INFINITY;
    // Rounding finds it in a reduced basis; neighbours are tried for the skewed ones.
    for (int x = -1; x <= 1; x++) {
      for (int y = -1; y <= 1; y++) {
        for (int z = -1; z <= 1; z++) {
          double[] candidate =
              mesh.toCartesian(
                  new double[] {
                    (Math.rint(2 * f[0]) + x) / 2,
                    (Math.rint(2 * f[1]) + y) / 2,
                    (Math.rint(2 * f[2]) + z) / 2
                  });
          double distance = Vectors.norm(Vectors.minus(candidate, k));
          if (distance < shortest) {
            shortest = distance;
            nearest = candidate;
          }
        }
      }
    }
    return nearest;
  }
}
