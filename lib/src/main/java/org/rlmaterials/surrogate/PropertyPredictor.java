package org.rlmaterials.surrogate;

import org.rlmaterials.fingerprint.Descriptor;

/** Something that predicts mass and gap of crystals from a descriptor, many at a time. */
public interface PropertyPredictor extends AutoCloseable {
  /**
   * @return the descriptor whose numbers {@link #predict} expects
   */
  Descriptor descriptor();

  /**
   * @param features raw (not standardised) descriptors, row-major rows × descriptor().size()
   * @param rows number of crystals
   * @return predictions, one a row
   */
  Predictions predict(float[] features, int rows);

  @Override
  void close();

  /**
   * What is predicted for each row. Arrays of equal length; not copied.
   *
   * @param mStar electron effective mass (mₑ), signed, ensemble mean
   * @param mStarStd calibrated standard deviation of mStar (mₑ)
   * @param gapEv band gap (eV), ensemble mean
   * @param gapStdEv calibrated standard deviation of the gap (eV)
   * @param semiconductorProbability probability that the gap exceeds 0.1 eV (0 to 1)
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Predictions(
      float[] mStar,
      float[] mStarStd,
      float[] gapEv,
      float[] gapStdEv,
      float[] semiconductorProbability) {

    /**
     * @param rows indices of rows
     * @return the predictions of these
     */
    Predictions only(int[] rows) {
      return new Predictions(
          only(mStar, rows),
          only(mStarStd, rows),
          only(gapEv, rows),
          only(gapStdEv, rows),
          only(semiconductorProbability, rows));
    }

    private static float[] only(float[] all, int[] rows) {
      float[] some = new float[rows.length];
      for (int i = 0; i < some.length; i++) {
        some[i] = all[rows[i]];
      }
      return some;
    }
  }
}
