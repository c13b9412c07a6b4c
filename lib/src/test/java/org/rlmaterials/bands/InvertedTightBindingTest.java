package org.rlmaterials.bands;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * InSb by tight binding, with the s level of indium lowered until the bands are inverted, or raised
 * until the gap is wide; strained so that the p states at Γ split and a gap remains.
 */
class InvertedTightBindingTest {
  /**
   * @param shift added to the s level of indium (eV)
   */
  private static TightBinding strained(double shift, double size) {
    TightBinding.Material m = TightBinding.INSB;
    TightBinding.Material shifted =
        new TightBinding.Material(
            "InSb",
            m.a(),
            m.sa(),
            m.pa(),
            m.sc() + shift,
            m.pc(),
            m.tsa(),
            m.tsc(),
            m.ss(),
            m.xx(),
            m.xy(),
            m.sapc(),
            m.scpa(),
            m.tsapc(),
            m.patsc());
    double[][] strain = {
      {1 + 0.5 * size, 0, size}, {0, 1 + 0.5 * size, size}, {size, size, 1 - size}
    };
    return new TightBinding(shifted, new int[] {1, 1, 1}, strain, null);
  }

  /** Second difference of a band along a direction through Γ (eV). */
  private static double bend(TightBinding crystal, int band, double[] direction) {
    double[] k = Vectors.along(new double[3], 0.004 / Vectors.norm(direction), direction);
    double[][] e = crystal.energies(new double[][] {new double[3], k});
    return e[1][band] - e[0][band];
  }

  /** Whether in some direction the conduction band bends down from Γ and the valence band up. */
  private static boolean opposed(TightBinding crystal) {
    for (int x = -2; x <= 2; x++) {
      for (int y = -2; y <= 2; y++) {
        for (int z = 0; z <= 2; z++) {
          double[] d = {x, y, z};
          if (Vectors.norm(d) > 0
              && bend(crystal, crystal.occupied(), d) < -1e-7
              && bend(crystal, crystal.occupied() - 1, d) > 1e-7) {
            return true;
          }
        }
      }
    }
    return false;
  }

  @ParameterizedTest
  @CsvSource({"0.015", "0.03", "0.05"})
  void invertedGapIsNegativeWithTheEvidence(double size) {
    TightBinding crystal = strained(-0.7, size);
    BandAnalysis analysis = BandAnalyzer.analyze(crystal.mesh(6), crystal, null);
    assertThat(analysis.outcome()).isEqualTo(Outcome.INVERTED);
    assertThat(analysis.gapEv()).isBetween(0.005, 0.2);
    assertThat(analysis.mStar()).isNegative();
    assertThat(analysis.electron().mStar()).isPositive();
    assertThat(analysis.inversion().kPoint()).containsExactly(0.0, 0.0, 0.0);
    assertThat(analysis.inversion().conductionCurvature()).isNegative();
    assertThat(analysis.inversion().valenceCurvature()).isPositive();
    assertThat(opposed(crystal)).as("seen in the bands themselves").isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0.015", "0.03", "0.05"})
  void theSameStrainOfAWideGapIsPositive(double size) {
    TightBinding crystal = strained(0.8, size);
    BandAnalysis analysis = BandAnalyzer.analyze(crystal.mesh(6), crystal, null);
    assertThat(analysis.outcome()).isEqualTo(Outcome.SEMICONDUCTOR);
    assertThat(analysis.mStar()).isPositive();
    assertThat(analysis.inversion().inverted()).isFalse();
    assertThat(opposed(crystal)).isFalse();
  }
}
