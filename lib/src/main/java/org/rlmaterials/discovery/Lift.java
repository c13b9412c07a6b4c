package org.rlmaterials.discovery;

import org.hipparchus.util.CombinatoricsUtils;
import org.hipparchus.util.FastMath;

/**
 * How much more often DFT confirms candidates than structures made by chance: the ratio of the two
 * rates, with the 95 % score interval of a ratio of binomial proportions (P. A. R. Koopman,
 * Biometrics 40, 513 (1984)), which is meaningful where one of the rates is 0 or 1.
 *
 * @param hits candidates confirmed
 * @param trials candidates
 * @param baseHits structures by chance confirmed
 * @param baseTrials structures by chance
 */
public record Lift(int hits, int trials, int baseHits, int baseTrials) {
  /** The 95 % point of the chi-square distribution with one degree of freedom. */
  private static final double CHI_SQUARE = 3.841458820694124;

  /** Steps of bisection on a logarithmic scale: to rounding. */
  private static final int BISECTIONS = 64;

  private static final double LARGEST = 1e9;

  /** Checks the counts. */
  public Lift {
    if (hits < 0 || hits > trials || baseHits < 0 || baseHits > baseTrials) {
      throw new IllegalArgumentException(
          "%d of %d and %d of %d are no rates".formatted(hits, trials, baseHits, baseTrials));
    }
  }

  /**
   * @return the ratio of the rates; NaN without trials or where nothing was confirmed by chance
   */
  public double ratio() {
    return trials == 0 || baseHits == 0
        ? Double.NaN
        : ((double) hits / trials) / ((double) baseHits / baseTrials);
  }

  /**
   * @return lower end of the interval; 0 without a hit
   */
  public double lower() {
    if (hits == 0 || trials == 0 || baseTrials == 0) {
      return 0;
    }
    double inside = baseHits == 0 ? LARGEST : ratio();
    return bisect(1 / LARGEST, inside);
  }

  /**
   * @return upper end of the interval; infinite where nothing was confirmed by chance
   */
  public double upper() {
    if (baseHits == 0 || trials == 0) {
      return Double.POSITIVE_INFINITY;
    }
    return bisect(LARGEST, hits == 0 ? 1 / LARGEST : ratio());
  }

  /**
   * Fisher's exact test, one-sided.
   *
   * @return probability (0 to 1) that at least as many of all that was confirmed are candidates if
   *     search and chance are equally good; 1 without trials
   */
  public double chanceProbability() {
    int all = trials + baseTrials;
    int confirmed = hits + baseHits;
    double sum = 0;
    for (int k = hits; k <= Math.min(trials, confirmed); k++) {
      if (confirmed - k <= baseTrials) {
        sum +=
            FastMath.exp(
                CombinatoricsUtils.binomialCoefficientLog(trials, k)
                    + CombinatoricsUtils.binomialCoefficientLog(baseTrials, confirmed - k)
                    - CombinatoricsUtils.binomialCoefficientLog(all, confirmed));
      }
    }
    return Math.min(1, sum);
  }

  /** The ratio between one outside the interval and one inside at which the statistic is 3.84. */
  private double bisect(double outside, double inside) {
    double out = FastMath.log(outside);
    double in = FastMath.log(inside);
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (out + in) / 2;
      if (chiSquare(FastMath.exp(middle)) > CHI_SQUARE) {
        out = middle;
      } else {
        in = middle;
      }
    }
    return FastMath.exp((out + in) / 2);
  }

  /** Koopman's statistic for a ratio. */
  private double chiSquare(double theta) {
    double b = theta * (trials + baseHits) + hits + baseTrials;
    double root =
        FastMath.sqrt(
            Math.max(0, b * b - 4 * theta * (trials + baseTrials) * (double) (hits + baseHits)));
    // Product form: the difference b - root loses all digits for small ratios.
    double p0 = Math.min(1, 2.0 * (hits + baseHits) / (b + root));
    return deviation(hits, trials, Math.min(1, theta * p0)) + deviation(baseHits, baseTrials, p0);
  }

  /** Squared deviation of a count from its expectation, in units of its variance. */
  private static double deviation(int count, int total, double p) {
    double difference = count - total * p;
    double variance = total * p * (1 - p);
    if (variance < 1e-12) {
      return Math.abs(difference) < 1e-6 ? 0 : Double.POSITIVE_INFINITY;
    }
    return difference * difference / variance;
  }
}
