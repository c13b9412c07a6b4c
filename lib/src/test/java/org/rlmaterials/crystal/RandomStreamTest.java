package org.rlmaterials.crystal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RandomStreamTest {
  @Test
  void momentsAreThoseOfTheDistributions() {
    RandomStream random = RandomStream.of(1, 2);
    int n = 200_000;
    double mean = 0;
    double gaussian = 0;
    double square = 0;
    int[] counts = new int[7];
    for (int i = 0; i < n; i++) {
      mean += random.nextDouble() / n;
      double g = random.nextGaussian();
      gaussian += g / n;
      square += g * g / n;
      counts[random.nextInt(7)]++;
    }
    // Five standard errors.
    assertThat(mean).isCloseTo(0.5, within(5 * Math.sqrt(1.0 / 12 / n)));
    assertThat(gaussian).isCloseTo(0, within(5 / Math.sqrt(n)));
    assertThat(square).isCloseTo(1, within(5 * Math.sqrt(2.0 / n)));
    for (int count : counts) {
      assertThat(count).isCloseTo(n / 7, within((int) (5 * Math.sqrt(n / 7.0))));
    }
  }

  @Test
  void neighbouringKeysGiveUnrelatedStreams() {
    int n = 20_000;
    double covariance = 0;
    for (int i = 0; i < n; i++) {
      double a = RandomStream.of(5, i).nextDouble() - 0.5;
      double b = RandomStream.of(5, i + 1).nextDouble() - 0.5;
      covariance += a * b / n;
    }
    assertThat(covariance).isCloseTo(0, within(5.0 / 12 / Math.sqrt(n)));
    assertThat(RandomStream.of(1, 2).nextLong()).isNotEqualTo(RandomStream.of(2, 1).nextLong());
    assertThat(RandomStream.of(0).nextLong()).isNotEqualTo(RandomStream.of(0, 0).nextLong());
  }

  @Test
  void theStreamIsTheSameOnEveryMachine() {
    // Golden: the published SplitMix64 and key() worked out in Python with 64-bit wrap-around.
    assertThat(RandomStream.of(42, 7).nextLong()).isEqualTo(-4731181195163815184L);
  }
}
