package org.rlmaterials.bands;

/** Finds band edges, effective masses and the order of the bands. */
public final class BandAnalyzer {
  private BandAnalyzer() {}

  /**
   * Analyses the bands of a crystal. Docs: docs/physics.md.
   *
   * @param mesh energies of an SCF mesh
   * @param solver gives energies at further k-points, on the same scale; asked with few, large
   *     calls
   * @param orbitals orbital weights as further evidence on the order of the bands; null if there
   *     are none
   * @return what was found
   */
  public static BandAnalysis analyze(BandMesh mesh, BandSolver solver, OrbitalCharacter orbitals) {
    if (!mesh.fillsWholeBands()) {
      return new BandAnalysis(
          Outcome.METAL,
          0,
          false,
          null,
          null,
          null,
          null,
          0,
          null,
          0,
          0,
          mesh.electrons() + " electrons do not fill whole bands");
    }
    throw new UnsupportedOperationException("not there yet");
  }
}
