package org.rlmaterials.espresso;

import java.util.Arrays;
import org.rlmaterials.bands.BandSolver;

/** Band energies at any k-points from the charge density of a self-consistent cycle. */
final class PwBandSolver implements BandSolver {
  /**
   * Threshold of the eigensolver (Ry). Along a fine line through Γ of GaAs the conduction band is
   * then smooth to 1e-8 eV; a threshold of 1e-10 takes a third more iterations and gains nothing.
   */
  private static final double THRESHOLD_RY = 1e-8;

  /**
   * Size of the eigensolver's subspace over the number of bands. From a random start to the
   * threshold above the default of 2 restarts so often that a k-point takes twice as long (InAs, 13
   * bands: 21.7 iterations in 1.52 s; 4: 11.7 in 0.82 s; 8: 8.0 in 0.73 s, in twice the space).
   */
  private static final int SUBSPACE = 4;

  /**
   * Noise of an energy (eV) at a cutoff of 42 Ry. It does not come from the threshold: the set of
   * plane waves below the cutoff changes from k-point to k-point, which roughens a band: around Γ
   * by 4e-8 to 6e-7 eV (strained and displaced GaAs and AlN, two and four atoms; residual of a
   * polynomial over ±0.02 1/Å). Measured at other cutoffs: 4e-7 eV for InSb and AlAs at 45 Ry, 2e-5
   * and 3e-5 eV for Si and AlAs at 30 Ry, 1.4e-4 eV for Si at 14 Ry.
   */
  private static final double NOISE_EV = 5e-7;

  /**
   * The same away from the invariant points, where more plane waves come and go: 1e-6 to 2.6e-6 eV
   * in the valley of Si, 1.7e-6 to 4e-6 eV in that of GaP, 2e-6 to 4e-6 eV in AlN (at times far
   * less: 1e-9 eV in SiC, 1e-10 eV in diamond).
   */
  private static final double NOISE_ELSEWHERE_EV = 3e-6;

  private static final double NOISE_CUTOFF_RY = 42;

  /** The noise falls by a factor of ten over this many Ry. */
  private static final double NOISE_DECADE_RY = 8;

  private static final double MOST_NOISE_EV = 2e-4;

  /**
   * No band of a crystal lies this far (eV) below the lowest of its SCF mesh, which holds Γ. The
   * Davidson solver of pw.x can return such a state where the overlap of an ultrasoft basis is near
   * singular (seen: -593 eV at one k-point of SiC); it shifts the count of the bands above it.
   */
  private static final double SPURIOUS_EV = 5;

  /** Largest difference of a k-point asked for and the one solved (1/Å). */
  private static final double SAME_K = 1e-5;

  private final PwSteps steps;
  private final PwInput input;
  private final StandardFrame frame;
  private final PwSettings settings;
  private final double lowestEv;

  /**
   * @param steps runs pw.x where the charge density is
   * @param scf the input that gave the density
   * @param frame the frame of that input; k-points to solve are in the given axes
   * @param bands number of bands to solve for
   * @param settings how pw.x is started
   * @param lowestEv lowest band energy on the SCF mesh (eV)
   */
  PwBandSolver(
      PwSteps steps,
      PwInput scf,
      StandardFrame frame,
      int bands,
      PwSettings settings,
      double lowestEv) {
    this.steps = steps;
    this.lowestEv = lowestEv;
    this.frame = frame;
    this.settings = settings;
    this.input =
        scf.with("control", "calculation", "bands")
            .with("control", "tprnfor", false)
            .with("control", "tstress", false)
            .with("system", "nbnd", bands)
            .with("electrons", "diago_thr_init", THRESHOLD_RY)
            .with("electrons", "diago_david_ndim", SUBSPACE)
            .with("electrons", "diago_full_acc", true);
  }

  @Override
  public double noiseEv() {
    return atCutoff(NOISE_EV);
  }

  @Override
  public double noiseElsewhereEv() {
    return atCutoff(NOISE_ELSEWHERE_EV);
  }

  private double atCutoff(double noiseEv) {
    double cutoff = input.number("system", "ecutwfc", NOISE_CUTOFF_RY);
    double noise = noiseEv * Math.pow(10, (NOISE_CUTOFF_RY - cutoff) / NOISE_DECADE_RY);
    return Math.min(MOST_NOISE_EV, noise);
  }

  @Override
  public double[][] energies(double[][] given) {
    double[][] kPoints = frame.toStandard(given);
    double[][] fractional = new double[kPoints.length][3];
    for (int i = 0; i < kPoints.length; i++) {
      for (int axis = 0; axis < 3; axis++) {
        for (int x = 0; x < 3; x++) {
          fractional[i][axis] +=
              kPoints[i][x] * input.crystal().lattice().at(axis, x) / (2 * Math.PI);
        }
      }
    }
    PwOutput output = solve(input, fractional);
    if (spurious(output)) {
      output = solve(input.with("electrons", "diagonalization", "cg"), fractional);
      if (spurious(output)) {
        throw new DftFailure(
            "bands", "pw.x found a band far below the lowest one, with david and with cg");
      }
    }
    for (int i = 0; i < kPoints.length; i++) {
      for (int x = 0; x < 3; x++) {
        if (i >= output.kPoints().length
            || Math.abs(output.kPoints()[i][x] - kPoints[i][x]) > SAME_K) {
          throw new DftFailure("bands", "pw.x solved for other k-points than those asked for");
        }
      }
    }
    return output.eigenvaluesEv();
  }

  private PwOutput solve(PwInput bands, double[][] fractional) {
    return steps
        .run(
            new PwJob(
                bands.with(new KPoints.Points(fractional)),
                settings.pools(fractional.length),
                PwJob.Restart.CHARGE_DENSITY))
        .output();
  }

  private boolean spurious(PwOutput output) {
    return Arrays.stream(output.eigenvaluesEv()).anyMatch(e -> e[0] < lowestEv - SPURIOUS_EV);
  }
}
