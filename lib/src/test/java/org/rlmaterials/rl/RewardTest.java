package org.rlmaterials.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RewardTest {
  private static final Reward SEED = new Reward(Reward.Mode.SEED, 1);
  private static final Reward PESSIMISTIC = new Reward(Reward.Mode.PESSIMISTIC, 2);

  @Test
  void theSeedRule() {
    assertThat(SEED.worth(0.1, 9, 1, 0)).isCloseTo(10, within(1e-12));
    assertThat(SEED.worth(0.001, 9, 1, 0)).isCloseTo(100, within(1e-12));
    assertThat(SEED.worth(-0.1, 9, 1, 0)).isEqualTo(-2);
    assertThat(SEED.worth(0, 9, 0, 0)).isEqualTo(-3);
    assertThat(SEED.worth(0.1, 9, 0.049, 0)).isCloseTo(7, within(1e-12));
    assertThat(SEED.worth(-0.1, 9, 0.049, 0)).isEqualTo(-5);
    // Instability scales what is positive and leaves the rest.
    assertThat(SEED.worth(0.1, 9, 1, 2)).isCloseTo(10 * Math.exp(-0.6), within(1e-12));
    assertThat(SEED.worth(-0.1, 9, 1, 2)).isEqualTo(-2);
  }

  @Test
  void pessimism() {
    assertThat(PESSIMISTIC.worth(0.1, 0.05, 1, 0)).isCloseTo(5, within(1e-12));
    assertThat(PESSIMISTIC.worth(0.1, 0, 1, 0)).isCloseTo(10, within(1e-12));
    // Not knowing the sign is not paid for.
    assertThat(PESSIMISTIC.worth(-0.1, 1, 1, 0)).isEqualTo(-2);
    // A metal has no mass.
    assertThat(PESSIMISTIC.worth(0.001, 0, 0, 0)).isEqualTo(-3);
    assertThat(new Reward(Reward.Mode.PESSIMISTIC, 0).worth(0.1, 9, 1, 0.5))
        .isEqualTo(SEED.worth(0.1, 9, 1, 0.5));
  }

  @Test
  void aNegativeKappaIsRefused() {
    assertThatThrownBy(() -> new Reward(Reward.Mode.PESSIMISTIC, -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Reward(Reward.Mode.PESSIMISTIC, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
