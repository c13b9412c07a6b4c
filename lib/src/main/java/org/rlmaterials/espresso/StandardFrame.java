package org.rlmaterials.espresso;

import java.util.ArrayList;
import java.util.List;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.Niggli;

/**
 * The axes and the origin in which pw.x finds the symmetry of a crystal. It looks for rotations
 * only about the Cartesian axes and diagonals of a cube, or of a hexagonal prism along z, and for
 * translations only on its FFT grid; a rotated or shifted crystal would be computed with fewer
 * symmetries, several times as many k-points, and a little differently.
 *
 * <p>z lies along the lattice's axis of the highest order, x along the highest one at right angles,
 * and the origin on the atom with the most symmetry. Nothing is made more symmetric than it is.
 */
final class StandardFrame {
  /** Deviation of an atom from its image (fraction of a lattice vector) that counts as none. */
  private static final double SAME_PLACE = 1e-4;

  private final Crystal given;
  private final Crystal standard;

  /** Rows are the standard axes, in the given ones. */
  private final double[][] axes;

  /** The new origin, along the lattice vectors. */
  private final double[] origin;

  private StandardFrame(Crystal given, double[][] axes, double[] origin) {
    this.given = given;
    this.axes = axes;
    this.origin = origin;
    double[][] positions = given.fractionalPositions();
    for (double[] p : positions) {
      for (int x = 0; x < 3; x++) {
        p[x] -= origin[x];
      }
    }
    this.standard =
        Crystal.of(Lattice.of(toStandard(given.lattice().vectors())), given.species(), positions);
  }

  /**
   * @param reduced a crystal in its Niggli-reduced cell
   * @return its frame
   */
  static StandardFrame of(Crystal reduced) {
    List<int[][]> rotations = latticeRotations(reduced.lattice());
    return new StandardFrame(
        reduced, axes(reduced.lattice(), rotations), origin(reduced, rotations));
  }

  /**
   * @return the crystal in this frame: same lattice vectors and order of atoms, turned and shifted
   */
  Crystal crystal() {
    return standard;
  }

  /**
   * @param vectors Cartesian vectors in the given axes, one a row
   * @return the same in the standard axes
   */
  double[][] toStandard(double[][] vectors) {
    double[][] turned = new double[vectors.length][3];
    for (int i = 0; i < vectors.length; i++) {
      for (int x = 0; x < 3; x++) {
        turned[i][x] = dot(axes[x], vectors[i]);
      }
    }
    return turned;
  }

  /**
   * @param vectors Cartesian vectors in the standard axes, one a row
   * @return the same in the given axes
   */
  double[][] toGiven(double[][] vectors) {
    double[][] turned = new double[vectors.length][3];
    for (int i = 0; i < vectors.length; i++) {
      for (int x = 0; x < 3; x++) {
        for (int y = 0; y < 3; y++) {
          turned[i][x] += vectors[i][y] * axes[y][x];
        }
      }
    }
    return turned;
  }

