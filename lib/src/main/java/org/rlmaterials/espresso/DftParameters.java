package org.rlmaterials.espresso;

/**
 * What is computed of a structure, and how precisely.
 *
 * @param protocol named set of numerical settings
 * @param relax whether positions and cell are relaxed first
 * @param orbitals whether projwfc.x is asked for the orbitals at the direct gap
 * @param cutoffRy cutoff of the wavefunctions (Ry) instead of the protocol's, with eight times as
 *     much for the density; null for the protocol's
 * @param kSpacing distance of k-points (1/Å, with 2π) instead of the protocol's; null for that
 * @param bandPath whether the bands of a structure with a gap are computed along a path too
 * @param energyMesh whether a second self-consistent cycle, on a shifted mesh of the same spacing,
 *     gives the total energy
 */
public record DftParameters(
    Protocol protocol,
    boolean relax,
    boolean orbitals,
    Double cutoffRy,
    Double kSpacing,
    boolean bandPath,
    boolean energyMesh) {

  /**
   * Without bands along a path, and with the energy of the same cycle as the bands.
   *
   * @param protocol named set of numerical settings
   * @param relax whether positions and cell are relaxed first
   * @param orbitals whether projwfc.x is asked for the orbitals at the direct gap
   * @param cutoffRy cutoff of the wavefunctions (Ry); null for the protocol's
   * @param kSpacing distance of k-points (1/Å, with 2π); null for the protocol's
   */
  public DftParameters(
      Protocol protocol, boolean relax, boolean orbitals, Double cutoffRy, Double kSpacing) {
    this(protocol, relax, orbitals, cutoffRy, kSpacing, false, false);
  }

  /**
   * @return the same without a relaxation
   */
  public DftParameters unrelaxed() {
    return new DftParameters(protocol, false, orbitals, cutoffRy, kSpacing, bandPath, energyMesh);
  }

  /**
   * @return the distance of k-points that holds (1/Å, with 2π)
   */
  double spacing() {
    return kSpacing == null ? protocol.kSpacing() : kSpacing;
  }
}
