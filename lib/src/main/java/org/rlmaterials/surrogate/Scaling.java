package org.rlmaterials.surrogate;

/**
 * Standardisation of the columns of a table: (value − mean) / standard deviation.
 *
 * @param mean mean of each column over the training rows, in the unit of the column
 * @param standardDeviation standard deviation of each column, in the unit of the column; 0 for a
 *     column that does not vary, which then counts for nothing
 */
@SuppressWarnings("ArrayRecordComponent")
record Scaling(float[] mean, float[] standardDeviation) {
  /** Standardised inputs beyond this are cut, so that one odd number does not rule the network. */
  static final float CLIP = 4;

  /**
   * @param rows numbers, rows × columns; NaN where missing
   * @param columns number of columns
   * @param emptyMean mean of each column without any number
   * @return the scaling; a column without any number, or with one alone, has deviation 1
   */
  static Scaling fit(float[][] rows, int columns, double[] emptyMean) {
    float[] mean = new float[columns];
    float[] deviation = new float[columns];
    for (int c = 0; c < columns; c++) {
      double sum = 0;
      int count = 0;
      for (float[] row : rows) {
        if (Float.isFinite(row[c])) {
          sum += row[c];
          count++;
        }
      }
      double centre = count == 0 ? emptyMean[c] : sum / count;
      double squares = 0;
      for (float[] row : rows) {
        if (Float.isFinite(row[c])) {
          squares += (row[c] - centre) * (row[c] - centre);
        }
      }
      mean[c] = (float) centre;
      double sd = count == 0 ? 0 : Math.sqrt(squares / count);
      // Rounding leaves a constant column with a tiny deviation: it must not be blown up.
      deviation[c] = sd > 1e-6 * (Math.abs(centre) + 1e-3) ? (float) sd : 0;
    }
    return new Scaling(mean, deviation);
  }

  /**
   * @return the same, with 1 in place of deviations of 0: for targets, which must come back
   */
  Scaling invertible() {
    float[] deviation = standardDeviation.clone();
    for (int c = 0; c < deviation.length; c++) {
      deviation[c] = deviation[c] > 0 ? deviation[c] : 1;
    }
    return new Scaling(mean, deviation);
  }

  /** Standardises and clips one row of inputs; what is not finite becomes 0, the mean. */
  float[] inputs(float[] raw) {
    float[] z = new float[mean.length];
    for (int c = 0; c < z.length; c++) {
      float sd = standardDeviation[c];
      if (sd > 0 && Float.isFinite(raw[c])) {
        z[c] = Math.max(-CLIP, Math.min(CLIP, (raw[c] - mean[c]) / sd));
      }
    }
    return z;
  }
}
