package org.rlmaterials.espresso;

import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.NeighbourSearch;

/**
 * How far a cell is from the volume without pressure: a guess from its pressure alone, so that a
 * relaxation begins near its end. P = B₀/B₀′ · ((V₀/V)^B₀′ - 1) (F. D. Murnaghan, PNAS 30, 244
 * (1944)) with the bulk modulus of tetrahedral semiconductors, B₀ = 1750 GPa · (d/Å)^-3.5 at the
 * bond length d without pressure (M. L. Cohen, Phys. Rev. B 32, 7988 (1985), ionicity between that
 * of Si and GaAs). Only a start: what is taken for relaxed, the stress of pw.x decides.
 */
final class EquationOfState {
  private static final double BULK_MODULUS_GPA = 1750;
  private static final double BOND_EXPONENT = 3.5;

  /** Derivative of the bulk modulus with respect to pressure, near 4.5 for most crystals. */
  private static final double DERIVATIVE = 4.5;

  /** No step changes the volume by more than this (natural logarithm). */
  private static final double MOST_CHANGE = 0.4;

  private static final double LONGEST_BOND_ANGSTROM = 6;

  private EquationOfState() {}

  /**
   * The change of volume that takes the pressure away.
   *
   * @param pressureGpa pressure (GPa), positive if the cell wants to expand
   * @param bondAngstrom shortest distance of two atoms now (Å)
   * @return ln(V₀/V)
   */
  static double change(double pressureGpa, double bondAngstrom) {
    double change = 0;
    for (int i = 0; i < 50; i++) {
      double bond = bondAngstrom * Math.exp(change / 3);
      double modulus = bulkModulusGpa(bond);
      double ratio = Math.max(0.1, 1 + DERIVATIVE * pressureGpa / modulus);
      change = limited(Math.log(ratio) / DERIVATIVE);
    }
    return change;
  }

  /**
   * The change of volume that takes the pressure away, once the pressure is known at two volumes: P
   * = a · V^-B₀′ - b through both.
   *
   * @param pressureGpa pressure now (GPa)
   * @param pressureBefore pressure at the volume before (GPa)
   * @param changeBefore ln(V/V before)
   * @param bondAngstrom shortest distance of two atoms now (Å), for where they fit no such law
   * @return ln(V₀/V)
   */
  static double change(
      double pressureGpa, double pressureBefore, double changeBefore, double bondAngstrom) {
    double a = (pressureBefore - pressureGpa) / Math.expm1(DERIVATIVE * changeBefore);
    double ratio = 1 - pressureGpa / a;
    return a > 0 && ratio > 0
        ? limited(-Math.log(ratio) / DERIVATIVE)
        : change(pressureGpa, bondAngstrom);
  }

  /**
   * @param bondAngstrom bond length without pressure (Å)
   * @return bulk modulus (GPa)
   */
  static double bulkModulusGpa(double bondAngstrom) {
    return BULK_MODULUS_GPA * Math.pow(bondAngstrom, -BOND_EXPONENT);
  }

  private static double limited(double change) {
    return Math.max(-MOST_CHANGE, Math.min(MOST_CHANGE, change));
  }

  /** Shortest distance of two atoms, periodic images included (Å). */
  static double bondAngstrom(Crystal crystal) {
    double[] shortest = {LONGEST_BOND_ANGSTROM};
    NeighbourSearch.visitPairs(
        crystal,
        LONGEST_BOND_ANGSTROM,
        (i, j, dx, dy, dz, distance) -> shortest[0] = Math.min(shortest[0], distance));
    return shortest[0];
  }
}
