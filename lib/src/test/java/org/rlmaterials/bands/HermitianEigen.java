package org.rlmaterials.bands;

/**
 * Eigenvalues and eigenvectors of a complex Hermitian matrix by cyclic Jacobi rotations: short, and
 * independent of the code under test.
 */
final class HermitianEigen {
  final double[] values;

  /** Eigenvector n is column n: vectorsRe[i][n] + i vectorsIm[i][n]. */
  final double[][] vectorsRe;

  final double[][] vectorsIm;

  HermitianEigen(double[][] re, double[][] im) {
    int n = re.length;
    double[][] a = new double[n][];
    double[][] b = new double[n][];
    double[][] vr = new double[n][n];
    double[][] vi = new double[n][n];
    for (int i = 0; i < n; i++) {
      a[i] = re[i].clone();
      b[i] = im[i].clone();
      vr[i][i] = 1;
    }
    for (int sweep = 0; sweep < 60; sweep++) {
      double off = 0;
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          off += a[p][q] * a[p][q] + b[p][q] * b[p][q];
        }
      }
      if (off < 1e-26) {
        break;
      }
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          rotate(a, b, vr, vi, p, q);
        }
      }
    }
    Integer[] order = new Integer[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    java.util.Arrays.sort(order, (x, y) -> Double.compare(a[x][x], a[y][y]));
    values = new double[n];
    vectorsRe = new double[n][n];
    vectorsIm = new double[n][n];
    for (int k = 0; k < n; k++) {
      values[k] = a[order[k]][order[k]];
      for (int i = 0; i < n; i++) {
        vectorsRe[i][k] = vr[i][order[k]];
        vectorsIm[i][k] = vi[i][order[k]];
      }
    }
  }

  /** Makes element (p, q) zero: first a phase that makes it real, then a real rotation. */
  private static void rotate(
      double[][] a, double[][] b, double[][] vr, double[][] vi, int p, int q) {
    double size = Math.hypot(a[p][q], b[p][q]);
    if (size < 1e-300) {
      return;
    }
    double phaseRe = a[p][q] / size;
    double phaseIm = b[p][q] / size;
    double theta = (a[q][q] - a[p][p]) / (2 * size);
    double t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double c = 1 / Math.sqrt(t * t + 1);
    double s = t * c;
    int n = a.length;
    // Columns: |p'> = c|p> − s e^{-iφ}|q>, |q'> = s e^{iφ}|p> + c|q>, φ the phase of a_pq.
    for (int i = 0; i < n; i++) {
      column(a[i], b[i], p, q, c, s, phaseRe, phaseIm);
      column(vr[i], vi[i], p, q, c, s, phaseRe, phaseIm);
    }
    for (int j = 0; j < n; j++) {
      double pr = a[p][j];
      double pi = b[p][j];
      double qr = a[q][j];
      double qi = b[q][j];
      a[p][j] = c * pr - s * (phaseRe * qr - phaseIm * qi);
      b[p][j] = c * pi - s * (phaseRe * qi + phaseIm * qr);
      a[q][j] = s * (phaseRe * pr + phaseIm * pi) + c * qr;
      b[q][j] = s * (phaseRe * pi - phaseIm * pr) + c * qi;
    }
  }

  private static void column(
      double[] re, double[] im, int p, int q, double c, double s, double phaseRe, double phaseIm) {
    double pr = re[p];
    double pi = im[p];
    double qr = re[q];
    double qi = im[q];
    re[p] = c * pr - s * (phaseRe * qr + phaseIm * qi);
    im[p] = c * pi - s * (phaseRe * qi - phaseIm * qr);
    re[q] = s * (phaseRe * pr - phaseIm * pi) + c * qr;
    im[q] = s * (phaseRe * pi + phaseIm * pr) + c * qi;
  }
}
