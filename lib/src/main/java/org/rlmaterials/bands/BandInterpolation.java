package org.rlmaterials.bands;

import java.util.ArrayList;
import java.util.List;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealVector;

/**
 * A smooth periodic function through the energies of one band at scattered k-points: the Fourier
 * series of least roughness of Shankland, with the roughness of Koelling and Wood (J. Comput. Phys.
 * 67, 253 (1986)) as Pickett, Krakauer and Allen use it (Phys. Rev. B 38, 2721 (1988)).
 *
 * <p>Only a guide to where extrema may lie: a band that crosses another has kinks that a Fourier
 * series cannot follow.
 */
final class BandInterpolation {
  /** Stars of lattice vectors for each k-point: enough freedom to pass through all points. */
  private static final int STARS_PER_POINT = 6;

  /** Of the mean of the diagonal: points too close to tell apart by the stars leave a solution. */
  private static final double RIDGE = 1e-11;

  private final double[][] vectors;
  private final double[] coefficients;
  private final double constant;

  private BandInterpolation(double[][] vectors, double[] coefficients, double constant) {
    this.vectors = vectors;
    this.coefficients = coefficients;
    this.constant = constant;
  }

  /**
   * @param mesh lattice and rotations
   * @param kPoints inequivalent k-points (1/Å)
   * @param energies the band there (eV)
   */
  static BandInterpolation through(BandMesh mesh, List<double[]> kPoints, double[] energies) {
    int points = kPoints.size();
    List<List<double[]>> stars = stars(mesh, STARS_PER_POINT * points);
    double shortest = Vectors.norm(stars.get(0).get(0));
    double[] roughness = new double[stars.size()];
    double[][] basis = new double[stars.size()][points];
    for (int s = 0; s < stars.size(); s++) {
      double x = Vectors.norm(stars.get(s).get(0)) / shortest;
      double x2 = x * x;
      roughness[s] = Math.pow(1 - 0.75 * x2, 2) + 0.75 * x2 * x2 * x2;
      for (int i = 0; i < points; i++) {
        basis[s][i] = star(stars.get(s), kPoints.get(i));
      }
    }
    int last = points - 1;
    List<double[]> vectors = new ArrayList<>();
    List<Double> coefficients = new ArrayList<>();
    double constant = energies[last];
    if (last > 0) {
      double[][] matrix = new double[last][last];
      double[] right = new double[last];
      double trace = 0;
      for (int i = 0; i < last; i++) {
        right[i] = energies[i] - energies[last];
        for (int j = 0; j <= i; j++) {
          double sum = 0;
          for (int s = 0; s < basis.length; s++) {
            sum += (basis[s][i] - basis[s][last]) * (basis[s][j] - basis[s][last]) / roughness[s];
          }
          matrix[i][j] = sum;
          matrix[j][i] = sum;
        }
        trace += matrix[i][i];
      }
      for (int i = 0; i < last; i++) {
        matrix[i][i] += RIDGE * trace / last;
      }
      RealVector multipliers =
          new QRDecomposition(new Array2DRowRealMatrix(matrix, false))
              .getSolver()
              .solve(new ArrayRealVector(right, false));
      for (int s = 0; s < basis.length; s++) {
        double c = 0;
        for (int i = 0; i < last; i++) {
          c += multipliers.getEntry(i) * (basis[s][i] - basis[s][last]);
        }
        c /= roughness[s];
        constant -= c * basis[s][last];
        for (double[] r : stars.get(s)) {
          vectors.add(r);
          coefficients.add(c / stars.get(s).size());
        }
      }
    }
    return new BandInterpolation(
        vectors.toArray(double[][]::new),
        coefficients.stream().mapToDouble(c -> c).toArray(),
        constant);
  }

  /** The interpolated energy (eV). */
  double at(double[] k) {
    double sum = constant;
    for (int i = 0; i < vectors.length; i++) {
      sum += coefficients[i] * Math.cos(Vectors.dot(vectors[i], k));
    }
    return sum;
  }

