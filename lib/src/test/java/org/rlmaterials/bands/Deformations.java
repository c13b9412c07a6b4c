package org.rlmaterials.bands;

/** Strains and displacements of test crystals. */
final class Deformations {
  static final double[][] NONE = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};

  private Deformations() {}

  /** A symmetric strain with components drawn from ±size. */
  static double[][] strain(java.util.Random random, double size) {
    double[][] f = new double[3][3];
    for (int i = 0; i < 3; i++) {
      for (int j = i; j < 3; j++) {
        double e = size * (2 * random.nextDouble() - 1);
        f[i][j] = (i == j ? 1 : 0) + e;
        f[j][i] = f[i][j];
      }
    }
    return f;
  }

  static double[][] displacements(java.util.Random random, int atoms, double size) {
    double[][] d = new double[atoms][3];
    for (double[] row : d) {
      for (int x = 0; x < 3; x++) {
        row[x] = size * (2 * random.nextDouble() - 1);
      }
    }
    return d;
  }
}
