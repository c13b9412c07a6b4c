package org.rlmaterials.discovery;

import java.util.Arrays;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.NeighbourSearch;

/**
 * Numbers of bonds: two atoms are bonded if their distance is at most 1.2 times the sum of their
 * covalent radii.
 */
final class Coordination {
  /** Longest bond, in units of the sum of the covalent radii. */
  private static final double LONGEST_BOND = 1.2;

  private static final int FEWEST_BONDS = 2;

  /** Close packing. */
  private static final int MOST_BONDS = 12;

  private Coordination() {}

  /**
   * @param crystal the crystal
   * @return null if every atom has 2 to 12 bonds; else one line about the first that has not
   */
  static String problem(Crystal crystal) {
    int[] bonds = bonds(crystal);
    for (int i = 0; i < bonds.length; i++) {
      if (bonds[i] < FEWEST_BONDS || bonds[i] > MOST_BONDS) {
        return "atom %d (%s) has %d bonds, expected %d to %d"
            .formatted(i + 1, crystal.element(i).symbol(), bonds[i], FEWEST_BONDS, MOST_BONDS);
      }
    }
    return null;
  }

  /**
   * @param crystal the crystal
   * @return whether every atom has exactly four bonds
   */
  static boolean isFourfold(Crystal crystal) {
    return Arrays.stream(bonds(crystal)).allMatch(b -> b == 4);
  }

  private static int[] bonds(Crystal crystal) {
    int n = crystal.size();
    double[] radius = new double[n];
    double largest = 0;
    for (int i = 0; i < n; i++) {
      radius[i] = crystal.element(i).covalentRadius();
      largest = Math.max(largest, radius[i]);
    }
    int[] bonds = new int[n];
    NeighbourSearch.visitPairs(
        crystal,
        2 * LONGEST_BOND * largest,
        (i, j, dx, dy, dz, distance) -> {
          if (distance <= LONGEST_BOND * (radius[i] + radius[j])) {
            bonds[i]++;
            bonds[j]++;
          }
        });
    return bonds;
  }
}