  /** Walks downhill on sign × the interpolation, in steps that shrink from the first to a 16th. */
  double[] descend(double[] start, double sign, double firstStep) {
    double[] at = start;
    double value = sign * at(at);
    for (double step = firstStep; step > firstStep / 20; ) {
      double[] lower = null;
      for (int i = 0; i < 6; i++) {
        double[] next = at.clone();
        next[i / 2] += i % 2 == 0 ? step : -step;
        double there = sign * at(next);
        if (there < value) {
          value = there;
          lower = next;
        }
      }
      if (lower == null) {
        step /= 2;
      } else {
        at = lower;
      }
    }
    return at;
  }

  private static double star(List<double[]> star, double[] k) {
    double sum = 0;
    for (double[] r : star) {
      sum += Math.cos(Vectors.dot(r, k));
    }
    return sum / star.size();
  }

  /** Lattice vectors (Å), without the origin and one of each pair ±R, in stars, shortest first. */
  private static List<List<double[]>> stars(BandMesh mesh, int count) {
    double[][] b = mesh.reciprocal();
    double volume = Vectors.dot(b[0], Vectors.cross(b[1], b[2]));
    double[][] lattice = new double[3][];
    for (int i = 0; i < 3; i++) {
      double[] cross = Vectors.cross(b[(i + 1) % 3], b[(i + 2) % 3]);
      lattice[i] = Vectors.along(new double[3], 2 * Math.PI / volume, cross);
    }
    double cell = Math.pow(2 * Math.PI, 3) / Math.abs(volume);
    int operations = mesh.rotations().size();
    double reach =
        Math.cbrt(1.2 * 2 * operations * count * cell * 3 / (4 * Math.PI)) + Math.cbrt(cell);
    int[] box = new int[3];
    for (int i = 0; i < 3; i++) {
      box[i] = (int) Math.ceil(reach * Vectors.norm(b[i]) / (2 * Math.PI));
    }
    List<double[]> all = new ArrayList<>();
    java.util.Map<List<Long>, Integer> index = new java.util.HashMap<>();
    for (int x = 0; x <= box[0]; x++) {
      for (int y = -box[1]; y <= box[1]; y++) {
        for (int z = -box[2]; z <= box[2]; z++) {
          boolean upper = x > 0 || y > 0 || (y == 0 && z > 0);
          double[] r = Vectors.combine(new double[] {x, y, z}, lattice);
          if (upper && Vectors.norm(r) <= reach) {
            all.add(r);
          }
        }
      }
    }
    all.sort(java.util.Comparator.comparingDouble(Vectors::norm));
    for (int i = 0; i < all.size(); i++) {
      index.put(whole(b, all.get(i)), i);
    }
    boolean[] taken = new boolean[all.size()];
    List<List<double[]>> stars = new ArrayList<>();
    for (int i = 0; i < all.size() && stars.size() < count; i++) {
      if (taken[i]) {
        continue;
      }
      List<double[]> star = new ArrayList<>();
      for (double[][] rotation : mesh.rotations()) {
        double[] image = Vectors.multiply(rotation, all.get(i));
        Integer at = index.get(whole(b, image));
        if (at != null && !taken[at]) {
          taken[at] = true;
          star.add(all.get(at));
        }
      }
      if (!taken[i]) {
        taken[i] = true;
        star.add(all.get(i));
      }
      stars.add(star);
    }
    return stars;
  }

  /** Whole-number coordinates of a lattice vector, the same for R and −R. */
  private static List<Long> whole(double[][] b, double[] r) {
    long[] n = new long[3];
    for (int i = 0; i < 3; i++) {
      n[i] = Math.round(Vectors.dot(b[i], r) / (2 * Math.PI));
    }
    boolean upper = n[0] > 0 || (n[0] == 0 && (n[1] > 0 || (n[1] == 0 && n[2] > 0)));
    return upper ? List.of(n[0], n[1], n[2]) : List.of(-n[0], -n[1], -n[2]);
  }
}
