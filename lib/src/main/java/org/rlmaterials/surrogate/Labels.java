package org.rlmaterials.surrogate;

/**
 * The labels of a record that can be used. What is not known, or is no such label, is NaN.
 *
 * @param mStar electron effective mass (mₑ), signed
 * @param mHole hole effective mass (mₑ)
 * @param gapEv band gap (eV), 0 for a metal
 * @param semiconductor 1 if the gap is at least 0.1 eV, 0 for a metal
 * @param formationEnergyEvPerAtom formation energy (eV per atom)
 */
public record Labels(
    double mStar,
    double mHole,
    double gapEv,
    double semiconductor,
    double formationEnergyEvPerAtom) {

  /** Gap from which a crystal counts as a semiconductor (eV). */
  public static final double SEMICONDUCTOR_GAP_EV = 0.1;

  /**
   * Decides which numbers of a record can be used. A mass counts within the limits, and not with a
   * gap that speaks against it: below 0.1 eV for masses of transport at 300 K (there the crystal is
   * thermally degenerate and the number is no band mass), 0 for curvatures. A mass whose gap is not
   * known counts. A gap between 0 and 0.1 eV is a gap, but neither class.
   *
   * @param mStar electron mass (mₑ) or NaN
   * @param mHole hole mass (mₑ) or NaN
   * @param curvature whether the masses are curvatures of bands
   * @param gapEv gap (eV) or NaN
   * @param formationEnergyEvPerAtom formation energy (eV per atom) or NaN
   * @param massMin smallest |m| that is a label (mₑ)
   * @param massMax largest |m| that is a label (mₑ)
   * @return the labels
   */
  public static Labels of(
      double mStar,
      double mHole,
      boolean curvature,
      double gapEv,
      double formationEnergyEvPerAtom,
      double massMin,
      double massMax) {
    boolean massesCount =
        Double.isNaN(gapEv) || (curvature ? gapEv > 0 : gapEv >= SEMICONDUCTOR_GAP_EV);
    return new Labels(
        massesCount ? within(mStar, massMin, massMax) : Double.NaN,
        massesCount ? within(mHole, massMin, massMax) : Double.NaN,
        gapEv,
        gapEv >= SEMICONDUCTOR_GAP_EV ? 1 : gapEv == 0 ? 0 : Double.NaN,
        formationEnergyEvPerAtom);
  }

  private static double within(double mass, double massMin, double massMax) {
    return Math.abs(mass) >= massMin && Math.abs(mass) <= massMax ? mass : Double.NaN;
  }

  /**
   * @param target a target
   * @return its label, in its unit; NaN where there is none
   */
  public double get(Target target) {
    return switch (target) {
      case M_STAR -> mStar;
      case M_HOLE -> mHole;
      case GAP -> gapEv;
      case SEMICONDUCTOR -> semiconductor;
      case FORMATION_ENERGY -> formationEnergyEvPerAtom;
    };
  }

  /**
   * @param target a target
   * @return whether there is such a label
   */
  public boolean has(Target target) {
    return !Double.isNaN(get(target));
  }
}
