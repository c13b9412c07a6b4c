package org.rlmaterials.bands;

import java.util.Set;

/**
 * Compounds whose gap PBE closes or inverts although nature has it open: a closed gap there is a
 * known error of the functional, not a property of the crystal.
 *
 * <p>InAs and InSb are semiconductors (0.42 and 0.24 eV at 0 K) whose PBE gap is zero or inverted.
 * That of Ge (0.74 eV) is 0.041 eV in PBE at its experimental lattice constant, and a little
 * tension closes it. α-Sn and HgTe are left out: they are inverted in nature too, and PBE is right
 * to say so.
 */
public final class PbeInversion {
  private static final Set<String> FORMULAS = Set.of("AsIn", "InSb", "Ge");

  private PbeInversion() {}

  /**
   * @param analysis what the PBE bands say
   * @param reducedFormula reduced formula of the crystal, symbols in alphabetical order: AsIn
   * @return {@link Outcome#PBE_INVERTED} if the gap closed or inverted at one k-point in one of
   *     these compounds; else the outcome of the analysis
   */
  public static Outcome outcome(BandAnalysis analysis, String reducedFormula) {
    boolean touches =
        analysis.outcome() == Outcome.INVERTED
            || (analysis.outcome() == Outcome.METAL && analysis.inversion() != null);
    return touches && FORMULAS.contains(reducedFormula) ? Outcome.PBE_INVERTED : analysis.outcome();
  }
}
