package org.rlmaterials.crystal;

/**
 * A small random number generator whose stream is fixed by its keys alone, on every JDK: SplitMix64
 * (G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014). A stream for each purpose is derived from
 * (seed, iteration, environment, ...), so that a run can be continued at any point without stored
 * generator states. Not thread-safe.
 */
public final class RandomStream {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  private RandomStream(long state) {
    this.state = state;
  }

  /**
   * @param keys what the stream is for, such as (seed, iteration, environment)
   * @return the stream of these keys; other keys or another order give another stream
   */
  public static RandomStream of(long... keys) {
    return new RandomStream(key(keys));
  }

  /**
   * @param keys any numbers
   * @return one number that stands for them all
   */
  public static long key(long... keys) {
    long hash = keys.length;
    for (long key : keys) {
      hash = mix((hash + GOLDEN_GAMMA) ^ mix(key + GOLDEN_GAMMA));
    }
    return hash;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /**
   * @return 64 random bits
   */
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /**
   * @return uniform in [0, 1)
   */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /**
   * @param low lower end
   * @param high upper end
   * @return uniform in [low, high)
   */
  public double uniform(double low, double high) {
    return low + (high - low) * nextDouble();
  }

  /**
   * @param bound how many values there are, at least 1
   * @return uniform in 0 to bound - 1
   */
  public int nextInt(int bound) {
    return (int) (((nextLong() >>> 32) * bound) >>> 32);
  }

  /**
   * Puts numbers into random order, in place (Fisher-Yates).
   *
   * @param values what to shuffle
   */
  public void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = nextInt(i + 1);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }

  /**
   * @return from the normal distribution of mean 0 and standard deviation 1 (Box-Muller)
   */
  public double nextGaussian() {
    double radius = Math.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * nextDouble());
  }
}
