package org.rlmaterials.crystal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LeastSquaresFactory;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LeastSquaresOptimizer.Optimum;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LevenbergMarquardtOptimizer;
import org.hipparchus.optim.nonlinear.vector.leastsquares.MultivariateJacobianFunction;
import org.hipparchus.util.Pair;

/**
 * Relaxes a tetrahedral network before DFT does, by the valence force field of P. N. Keating, Phys.
 * Rev. 145, 637 (1966): springs along the bonds (α) and between the bonds of an atom (β).
 *
 * <p>With r a bond, d its natural length, 1.03 times the sum of the covalent radii as in {@link
 * Bonding#settled}, and the sums over bonds and over pairs of bonds of an atom,
 *
 * <pre>E = 3/16 α Σ d² (r²/d² - 1)² + 3/8 β Σ d₁d₂ (r₁·r₂/(d₁d₂) + 1/3)²</pre>
 *
 * <p>Only β/α = 0.2 matters for the shape; by the elastic constants, (C₁₁ - C₁₂)/(C₁₁ + 3 C₁₂), it
 * is 0.17 in InP and 0.22 in GaAs. Cell and positions both relax. In a network of one kind of bond
 * the result is zinc blende, wurtzite, ... with that bond, whatever β/α.
 */
public final class ValenceForceField {
  private static final double BENDING = 0.2;

  private static final int BONDS = 4;

  /** Longest bond, in units of its natural length. */
  private static final double LONGEST = 1.4;

  /** Least distance of a fifth neighbour, in units of the longest bond. */
  private static final double NEXT = 1.05;

  private static final double TOLERANCE = 1e-12;
  private static final int MOST_STEPS = 200;

  /** Independent components of a symmetric strain. */
  private static final int STRAIN = 6;

  private static final int[][] STRAIN_AXES = {{0, 0}, {1, 1}, {2, 2}, {1, 2}, {0, 2}, {0, 1}};

  private ValenceForceField() {}

  /**
   * A bond of an atom.
   *
   * @param to the other atom
   * @param r vector to it (Å)
   * @param natural natural length (Å)
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Bond(int to, double[] r, double natural) {
    double stretch() {
      return Math.sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]) / natural;
    }
  }

  /**
   * @param crystal a crystal
   * @return the same network of bonds, relaxed; none if the crystal is no tetrahedral network:
   *     every atom needs four nearest neighbours, set apart from a fifth, whose own four it is
   *     among
   */
  public static Optional<Crystal> relaxed(Crystal crystal) {
    List<List<Bond>> network = network(crystal);
    if (network == null) {
      return Optional.empty();
    }
    Model model = new Model(network);
    Optimum optimum;
    try {
      optimum =
          new LevenbergMarquardtOptimizer()
              .withCostRelativeTolerance(TOLERANCE)
              .withParameterRelativeTolerance(TOLERANCE)
              .optimize(
                  LeastSquaresFactory.create(
                      model,
                      new ArrayRealVector(model.residuals()),
                      new ArrayRealVector(model.parameters()),
                      null,
                      MOST_STEPS,
                      MOST_STEPS));
    } catch (MathRuntimeException notConverged) {
      return Optional.empty();
    }
    Crystal relaxed = model.moved(crystal, optimum.getPoint());
    // Atoms without a bond between them may have come as near as those with one.
    return network(relaxed) == null ? Optional.empty() : Optional.of(relaxed);
  }

  /** The bonds of each atom; null if they are no tetrahedral network. */
  private static List<List<Bond>> network(Crystal crystal) {
    int n = crystal.size();
    List<List<Bond>> neighbours = new ArrayList<>();
    double largest = 0;
    for (int i = 0; i < n; i++) {
      neighbours.add(new ArrayList<>());
      largest = Math.max(largest, crystal.element(i).covalentRadius());
    }
    NeighbourSearch.visitPairs(
        crystal,
        2 * largest * Bonding.RELAXED_RATIO * LONGEST * NEXT,
        (i, j, dx, dy, dz, distance) -> {
          double natural = naturalLength(crystal, i, j);
          neighbours.get(i).add(new Bond(j, new double[] {dx, dy, dz}, natural));
          neighbours.get(j).add(new Bond(i, new double[] {-dx, -dy, -dz}, natural));
        });
    List<List<Bond>> network = new ArrayList<>();
    for (List<Bond> around : neighbours) {
      around.sort(Comparator.comparingDouble(Bond::stretch));
      if (around.size() < BONDS
          || around.get(BONDS - 1).stretch() > LONGEST
          || (around.size() > BONDS
              && around.get(BONDS).stretch() < NEXT * around.get(BONDS - 1).stretch())) {
        return null;
      }
      network.add(List.copyOf(around.subList(0, BONDS)));
    }
    return isMutual(network) ? network : null;
  }

  private static double naturalLength(Crystal crystal, int i, int j) {
    return Bonding.RELAXED_RATIO
        * (crystal.element(i).covalentRadius() + crystal.element(j).covalentRadius());
  }