  /**
   * @param rotation an orthogonal matrix R (column vectors) in the standard axes
   * @return the same operation in the given axes
   */
  double[][] rotationToGiven(double[][] rotation) {
    // Aᵀ R A, with the axes as rows of A: the rows of R A, then Aᵀ from the left.
    double[][] right = toGiven(rotation);
    double[][] turned = new double[3][3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        for (int x = 0; x < 3; x++) {
          turned[i][j] += axes[x][i] * right[x][j];
        }
      }
    }
    return turned;
  }

  /**
   * @param relaxed a crystal that came from {@link #crystal()} by a change of cell and positions
   * @return the same in the given axes, with the given origin
   */
  Crystal toGiven(Crystal relaxed) {
    double[][] positions = relaxed.fractionalPositions();
    for (double[] p : positions) {
      for (int x = 0; x < 3; x++) {
        p[x] += origin[x];
      }
    }
    return Crystal.of(Lattice.of(toGiven(relaxed.lattice().vectors())), given.species(), positions);
  }

  /**
   * All proper rotations of a lattice, as images of its reduced basis: row i holds the whole
   * coordinates of the image of vector i. In a reduced basis these are −1, 0 or 1.
   */
  private static List<int[][]> latticeRotations(Lattice lattice) {
    double[][] v = lattice.vectors();
    double tolerance = Niggli.TOLERANCE * Math.cbrt(lattice.volume() * lattice.volume());
    List<int[]> candidates = new ArrayList<>();
    for (int n = 0; n < 27; n++) {
      candidates.add(new int[] {n / 9 - 1, n / 3 % 3 - 1, n % 3 - 1});
    }
    List<int[][]> rotations = new ArrayList<>();
    for (int[] a : candidates) {
      if (!same(v, a, a, 0, 0, tolerance)) {
        continue;
      }
      for (int[] b : candidates) {
        if (!same(v, b, b, 1, 1, tolerance) || !same(v, a, b, 0, 1, tolerance)) {
          continue;
        }
        for (int[] c : candidates) {
          if (same(v, c, c, 2, 2, tolerance)
              && same(v, a, c, 0, 2, tolerance)
              && same(v, b, c, 1, 2, tolerance)
              && determinant(a, b, c) == 1) {
            rotations.add(new int[][] {a, b, c});
          }
        }
      }
    }
    return rotations;
  }

  /** Whether the lattice vectors p and q have the scalar product of basis vectors i and j. */
  private static boolean same(double[][] v, int[] p, int[] q, int i, int j, double tolerance) {
    return Math.abs(dot(cartesian(p, v), cartesian(q, v)) - dot(v[i], v[j])) < tolerance;
  }

  private static int determinant(int[] a, int[] b, int[] c) {
    return a[0] * (b[1] * c[2] - b[2] * c[1])
        + a[1] * (b[2] * c[0] - b[0] * c[2])
        + a[2] * (b[0] * c[1] - b[1] * c[0]);
  }

  private static double[][] axes(Lattice lattice, List<int[][]> rotations) {
    double[][] v = lattice.vectors();
    double[] z = highest(rotations, v, null);
    if (z == null) {
      return new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    }
    double[] x = highest(rotations, v, z);
    for (int i = 0; x == null; i++) {
      // Only one axis: what is left of a lattice vector at right angles to it.
      double[] u = unit(v[i]);
      x = Math.abs(dot(u, z)) < 0.9 ? u : null;
    }
    double along = dot(x, z);
    x = unit(new double[] {x[0] - along * z[0], x[1] - along * z[1], x[2] - along * z[2]});
    return new double[][] {
      x, {z[1] * x[2] - z[2] * x[1], z[2] * x[0] - z[0] * x[2], z[0] * x[1] - z[1] * x[0]}, z
    };
  }

  /** Unit vector of an axis of the highest order, at right angles to another if that is given. */
  private static double[] highest(List<int[][]> rotations, double[][] v, double[] normal) {
    int highest = 1;
    double[] best = null;
    for (int[][] rotation : rotations) {
      int order = order(rotation);
      if (order > highest) {
        double[] axis = axis(rotation, order, v);
        if (normal == null || Math.abs(dot(axis, normal)) < 1e-2) {
          highest = order;
          best = axis;
        }
      }
    }
    return best;
  }

  /** Order of a proper rotation of a lattice; its trace is 1 + 2 cos φ. */
  private static int order(int[][] rotation) {
    return switch (rotation[0][0] + rotation[1][1] + rotation[2][2]) {
      case 3 -> 1;
      case 2 -> 6;
      case 1 -> 4;
      case 0 -> 3;
      default -> 2;
    };
  }

  /** The sum of all images of a vector under the powers of a rotation lies on its axis. */
  private static double[] axis(int[][] rotation, int order, double[][] v) {
    for (int i = 0; i < 3; i++) {
      int[] image = {i == 0 ? 1 : 0, i == 1 ? 1 : 0, i == 2 ? 1 : 0};
      int[] sum = new int[3];
      for (int power = 0; power < order; power++) {
        int[] next = new int[3];
        for (int j = 0; j < 3; j++) {
          sum[j] += image[j];
          for (int k = 0; k < 3; k++) {
            next[j] += image[k] * rotation[k][j];
          }
        }
        image = next;
      }
      if (sum[0] != 0 || sum[1] != 0 || sum[2] != 0) {
        return unit(cartesian(sum, v));
      }
    }
    throw new IllegalStateException("a rotation without an axis");
  }

  /** The place of the first atom about which the most operations map the crystal onto itself. */
  private static double[] origin(Crystal crystal, List<int[][]> rotations) {
    double[][] positions = crystal.fractionalPositions();
    int most = 0;
    double[] best = positions[0];
    for (double[] centre : positions) {
      int count = 0;
      for (int[][] rotation : rotations) {
        count += mapsOntoItself(crystal, positions, rotation, 1, centre) ? 1 : 0;
        count += mapsOntoItself(crystal, positions, rotation, -1, centre) ? 1 : 0;
      }
      if (count > most) {
        most = count;
        best = centre;
      }
    }
    return best.clone();
  }

  private static boolean mapsOntoItself(
      Crystal crystal, double[][] positions, int[][] rotation, int sign, double[] centre) {
    for (int i = 0; i < positions.length; i++) {
      double[] image = centre.clone();
      for (int j = 0; j < 3; j++) {
        for (int k = 0; k < 3; k++) {
          image[j] += sign * (positions[i][k] - centre[k]) * rotation[k][j];
        }
      }
      boolean found = false;
      for (int j = 0; j < positions.length && !found; j++) {
        found =
            crystal.atomicNumber(i) == crystal.atomicNumber(j) && samePlace(image, positions[j]);
      }
      if (!found) {
        return false;
      }
    }
    return true;
  }

  private static boolean samePlace(double[] a, double[] b) {
    for (int x = 0; x < 3; x++) {
      double d = a[x] - b[x];
      if (Math.abs(d - Math.rint(d)) > SAME_PLACE) {
        return false;
      }
    }
    return true;
  }

  private static double[] cartesian(int[] whole, double[][] v) {
    double[] r = new double[3];
    for (int i = 0; i < 3; i++) {
      for (int x = 0; x < 3; x++) {
        r[x] += whole[i] * v[i][x];
      }
    }
    return r;
  }

  private static double[] unit(double[] r) {
    double length = Math.sqrt(dot(r, r));
    return new double[] {r[0] / length, r[1] / length, r[2] / length};
  }

  private static double dot(double[] a, double[] b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  }
}
