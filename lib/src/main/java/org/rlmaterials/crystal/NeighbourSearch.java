package org.rlmaterials.crystal;

/**
 * Finds all pairs of atoms of a periodic crystal within a distance, exactly, for any cell: the
 * images searched follow from the heights of the Niggli-reduced cell, not from a guess.
 */
public final class NeighbourSearch {
  private NeighbourSearch() {}

  /** Receives the pairs. */
  @FunctionalInterface
  public interface PairVisitor {
    /**
     * @param i index of the first atom in the crystal, i ≤ j
     * @param j index of the second atom in the crystal
     * @param dx Cartesian x of the vector from atom i to the image of atom j (Å)
     * @param dy y of it (Å)
     * @param dz z of it (Å)
     * @param distance its length (Å)
     */
    void pair(int i, int j, double dx, double dy, double dz, double distance);
  }

  /**
   * Visits each pair of atoms once: every image of j around i for i &lt; j, and one of the two
   * opposite images of an atom around itself. An atom is no neighbour of itself at distance 0, but
   * two atoms at the same place are neighbours.
   *
   * @param crystal the crystal, in any cell
   * @param cutoff greatest distance (Å), included
   * @param visitor receives the pairs
   */
  public static void visitPairs(Crystal crystal, double cutoff, PairVisitor visitor) {
    visitPairs(Niggli.reduce(crystal), cutoff, visitor, true);
  }

  /**
   * As {@link #visitPairs(Crystal, double, PairVisitor)} for a cell that is reduced already, which
   * it need not be for the result to be right, only for speed.
   *
   * @param crystal the crystal, best in its reduced cell
   * @param cutoff greatest distance (Å), included
   * @param visitor receives the pairs
   * @param self whether an atom's own images are wanted
   */
  public static void visitPairs(Crystal crystal, double cutoff, PairVisitor visitor, boolean self) {
    Lattice lattice = crystal.lattice();
    int n = crystal.size();
    double[] v = lattice.toRows();
    double volume = lattice.volume();
    // Number of lattice planes within the cutoff, by axis.
    double reach0 = cutoff * crossLength(v, 3, 6) / volume;
    double reach1 = cutoff * crossLength(v, 6, 0) / volume;
    double cutoff2 = cutoff * cutoff;
    double cx = v[6];
    double cy = v[7];
    double cz = v[8];
    double cc = cx * cx + cy * cy + cz * cz;
    for (int i = 0; i < n; i++) {
      for (int j = self ? i : i + 1; j < n; j++) {
        boolean same = i == j;
        double f0 = nearest(crystal.fractional(j, 0) - crystal.fractional(i, 0));
        double f1 = nearest(crystal.fractional(j, 1) - crystal.fractional(i, 1));
        double f2 = nearest(crystal.fractional(j, 2) - crystal.fractional(i, 2));
        int last0 = (int) Math.floor(reach0 - f0 + 1e-9);
        int last1 = (int) Math.floor(reach1 - f1 + 1e-9);
        int first1 = (int) Math.ceil(-reach1 - f1 - 1e-9);
        for (int p = same ? 0 : (int) Math.ceil(-reach0 - f0 - 1e-9); p <= last0; p++) {
          double g0 = f0 + p;
          for (int q = same && p == 0 ? 0 : first1; q <= last1; q++) {
            double g1 = f1 + q;
            double x0 = g0 * v[0] + g1 * v[3] + f2 * cx;
            double y0 = g0 * v[1] + g1 * v[4] + f2 * cy;
            double z0 = g0 * v[2] + g1 * v[5] + f2 * cz;
            // The images along c inside the sphere: the roots of |r0 + s c|² = cutoff².
            double middle = -(x0 * cx + y0 * cy + z0 * cz) / cc;
            double lineDistance2 = x0 * x0 + y0 * y0 + z0 * z0 - middle * middle * cc;
            double half2 = (cutoff2 - lineDistance2) / cc;
            if (half2 < -1e-9) {
              continue;
            }
            double half = Math.sqrt(Math.max(0, half2)) + 1e-9;
            int s = (int) Math.ceil(middle - half);
            if (same && p == 0 && q == 0) {
              s = Math.max(s, 1);
            }
            int last = (int) Math.floor(middle + half);
            for (; s <= last; s++) {
              double x = x0 + s * cx;
              double y = y0 + s * cy;
              double z = z0 + s * cz;
              double d2 = x * x + y * y + z * z;
              if (d2 <= cutoff2) {
                visitor.pair(i, j, x, y, z, Math.sqrt(d2));
              }
            }
          }
        }
      }
    }
  }

  private static double nearest(double difference) {
    return difference - Math.rint(difference);
  }

  private static double crossLength(double[] v, int i, int j) {
    double x = v[i + 1] * v[j + 2] - v[i + 2] * v[j + 1];
    double y = v[i + 2] * v[j] - v[i] * v[j + 2];
    double z = v[i] * v[j + 1] - v[i + 1] * v[j];
    return Math.sqrt(x * x + y * y + z * z);
  }
}
