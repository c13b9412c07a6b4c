package org.rlmaterials.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiftTest {
  /**
   * 36 of 40 against 16 of 80 is Koopman's own example (2.94 to 7.15). All others: the same
   * statistic minimised over the two rates by scipy 1.x (brentq over the ratio, minimize_scalar
   * over the rate), so that the closed form of the rates is checked too.
   */
  @ParameterizedTest
  @CsvSource({
    "36,40,16,80,2.9396,7.1522",
    "4,8,1,8,0.7911,24.0913",
    "3,8,0,8,0.9643,Infinity",
    "0,8,2,8,0.0000,1.6348",
    "8,8,4,8,1.1626,4.6465",
    "1,24,1,24,0.1080,9.2634",
    "30,200,5,200,2.4698,14.7649"
  })
  void intervals(int hits, int trials, int baseHits, int baseTrials, double lower, double upper) {
    Lift lift = new Lift(hits, trials, baseHits, baseTrials);
    assertThat(lift.lower()).isCloseTo(lower, within(1e-3 * Math.max(1, lower)));
    if (Double.isInfinite(upper)) {
      assertThat(lift.upper()).isInfinite();
    } else {
      assertThat(lift.upper()).isCloseTo(upper, within(1e-3 * Math.max(1, upper)));
    }
  }

  /** Golden values: scipy.stats.fisher_exact(..., alternative='greater'). */
  @ParameterizedTest
  @CsvSource({
    "4,8,1,8,0.141025641",
    "3,8,0,8,0.1",
    "0,8,2,8,1",
    "8,8,4,8,0.03846153846",
    "1,1,0,1,0.5",
    "30,200,5,200,4.865184253e-06"
  })
  void chance(int hits, int trials, int baseHits, int baseTrials, double expected) {
    assertThat(new Lift(hits, trials, baseHits, baseTrials).chanceProbability())
        .isCloseTo(expected, within(1e-9));
  }

  @Property
  void theRatioLiesInItsInterval(
      @ForAll @IntRange(min = 1, max = 60) int trials,
      @ForAll @IntRange(max = 60) int hits,
      @ForAll @IntRange(min = 1, max = 60) int baseTrials,
      @ForAll @IntRange(max = 60) int baseHits) {
    Assume.that(hits <= trials && baseHits <= baseTrials);
    Lift lift = new Lift(hits, trials, baseHits, baseTrials);
    assertThat(lift.lower()).isNotNegative().isLessThanOrEqualTo(lift.upper());
    assertThat(lift.chanceProbability()).isBetween(0.0, 1.0);
    if (baseHits > 0) {
      assertThat(lift.ratio()).isBetween(lift.lower() - 1e-6, lift.upper() + 1e-6);
    } else {
      assertThat(lift.ratio()).isNaN();
      assertThat(lift.upper()).isInfinite();
    }
    if (hits < trials) {
      assertThat(new Lift(hits + 1, trials, baseHits, baseTrials).lower())
          .isGreaterThanOrEqualTo(lift.lower() - 1e-9);
    }
  }

  /** Exchanging search and chance inverts the ratio and its interval. */
  @Property
  void theOtherWayRoundIsTheInverse(
      @ForAll @IntRange(min = 1, max = 40) int hits,
      @ForAll @IntRange(min = 1, max = 40) int baseHits) {
    Lift lift = new Lift(hits, 40, baseHits, 50);
    Lift inverse = new Lift(baseHits, 50, hits, 40);
    assertThat(inverse.ratio()).isCloseTo(1 / lift.ratio(), within(1e-9));
    assertThat(inverse.lower() * lift.upper()).isCloseTo(1, within(1e-6));
    assertThat(inverse.upper() * lift.lower()).isCloseTo(1, within(1e-6));
  }

  @Test
  void moreHitsThanTrialsAreNoRate() {
    assertThatThrownBy(() -> new Lift(3, 2, 0, 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
