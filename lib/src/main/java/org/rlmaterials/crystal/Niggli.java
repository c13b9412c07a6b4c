package org.rlmaterials.crystal;

/**
 * Niggli reduction: the one conventional basis of a lattice with the shortest vectors, a ≤ b ≤ c
 * and either all angles below 90° or none below it.
 *
 * <p>The algorithm of Křivý and Gruber (Acta Cryst. A32, 297 (1976)) with the tolerances of
 * Grosse-Kunstleve, Sauter and Adams (Acta Cryst. A60, 1 (2004)). Two numbers of the metric (Å²)
 * count as equal when they differ by less than {@value #TOLERANCE} V^(2/3): crystals sit exactly on
 * the borders between reduced forms (every cubic lattice does), and rounding in the last digits of
 * a file must not choose the side.
 */
public final class Niggli {
  /** Tolerance on the metric, in units of V^(2/3). */
  public static final double TOLERANCE = 1e-4;

  private static final int MAX_STEPS = 1000;

  private final double[] v;
  private final double tolerance;
  private double aa;
  private double bb;
  private double cc;

  /** 2 b·c, 2 a·c and 2 a·b (Å²). */
  private double xi;

  private double eta;
  private double zeta;

  private Niggli(Lattice lattice) {
    v = lattice.toRows();
    tolerance = TOLERANCE * Math.cbrt(lattice.volume() * lattice.volume());
    int steps = 0;
    do {
      measure();
    } while (step() && ++steps < MAX_STEPS);
  }

  /**
   * Reduces a lattice.
   *
   * @param lattice any basis of the lattice (Å)
   * @return the Niggli-reduced basis (Å) of the same lattice, not rotated, same handedness
   */
  public static Lattice reduce(Lattice lattice) {
    return Lattice.ofRows(new Niggli(lattice).v);
  }

  /**
   * The crystal in the Niggli-reduced cell of its lattice.
   *
   * @param crystal a crystal in any cell
   * @return the same atoms, not rotated, positions wrapped into the reduced cell
   */
  public static Crystal reduce(Crystal crystal) {
    Lattice reduced = reduce(crystal.lattice());
    double[] positions = new double[3 * crystal.size()];
    for (int i = 0; i < crystal.size(); i++) {
      double[] f =
          reduced.toFractional(
              crystal
                  .lattice()
                  .toCartesian(
                      new double[] {
                        crystal.fractional(i, 0), crystal.fractional(i, 1), crystal.fractional(i, 2)
                      }));
      for (int x = 0; x < 3; x++) {
        positions[3 * i + x] = f[x] - Math.floor(f[x]);
      }
    }
    return Crystal.of(reduced, crystal.atomicNumbers(), positions);
  }

  private double dot(int i, int j) {
    return v[3 * i] * v[3 * j] + v[3 * i + 1] * v[3 * j + 1] + v[3 * i + 2] * v[3 * j + 2];
  }

  private void measure() {
    aa = dot(0, 0);
    bb = dot(1, 1);
    cc = dot(2, 2);
    xi = 2 * dot(1, 2);
    eta = 2 * dot(0, 2);
    zeta = 2 * dot(0, 1);
  }

  private boolean less(double x, double y) {
    return x < y - tolerance;
  }

  private boolean equal(double x, double y) {
    return Math.abs(x - y) <= tolerance;
  }

  /** One pass of the algorithm; true if the lengths of the basis changed and it must go on. */
  private boolean step() {
    if (less(bb, aa) || (equal(aa, bb) && less(Math.abs(eta), Math.abs(xi)))) {
      swap(0, 1);
      measure();
    }
    if (less(cc, bb) || (equal(bb, cc) && less(Math.abs(zeta), Math.abs(eta)))) {
      swap(1, 2);
      return true;
    }
    chooseSigns();
    measure();
    if (less(bb, Math.abs(xi))
        || (equal(xi, bb) && less(2 * eta, zeta))
        || (equal(xi, -bb) && less(zeta, 0))) {
      subtract(2, 1, xi, bb);
      return true;
    }
    if (less(aa, Math.abs(eta))
        || (equal(eta, aa) && less(2 * xi, zeta))
        || (equal(eta, -aa) && less(zeta, 0))) {
      subtract(2, 0, eta, aa);
      return true;
    }
    if (less(aa, Math.abs(zeta))
        || (equal(zeta, aa) && less(2 * xi, eta))
        || (equal(zeta, -aa) && less(eta, 0))) {
      subtract(1, 0, zeta, aa);
      return true;
    }
    double sum = xi + eta + zeta + aa + bb;
    if (less(sum, 0) || (equal(sum, 0) && less(0, 2 * (aa + eta) + zeta))) {
      for (int x = 0; x < 3; x++) {
        v[6 + x] += v[x] + v[3 + x];
      }
      return true;
    }
    return false;
  }

  /** Exchanges two vectors and turns all three round, so that the handedness stays. */
  private void swap(int i, int j) {
    for (int x = 0; x < 3; x++) {
      double t = v[3 * i + x];
      v[3 * i + x] = v[3 * j + x];
      v[3 * j + x] = t;
    }
    for (int x = 0; x < 9; x++) {
      v[x] = -v[x];
    }
  }

  /** Takes as many times vector j from vector i as shortens it most, at least once. */
  private void subtract(int i, int j, double twiceProduct, double square) {
    double times =
        Math.copySign(Math.max(1, Math.rint(Math.abs(twiceProduct) / (2 * square))), twiceProduct);
    for (int x = 0; x < 3; x++) {
      v[3 * i + x] -= times * v[3 * j + x];
    }
  }

  /** Turns vectors round until the three products are all positive, or none of them is. */
  private void chooseSigns() {
    int signXi = sign(xi);
    int signEta = sign(eta);
    int signZeta = sign(zeta);
    int a = 1;
    int b = 1;
    int c = 1;
    if (signXi * signEta * signZeta > 0) {
      a = signXi;
      b = signEta;
      c = signZeta;
    } else {
      a = signXi > 0 ? -1 : 1;
      b = signEta > 0 ? -1 : 1;
      c = signZeta > 0 ? -1 : 1;
      if (a * b * c < 0) {
        // An odd number is to be turned: one whose product is zero takes the remaining turn.
        if (signZeta == 0) {
          c = -c;
        } else if (signEta == 0) {
          b = -b;
        } else if (signXi == 0) {
          a = -a;
        }
      }
    }
    for (int x = 0; x < 3; x++) {
      v[x] *= a;
      v[3 + x] *= b;
      v[6 + x] *= c;
    }
  }

  private int sign(double x) {
    return less(0, x) ? 1 : less(x, 0) ? -1 : 0;
  }
}
