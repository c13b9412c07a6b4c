package org.rlmaterials.crystal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells whether two crystals are the same up to the choice of cell, origin, rotation or mirror
 * image, scale and small distortion.
 *
 * <p>The rules and tolerances of pymatgen's matcher of that name for ordered crystals (S. P. Ong et
 * al., Comput. Mater. Sci. 68, 314 (2013)), slightly stricter: primitive cells are compared, scaled
 * to one volume; lengths and angles of the cells may differ by a {@link Tolerance}, and each atom
 * must be the nearest like atom of its partner, within a third. Unlike there, volumes per atom may
 * differ by a factor of {@value #VOLUME_FACTOR} at most.
 */
public final class StructureMatcher {
  /**
   * How different crystals that are the same may be.
   *
   * @param length of cell lengths (fraction)
   * @param angleDegrees of cell angles (degrees)
   * @param site largest distance of partners, in units of (volume per atom)^(1/3)
   * @param primitiveAngstrom largest distance of an atom from where a lattice vector of the
   *     primitive cell puts it (Å)
   */
  public record Tolerance(
      double length, double angleDegrees, double site, double primitiveAngstrom) {
    /** Of pymatgen's matcher. */
    public static final Tolerance SMALL = new Tolerance(0.2, 5, 0.3, 0.25);

    /**
     * Enough to know a crystal again that the search has sheared and shaken: it relaxes to what it
     * was. Of 1,829 pairs of Materials Project crystals of one formula that the small tolerance
     * tells apart this one takes 73 for the same.
     */
    public static final Tolerance SHEARED = new Tolerance(0.3, 10, 0.3, 0.7);
  }

  /** Largest ratio of volumes per atom: 1.2³. */
  public static final double VOLUME_FACTOR = 1.728;

  private StructureMatcher() {}

  /** A crystal made ready for comparison: its primitive cell, scaled to 1 Å³ an atom. */
  public static final class Prepared {
    private final String formula;
    private final double volumePerAtom;
    private final Crystal cell;

    /** Index of an atom of the rarest element. */
    private final int anchor;

    private final Tolerance tolerance;

    private Prepared(Crystal crystal, Tolerance tolerance) {
      this.tolerance = tolerance;
      Crystal primitive = PrimitiveCell.of(crystal, tolerance.primitiveAngstrom());
      formula = primitive.formula();
      volumePerAtom = primitive.volumePerAtom();
      double scale = 1 / Math.cbrt(volumePerAtom);
      cell =
          Crystal.of(
              Lattice.ofRows(
                  Arrays.stream(primitive.lattice().toRows()).map(x -> x * scale).toArray()),
              primitive.atomicNumbers(),
              primitive.toFractionalRows());
      Map<String, Integer> counts = primitive.counts();
      int rarest = 0;
      for (int i = 1; i < cell.size(); i++) {
        if (counts.get(cell.element(i).symbol()) < counts.get(cell.element(rarest).symbol())) {
          rarest = i;
        }
      }
      anchor = rarest;
    }

    /**
     * @return formula of the primitive cell: crystals that match have the same
     */
    public String primitiveFormula() {
      return formula;
    }
  }

  /**
   * Makes a crystal ready for many comparisons.
   *
   * @param crystal the crystal
   * @return the crystal, prepared for a {@linkplain Tolerance#SMALL small} tolerance
   */
  public static Prepared prepare(Crystal crystal) {
    return prepare(crystal, Tolerance.SMALL);
  }

  /**
   * Makes a crystal ready for many comparisons.
   *
   * @param crystal the crystal
   * @param tolerance how different crystals that are the same may be
   * @return the crystal, prepared
   */
  public static Prepared prepare(Crystal crystal, Tolerance tolerance) {
    return new Prepared(crystal, tolerance);
  }

  /**
   * Compares two crystals.
   *
   * @param a a crystal
   * @param b another
   * @return whether they are the same
   */
  public static boolean same(Crystal a, Crystal b) {
    return a.reducedFormula().equals(b.reducedFormula()) && same(prepare(a), prepare(b));
  }

  /**
   * Compares two crystals.
   *
   * @param a a crystal, prepared
   * @param b another, prepared with the same tolerance
   * @return whether they are the same
   */
  public static boolean same(Prepared a, Prepared b) {
    if (!a.formula.equals(b.formula)) {
      return false;
    }
    double ratio = a.volumePerAtom / b.volumePerAtom;
    if (ratio > VOLUME_FACTOR || ratio < 1 / VOLUME_FACTOR) {
      return false;
    }
    return anyMapping(a, b, a.tolerance);
  }

  /**
   * Groups crystals that are the same as the first of their group.
   *
   * @param crystals the crystals
   * @return for each crystal the index of the first one that is the same, its own if there is none
   */
  public static int[] firstOfGroup(List<Crystal> crystals) {
    int[] first = new int[crystals.size()];
    Map<String, List<Integer>> leaders = new HashMap<>();
    List<Prepared> prepared = new ArrayList<>();
    for (int i = 0; i < first.length; i++) {
      Prepared p = prepare(crystals.get(i));
      prepared.add(p);
      List<Integer> candidates = leaders.computeIfAbsent(p.formula, f -> new ArrayList<>());
      first[i] = i;
      for (int leader : candidates) {
        if (same(prepared.get(leader), p)) {
          first[i] = leader;
          break;
        }
      }
      if (first[i] == i) {
        candidates.add(i);
      }
    }
    return first;
  }

  /** Tries every basis of b's lattice that is like a's. */
  private static boolean anyMapping(Prepared a, Prepared b, Tolerance tolerance) {
    Lattice target = a.cell.lattice();
    Lattice lattice = b.cell.lattice();
    double[] lengths = new double[3];
    List<List<double[]>> candidates = new ArrayList<>();
    double longest = 0;
    for (int i = 0; i < 3; i++) {
      lengths[i] = target.length(i);
      longest = Math.max(longest, lengths[i] * (1 + tolerance.length()));
      candidates.add(new ArrayList<>());
    }
    NeighbourSearch.visitPairs(
        // One atom at the origin: its neighbours are the lattice vectors.
        Crystal.of(lattice, new int[] {1}, new double[3]),
        longest,
        (p, q, x, y, z, d) -> {
          for (int i = 0; i < 3; i++) {
            if (Math.abs(d / lengths[i] - 1) <= tolerance.length()) {
              candidates.get(i).add(new double[] {x, y, z, d});
              candidates.get(i).add(new double[] {-x, -y, -z, d});
            }
          }
        },
        true);
    double volume = target.volume();
    for (double[] va : candidates.get(0)) {
      for (double[] vb : candidates.get(1)) {
        if (angleDiffers(va, vb, target.angle(2), tolerance)) {
          continue;
        }
        for (double[] vc : candidates.get(2)) {
          if (angleDiffers(va, vc, target.angle(1), tolerance)
              || angleDiffers(vb, vc, target.angle(0), tolerance)) {
            continue;
          }
          double det =
              va[0] * (vb[1] * vc[2] - vb[2] * vc[1])
                  - va[1] * (vb[0] * vc[2] - vb[2] * vc[0])
                  + va[2] * (vb[0] * vc[1] - vb[1] * vc[0]);
          if (Math.abs(Math.abs(det) / volume - 1) < 1e-3
              && anyOrigin(a, b, new double[][] {va, vb, vc}, tolerance.site())) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean angleDiffers(double[] u, double[] v, double angle, Tolerance tolerance) {
    double cosine = (u[0] * v[0] + u[1] * v[1] + u[2] * v[2]) / (u[3] * v[3]);
    double degrees = Math.toDegrees(Math.acos(Math.max(-1, Math.min(1, cosine))));
    return Math.abs(degrees - angle) > tolerance.angleDegrees();
  }

  /** Tries to lay each atom like a's anchor on the anchor. */
  private static boolean anyOrigin(Prepared a, Prepared b, double[][] basis, double site) {
    Lattice cellB =
        Lattice.ofRows(
            basis[0][0],
            basis[0][1],
            basis[0][2],
            basis[1][0],
            basis[1][1],
            basis[1][2],
            basis[2][0],
            basis[2][1],
            basis[2][2]);
    int n = a.cell.size();
    double[][] cartesian = b.cell.cartesianPositions();
    double[][] fb = new double[n][];
    for (int i = 0; i < n; i++) {
      fb[i] = cellB.toFractional(cartesian[i]);
    }
    double[][] fa = a.cell.fractionalPositions();
    Lattice cellA = a.cell.lattice();
    Lattice mean;
    try {
      mean =
          Lattice.ofParameters(
              (cellA.length(0) + cellB.length(0)) / 2,
              (cellA.length(1) + cellB.length(1)) / 2,
              (cellA.length(2) + cellB.length(2)) / 2,
              (cellA.angle(0) + cellB.angle(0)) / 2,
              (cellA.angle(1) + cellB.angle(1)) / 2,
              (cellA.angle(2) + cellB.angle(2)) / 2);
    } catch (IllegalArgumentException e) {
      return false;
    }
    boolean wide = isWide(mean, site);
    for (int i = 0; i < n; i++) {
      if (b.cell.atomicNumber(i) == a.cell.atomicNumber(a.anchor)
          && laidOver(a.cell, fa, a.anchor, b.cell, fb, i, mean, wide, site)) {
        return true;
      }
    }
    return false;
  }

  private static boolean laidOver(
      Crystal a,
      double[][] fa,
      int anchor,
      Crystal b,
      double[][] fb,
      int origin,
      Lattice mean,
      boolean wide,
      double site) {
    int n = a.size();
    boolean[] taken = new boolean[n];
    double[][] d = new double[n][];
    double[] shift = new double[3];
    // The anchors' own distortion is not known yet: allow each pair twice the tolerance, then
    // remove the mean shift and look again.
    for (int i = 0; i < n; i++) {
      int nearest = -1;
      double best = 4 * site * site;
      for (int j = 0; j < n; j++) {
        if (a.atomicNumber(i) == b.atomicNumber(j)) {
          double[] f = new double[3];
          for (int x = 0; x < 3; x++) {
            f[x] = fb[j][x] - fb[origin][x] - fa[i][x] + fa[anchor][x];
          }
          double d2 = shortest(f, mean, wide);
          if (d2 <= best) {
            best = d2;
            nearest = j;
            d[i] = f;
          }
        }
      }
      if (nearest < 0 || taken[nearest]) {
        return false;
      }
      taken[nearest] = true;
      for (int x = 0; x < 3; x++) {
        shift[x] += d[i][x] / n;
      }
    }
    for (int i = 0; i < n; i++) {
      double[] r =
          mean.toCartesian(
              new double[] {d[i][0] - shift[0], d[i][1] - shift[1], d[i][2] - shift[2]});
      if (r[0] * r[0] + r[1] * r[1] + r[2] * r[2] > site * site) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether every distance that matters is less than half of each height of the cell: then the
   * image with components within ±1/2 is the shortest.
   */
  private static boolean isWide(Lattice lattice, double site) {
    double widest = 0;
    for (double[] b : lattice.reciprocal()) {
      widest = Math.max(widest, Math.sqrt(b[0] * b[0] + b[1] * b[1] + b[2] * b[2]));
    }
    return 2 * Math.PI / widest > 2 * 2 * site;
  }

  /** Replaces f by its shortest image; returns the squared length. */
  private static double shortest(double[] f, Lattice lattice, boolean wide) {
    double[] wrapped = {f[0] - Math.rint(f[0]), f[1] - Math.rint(f[1]), f[2] - Math.rint(f[2])};
    if (wide) {
      System.arraycopy(wrapped, 0, f, 0, 3);
      double[] r = lattice.toCartesian(wrapped);
      return r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
    }
    double best = Double.POSITIVE_INFINITY;
    for (int p = -1; p <= 1; p++) {
      for (int q = -1; q <= 1; q++) {
        for (int s = -1; s <= 1; s++) {
          double[] g = {wrapped[0] + p, wrapped[1] + q, wrapped[2] + s};
          double[] r = lattice.toCartesian(g);
          double d2 = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
          if (d2 < best) {
            best = d2;
            System.arraycopy(g, 0, f, 0, 3);
          }
        }
      }
    }
    return best;
  }
}
