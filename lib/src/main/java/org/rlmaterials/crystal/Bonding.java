package org.rlmaterials.crystal;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

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

  /**
   * Bond length over the sum of covalent radii in relaxed crystals: mean of thirteen of diamond and
   * zinc-blende structure by PBE (sources in lattice_constants.csv of the tests), which scatter by
   * 0.017 (AlN 0.99 to Si 1.07).
   */
  static final double RELAXED_RATIO = 1.03;

  private Bonding() {}

  /**
   * @param crystal a valid crystal of elements in groups 1, 2 and 13 to 18
   * @return the instability (dimensionless, at least 0): the mean over atoms of the electron-count
   *     term plus the bond-length term; below 0.06 for every seed
   */
  public static double instability(Crystal crystal) {
    Bonds bonds = new Bonds(crystal);
    return bonds.mean(
        k -> {
          int electrons =
              Palette.valence(crystal.atomicNumber(bonds.first[k]))
                  + Palette.valence(crystal.atomicNumber(bonds.second[k]));
          double length = Math.max(0, Math.abs(bonds.ratio[k] - 1) - LENGTH_TOLERANCE);
          return 2 * Math.abs(electrons / 4.0 - 2) + length / LENGTH_SCALE;
        });
  }

  /**
   * @param crystal a crystal
   * @return the same with all lengths scaled so that the mean of d / (r_i + r_j) over bonds,
   *     weighed as above, averaged over atoms, is 1.03: about the volume to which it would relax
   */
  public static Crystal settled(Crystal crystal) {
    Bonds bonds = new Bonds(crystal);
    return Moves.scale(RELAXED_RATIO / bonds.mean(k -> bonds.ratio[k]) - 1).apply(crystal);
  }

  private static double weight(double relative) {
    double u = (relative - 1) / WEIGHT_WIDTH;
    return relative > CUTOFF_RATIO ? 0 : Math.exp(-0.5 * u * u);
  }

  /**
   * @param crystal a crystal
   * @return mean over atoms of the least d / (r_i + r_j) (dimensionless): 1 where bonds are as long
   *     as the covalent radii say
   */
  public static double meanLeastRatio(Crystal crystal) {
    double total = 0;
    for (double x : new Bonds(crystal).least) {
      total += x;
    }
    return total / crystal.size();
  }

  /** All pairs that can be bonds, with their lengths in units of the sum of covalent radii. */
  private static final class Bonds implements NeighbourSearch.PairVisitor {
    private final double[] radius;
    final double[] least;
    int[] first = new int[32];
    int[] second = new int[32];
    double[] ratio = new double[32];
    int count;

    Bonds(Crystal crystal) {
      int n = crystal.size();
      radius = new double[n];
      least = new double[n];
      double largest = 0;
      for (int i = 0; i < n; i++) {
        radius[i] = crystal.element(i).covalentRadius();
        largest = Math.max(largest, radius[i]);
      }
      // Enough for bonds up to 25 % too long; if some are longer, again with more.
      double reach = 1.25 * CUTOFF_RATIO;
      double needed = collect(crystal, largest, reach);
      while (needed > reach) {
        reach = Math.min(needed, 2 * reach);
        needed = collect(crystal, largest, reach);
      }
    }

    /**
     * Finds the pairs within a reach in units of twice the largest radius; returns what it takes.
     */
    private double collect(Crystal crystal, double largest, double reach) {
      count = 0;
      Arrays.fill(least, Double.POSITIVE_INFINITY);
      NeighbourSearch.visitPairs(crystal, 2 * largest * reach, this, true);
      double longest = 0;
      for (double x : least) {
        longest = Math.max(longest, x);
      }
      return CUTOFF_RATIO * longest;
    }

    /** The mean over atoms of the weighted mean over their bonds. */
    double mean(IntToDoubleFunction ofBond) {
      double[] sums = new double[least.length];
      double[] weights = new double[least.length];
      for (int k = 0; k < count; k++) {
        int i = first[k];
        int j = second[k];
        double value = ofBond.applyAsDouble(k);
        double forFirst = weight(ratio[k] / least[i]);
        sums[i] += forFirst * value;
        weights[i] += forFirst;
        // A pair counts for both of its atoms; two opposite images of one atom count twice for it.
        double forSecond = weight(ratio[k] / least[j]);
        sums[j] += forSecond * value;
        weights[j] += forSecond;
      }
      double total = 0;
      for (int i = 0; i < sums.length; i++) {
        total += sums[i] / weights[i];
      }
      return total / sums.length;
    }

    @Override
    public void pair(int i, int j, double dx, double dy, double dz, double distance) {
      if (count == first.length) {
        first = Arrays.copyOf(first, 2 * count);
        second = Arrays.copyOf(second, 2 * count);
        ratio = Arrays.copyOf(ratio, 2 * count);
      }
      double x = distance / (radius[i] + radius[j]);
      first[count] = i;
      second[count] = j;
      ratio[count++] = x;
      least[i] = Math.min(least[i], x);
      least[j] = Math.min(least[j], x);
    }
  }
}
