package org.rlmaterials.crystal;

/**
 * A cheap measure of how far a crystal is from a well-bonded sp³ network, from distances and
 * electron counts alone.
 *
 * <p>Neighbours of atom i are weighed by w = exp(-½((x / x_min - 1) / 0.1)²) with x = d / (r_i +
 * r_j) (covalent radii) and x_min the least x of the atom; w = 0 beyond x = 1.6 x_min. So w is 1
 * for the nearest shell, and continuous in the positions. Over these bonds two things are averaged:
 *
 * <ul>
 *   <li>electron count: in a tetrahedral network every atom gives a quarter of its valence
 *       electrons to each of its four bonds, and a saturated bond has two electrons
 *       (Grimm-Sommerfeld rule; electron counting as in M. D. Pashley, Phys. Rev. B 40, 10481
 *       (1989)). The term is 2 |(v_i + v_j)/4 - 2|: 0 for Si-Si and Ga-As, 1 for Ga-Ga, As-As,
 *       Sn-Te, 2 for Se-Te.
 *   <li>bond length: 1 for each 10 % by which x leaves 1 ± 0.06, the scatter of covalent radii in
 *       the seeds.
 * </ul>
 */
public final class Bonding {
  private static final double WEIGHT_WIDTH = 0.1;
  private static final double CUTOFF_RATIO = 1.6;
  private static final double LENGTH_TOLERANCE = 0.06;
  private static final double LENGTH_SCALE = 0.1;

  private Bonding() {}

  /**
   * @param crystal a valid crystal of elements in groups 1, 2 and 13 to 18
   * @return the instability (dimensionless, at least 0): the mean over atoms of the electron-count
   *     term plus the bond-length term; below 0.06 for every seed
   */
  public static double instability(Crystal crystal) {
    int n = crystal.size();
    double total = 0;
    Distances distances = new Distances(crystal);
    for (int i = 0; i < n; i++) {
      double cutoff = CUTOFF_RATIO * distances.leastRatio(i);
      total += distances.term(i, cutoff);
    }
    return total / n;
  }

  /**
   * @param crystal a crystal
   * @return mean over atoms of the least d / (r_i + r_j) (dimensionless): 1 where bonds are as long
   *     as the covalent radii say
   */
  public static double meanLeastRatio(Crystal crystal) {
    Distances distances = new Distances(crystal);
    double total = 0;
    for (int i = 0; i < crystal.size(); i++) {
      total += distances.leastRatio(i);
    }
    return total / crystal.size();
  }

  /** Walks over the neighbours of an atom in units of covalent radii. */
  private static final class Distances {
    private final int n;
    private final double[] rows;
    private final double[] heights;
    private final double[] f;
    private final double[] radius;
    private final int[] valence;

    Distances(Crystal crystal) {
      n = crystal.size();
      rows = crystal.lattice().toRows();
      heights = Validity.planeSpacings(rows);
      f = crystal.toFractionalRows();
      radius = new double[n];
      valence = new int[n];
      for (int i = 0; i < n; i++) {
        radius[i] = crystal.element(i).covalentRadius();
        valence[i] = Palette.valence(crystal.atomicNumber(i));
      }
    }

    double leastRatio(int i) {
      // Start from a distance that certainly holds an image: the shortest lattice vector.
      double best = Double.POSITIVE_INFINITY;
      for (int k = 0; k < 9; k += 3) {
        double length =
            Math.sqrt(rows[k] * rows[k] + rows[k + 1] * rows[k + 1] + rows[k + 2] * rows[k + 2]);
        best = Math.min(best, length / (2 * radius[i]));
      }
      for (int j = 0; j < n; j++) {
        double scale = radius[i] + radius[j];
        best = Math.min(best, Math.sqrt(nearest(i, j, best * scale)) / scale);
      }
      return best;
    }

    /** Squared distance (Å²) of the nearest image of j within the cutoff (Å); infinite if none. */
    private double nearest(int i, int j, double cutoff) {
      double[] least = {Double.POSITIVE_INFINITY};
      forEachImage(i, j, cutoff, squared -> least[0] = Math.min(least[0], squared));
      return least[0];
    }

    double term(int i, double cutoff) {
      double[] sums = new double[2];
      double leastRatio = cutoff / CUTOFF_RATIO;
      for (int j = 0; j < n; j++) {
        double scale = radius[i] + radius[j];
        double electrons = 2 * Math.abs((valence[i] + valence[j]) / 4.0 - 2);
        forEachImage(
            i,
            j,
            cutoff * scale,
            squared -> {
              double x = Math.sqrt(squared) / scale;
              double u = (x / leastRatio - 1) / WEIGHT_WIDTH;
              double weight = Math.exp(-0.5 * u * u);
              double length = Math.max(0, Math.abs(x - 1) - LENGTH_TOLERANCE) / LENGTH_SCALE;
              sums[0] += weight * (electrons + length);
              sums[1] += weight;
            });
      }
      return sums[0] / sums[1];
    }

    private interface Visitor {
      void visit(double squaredDistance);
    }

    private void forEachImage(int i, int j, double cutoff, Visitor visitor) {
      double d0 = f[3 * j] - f[3 * i];
      double d1 = f[3 * j + 1] - f[3 * i + 1];
      double d2 = f[3 * j + 2] - f[3 * i + 2];
      double r0 = cutoff / heights[0];
      double r1 = cutoff / heights[1];
      double r2 = cutoff / heights[2];
      double cutoffSquared = cutoff * cutoff * (1 + 1e-12);
      for (double t0 = Math.ceil(-d0 - r0); t0 <= r0 - d0; t0++) {
        for (double t1 = Math.ceil(-d1 - r1); t1 <= r1 - d1; t1++) {
          for (double t2 = Math.ceil(-d2 - r2); t2 <= r2 - d2; t2++) {
            if (i == j && t0 == 0 && t1 == 0 && t2 == 0) {
              continue;
            }
            double a = d0 + t0;
            double b = d1 + t1;
            double c = d2 + t2;
            double x = a * rows[0] + b * rows[3] + c * rows[6];
            double y = a * rows[1] + b * rows[4] + c * rows[7];
            double z = a * rows[2] + b * rows[5] + c * rows[8];
            double squared = x * x + y * y + z * z;
            if (squared <= cutoffSquared) {
              visitor.visit(squared);
            }
          }
        }
      }
    }
  }
}
