package org.rlmaterials.rl;

/**
 * Adam (D. P. Kingma, J. Ba, arXiv 1412.6980) on plain arrays, so that its state can be written
 * down and an interrupted run continues bit by bit.
 */
final class Adam {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-5;

  final float[][] mean;
  final float[][] square;
  long steps;

  Adam(float[][] parameters) {
    mean = new float[parameters.length][];
    square = new float[parameters.length][];
    for (int k = 0; k < parameters.length; k++) {
      mean[k] = new float[parameters[k].length];
      square[k] = new float[parameters[k].length];
    }
  }

  /**
   * One step.
   *
   * @param parameters changed in place
   * @param gradients of the loss, same shapes
   * @param learningRate step size
   * @param maxNorm gradients longer than this, all together, are shortened to it
   * @return length of the gradient before that
   */
  double step(float[][] parameters, float[][] gradients, double learningRate, double maxNorm) {
    double squared = 0;
    for (float[] gradient : gradients) {
      double sum = 0;
      for (float g : gradient) {
        sum += (double) g * g;
      }
      squared += sum;
    }
    double norm = Math.sqrt(squared);
    float scale = (float) Math.min(1, maxNorm / (norm + 1e-6));
    steps++;
    double correction1 = 1 - StrictMath.pow(BETA1, (double) steps);
    double correction2 = 1 - StrictMath.pow(BETA2, (double) steps);
    float rate = (float) (learningRate / correction1);
    float rootCorrection = (float) (1 / Math.sqrt(correction2));
    for (int k = 0; k < parameters.length; k++) {
      float[] p = parameters[k];
      float[] g = gradients[k];
      float[] m = mean[k];
      float[] v = square[k];
      for (int i = 0; i < p.length; i++) {
        float x = g[i] * scale;
        m[i] += (float) (1 - BETA1) * (x - m[i]);
        v[i] += (float) (1 - BETA2) * (x * x - v[i]);
        p[i] -= rate * m[i] / ((float) Math.sqrt(v[i]) * rootCorrection + (float) EPSILON);
      }
    }
    return norm;
  }
}
