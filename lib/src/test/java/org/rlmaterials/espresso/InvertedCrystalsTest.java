package org.rlmaterials.espresso;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Crystals whose s states lie below their p states at Γ by PBE, by the real pw.x. */
@Tag("dft")
class InvertedCrystalsTest {
  private static final DftParameters WITH_ORBITALS =
      new DftParameters(Protocol.FAST, false, true, 36.0, 0.7);

  private static void assertInvertedAtGamma(DftRecord record) {
    assertThat(record.status()).isEqualTo(DftRecord.CONVERGED);
    assertThat(record.bandInversion().inverted()).isTrue();
    assertThat(record.bandInversion().kPoint()).containsExactly(0.0, 0.0, 0.0);
    assertThat(record.bandInversion().reason()).contains("s states lie below p states");
    Map<String, Double> weights = record.bandInversion().orbitalWeights();
    assertThat(weights.get("conduction_p")).isGreaterThan(0.8);
    assertThat(weights.get("conduction_s")).isLessThan(0.1);
  }

  /** Inverted in nature too: a metal with the evidence, and no failure of PBE. */
  @Test
  void greyTin() {
    DftRecord record = RealPw.compute(RealPw.zincBlende(6.489, "Sn", "Sn"), WITH_ORBITALS);
    assertInvertedAtGamma(record);
    assertThat(record.outcome()).isEqualTo("metal");
    assertThat(record.mStar()).isZero();
  }

  @Test
  void indiumAntimonide() {
    DftRecord record = RealPw.compute(RealPw.zincBlende(6.479, "In", "Sb"), WITH_ORBITALS);
    assertInvertedAtGamma(record);
    assertThat(record.outcome()).isEqualTo("pbe_inverted");
    assertThat(record.gapEv()).isZero();
  }
}
