package org.rlmaterials.bands;

/** Something that gives band energies at any k-points: pw.x, a tight-binding model, a formula. */
public interface BandSolver {
  /**
   * Solves for many k-points at once: a call may cost one pw.x run.
   *
   * @param kPoints Cartesian k-points (1/Å), n×3
   * @return energies (eV), n × bands, ascending within each k-point
   */
  double[][] energies(double[][] kPoints);

  /**
   * How far an energy may be off at random around an invariant point (−k = k + G), as one standard
   * deviation: what remains from the threshold of an iterative diagonalisation. Steps are chosen,
   * and errors stated, with it.
   *
   * @return noise of one band energy (eV)
   */
  default double noiseEv() {
    return 1e-6;
  }

  /**
   * The same around any other k-point.
   *
   * @return noise of one band energy (eV)
   */
  default double noiseElsewhereEv() {
    return noiseEv();
  }
}
