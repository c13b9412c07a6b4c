package org.rlmaterials.surrogate;

import java.util.List;

/**
 * Labels of the validation rows and a member's predictions of them, kept with the member so that
 * the ensemble it is later read into can be calibrated without the data.
 *
 * @param ids names of the rows
 * @param labels rows × targets, each on its training scale ({@link Target#toScale}), NaN where
 *     missing
 * @param predictions rows × targets, on the same scales; a logit for the class
 * @param distances squared trunk distance of each row
 */
@SuppressWarnings("ArrayRecordComponent")
record ValidationTable(
    List<String> ids, double[][] labels, double[][] predictions, double[] distances) {}
