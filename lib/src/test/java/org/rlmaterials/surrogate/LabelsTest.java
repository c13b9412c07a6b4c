package org.rlmaterials.surrogate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelsTest {
  @ParameterizedTest
  @CsvSource({
    "false,NaN,true",
    "false,0.1,true",
    "false,0.05,false",
    "false,0,false",
    "true,NaN,true",
    "true,0.05,true",
    "true,0,false"
  })
  void aMassCountsUnlessItsGapSpeaksAgainstIt(boolean curvature, double gapEv, boolean counts) {
    Labels labels = Labels.of(0.2, 0.4, curvature, gapEv, Double.NaN, 0.01, 5);
    assertThat(labels.has(Target.M_STAR)).isEqualTo(counts);
    assertThat(labels.has(Target.M_HOLE)).isEqualTo(counts);
  }
}
