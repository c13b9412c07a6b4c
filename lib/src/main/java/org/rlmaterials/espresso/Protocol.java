package org.rlmaterials.espresso;

import java.util.Collection;
import org.rlmaterials.crystal.Crystal;

/**
 * A named set of numerical settings, from a quick look to a careful calculation. docs/physics.md
 * compares them with those of AiiDA.
 */
public enum Protocol {
  /** For exploring: gaps to some 30 meV, masses to some 5 %. */
  FAST(0.51, 0.93, 30, 0.010, 1e-8, 2e-3, 0.5, 30),
  /** For results: gaps to some 10 meV, masses to some 2 %. */
  BALANCED(0.34, 0.95, 36, 0.007, 1e-9, 5e-4, 0.3, 100),
  /** For references. */
  STRINGENT(0.21, 1.30, 45, 0.005, 1e-10, 2e-4, 0.1, 200);

  private final double kSpacing;
  private final double cutoffFactor;
  private final double leastCutoffRy;
  private final double smearingRy;
  private final double scfThresholdRyPerAtom;
  private final double forceThresholdRyPerBohr;
  private final double pressureThresholdKbar;
  private final int ionicSteps;

  Protocol(
      double kSpacing,
      double cutoffFactor,
      double leastCutoffRy,
      double smearingRy,
      double scfThresholdRyPerAtom,
      double forceThresholdRyPerBohr,
      double pressureThresholdKbar,
      int ionicSteps) {
    this.kSpacing = kSpacing;
    this.cutoffFactor = cutoffFactor;
    this.leastCutoffRy = leastCutoffRy;
    this.smearingRy = smearingRy;
    this.scfThresholdRyPerAtom = scfThresholdRyPerAtom;
    this.forceThresholdRyPerBohr = forceThresholdRyPerBohr;
    this.pressureThresholdKbar = pressureThresholdKbar;
    this.ionicSteps = ionicSteps;
  }

  /**
   * @return largest distance of neighbouring k-points along a reciprocal vector (1/Å, with 2π)
   */
  public double kSpacing() {
    return kSpacing;
  }

  /**
   * @return width of the Marzari-Vanderbilt smearing (Ry)
   */
  public double smearingRy() {
    return smearingRy;
  }

  /**
   * @return threshold of the self-consistent cycle (Ry per atom)
   */
  public double scfThresholdRyPerAtom() {
    return scfThresholdRyPerAtom;
  }

  /**
   * @return largest force that a relaxation leaves (Ry/Bohr)
   */
  public double forceThresholdRyPerBohr() {
    return forceThresholdRyPerBohr;
  }

  /**
   * @return largest shear stress that a relaxation leaves (kbar), and the pressure at which a
   *     vc-relax stops
   */
  public double pressureThresholdKbar() {
    return pressureThresholdKbar;
  }

  /**
   * @return most steps of a relaxation
   */
  public int ionicSteps() {
    return ionicSteps;
  }

  /**
   * @param suggestedRy suggested cutoff of the wavefunctions (Ry)
   * @return this protocol's (Ry), a whole number
   */
  double wavefunctionCutoff(double suggestedRy) {
    return Math.ceil(Math.max(leastCutoffRy, cutoffFactor * suggestedRy) - 1e-9);
  }

  /**
   * @param wavefunctionRy cutoff of the wavefunctions (Ry)
   * @return the least cutoff of the density (Ry) that goes with it
   */
  static double leastDensityCutoff(double wavefunctionRy) {
    return 5 * wavefunctionRy;
  }

  /**
   * The cutoffs for a set of elements: those of the most demanding header times this protocol's
   * factor, at least its floor. The density gets at least five times the cutoff of the
   * wavefunctions: more changes nothing for these ultrasoft files (pseudopotentials/README.md).
   *
   * @param headers headers of all elements of the crystal
   * @return the cutoffs (Ry), rounded up to whole numbers
   */
  public DftRecord.Cutoffs cutoffs(Collection<UpfHeader> headers) {
    double wavefunction =
        headers.stream().mapToDouble(UpfHeader::wavefunctionCutoffRy).max().orElseThrow();
    double density = headers.stream().mapToDouble(UpfHeader::densityCutoffRy).max().orElseThrow();
    double wfc = wavefunctionCutoff(wavefunction);
    double rho = Math.ceil(Math.max(leastDensityCutoff(wfc), cutoffFactor * density) - 1e-9);
    return new DftRecord.Cutoffs(wfc, rho);
  }

  /**
   * The mesh of k-points of a cell.
   *
   * @param crystal the crystal, in a reduced cell
   * @param spacing largest distance of neighbouring points (1/Å, with 2π)
   * @return a mesh that holds Γ
   */
  public static KPoints.Mesh mesh(Crystal crystal, double spacing) {
    double[][] b = crystal.lattice().reciprocal();
    int[] n = new int[3];
    for (int i = 0; i < 3; i++) {
      double length = Math.sqrt(b[i][0] * b[i][0] + b[i][1] * b[i][1] + b[i][2] * b[i][2]);
      // Rounding noise must not turn 6 divisions into 7.
      n[i] = Math.max(1, (int) Math.ceil(length / spacing - 1e-4));
    }
    return new KPoints.Mesh(n[0], n[1], n[2]);
  }
}