  /** Whether each bond of an atom is one of the other atom too. */
  private static boolean isMutual(List<List<Bond>> network) {
    for (int i = 0; i < network.size(); i++) {
      int atom = i;
      for (Bond bond : network.get(i)) {
        if (network.get(bond.to()).stream()
            .noneMatch(back -> back.to() == atom && areOpposite(back.r(), bond.r()))) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean areOpposite(double[] a, double[] b) {
    return Math.abs(a[0] + b[0]) + Math.abs(a[1] + b[1]) + Math.abs(a[2] + b[2]) < 1e-6;
  }

  /**
   * The residuals whose squares sum to the energy (in units of 3α/16 · Å²), as a function of six
   * strain components and the shifts (Å) of all atoms but the first, before the strain.
   */
  private static final class Model implements MultivariateJacobianFunction {
    private final List<List<Bond>> network;

    Model(List<List<Bond>> network) {
      this.network = network;
    }

    int residuals() {
      // Each bond is met from both of its ends.
      return network.size() * (BONDS + BONDS * (BONDS - 1) / 2);
    }

    int parameters() {
      return STRAIN + 3 * (network.size() - 1);
    }

    @Override
    public Pair<RealVector, RealMatrix> value(RealVector point) {
      double[] x = point.toArray();
      double[] values = new double[residuals()];
      double[][] jacobian = new double[residuals()][parameters()];
      double[][] r = new double[BONDS][];
      double[][][] dr = new double[BONDS][][];
      int row = 0;
      for (int i = 0; i < network.size(); i++) {
        List<Bond> bonds = network.get(i);
        for (int b = 0; b < BONDS; b++) {
          dr[b] = new double[3][parameters()];
          r[b] = vector(x, i, bonds.get(b), dr[b]);
          double d = bonds.get(b).natural();
          // Half of the energy of a bond at each end.
          double factor = Math.sqrt(0.5) / d;
          values[row] = factor * (dot(r[b], r[b]) - d * d);
          addProduct(2 * factor, r[b], dr[b], jacobian[row++]);
        }
        for (int b = 0; b < BONDS; b++) {
          for (int c = b + 1; c < BONDS; c++) {
            double dd = bonds.get(b).natural() * bonds.get(c).natural();
            double factor = Math.sqrt(2 * BENDING / dd);
            values[row] = factor * (dot(r[b], r[c]) + dd / 3);
            addProduct(factor, r[b], dr[c], jacobian[row]);
            addProduct(factor, r[c], dr[b], jacobian[row++]);
          }
        }
      }
      return new Pair<>(
          new ArrayRealVector(values, false), new Array2DRowRealMatrix(jacobian, false));
    }

    /** A bond of atom i, and its derivatives by the parameters (rows: x, y, z). */
    private static double[] vector(double[] x, int i, Bond bond, double[][] derivatives) {
      double[] before = bond.r().clone();
      for (int k = 0; k < 3; k++) {
        before[k] += shift(x, bond.to(), k) - shift(x, i, k);
      }
      double[][] strain = strain(x);
      for (int a = 0; a < 3; a++) {
        for (int k = 0; k < 3; k++) {
          if (bond.to() > 0) {
            derivatives[a][index(bond.to(), k)] += strain[a][k];
          }
          if (i > 0) {
            derivatives[a][index(i, k)] -= strain[a][k];
          }
        }
      }
      for (int s = 0; s < STRAIN; s++) {
        int a = STRAIN_AXES[s][0];
        int b = STRAIN_AXES[s][1];
        derivatives[a][s] += before[b];
        if (a != b) {
          derivatives[b][s] += before[a];
        }
      }
      return times(strain, before);
    }

    private static int index(int atom, int axis) {
      return STRAIN + 3 * (atom - 1) + axis;
    }

    private static double shift(double[] x, int atom, int axis) {
      return atom == 0 ? 0 : x[index(atom, axis)];
    }

    /** 1 + ε. */
    private static double[][] strain(double[] x) {
      double[][] strain = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
      for (int s = 0; s < STRAIN; s++) {
        int a = STRAIN_AXES[s][0];
        int b = STRAIN_AXES[s][1];
        strain[a][b] += x[s];
        if (a != b) {
          strain[b][a] += x[s];
        }
      }
      return strain;
    }

    Crystal moved(Crystal crystal, RealVector point) {
      double[] x = point.toArray();
      double[][] strain = strain(x);
      double[][] vectors =
          Arrays.stream(crystal.lattice().vectors())
              .map(v -> times(strain, v))
              .toArray(double[][]::new);
      double[] fractional = crystal.toFractionalRows();
      for (int i = 1; i < crystal.size(); i++) {
        // A shift before the strain is the same in the coordinates of either cell.
        double[] shift =
            crystal
                .lattice()
                .toFractional(new double[] {shift(x, i, 0), shift(x, i, 1), shift(x, i, 2)});
        for (int k = 0; k < 3; k++) {
          fractional[3 * i + k] += shift[k];
        }
      }
      return Crystal.of(Lattice.of(vectors), crystal.atomicNumbers(), fractional);
    }

    private static double[] times(double[][] m, double[] v) {
      return new double[] {dot(m[0], v), dot(m[1], v), dot(m[2], v)};
    }

    private static double dot(double[] a, double[] b) {
      return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    }

    private static void addProduct(double factor, double[] a, double[][] m, double[] sum) {
      for (int p = 0; p < sum.length; p++) {
        sum[p] += factor * (a[0] * m[0][p] + a[1] * m[1][p] + a[2] * m[2][p]);
      }
    }
  }
}
