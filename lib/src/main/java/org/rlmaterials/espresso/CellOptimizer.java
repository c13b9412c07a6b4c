package org.rlmaterials.espresso;

import java.util.Arrays;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.Move;

/**
 * Takes a crystal towards zero force and stress, one self-consistent cycle a step. A volume that is
 * far off is scaled by {@link EquationOfState} first; then strain and positions move together by
 * BFGS (J. Nocedal, S. J. Wright, Numerical Optimization, 2nd ed. (2006), chapter 6), beginning
 * with the Hessian of an isotropic solid: the bulk modulus of {@link EquationOfState}, and from it
 * typical shear modulus and force constants of tetrahedral semiconductors. The BFGS of pw.x begins
 * with moduli of some 600 GPa, so its first steps in a soft crystal are twenty times too short.
 */
final class CellOptimizer {
  /** What the volume may be off (fraction) for it not to be scaled alone. */
  private static final double NEAR = 0.02;

  private static final int MOST_SCALINGS = 6;

  private static final double GPA_ANGSTROM3_PER_EV = 160.2176634;

  /** Shear modulus over bulk modulus: Si 0.66, GaAs 0.43 to 0.79, InSb 0.33 to 0.65. */
  private static final double SHEAR = 0.5;

  /**
   * Force constant of an atom over bulk modulus times bond length, from the optical modes at Γ: Si
   * 19, InSb 18; softer modes are learnt.
   */
  private static final double FORCE_CONSTANT = 15;

  private static final double MOST_STRAIN = 0.06;
  private static final double MOST_DISPLACEMENT_ANGSTROM = 0.2;

  /** Components of the strain, off-diagonal ones times √2 so that lengths are those of tensors. */
  private static final int[][] COMPONENTS = {{0, 0}, {1, 1}, {2, 2}, {1, 2}, {0, 2}, {0, 1}};

  private Crystal crystal;
  private RealMatrix hessian;
  private RealVector step;
  private RealVector gradient;
  private int scalings;
  private double pressureBefore;
  private double changeBefore = Double.NaN;

  /**
   * @param start the crystal, in the frame of the calculation
   */
  CellOptimizer(Crystal start) {
    crystal = start;
  }

  /**
   * @return the crystal to compute next
   */
  Crystal crystal() {
    return crystal;
  }

  /**
   * Moves on.
   *
   * @param output forces and stress of {@link #crystal()}
   * @return whether the cell was only scaled
   */
  boolean advance(PwOutput output) {
    double bond = EquationOfState.bondAngstrom(crystal);
    RealVector now = gradient(output);
    if (hessian == null) {
      hessian = isotropic(bond);
    } else {
      learn(now.subtract(gradient));
    }
    double change = volumeChange(output, bond);
    boolean scales = Math.abs(change) > NEAR && scalings < MOST_SCALINGS;
    if (scales) {
      double strain = Math.expm1(change / 3);
      step = new ArrayRealVector(now.getDimension());
      for (int i = 0; i < 3; i++) {
        step.setEntry(i, strain);
      }
      scalings++;
      pressureBefore = output.pressureGpa();
      changeBefore = change;
    } else {
      step = limited(new LUDecomposition(hessian).getSolver().solve(now).mapMultiply(-1));
      changeBefore = Double.NaN;
    }
    gradient = now;
    crystal = moved(step.toArray());
    return scales;
  }

  /** The change of ln V that takes the pressure away. */
  private double volumeChange(PwOutput output, double bond) {
    return Double.isNaN(changeBefore)
        ? EquationOfState.change(output.pressureGpa(), bond)
        : EquationOfState.change(output.pressureGpa(), pressureBefore, changeBefore, bond);
  }

  /** Derivative of the energy (eV) by strain, then by positions (Å). */
  private RealVector gradient(PwOutput output) {
    double volume = crystal.lattice().volume() / GPA_ANGSTROM3_PER_EV;
    double[] g = new double[6 + 3 * crystal.size()];
    for (int i = 0; i < 6; i++) {
      double stress = output.stressGpa()[COMPONENTS[i][0]][COMPONENTS[i][1]];
      g[i] = -volume * stress * (i < 3 ? 1 : Math.sqrt(2));
    }
    for (int i = 0; i < 3 * crystal.size(); i++) {
      g[6 + i] = -output.forcesEvPerAngstrom()[i / 3][i % 3];
    }
    return new ArrayRealVector(g, false);
  }

  private RealMatrix isotropic(double bond) {
    double modulus = EquationOfState.bulkModulusGpa(bond) / GPA_ANGSTROM3_PER_EV;
    double volume = crystal.lattice().volume();
    double[] diagonal = new double[6 + 3 * crystal.size()];
    Arrays.fill(diagonal, 0, 6, 2 * SHEAR * modulus * volume);
    Arrays.fill(diagonal, 6, diagonal.length, FORCE_CONSTANT * modulus * bond);
    RealMatrix h = new Array2DRowRealMatrix(diagonal.length, diagonal.length);
    for (int i = 0; i < diagonal.length; i++) {
      h.setEntry(i, i, diagonal[i]);
    }
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        h.addToEntry(i, j, (1 - 2 * SHEAR / 3) * modulus * volume);
      }
    }
    return h;
  }

  /** The BFGS update, where it keeps the Hessian positive. */
  private void learn(RealVector y) {
    RealVector hs = hessian.operate(step);
    double sy = step.dotProduct(y);
    double shs = step.dotProduct(hs);
    if (sy > 0.05 * shs) {
      hessian =
          hessian
              .add(y.outerProduct(y).scalarMultiply(1 / sy))
              .subtract(hs.outerProduct(hs).scalarMultiply(1 / shs));
    }
  }

  private static RealVector limited(RealVector step) {
    double strain = step.getSubVector(0, 6).getLInfNorm() / MOST_STRAIN;
    double displacement =
        step.getSubVector(6, step.getDimension() - 6).getLInfNorm() / MOST_DISPLACEMENT_ANGSTROM;
    return step.mapDivide(Math.max(1, Math.max(strain, displacement)));
  }

  private Crystal moved(double[] s) {
    double[] tensor = Arrays.copyOf(s, 6);
    for (int i = 3; i < 6; i++) {
      tensor[i] /= Math.sqrt(2);
    }
    Lattice lattice = crystal.lattice();
    double[] shifts = new double[3 * crystal.size()];
    for (int i = 0; i < crystal.size(); i++) {
      double[] shift = {s[6 + 3 * i], s[7 + 3 * i], s[8 + 3 * i]};
      System.arraycopy(lattice.toFractional(shift), 0, shifts, 3 * i, 3);
    }
    return new Move.Strain(tensor).apply(new Move.Displace(shifts).apply(crystal));
  }
}
