package org.rlmaterials.discovery;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the surrogate said of a structure.
 *
 * @param mStar electron effective mass (mₑ), signed, ensemble mean
 * @param mStarStd standard deviation of mStar (mₑ)
 * @param gapEv band gap (eV)
 * @param gapStdEv standard deviation of the gap (eV)
 * @param semiconductorProbability probability that the gap exceeds 0.1 eV (0 to 1)
 */
public record Prediction(
    double mStar, double mStarStd, double gapEv, double gapStdEv, double semiconductorProbability) {

  /**
   * @param node JSON object with the keys m_star (mₑ), m_star_std (mₑ), gap_ev, gap_std_ev,
   *     semiconductor_probability
   * @return the prediction; a missing number is NaN, a missing spread is 0
   */
  static Prediction of(JsonNode node) {
    return new Prediction(
        number(node, "m_star", Double.NaN),
        number(node, "m_star_std", 0),
        number(node, "gap_ev", Double.NaN),
        number(node, "gap_std_ev", 0),
        number(node, "semiconductor_probability", Double.NaN));
  }

  private static double number(JsonNode node, String key, double missing) {
    JsonNode value = node.path(key);
    return value.isNumber() ? value.doubleValue() : missing;
  }

  /**
   * The mass with the surrogate's doubt counted against the structure.
   *
   * @param kappa how many standard deviations are added
   * @return mStar + kappa · mStarStd (mₑ)
   */
  public double pessimisticMass(double kappa) {
    return mStar + kappa * mStarStd;
  }
}
