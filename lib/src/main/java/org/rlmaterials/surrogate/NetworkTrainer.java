package org.rlmaterials.surrogate;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

/**
 * Fits the parameters of one network, a batch at a time: masked multi-task loss, gradient clipped
 * to a norm, Adam with decoupled weight decay (AdamW; Loshchilov and Hutter, ICLR 2019; Adam where
 * the decay is 0).
 */
final class NetworkTrainer implements AutoCloseable {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final NetworkShape shape;
  private final Network network;
  private final Settings settings;
  private final NDManager manager;
  private final NDArray parameters;
  private final NDArray firstMoment;
  private final NDArray secondMoment;
  private final int classHead;
  private int steps;

  /**
   * @param targetWeights weight of each head in the loss, in the order of the shape
   * @param smoothL1Beta where the smooth L1 loss turns linear (standardised target); 0 for squares
   * @param weightDecay decoupled decay, times the learning rate, a step
   * @param clipNorm largest norm of the gradient; 0 for no limit
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Settings(
      double[] targetWeights, double smoothL1Beta, double weightDecay, double clipNorm) {}

  /**
   * @param shape the network; a head for {@link Target#SEMICONDUCTOR} must be the last
   * @param initial start values, copied
   * @param settings loss and regularisation
   * @param dropoutSeed seed of dropout
   */
  NetworkTrainer(NetworkShape shape, float[] initial, Settings settings, long dropoutSeed) {
    this.shape = shape;
    this.network = new Network(shape);
    this.settings = settings;
    this.classHead = shape.targets().indexOf(Target.SEMICONDUCTOR);
    if (classHead >= 0 && classHead != shape.targets().size() - 1) {
      throw new IllegalArgumentException("the class head must be the last");
    }
    this.manager = Torch.newManager();
    Engine.getInstance().setRandomSeed((int) dropoutSeed);
    this.parameters = manager.create(initial);
    this.firstMoment = manager.zeros(parameters.getShape());
    this.secondMoment = manager.zeros(parameters.getShape());
  }

  /**
   * One step of the optimiser.
   *
   * @param x inputs, rows × inputs
   * @param y standardised targets, rows × heads, NaN where missing: a missing label adds nothing
   * @param rows number of rows
   * @param learningRate step size
   * @return the loss before the step: the weighted sum over heads of the mean over their labels
   */
  double step(float[] x, float[] y, int rows, double learningRate) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray point = parameters.duplicate();
      point.attach(scope);
      point.setRequiresGradient(true);
      NDArray loss;
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray input = scope.create(x, new Shape(rows, shape.inputs()));
        NDArray heads = network.forward(network.tensors(point), input, true).heads();
        loss = loss(scope, heads, y, rows);
        collector.backward(loss);
      }
      double value = loss.getFloat();
      NDArray gradient = point.getGradient();
      gradient.attach(scope);
      update(scope, gradient, learningRate);
      return value;
    }
  }

  /**
   * The loss without dropout, parameters unchanged.
   *
   * @param x inputs, rows × inputs
   * @param y standardised targets, rows × heads, NaN where missing
   * @param rows number of rows
   * @return the loss as {@link #step} defines it
   */
  double loss(float[] x, float[] y, int rows) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray point = parameters.duplicate();
      point.attach(scope);
      NDArray input = scope.create(x, new Shape(rows, shape.inputs()));
      NDArray heads = network.forward(network.tensors(point), input, false).heads();
      return loss(scope, heads, y, rows).getFloat();
    }
  }

  private NDArray loss(NDManager scope, NDArray heads, float[] y, int rows) {
    int count = shape.targets().size();
    int[] present = new int[count];
    for (int i = 0; i < rows * count; i++) {
      if (!Float.isNaN(y[i])) {
        present[i % count]++;
      }
    }
    float[] label = new float[rows * count];
    float[] weight = new float[rows * count];
    for (int i = 0; i < rows * count; i++) {
      if (!Float.isNaN(y[i])) {
        label[i] = y[i];
        weight[i] = (float) (settings.targetWeights()[i % count] / present[i % count]);
      }
    }
    Shape all = new Shape(rows, count);
    NDArray labels = scope.create(label, all);
    NDArray weights = scope.create(weight, all);
    if (classHead < 0) {
      return regression(heads.sub(labels)).mul(weights).sum();
    }
    if (count == 1) {
      return crossEntropy(heads, labels).mul(weights).sum();
    }
    long[] cut = {classHead};
    NDList outputs = heads.split(cut, 1);
    NDList truth = labels.split(cut, 1);
    NDList shares = weights.split(cut, 1);
    return regression(outputs.get(0).sub(truth.get(0)))
        .mul(shares.get(0))
        .sum()
        .add(crossEntropy(outputs.get(1), truth.get(1)).mul(shares.get(1)).sum());
  }

  private NDArray regression(NDArray difference) {
    double beta = settings.smoothL1Beta();
    if (beta == 0) {
      return difference.square();
    }
    NDArray size = difference.abs();
    NDArray near = size.minimum(Torch.scalar(size, beta));
    return near.square().mul(Torch.scalar(near, 0.5 / beta)).add(size.sub(near));
  }

  /** Binary cross-entropy of logits, in the form that does not overflow. */
  private static NDArray crossEntropy(NDArray logits, NDArray labels) {
    return logits
        .maximum(Torch.scalar(logits, 0))
        .sub(logits.mul(labels))
        .add(logits.abs().neg().exp().add(1).log());
  }

  private void update(NDManager scope, NDArray gradient, double learningRate) {
    double norm = gradient.norm().getFloat();
    if (!Double.isFinite(norm)) {
      return;
    }
    if (settings.clipNorm() > 0 && norm > settings.clipNorm()) {
      gradient.muli(settings.clipNorm() / (norm + 1e-6));
    }
    steps++;
    firstMoment.muli(BETA1).addi(gradient.mul(1 - BETA1));
    secondMoment.muli(BETA2).addi(gradient.square().muli(1 - BETA2));
    double bias1 = 1 - Math.pow(BETA1, steps);
    double bias2 = 1 - Math.pow(BETA2, steps);
    if (settings.weightDecay() > 0) {
      parameters.muli(1 - learningRate * settings.weightDecay());
    }
    NDArray scale = secondMoment.sqrt().muli(1 / Math.sqrt(bias2)).addi(EPSILON);
    NDArray move = firstMoment.mul(learningRate / bias1).divi(scale);
    scale.attach(scope);
    move.attach(scope);
    parameters.subi(move);
  }

  /**
   * @return a copy of the parameters
   */
  float[] parameters() {
    return parameters.toFloatArray();
  }

  @Override
  public void close() {
    manager.close();
  }
}
