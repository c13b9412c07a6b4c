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
}
