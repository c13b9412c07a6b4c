package org.rlmaterials.discovery;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.NeighbourSearch;
import org.rlmaterials.crystal.Palette;

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

  /** Most electrons that a bond may have too many or too few. */
  private static final double MOST_UNFILLED = 0.3;

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

  /**
   * Where every atom has four bonds it gives a quarter of its valence electrons to each, and a bond
   * is filled by two (electron counting as in M. D. Pashley, Phys. Rev. B 40, 10481 (1989)). Ga-As
   * and Si-Si have two, Ge-As 2.25, Ga-Ga 1.5, As-As 2.5.
   *
   * @param crystal a crystal of the palette's elements whose atoms have four bonds each
   * @return null if all bonds have 2 ± 0.3 electrons; else one line about the first that has not
   */
  static String problemOfBonds(Crystal crystal) {
    String[] problem = new String[1];
    visitBonds(
        crystal,
        (i, j) -> {
          double electrons =
              (Palette.valence(crystal.atomicNumber(i)) + Palette.valence(crystal.atomicNumber(j)))
                  / 4.0;
          if (problem[0] == null && Math.abs(electrons - 2) > MOST_UNFILLED) {
            problem[0] =
                String.format(
                    Locale.ROOT,
                    "a bond %s-%s of %.2f electrons, expected 2",
                    crystal.element(i).symbol(),
                    crystal.element(j).symbol(),
                    electrons);
          }
        });
    return problem[0];
  }

  private static int[] bonds(Crystal crystal) {
    int[] bonds = new int[crystal.size()];
    visitBonds(
        crystal,
        (i, j) -> {
          bonds[i]++;
          bonds[j]++;
        });
    return bonds;
  }

  /** Each bond once. */
  private static void visitBonds(Crystal crystal, BiConsumer<Integer, Integer> visitor) {
    int n = crystal.size();
    double[] radius = new double[n];
    double largest = 0;
    for (int i = 0; i < n; i++) {
      radius[i] = crystal.element(i).covalentRadius();
      largest = Math.max(largest, radius[i]);
    }
    NeighbourSearch.visitPairs(
        crystal,
        2 * LONGEST_BOND * largest,
        (i, j, dx, dy, dz, distance) -> {
          if (distance <= LONGEST_BOND * (radius[i] + radius[j])) {
            visitor.accept(i, j);
          }
        });
  }
}
