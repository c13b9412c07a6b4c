package org.rlmaterials.bands;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.EigenDecompositionSymmetric;

/** Eigenvalues of a symmetric 3×3 matrix, ascending, and unit eigenvectors, one a row. */
final class PrincipalAxes {
  private final double[] values = new double[3];
  private final double[][] axes = new double[3][];

  /** Takes the symmetric part of the matrix: rounding may have spoiled the symmetry. */
  PrincipalAxes(double[][] matrix) {
    double[][] symmetric = new double[3][3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        symmetric[i][j] = (matrix[i][j] + matrix[j][i]) / 2;
      }
    }
    EigenDecompositionSymmetric eigen =
        new EigenDecompositionSymmetric(new Array2DRowRealMatrix(symmetric, false));
    int[] order =
        IntStream.range(0, 3)
            .boxed()
            .sorted(Comparator.comparingDouble(eigen::getEigenvalue))
            .mapToInt(i -> i)
            .toArray();
    for (int i = 0; i < 3; i++) {
      values[i] = eigen.getEigenvalue(order[i]);
      axes[i] = eigen.getEigenvector(order[i]).toArray();
    }
  }

  double value(int i) {
    return values[i];
  }

  double[] axis(int i) {
    return axes[i];
  }
}
