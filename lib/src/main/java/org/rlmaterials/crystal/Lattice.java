package org.rlmaterials.crystal;

import java.util.Arrays;

/**
 * Three lattice vectors (Å), one a row: a = row 0, b = row 1, c = row 2. Immutable.
 *
 * <p>Fractional coordinates f and Cartesian ones r (Å) are row vectors with r = f · A, where A is
 * the matrix of rows.
 */
public final class Lattice {
  /** Row-major 3×3 (Å). */
  private final double[] rows;

  private final double volume;

  private Lattice(double[] rows) {
    for (double x : rows) {
      if (!Double.isFinite(x)) {
        throw new IllegalArgumentException("lattice vector holds " + x + ", not a finite number");
      }
    }
    this.rows = rows;
    this.volume = Math.abs(determinant(rows));
    double scale = length(0) * length(1) * length(2);
    if (!(volume > 1e-6 * scale)) {
      throw new IllegalArgumentException(
          "singular cell: volume " + volume + " Å³, the lattice vectors lie in one plane");
    }
  }

  /**
   * @param vectors 3×3 matrix whose rows are the lattice vectors (Å)
   * @return the lattice
   * @throws IllegalArgumentException if a number is not finite or the cell has no volume
   */
  public static Lattice of(double[][] vectors) {
    if (vectors.length != 3 || Arrays.stream(vectors).anyMatch(v -> v.length != 3)) {
      throw new IllegalArgumentException("a lattice is three vectors of three numbers (Å)");
    }
    double[] rows = new double[9];
    for (int i = 0; i < 3; i++) {
      System.arraycopy(vectors[i], 0, rows, 3 * i, 3);
    }
    return new Lattice(rows);
  }

  /**
   * @param rows nine numbers (Å), row-major; copied
   * @return the lattice
   * @throws IllegalArgumentException if a number is not finite or the cell has no volume
   */
  public static Lattice ofRows(double... rows) {
    if (rows.length != 9) {
      throw new IllegalArgumentException("a lattice is nine numbers (Å)");
    }
    return new Lattice(rows.clone());
  }

  /**
   * The cell with a along x and b in the xy plane.
   *
   * @param a length (Å)
   * @param b length (Å)
   * @param c length (Å)
   * @param alpha angle between b and c (degrees)
   * @param beta angle between a and c (degrees)
   * @param gamma angle between a and b (degrees)
   * @return the lattice
   * @throws IllegalArgumentException if the six numbers describe no cell
   */
  public static Lattice ofParameters(
      double a, double b, double c, double alpha, double beta, double gamma) {
    double cosAlpha = cosDegrees(alpha);
    double cosBeta = cosDegrees(beta);
    double cosGamma = cosDegrees(gamma);
    double sinGamma = Math.sqrt(1 - cosGamma * cosGamma);
    double cy = (cosAlpha - cosBeta * cosGamma) / sinGamma;
    double cz2 = 1 - cosBeta * cosBeta - cy * cy;
    boolean angles = true;
    for (double angle : new double[] {alpha, beta, gamma}) {
      angles &= angle > 0 && angle < 180;
    }
    if (!angles || !(cz2 > 0) || !(a > 0) || !(b > 0) || !(c > 0)) {
      throw new IllegalArgumentException(
          "no cell has lengths %s, %s, %s Å and angles %s, %s, %s°"
              .formatted(a, b, c, alpha, beta, gamma));
    }
    return new Lattice(
        new double[] {
          a, 0, 0, b * cosGamma, b * sinGamma, 0, c * cosBeta, c * cy, c * Math.sqrt(cz2)
        });
  }

  /** The cosine, exact at 60, 90 and 120 degrees, where most cells are. */
  private static double cosDegrees(double angle) {
    if (angle == 90) {
      return 0;
    }
    if (angle == 60) {
      return 0.5;
    }
    if (angle == 120) {
      return -0.5;
    }
    return Math.cos(Math.toRadians(angle));
  }

