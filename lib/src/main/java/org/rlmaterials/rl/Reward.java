package org.rlmaterials.rl;

/**
 * What a crystal is worth to the agent.
 *
 * <p>For a predicted mass m (mₑ): 1 / max(m, 0.01) if m is positive, -2 if it is negative, 0 if it
 * is 0 (a metal); a further -3 for a predicted gap below 0.05 eV; if the sum is positive, times
 * exp(-0.3 × instability) (see {@link org.rlmaterials.crystal.Bonding}). A move to an invalid
 * structure gives -5 and changes nothing.
 *
 * <p>The pessimistic modes differ in two points: a positive mass is made heavier by κ standard
 * deviations of its prediction; and a predicted metal is worth -3 whatever its predicted mass,
 * since the mass of a metal is 0 by definition and what a surrogate predicts for it means nothing.
 *
 * @param mode how the worth of structures becomes the reward of steps
 * @param kappa how many standard deviations of the prediction a positive mass is made heavier by,
 *     so that the agent is not paid for what the surrogate does not know; at least 0
 */
public record Reward(Mode mode, double kappa) {
  /** Lightest mass (mₑ) the reward tells apart. */
  public static final double LEAST_MASS = 0.01;

  /** Reward of a negative predicted mass. */
  public static final double NEGATIVE_MASS = -2;

  /** Predicted gap (eV) below which a crystal counts as a metal. */
  public static final double LEAST_GAP_EV = 0.05;

  /** Added for a predicted gap below {@link #LEAST_GAP_EV}. */
  public static final double NO_GAP = -3;

  /** Reward of a move to an invalid structure. */
  public static final double INVALID = -5;

  /** Factor of the instability in the exponent. */
  public static final double INSTABILITY_RATE = 0.3;

  /** How the worth of structures becomes the reward of steps. */
  public enum Mode {
    /** Every step is paid the worth of its structure at the predicted mass: the prototype's way. */
    SEED,
    /** As SEED, at the predicted mass plus κ standard deviations. */
    PESSIMISTIC,
    /**
     * A step is paid what it adds to the best pessimistic worth of the episode so far, so that an
     * episode is paid once, for its best structure, by how much that is better than its start.
     */
    BEST_OF_EPISODE,
    /**
     * A step is paid by how much its structure raises the sum of the best scores of the archive
     * ({@link Archive#offer}): its score less that of the one it displaces there. So the same
     * structure is not paid twice, and less and less is paid for structures of the same worth: the
     * agent is driven to where there is something left to find.
     */
    ARCHIVE
  }

  /**
   * @param mode how the worth of structures becomes the reward of steps
   * @param kappa standard deviations added to a positive mass; ignored (0) in SEED mode
   */
  public Reward {
    if (!(kappa >= 0) || Double.isInfinite(kappa)) {
      throw new IllegalArgumentException("kappa is " + kappa + ": expected at least 0");
    }
    kappa = mode == Mode.SEED ? 0 : kappa;
  }

  /**
   * @param mStar predicted mass (mₑ)
   * @param mStarStd its standard deviation (mₑ)
   * @param gapEv predicted gap (eV)
   * @param instability see {@link org.rlmaterials.crystal.Bonding#instability}
   * @return the worth of the crystal (1/mₑ where positive)
   */
  public double worth(double mStar, double mStarStd, double gapEv, double instability) {
    boolean metal = gapEv < LEAST_GAP_EV;
    if (metal && mode != Mode.SEED) {
      return NO_GAP;
    }
    double worth = 0;
    if (mStar > 0) {
      worth = 1 / Math.max(mStar + kappa * mStarStd, LEAST_MASS);
    } else if (mStar < 0) {
      worth = NEGATIVE_MASS;
    }
    if (metal) {
      worth += NO_GAP;
    }
    return worth > 0 ? worth * Math.exp(-INSTABILITY_RATE * instability) : worth;
  }
}
