package org.rlmaterials.crystal;

import java.util.Locale;
import java.util.Optional;

/**
 * The rules a crystal must keep to be worth a calculation: a volume per atom of 3 to 500 Å³, and no
 * pair of atoms, periodic images of the same atom included, closer than 0.6 of the sum of their
 * covalent radii.
 */
public final class Validity {
  /** Least volume per atom (Å³). */
  public static final double MIN_VOLUME_PER_ATOM = 3;

  /** Largest volume per atom (Å³). */
  public static final double MAX_VOLUME_PER_ATOM = 500;

  /** Least distance of a pair, in units of the sum of its covalent radii. */
  public static final double MIN_DISTANCE_RATIO = 0.6;

  private Validity() {}

  /**
   * @param crystal a crystal
   * @return true if it keeps every rule
   */
  public static boolean isValid(Crystal crystal) {
    return volumeIsValid(crystal.volumePerAtom()) && closestPair(crystal) == null;
  }

  /**
   * @param crystal a crystal
   * @return what is wrong with it, in words, with units; empty if nothing is
   */
  public static Optional<String> problem(Crystal crystal) {
    double volume = crystal.volumePerAtom();
    if (!volumeIsValid(volume)) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "the cell has %.4g Å³ per atom, outside the valid %.0f to %.0f Å³",
              volume,
              MIN_VOLUME_PER_ATOM,
              MAX_VOLUME_PER_ATOM));
    }
    return Optional.ofNullable(closestPair(crystal)).map(pair -> pair.text(crystal));
  }

  private static boolean volumeIsValid(double volumePerAtom) {
    return volumePerAtom >= MIN_VOLUME_PER_ATOM && volumePerAtom <= MAX_VOLUME_PER_ATOM;
  }

  /** Two atoms that are too close; distances in Å. */
  private record Pair(int i, int j, double distance, double least) {
    String text(Crystal crystal) {
      String who =
          i == j
              ? "atom %d (%s) and its own periodic image"
                  .formatted(i + 1, crystal.element(i).symbol())
              : "atoms %d (%s) and %d (%s)"
                  .formatted(
                      i + 1, crystal.element(i).symbol(), j + 1, crystal.element(j).symbol());
      return String.format(
          Locale.ROOT,
          "overlapping atoms: %s are %.3f Å apart, closer than %.1f of the sum of their covalent"
              + " radii (%.3f Å)",
          who,
          distance,
          MIN_DISTANCE_RATIO,
          least);
    }
  }

  /** A pair that is too close, or null. */
  private static Pair closestPair(Crystal crystal) {
    int n = crystal.size();
    double[] radius = new double[n];
    double largest = 0;
    for (int i = 0; i < n; i++) {
      radius[i] = crystal.element(i).covalentRadius();
      largest = Math.max(largest, radius[i]);
    }
    Pair[] found = new Pair[1];
    NeighbourSearch.visitPairs(
        crystal,
        2 * MIN_DISTANCE_RATIO * largest,
        (i, j, dx, dy, dz, distance) -> {
          double least = MIN_DISTANCE_RATIO * (radius[i] + radius[j]);
          if (distance < least && (found[0] == null || distance < found[0].distance())) {
            found[0] = new Pair(i, j, distance, least);
          }
        },
        true);
    return found[0];
  }
}
