package org.rlmaterials.crystal;

import java.util.ArrayList;
import java.util.List;

/** The smallest cell that repeats to the crystal, found from the atoms alone (no library). */
public final class PrimitiveCell {
  private PrimitiveCell() {}

  /**
   * Finds the primitive cell and reduces it.
   *
   * @param crystal the crystal, in any cell
   * @param toleranceAngstrom how far (Å) an atom may be from the place to which a translation moves
   *     its like; atoms that a translation relates are averaged
   * @return the Niggli-reduced primitive cell, not rotated; the Niggli-reduced given cell if that
   *     is primitive
   */
  public static Crystal of(Crystal crystal, double toleranceAngstrom) {
    Crystal current = Niggli.reduce(crystal);
    while (true) {
      Crystal smaller = divide(current, toleranceAngstrom);
      if (smaller == null) {
        return current;
      }
      current = smaller;
    }
  }

  /** The crystal in a smaller cell, or null if no translation inside the cell keeps it. */
  private static Crystal divide(Crystal crystal, double tolerance) {
    int n = crystal.size();
    int[] counts = new int[128];
    for (int i = 0; i < n; i++) {
      counts[crystal.atomicNumber(i)]++;
    }
    int divisor = 0;
    int first = 0;
    for (int i = 0; i < n; i++) {
      int count = counts[crystal.atomicNumber(i)];
      divisor = gcd(count, divisor);
      if (count < counts[crystal.atomicNumber(first)]) {
        first = i;
      }
    }
    if (divisor == 1) {
      return null;
    }
    int z = crystal.atomicNumber(first);
    for (int j = first + 1; j < n; j++) {
      if (crystal.atomicNumber(j) != z) {
        continue;
      }
      for (int parts = 2; parts <= divisor; parts++) {
        if (divisor % parts != 0) {
          continue;
        }
        // A translation that comes back after so many steps has such fractional components.
        double[] t = difference(crystal, j, first);
        for (int x = 0; x < 3; x++) {
          t[x] = Math.rint(t[x] * parts) / parts;
        }
        int[] image = new int[n];
        if (isTranslation(crystal, t, tolerance, image) && order(image) == parts) {
          Crystal smaller = fold(crystal, t, image, parts);
          if (smaller != null) {
            return smaller;
          }
        }
      }
    }
    return null;
  }

  /**
   * Whether t moves the crystal on itself; fills image[i] with the atom that atom i is moved to.
   */
  private static boolean isTranslation(Crystal crystal, double[] t, double tolerance, int[] image) {
    int n = crystal.size();
    boolean[] taken = new boolean[n];
    for (int i = 0; i < n; i++) {
      int found = -1;
      for (int j = 0; j < n && found < 0; j++) {
        if (!taken[j] && crystal.atomicNumber(i) == crystal.atomicNumber(j)) {
          double[] d = difference(crystal, j, i);
          for (int x = 0; x < 3; x++) {
            d[x] -= t[x];
            d[x] -= Math.rint(d[x]);
          }
          double[] r = crystal.lattice().toCartesian(d);
          if (r[0] * r[0] + r[1] * r[1] + r[2] * r[2] <= tolerance * tolerance) {
            found = j;
          }
        }
      }
      if (found < 0) {
        return false;
      }
      taken[found] = true;
      image[i] = found;
    }
    return true;
  }

  /** How often the translation is applied until an atom is back; 0 if that differs by atom. */
  private static int order(int[] image) {
    int order = 0;
    for (int i = 0; i < image.length; i++) {
      int count = 0;
      int k = i;
      do {
        k = image[k];
        count++;
      } while (k != i);
      if (i > 0 && count != order) {
        return 0;
      }
      order = count;
    }
    return order;
  }

  private static Crystal fold(Crystal crystal, double[] exact, int[] image, int order) {
    double[] t = crystal.lattice().toCartesian(exact);
    double[][] v = crystal.lattice().vectors();
    double target = crystal.lattice().volume() / order;
    // Replacing one lattice vector by the translation, or its small combinations with the others,
    // gives the finer lattice for translations of prime order.
    List<double[]> candidates = new ArrayList<>(List.of(v[0], v[1], v[2]));
    for (int k = 1; k < order; k++) {
      for (int p = -1; p <= 1; p++) {
        for (int q = -1; q <= 1; q++) {
          for (int r = -1; r <= 1; r++) {
            double[] c = new double[3];
            for (int x = 0; x < 3; x++) {
              double wrapped = k * t[x] + p * v[0][x] + q * v[1][x] + r * v[2][x];
              c[x] = wrapped;
            }
            candidates.add(c);
          }
        }
      }
    }
    candidates.sort(
        (a, b) ->
            Double.compare(
                a[0] * a[0] + a[1] * a[1] + a[2] * a[2], b[0] * b[0] + b[1] * b[1] + b[2] * b[2]));
    for (int k = 2; k < candidates.size(); k++) {
      for (int j = 1; j < k; j++) {
        for (int i = 0; i < j; i++) {
          double[] a = candidates.get(i);
          double[] b = candidates.get(j);
          double[] c = candidates.get(k);
          double volume =
              a[0] * (b[1] * c[2] - b[2] * c[1])
                  - a[1] * (b[0] * c[2] - b[2] * c[0])
                  + a[2] * (b[0] * c[1] - b[1] * c[0]);
          if (Math.abs(Math.abs(volume) / target - 1) < 1e-6) {
            double[][] rows = volume > 0 ? new double[][] {a, b, c} : new double[][] {b, a, c};
            return inCell(crystal, Lattice.of(rows), exact, image);
          }
        }
      }
    }
    return null;
  }

  private static Crystal inCell(Crystal crystal, Lattice cell, double[] exact, int[] image) {
    int n = crystal.size();
    boolean[] done = new boolean[n];
    List<Integer> numbers = new ArrayList<>();
    List<Double> positions = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      if (done[i]) {
        continue;
      }
      double[] sum = new double[3];
      int count = 0;
      int at = i;
      do {
        double[] d = difference(crystal, at, i);
        for (int x = 0; x < 3; x++) {
          d[x] -= count * exact[x];
          d[x] -= Math.rint(d[x]);
          sum[x] += d[x];
        }
        done[at] = true;
        at = image[at];
        count++;
      } while (at != i);
      double[] f = new double[3];
      for (int x = 0; x < 3; x++) {
        f[x] = crystal.fractional(i, x) + sum[x] / count;
      }
      numbers.add(crystal.atomicNumber(i));
      for (double x : cell.toFractional(crystal.lattice().toCartesian(f))) {
        positions.add(x);
      }
    }
    return Niggli.reduce(
        Crystal.of(
            cell,
            numbers.stream().mapToInt(Integer::intValue).toArray(),
            positions.stream().mapToDouble(Double::doubleValue).toArray()));
  }

  private static double[] difference(Crystal crystal, int i, int j) {
    double[] d = new double[3];
    for (int x = 0; x < 3; x++) {
      d[x] = crystal.fractional(i, x) - crystal.fractional(j, x);
    }
    return d;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
