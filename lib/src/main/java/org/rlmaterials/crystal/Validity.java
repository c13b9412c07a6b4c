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

  /** The first pair that is too close, or null. */
  private static Pair closestPair(Crystal crystal) {
    int n = crystal.size();
    double[] rows = crystal.lattice().toRows();
    double[] heights = planeSpacings(rows);
    double[] f = crystal.toFractionalRows();
    for (int i = 0; i < n; i++) {
      double radius = crystal.element(i).covalentRadius();
      for (int j = i; j < n; j++) {
        double least = MIN_DISTANCE_RATIO * (radius + crystal.element(j).covalentRadius());
        double d0 = f[3 * j] - f[3 * i];
        double d1 = f[3 * j + 1] - f[3 * i + 1];
        double d2 = f[3 * j + 2] - f[3 * i + 2];
        // An image closer than `least` has a fractional offset below least / spacing on each axis.
        double r0 = least / heights[0];
        double r1 = least / heights[1];
        double r2 = least / heights[2];
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
              if (squared < least * least) {
                return new Pair(i, j, Math.sqrt(squared), least);
              }
            }
          }
        }
      }
    }
    return null;
  }

  /** Distances (Å) between neighbouring lattice planes spanned by two of the vectors each. */
  static double[] planeSpacings(double[] rows) {
    double[] heights = new double[3];
    for (int k = 0; k < 3; k++) {
      int u = 3 * ((k + 1) % 3);
      int v = 3 * ((k + 2) % 3);
      double x = rows[u + 1] * rows[v + 2] - rows[u + 2] * rows[v + 1];
      double y = rows[u + 2] * rows[v] - rows[u] * rows[v + 2];
      double z = rows[u] * rows[v + 1] - rows[u + 1] * rows[v];
      double area = Math.sqrt(x * x + y * y + z * z);
      double volume = Math.abs(rows[3 * k] * x + rows[3 * k + 1] * y + rows[3 * k + 2] * z);
      heights[k] = volume / area;
    }
    return heights;
  }
}
