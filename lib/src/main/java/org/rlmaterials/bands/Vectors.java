package org.rlmaterials.bands;

/** The few operations on 3-vectors that this package needs. */
final class Vectors {
  private Vectors() {}

  static double dot(double[] a, double[] b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  }

  static double norm(double[] a) {
    return Math.sqrt(dot(a, a));
  }

  /** a + t b. */
  static double[] along(double[] a, double t, double[] b) {
    return new double[] {a[0] + t * b[0], a[1] + t * b[1], a[2] + t * b[2]};
  }

  static double[] minus(double[] a, double[] b) {
    return along(a, -1, b);
  }

  static double[] cross(double[] a, double[] b) {
    return new double[] {
      a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
    };
  }

  /** Matrix times column vector. */
  static double[] multiply(double[][] m, double[] v) {
    return new double[] {dot(m[0], v), dot(m[1], v), dot(m[2], v)};
  }

  /** Σ weights_i rows_i. */
  static double[] combine(double[] weights, double[][] rows) {
    double[] sum = new double[3];
    for (int i = 0; i < 3; i++) {
      for (int x = 0; x < 3; x++) {
        sum[x] += weights[i] * rows[i][x];
      }
    }
    return sum;
  }

  /** The weights with combine(weights, rows) = v, by Cramer's rule. */
  static double[] solve(double[][] rows, double[] v) {
    double[] bc = cross(rows[1], rows[2]);
    double volume = dot(rows[0], bc);
    return new double[] {
      dot(v, bc) / volume,
      dot(v, cross(rows[2], rows[0])) / volume,
      dot(v, cross(rows[0], rows[1])) / volume
    };
  }

  static double quadraticForm(double[][] m, double[] v) {
    return dot(v, multiply(m, v));
  }
}
