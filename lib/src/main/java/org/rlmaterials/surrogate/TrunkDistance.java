package org.rlmaterials.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;

/**
 * How strange a crystal is to a network: the squared Mahalanobis distance of its trunk outputs from
 * those of the training rows, divided by the number of outputs, so that its mean over the training
 * rows is 1. The covariance is kept as its largest principal directions and one variance for all
 * the rest.
 *
 * @param mean mean trunk output (trunk)
 * @param directions principal directions, trunk × rank, row-major, orthonormal
 * @param variances variance along each (rank)
 * @param restVariance variance along every other direction
 */
@SuppressWarnings("ArrayRecordComponent")
record TrunkDistance(float[] mean, float[] directions, float[] variances, float restVariance) {

  /** Principal directions kept. */
  static final int RANK = 32;

  /**
   * @param trunk trunk outputs of the training rows, rows × size
   * @param rows number of rows, at least 1
   * @param size number of trunk outputs
   * @return the distance
   */
  static TrunkDistance fit(float[] trunk, int rows, int size) {
    float[] mean = new float[size];
    double[] sum = new double[size];
    for (int i = 0; i < rows * size; i++) {
      sum[i % size] += trunk[i];
    }
    for (int c = 0; c < size; c++) {
      mean[c] = (float) (sum[c] / rows);
    }
    double[][] covariance = new double[size][size];
    double[] centred = new double[size];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < size; c++) {
        centred[c] = trunk[r * size + c] - mean[c];
      }
      for (int a = 0; a < size; a++) {
        double x = centred[a];
        double[] row = covariance[a];
        for (int b = 0; b <= a; b++) {
          row[b] += x * centred[b];
        }
      }
    }
    double trace = 0;
    for (int a = 0; a < size; a++) {
      for (int b = 0; b <= a; b++) {
        covariance[a][b] /= rows;
        covariance[b][a] = covariance[a][b];
      }
      trace += covariance[a][a];
    }
    // Few rows say nothing of most directions: a floor keeps their variance from being 0.
    // (Trunk outputs are normalised to variances around 1.)
    double floor = 1e-3;
    for (int a = 0; a < size; a++) {
      covariance[a][a] += floor;
    }
    EigenDecompositionSymmetric eigen =
        new EigenDecompositionSymmetric(MatrixUtils.createRealMatrix(covariance));
    RealMatrix vectors = eigen.getV();
    int rank = Math.min(RANK, size);
    float[] directions = new float[size * rank];
    double[] kept = new double[rank];
    double restTrace = trace;
    double mean2 = 0;
    for (int k = 0; k < rank; k++) {
      kept[k] = Math.max(floor, eigen.getEigenvalue(k));
      restTrace -= kept[k] - floor;
      mean2 += (kept[k] - floor) / kept[k] / size;
      for (int c = 0; c < size; c++) {
        directions[c * rank + k] = (float) vectors.getEntry(c, k);
      }
    }
    double rest = size == rank ? 1 : floor + Math.max(0, restTrace) / (size - rank);
    mean2 += size == rank ? 0 : (rest - floor) / rest * (size - rank) / size;
    // With few rows most directions hold no variance: the mean over the rows is still made 1.
    double norm = mean2 > 1e-6 ? mean2 : 1;
    float[] variances = new float[rank];
    for (int k = 0; k < rank; k++) {
      variances[k] = (float) (kept[k] * norm);
    }
    return new TrunkDistance(mean, directions, variances, (float) (rest * norm));
  }

  /** The distances of several members at once, in DJL operations. */
  static final class Stack {
    private final NDArray mean;
    private final NDArray directions;
    private final NDArray extraWeights;
    private final NDArray restWeights;

    /**
     * @param manager owner of the arrays
     * @param members one distance a member, of equal sizes
     */
    Stack(NDManager manager, List<TrunkDistance> members) {
      int count = members.size();
      int size = members.get(0).mean.length;
      int rank = members.get(0).variances.length;
      float[] means = new float[count * size];
      float[] all = new float[count * size * rank];
      float[] extra = new float[count * rank];
      float[] rest = new float[count];
      for (int m = 0; m < count; m++) {
        TrunkDistance one = members.get(m);
        System.arraycopy(one.mean, 0, means, m * size, size);
        System.arraycopy(one.directions, 0, all, m * size * rank, size * rank);
        rest[m] = 1 / (one.restVariance * size);
        for (int k = 0; k < rank; k++) {
          extra[m * rank + k] = 1 / (one.variances[k] * size) - rest[m];
        }
      }
      mean = manager.create(means, new Shape(count, 1, size));
      directions = manager.create(all, new Shape(count, size, rank));
      extraWeights = manager.create(extra, new Shape(count, rank, 1));
      restWeights = manager.create(rest, new Shape(count, 1));
    }

    /**
     * @param trunk trunk outputs, members × rows × size
     * @return squared distances, members × rows
     */
    NDArray of(NDArray trunk) {
      NDArray centred = trunk.sub(mean);
      NDArray along = centred.matMul(directions);
      return along
          .square()
          .matMul(extraWeights)
          .squeeze(2)
          .add(centred.square().sum(new int[] {2}).mul(restWeights));
    }
  }
}