  private static double determinant(double[] m) {
    return m[0] * (m[4] * m[8] - m[5] * m[7])
        - m[1] * (m[3] * m[8] - m[5] * m[6])
        + m[2] * (m[3] * m[7] - m[4] * m[6]);
  }

  /**
   * @param row index of the vector, 0 to 2
   * @param column Cartesian component, 0 to 2
   * @return that component (Å)
   */
  public double at(int row, int column) {
    return rows[3 * row + column];
  }

  /**
   * @return a fresh copy of the nine components (Å), row-major
   */
  public double[] toRows() {
    return rows.clone();
  }

  /**
   * @return a fresh 3×3 matrix whose rows are the lattice vectors (Å)
   */
  public double[][] vectors() {
    return new double[][] {
      Arrays.copyOfRange(rows, 0, 3), Arrays.copyOfRange(rows, 3, 6), Arrays.copyOfRange(rows, 6, 9)
    };
  }

  /**
   * @return cell volume (Å³), positive
   */
  public double volume() {
    return volume;
  }

  /**
   * @param i index of the vector, 0 to 2
   * @return its length (Å)
   */
  public double length(int i) {
    return Math.sqrt(
        rows[3 * i] * rows[3 * i]
            + rows[3 * i + 1] * rows[3 * i + 1]
            + rows[3 * i + 2] * rows[3 * i + 2]);
  }

  /**
   * @param i 0 for α (between b and c), 1 for β (a and c), 2 for γ (a and b)
   * @return the angle (degrees)
   */
  public double angle(int i) {
    int j = (i + 1) % 3;
    int k = (i + 2) % 3;
    double dot = 0;
    for (int x = 0; x < 3; x++) {
      dot += at(j, x) * at(k, x);
    }
    double cosine = dot / (length(j) * length(k));
    return Math.toDegrees(Math.acos(Math.max(-1, Math.min(1, cosine))));
  }

  /**
   * The reciprocal lattice, with the factor 2π.
   *
   * @return 3×3 matrix whose rows b_i (1/Å) satisfy a_i · b_j = 2π δ_ij
   */
  public double[][] reciprocal() {
    double[][] b = inverseTransposed();
    for (double[] row : b) {
      for (int x = 0; x < 3; x++) {
        row[x] *= 2 * Math.PI;
      }
    }
    return b;
  }

  private double[][] inverseTransposed() {
    double signedVolume = determinant(rows);
    double[][] result = new double[3][3];
    for (int i = 0; i < 3; i++) {
      int j = (i + 1) % 3;
      int k = (i + 2) % 3;
      for (int x = 0; x < 3; x++) {
        int y = (x + 1) % 3;
        int z = (x + 2) % 3;
        result[i][x] = (at(j, y) * at(k, z) - at(j, z) * at(k, y)) / signedVolume;
      }
    }
    return result;
  }

  /**
   * @param fractional fractional coordinates (3)
   * @return Cartesian coordinates (Å)
   */
  public double[] toCartesian(double[] fractional) {
    double[] r = new double[3];
    for (int x = 0; x < 3; x++) {
      r[x] = fractional[0] * rows[x] + fractional[1] * rows[3 + x] + fractional[2] * rows[6 + x];
    }
    return r;
  }

  /**
   * @param cartesian Cartesian coordinates (Å)
   * @return fractional coordinates (3), not wrapped
   */
  public double[] toFractional(double[] cartesian) {
    double[][] inverse = inverseTransposed();
    double[] f = new double[3];
    for (int i = 0; i < 3; i++) {
      f[i] =
          cartesian[0] * inverse[i][0]
              + cartesian[1] * inverse[i][1]
              + cartesian[2] * inverse[i][2];
    }
    return f;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Lattice lattice && Arrays.equals(rows, lattice.rows);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(rows);
  }

  @Override
  public String toString() {
    return Arrays.deepToString(vectors());
  }
}
