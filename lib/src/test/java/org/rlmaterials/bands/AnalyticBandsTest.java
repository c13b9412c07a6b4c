package org.rlmaterials.bands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bands whose edges and masses are known in closed form. */
class AnalyticBandsTest {
  /** ħ²/2mₑ (eV Å²). */
  private static final double HALF = MassFit.HBAR2_OVER_ME / 2;

  private static final double NOISE = 1e-6;

  private static double square(double[] k) {
    return Vectors.dot(k, k);
  }

  /** A valence band of mass 0.4 below zero. */
  private static double valence(double[] k) {
    return -HALF * square(k) / 0.4;
  }

  private static void assertCovered(EffectiveMass mass, double truth, double most) {
    double error = Math.abs(mass.mStar() / truth - 1);
    assertThat(error).as("true error").isLessThanOrEqualTo(mass.stepError());
    assertThat(mass.stepError()).as("stated error").isLessThanOrEqualTo(most);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 6})
  void anisotropicParabolaAwayFromSymmetry(int n) {
    // Axes turned by 30° in the xy plane, masses 0.2, 0.5, 1.5, minima at ±k0.
    double[] k0 = {0.21, 0.13, 0.05};
    double c = Math.cos(Math.PI / 6);
    double s = Math.sin(Math.PI / 6);
    FormulaBands bands =
        new FormulaBands(
                2,
                k -> {
                  double lowest = Double.POSITIVE_INFINITY;
                  for (int sign = -1; sign <= 1; sign += 2) {
                    double[] q = Vectors.along(k, sign, k0);
                    double u = c * q[0] + s * q[1];
                    double v = -s * q[0] + c * q[1];
                    lowest =
                        Math.min(lowest, HALF * (u * u / 0.2 + v * v / 0.5 + q[2] * q[2] / 1.5));
                  }
                  return new double[] {valence(k), 1 + lowest};
                })
            .noisy(NOISE);
    BandAnalysis analysis = bands.analyze(n);
    assertThat(analysis.outcome()).isEqualTo(Outcome.SEMICONDUCTOR);
    assertThat(analysis.gapEv()).isEqualTo(1, within(2e-5));
    assertThat(analysis.direct()).isFalse();
    assertCovered(analysis.electron(), 3 / (1 / 0.2 + 1 / 0.5 + 1 / 1.5), 0.01);
    assertCovered(analysis.hole(), 0.4, 0.01);
    assertThat(analysis.electron().principalMasses().get(0)).isEqualTo(1.5, within(0.03));
    assertThat(analysis.electron().principalMasses().get(1)).isEqualTo(0.5, within(0.01));
    assertThat(analysis.electron().principalMasses().get(2)).isEqualTo(0.2, within(0.004));
    double alongLightest =
        Math.abs(
            analysis.electron().principalAxes().get(2).get(0) * c
                + analysis.electron().principalAxes().get(2).get(1) * s);
    assertThat(alongLightest).isEqualTo(1, within(1e-4));
    for (int i = 0; i < 3; i++) {
      assertThat(Math.abs(analysis.cbm().kCartesian().get(i))).isEqualTo(k0[i], within(1e-3));
    }
  }

  @ParameterizedTest
  @CsvSource({"0.06,0.7", "0.02,3", "0.0135,5", "0.005,30"})
  void kaneBand(double mass, double alpha) {
    FormulaBands bands =
        new FormulaBands(
                2,
                k -> {
                  double x = HALF * square(k) / mass;
                  return new double[] {
                    valence(k), 0.5 + (Math.sqrt(1 + 4 * alpha * x) - 1) / (2 * alpha)
                  };
                })
            .noisy(NOISE);
    BandAnalysis analysis = bands.analyze(4);
    assertThat(analysis.direct()).isTrue();
    assertThat(analysis.mStar()).isEqualTo(analysis.electron().mStar());
    assertCovered(analysis.electron(), mass, 0.02);
  }

  /**
   * Valleys at kx = ±0.4 that a double well splits along kz: halfway, where the mesh points are, a
   * mirror makes the band stationary in the way down.
   */
  @ParameterizedTest
  @CsvSource({
    "0.06,0.005,3,false",
    "0.06,0.02,3,false",
    "0.12,0.005,3,false",
    "0.12,0.02,3,false",
    "0.06,0.02,4,true",
    "0.06,0.02,3,true",
    "0.12,0.005,3,true",
    "0.12,0.02,3,true"
  })
  void aSaddleOnAMirrorPlaneIsLeft(double kz, double barrier, int n, boolean hole) {
    FormulaBands bands =
        new FormulaBands(
                2,
                k -> {
                  double x = Math.abs(k[0]) - 0.4;
                  double well = Math.pow(k[2] * k[2] / kz / kz - 1, 2);
                  double split = HALF * (x * x + k[1] * k[1]) / 0.3 + barrier * well;
                  double round = HALF * square(k) / 0.4;
                  return hole ? new double[] {-split, 1 + round} : new double[] {-round, 1 + split};
                })
            .noisy(5e-7);
    List<double[][]> mirrors = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      double[][] mirror = new double[3][3];
      for (int x = 0; x < 3; x++) {
        mirror[x][x] = (i >> x & 1) == 0 ? 1 : -1;
      }
      mirrors.add(mirror);
    }
    BandAnalysis analysis = BandAnalyzer.analyze(bands.mesh(n).withRotations(mirrors), bands, null);
    EffectiveMass mass = hole ? analysis.hole() : analysis.electron();
    BandEdge edge = hole ? analysis.vbm() : analysis.cbm();
    assertThat(analysis.gapEv()).isEqualTo(1, within(1e-4));
    assertThat(Math.abs(edge.kCartesian().get(2))).isEqualTo(kz, within(1e-3));
    double inverse = 2 / 0.3 + 8 * barrier / (kz * kz) / (2 * HALF);
    assertCovered(mass, 3 / inverse, 0.05);
  }

  @Test
  void edgeOnTheZoneBoundary() {
    double[] t = {0.9, 0.5, 0.1};
    FormulaBands bands =
        new FormulaBands(
                2,
                k ->
                    new double[] {
                      valence(k),
                      1
                          + t[0] * (1 + Math.cos(k[0] * FormulaBands.A))
                          + t[1] * (1 + Math.cos(k[1] * FormulaBands.A))
                          + t[2] * (1 - Math.cos(k[2] * FormulaBands.A))
                    })
            .noisy(NOISE);
    double inverse = (t[0] + t[1] + t[2]) * FormulaBands.A * FormulaBands.A / 3 / (2 * HALF);
    // Odd and shifted meshes do not hold the point.
    for (BandMesh mesh :
        new BandMesh[] {bands.mesh(4), bands.mesh(5), bands.mesh(4, 0.5), bands.mesh(3)}) {
      BandAnalysis analysis = BandAnalyzer.analyze(mesh, bands, null);
      assertThat(analysis.cbm().kPoint()).containsExactly(0.5, 0.5, 0.0);
      assertCovered(analysis.electron(), 1 / inverse, 0.01);
    }
  }

  /** A camel's back as at X of GaP: two bands that repel along x; not an inversion. */
  private record Camel(double delta, double longitudinal, double transverse, double p) {
    private FormulaBands bands() {
      return new FormulaBands(
          2,
          k -> {
            double q = Math.abs(k[0]) - FormulaBands.B / 2;
            double across = HALF * (k[1] * k[1] + k[2] * k[2]) / transverse;
            double along = HALF * q * q / longitudinal;
            double root = Math.sqrt(delta * delta / 4 + p * p * q * q);
            return new double[] {valence(k), 2 + across + along - root, 2 + across + along + root};
          });
    }

    /** At the minimum, where HALF/m q² − √(δ²/4 + p²q²) is stationary. */
    private double root() {
      return p * p * longitudinal / (2 * HALF);
    }

    private double q() {
      return Math.sqrt((root() * root() - delta * delta / 4) / (p * p));
    }

    private double mass() {
      double curvature =
          2 * HALF / longitudinal
              - p * p / root()
              + Math.pow(p, 4) * q() * q() / Math.pow(root(), 3);
      return 3 / (2 / transverse + curvature / (2 * HALF));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void camelBackOfAnOrdinarySemiconductor(int n) {
    Camel camel = new Camel(0.3, 0.9, 0.25, 3.2);
    BandAnalysis analysis = camel.bands().noisy(NOISE).analyze(n);
    assertThat(analysis.outcome()).isEqualTo(Outcome.SEMICONDUCTOR);
    assertThat(analysis.inversion().inverted()).isFalse();
    assertThat(Math.abs(analysis.cbm().kCartesian().get(0)))
        .isEqualTo(FormulaBands.B / 2 - camel.q(), within(2e-3));
    assertCovered(analysis.electron(), camel.mass(), 0.03);
    assertThat(analysis.mStar()).isPositive();
  }

  /**
   * A band full of small minima, such as no search gets to the bottom of: the gap is not above one
   * that was met, and the mass of a minimum that is not the lowest has no bound on its error.
   */
  @ParameterizedTest
  @CsvSource({
    "0.09844,0.05215,5.0834,0.2209,0.8395",
    "0.05212,0.1107,3.1835,4.9626,0.7746",
    "0.04955,0.1442,0.8667,4.7800,3.5320",
    "0.05243,0.04379,4.6652,5.9535,5.2918",
    "0.02662,0.1046,4.0070,0.1924,2.3750"
  })
  void noGapAboveOneThatWasMet(double amplitude, double wavelength, double x, double y, double z) {
    double[] phases = {x, y, z};
    double[] lowest = {Double.POSITIVE_INFINITY};
    FormulaBands bands =
        new FormulaBands(
            2,
            k -> {
              double conduction = 1 + HALF * square(k) / 3;
              for (int i = 0; i < 3; i++) {
                conduction += amplitude * Math.cos(2 * Math.PI * k[i] / wavelength + phases[i]);
              }
              lowest[0] = Math.min(lowest[0], conduction);
              return new double[] {valence(k), conduction};
            });
    BandAnalysis analysis = bands.analyze(4);
    assertThat(analysis.gapEv()).isLessThan(lowest[0] + 1e-3);
    assertThat(analysis.electron().stepError()).isGreaterThan(1);
  }

  /**
   * Plane waves that enter and leave the cutoff roughen the bands of compressed GaP more than is
   * typical of its cutoff; the mass is then less certain, but not lost.
   */
  @ParameterizedTest
  @ValueSource(doubles = {2e-6, 5e-6, 2e-5})
  void roughnessThatTheSolverDoesNotKnowOf(double sigma) {
    Camel camel = new Camel(0.25, 0.9, 0.22, 3.2);
    for (int n = 4; n <= 6; n++) {
      BandAnalysis analysis = camel.bands().noisy(sigma).stating(5e-7).analyze(n);
      assertCovered(analysis.electron(), camel.mass(), 0.3);
    }
  }

  /**
   * A valence top of p states (Dresselhaus, Kip and Kittel), split by a strain of the third: the
   * bands are warped, and each sorted band alone is not analytic at the degenerate point.
   */
  @ParameterizedTest
  @CsvSource({"0,3", "0.0005,3", "0.005,2", "0.05,2"})
  void degenerateAndNearlyDegenerateValenceTop(double split, int degeneracy) {
    double l = -24;
    double m = -16;
    double n = -26;
    FormulaBands bands =
        new FormulaBands(
                6,
                k -> {
                  double[][] h = new double[3][3];
                  for (int i = 0; i < 3; i++) {
                    for (int j = 0; j < 3; j++) {
                      h[i][j] =
                          i == j
                              ? l * k[i] * k[i] + m * (square(k) - k[i] * k[i])
                              : n * k[i] * k[j];
                    }
                  }
                  h[2][2] -= split;
                  double[] e = new HermitianEigen(h, new double[3][3]).values;
                  return new double[] {e[0], e[1], e[2], 1 + HALF * square(k) / 0.1};
                })
            .noisy(NOISE);
    double laplacian = 2 * l + 4 * m;
    BandAnalysis analysis = bands.analyze(4);
    assertThat(analysis.hole().degeneracy()).isEqualTo(degeneracy);
    assertCovered(analysis.hole(), -3 * 2 * HALF / laplacian, 0.05);
    assertCovered(analysis.electron(), 0.1, 0.01);
  }

  /** Two conduction bands that cross at a radius inside a careless stencil. */
  @ParameterizedTest
  @CsvSource({"0.0005,2", "0.003,1", "0.01,1", "0.1,1"})
  void crossingWithinTheStencil(double above, int degeneracy) {
    double light = 0.05;
    double heavy = 0.9;
    FormulaBands bands =
        new FormulaBands(
                2,
                k ->
                    new double[] {
                      valence(k),
                      1 + HALF * square(k) / light,
                      1 + above + HALF * square(k) / heavy,
                      4
                    })
            .noisy(NOISE);
    double truth = degeneracy == 2 ? 2 / (1 / light + 1 / heavy) : light;
    BandAnalysis analysis = bands.analyze(4);
    assertThat(analysis.electron().degeneracy()).isEqualTo(degeneracy);
    assertCovered(analysis.electron(), truth, 0.05);
  }

  /**
   * The isotropic model of Bernevig, Hughes and Zhang: E = ±√((M − Bk²)² + A²k²). With M B > 0 it
   * is inverted.
   */
  private static FormulaBands bhz(double m, double b, double a) {
    return new FormulaBands(
            2,
            k -> {
              double e = Math.hypot(m - b * square(k), a * Math.sqrt(square(k)));
              return new double[] {-e, e, 50};
            })
        .noisy(NOISE);
  }

  @Test
  void invertedWithCamelBackIsNegative() {
    double m = 0.3;
    double b = 12;
    double a = 1;
    BandAnalysis analysis = bhz(m, b, a).analyze(4);
    assertThat(analysis.outcome()).isEqualTo(Outcome.INVERTED);
    assertThat(analysis.inversion().inverted()).isTrue();
    assertThat(analysis.inversion().kPoint()).containsExactly(0.0, 0.0, 0.0);
    double curvature = (a * a - 2 * m * b) / m / (2 * HALF);
    assertThat(analysis.mStar() * curvature).isEqualTo(1, within(0.02));
    assertThat(analysis.mStar()).isNegative();
    assertThat(analysis.inversion().conductionCurvature()).isNegative();
    assertThat(analysis.inversion().valenceCurvature()).isPositive();
    assertThat(analysis.electron().mStar()).as("at the true minimum").isPositive();
    // Minimum of (M − Bx)² + A²x.
    double x = (m - a * a / (2 * b)) / b;
    assertThat(analysis.gapEv())
        .isEqualTo(2 * Math.hypot(m - b * x, a * Math.sqrt(x)), within(1e-3));
  }

  @Test
  void theOtherSideOfTheTransitionIsPositive() {
    double m = -0.3;
    double b = 12;
    double a = 1;
    BandAnalysis analysis = bhz(m, b, a).analyze(4);
    assertThat(analysis.outcome()).isEqualTo(Outcome.SEMICONDUCTOR);
    assertThat(analysis.mStar()).isPositive();
    assertCovered(analysis.electron(), 2 * HALF * Math.abs(m) / (a * a - 2 * m * b), 0.01);
  }

  @Test
  void inversionWithoutCamelBackNeedsOrbitals() {
    double m = 0.1;
    double b = 5;
    double a = 4;
    FormulaBands bands = bhz(m, b, a);
    BandAnalysis blind = bands.analyze(4);
    assertThat(blind.outcome()).isEqualTo(Outcome.SEMICONDUCTOR);
    OrbitalCharacter inverted =
        (k, band) -> band == 0 ? Map.of("s", 0.9, "p", 0.1) : Map.of("s", 0.1, "p", 0.9);
    BandAnalysis seen = BandAnalyzer.analyze(bands.mesh(4), bands, inverted);
    assertThat(seen.outcome()).isEqualTo(Outcome.INVERTED);
    assertThat(seen.mStar()).isEqualTo(-blind.mStar(), within(0.01 * blind.mStar()));
    assertThat(seen.inversion().orbitalWeights())
        .containsEntry("conduction_p", 0.9)
        .containsEntry("valence_s", 0.9);
    OrbitalCharacter ordinary =
        (k, band) -> band == 0 ? Map.of("s", 0.1, "p", 0.9) : Map.of("s", 0.9, "p", 0.1);
    assertThat(BandAnalyzer.analyze(bands.mesh(4), bands, ordinary).mStar()).isPositive();
  }

  @Test
  void oddElectronCountIsAMetal() {
    FormulaBands bands =
        new FormulaBands(3, k -> new double[] {valence(k), 1 + HALF * square(k), 9});
    BandAnalysis analysis = bands.analyze(4);
    assertMetal(analysis);
    assertThat(analysis.solverCalls()).isZero();
    assertThat(analysis.reason()).contains("3.0 electrons");
  }

  @Test
  void overlappingBandsAreAMetalAtNoCost() {
    FormulaBands bands =
        new FormulaBands(
            2,
            k -> {
              double q = Math.abs(k[0]) - FormulaBands.B / 2;
              return new double[] {valence(k), -0.2 + HALF * (q * q + k[1] * k[1] + k[2] * k[2])};
            });
    BandAnalysis analysis = bands.analyze(4);
    assertMetal(analysis);
    assertThat(analysis.inversion()).as("they meet at no one point").isNull();
    assertThat(bands.calls).isZero();
  }

  @Test
  void gapThatClosesBetweenTheMeshPoints() {
    // A pocket of mass 0.15 between the points of the mesh dips below the valence top.
    double[] k0 = {0.36, 0.20, 0.11};
    FormulaBands bands =
        new FormulaBands(
                2,
                k -> {
                  double q =
                      Math.min(square(Vectors.minus(k, k0)), square(Vectors.along(k, 1, k0)));
                  return new double[] {valence(k), -0.05 + HALF * q / 0.15};
                })
            .noisy(NOISE);
    BandMesh mesh = bands.mesh(4);
    double lowest = Double.POSITIVE_INFINITY;
    for (double[] e : mesh.energies()) {
      lowest = Math.min(lowest, e[1]);
    }
    assertThat(lowest).as("open on the mesh").isGreaterThan(0.1);
    assertMetal(bands.analyze(4));
  }

  @Test
  void bandsThatTouchInAConeBetweenTheMeshPoints() {
    double[] k0 = {0.36, 0.20, 0.11};
    FormulaBands bands =
        new FormulaBands(
                2,
                k -> {
                  double q =
                      Math.min(
                          Vectors.norm(Vectors.minus(k, k0)),
                          Vectors.norm(Vectors.along(k, 1, k0)));
                  return new double[] {-4 * q, 4 * q};
                })
            .noisy(NOISE);
    assertMetal(bands.analyze(4));
  }

  @Test
  void touchingAtAnInvariantPointIsRecordedForPbeInversion() {
    FormulaBands bands =
        new FormulaBands(2, k -> new double[] {valence(k), HALF * square(k) / 0.02, 9});
    BandAnalysis analysis = bands.analyze(4);
    assertMetal(analysis);
    assertThat(analysis.inversion().kPoint()).containsExactly(0.0, 0.0, 0.0);
    assertThat(PbeInversion.outcome(analysis, "InSb")).isEqualTo(Outcome.PBE_INVERTED);
    assertThat(PbeInversion.outcome(analysis, "AsGa")).isEqualTo(Outcome.METAL);
    assertThat(PbeInversion.outcome(analysis, "Sn")).isEqualTo(Outcome.METAL);
  }

  @Test
  void meshWithoutEmptyBandIsRefused() {
    FormulaBands bands = new FormulaBands(2, k -> new double[] {valence(k)});
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> bands.mesh(2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("compute more bands");
  }

  private static void assertMetal(BandAnalysis analysis) {
    assertThat(analysis.outcome()).isEqualTo(Outcome.METAL);
    assertThat(analysis.gapEv()).isZero();
    assertThat(analysis.mStar()).isZero();
    assertThat(analysis.electron()).isNull();
    assertThat(analysis.cbm()).isNull();
  }
}
