package org.rlmaterials.discovery;

/**
 * How many of a number of trials succeeded, with the 95 % Wilson score interval (E. B. Wilson, J.
 * Am. Stat. Assoc. 22, 209 (1927)), which is meaningful at 0 of n too.
 *
 * @param hits number of successes
 * @param trials number of trials
 */
public record HitRate(int hits, int trials) {
  /** The 97.5 % point of the normal distribution. */
  private static final double Z = 1.959963984540054;

  /** Checks the counts. */
  public HitRate {
    if (hits < 0 || hits > trials) {
      throw new IllegalArgumentException(hits + " of " + trials + " is no rate");
    }
  }

  /**
   * @return hits / trials (fraction); NaN without trials
   */
  public double rate() {
    return (double) hits / trials;
  }

  /**
   * @return lower end of the interval (fraction), 0 without trials
   */
  public double lower() {
    return hits == 0 ? 0 : centre() - halfWidth();
  }

  /**
   * @return upper end of the interval (fraction), 1 without trials
   */
  public double upper() {
    return hits == trials ? 1 : centre() + halfWidth();
  }

  private double centre() {
    return (rate() + Z * Z / (2.0 * trials)) / (1 + Z * Z / trials);
  }

  private double halfWidth() {
    double p = rate();
    return Z
        * Math.sqrt(p * (1 - p) / trials + Z * Z / (4.0 * trials * trials))
        / (1 + Z * Z / trials);
  }
}
