package org.rlmaterials.bands;

import java.util.Arrays;
import java.util.List;

/**
 * Band energies on a mesh of k-points, as an SCF calculation leaves them. Immutable.
 *
 * <p>The points may be the whole mesh or only its irreducible part; in the second case the
 * rotations that generate the rest let the search see all of it. Time reversal, E(k) = E(−k), is
 * always assumed: the crystal is not magnetic.
 */
public final class BandMesh {
  private static final List<double[][]> IDENTITY =
      List.<double[][]>of(new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}});

  private final double[][] reciprocal;
  private final double[][] kPoints;
  private final double[][] energies;
  private final double electrons;
  private final List<double[][]> rotations;

  private BandMesh(
      double[][] reciprocal,
      double[][] kPoints,
      double[][] energies,
      double electrons,
      List<double[][]> rotations) {
    this.reciprocal = reciprocal;
    this.kPoints = kPoints;
    this.energies = energies;
    this.electrons = electrons;
    this.rotations = rotations;
  }

  /**
   * @param reciprocal reciprocal lattice vectors (1/Å, with the factor 2π), one a row, 3×3
   * @param kPoints Cartesian k-points (1/Å), n×3
   * @param energies band energies (eV), n × bands, ascending within each k-point; with at least one
   *     empty band
   * @param electrons number of electrons in the cell, two to a band
   * @return the mesh, with no rotation but the identity
   * @throws IllegalArgumentException if the sizes do not agree or there is no empty band
   */
  public static BandMesh of(
      double[][] reciprocal, double[][] kPoints, double[][] energies, double electrons) {
    if (reciprocal.length != 3 || kPoints.length == 0 || kPoints.length != energies.length) {
      throw new IllegalArgumentException(
          "a band mesh needs 3 reciprocal vectors and as many k-points (%d) as rows of energies (%d)"
              .formatted(kPoints.length, energies.length));
    }
    int bands = Arrays.stream(energies).mapToInt(e -> e.length).min().getAsInt();
    if (!(electrons > 0) || Math.ceil(electrons / 2) >= bands) {
      throw new IllegalArgumentException(
          "%s electrons in %d bands leave no empty band: compute more bands"
              .formatted(electrons, bands));
    }
    for (double[] row : energies) {
      for (int b = 1; b < row.length; b++) {
        if (!(row[b] >= row[b - 1])) {
          throw new IllegalArgumentException("band energies must be numbers in ascending order");
        }
      }
    }
    return new BandMesh(copy(reciprocal), copy(kPoints), copy(energies), electrons, IDENTITY);
  }

  /**
   * The same mesh with the point group of the crystal: saves k-points, changes no result.
   *
   * @param rotations orthogonal 3×3 matrices R (Cartesian), proper and improper, with E(R k) = E(k)
   * @return a mesh that knows them
   * @throws IllegalArgumentException if a matrix does not map the reciprocal lattice onto itself
   */
  public BandMesh withRotations(List<double[][]> rotations) {
    List<double[][]> copies = rotations.stream().map(BandMesh::copy).toList();
    BandMesh mesh =
        new BandMesh(
            reciprocal, kPoints, energies, electrons, copies.isEmpty() ? IDENTITY : copies);
    copies.forEach(mesh::fractionalRotation);
    return mesh;
  }

  /**
   * @return a fresh copy of the reciprocal lattice vectors (1/Å), one a row
   */
  public double[][] reciprocal() {
    return copy(reciprocal);
  }

  /**
   * @return a fresh copy of the Cartesian k-points (1/Å)
   */
  public double[][] kPoints() {
    return copy(kPoints);
  }

  /**
   * @return a fresh copy of the energies (eV), k-points × bands
   */
  public double[][] energies() {
    return copy(energies);
  }

  /**
   * @return number of electrons in the cell
   */
  public double electrons() {
    return electrons;
  }

  /**
   * @return whether the electrons fill whole bands: an even whole number
   */
  public boolean fillsWholeBands() {
    return Math.abs(electrons - 2 * Math.rint(electrons / 2)) < 1e-6;
  }

  /**
   * @return number of occupied bands, electrons / 2; only meaningful if whole bands are filled
   */
  public int occupiedBands() {
    return (int) Math.rint(electrons / 2);
  }

  /**
   * @param cartesian k-point (1/Å)
   * @return its coordinates along the reciprocal lattice vectors, not wrapped
   */
  public double[] toFractional(double[] cartesian) {
    return Vectors.solve(reciprocal, cartesian);
  }

  /**
   * @param fractional coordinates along the reciprocal lattice vectors
   * @return the Cartesian k-point (1/Å)
   */
  public double[] toCartesian(double[] fractional) {
    return Vectors.combine(fractional, reciprocal);
  }

  List<double[][]> rotations() {
    return rotations;
  }

  /** Integer matrix M with f(R k) = f(k) · M, for fractional row vectors f. */
  double[][] fractionalRotation(double[][] rotation) {
    double[][] m = new double[3][];
    for (int i = 0; i < 3; i++) {
      m[i] = toFractional(Vectors.multiply(rotation, reciprocal[i]));
      for (int j = 0; j < 3; j++) {
        double whole = Math.rint(m[i][j]);
        if (Math.abs(m[i][j] - whole) > 1e-3) {
          throw new IllegalArgumentException(
              "rotation " + Arrays.deepToString(rotation) + " is no symmetry of the lattice");
        }
        m[i][j] = whole;
      }
    }
    return m;
  }

  private static double[][] copy(double[][] matrix) {
    return Arrays.stream(matrix).map(double[]::clone).toArray(double[][]::new);
  }
}
