package org.rlmaterials.rl;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.List;
import org.rlmaterials.crystal.RandomStream;
import org.rlmaterials.surrogate.Torch;

/**
 * The policy and the value network: two separate multilayer perceptrons of two tanh layers each, as
 * DJL blocks. The parameters are kept as plain arrays too, where the optimiser works on them.
 */
final class ActorCritic implements AutoCloseable {
  private static final double HIDDEN_GAIN = Math.sqrt(2);
  private static final double POLICY_GAIN = 0.01;

  private final int observationSize;
  private final int actionCount;
  private final NDManager manager;
  private final ParameterStore store;
  private final SequentialBlock policy;
  private final SequentialBlock value;
  private final List<NDArray> arrays = new ArrayList<>();
  private final List<ByteBuffer> buffers = new ArrayList<>();
  private final float[][] parameters;

  /**
   * @param observationSize numbers in an observation
   * @param actionCount how many actions there are
   * @param hidden units of the tanh layers
   * @param type precision: FLOAT32, or FLOAT64 for tests of gradients
   * @param seed of the initial parameters: orthogonal rows, gain √2 for hidden layers, 0.01 for the
   *     policy's last layer, 1 for the value's; biases 0
   */
  ActorCritic(int observationSize, int actionCount, int hidden, DataType type, long seed) {
    this.observationSize = observationSize;
    this.actionCount = actionCount;
    manager = Torch.newManager();
    store = new ParameterStore(manager, false);
    policy = network(hidden, actionCount);
    value = network(hidden, 1);
    Shape input = new Shape(1, observationSize);
    policy.initialize(manager, type, input);
    value.initialize(manager, type, input);
    for (SequentialBlock block : List.of(policy, value)) {
      for (Parameter parameter : block.getParameters().values()) {
        parameter.getArray().setRequiresGradient(true);
        arrays.add(parameter.getArray());
        int bytes = Math.toIntExact(parameter.getArray().size()) * type.getNumOfBytes();
        buffers.add(ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()));
      }
    }
    parameters = new float[arrays.size()][];
    RandomStream random = RandomStream.of(seed);
    for (int k = 0; k < parameters.length; k++) {
      Shape shape = arrays.get(k).getShape();
      if (shape.dimension() == 2) {
        double gain = k % 6 < 4 ? HIDDEN_GAIN : k < 6 ? POLICY_GAIN : 1;
        parameters[k] = orthogonal((int) shape.get(0), (int) shape.get(1), gain, random);
      } else {
        parameters[k] = new float[(int) shape.size()];
      }
    }
    upload();
  }

  private static SequentialBlock network(int hidden, int outputs) {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(hidden).build())
        .add(Activation::tanh)
        .add(Linear.builder().setUnits(hidden).build())
        .add(Activation::tanh)
        .add(Linear.builder().setUnits(outputs).build());
  }

  /** A random matrix with orthonormal rows or columns, whichever are fewer, times a gain. */
  private static float[] orthogonal(int rows, int columns, double gain, RandomStream random) {
    int few = Math.min(rows, columns);
    int many = Math.max(rows, columns);
    double[][] vectors = new double[few][many];
    for (int i = 0; i < few; i++) {
      for (int x = 0; x < many; x++) {
        vectors[i][x] = random.nextGaussian();
      }
      // Gram-Schmidt, twice for accuracy.
      for (int pass = 0; pass < 2; pass++) {
        for (int j = 0; j < i; j++) {
          double dot = 0;
          for (int x = 0; x < many; x++) {
            dot += vectors[i][x] * vectors[j][x];
          }
          for (int x = 0; x < many; x++) {
            vectors[i][x] -= dot * vectors[j][x];
          }
        }
      }
      double norm = 0;
      for (double x : vectors[i]) {
        norm += x * x;
      }
      norm = Math.sqrt(norm);
      for (int x = 0; x < many; x++) {
        vectors[i][x] /= norm;
      }
    }
    float[] matrix = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        matrix[r * columns + c] =
            (float) (gain * (rows <= columns ? vectors[r][c] : vectors[c][r]));
      }
    }
    return matrix;
  }

  /** What the networks say of observations. */
  record Output(NDArray logits, NDArray values) {}

  /**
   * Both networks on the observations; the results belong to the observations' manager.
   *
   * @param observations rows × observationSize
   * @return unmasked logits (rows × actionCount) and values (rows)
   */
  Output forward(NDArray observations) {
    NDList input = new NDList(observations);
    NDArray logits = policy.forward(store, input, true).singletonOrThrow();
    NDArray values = value.forward(store, input, true).singletonOrThrow();
    return new Output(logits, values.flatten());
  }

  /**
   * Both networks on the observations, without gradients.
   *
   * @param observations row-major rows × observationSize
   * @param rows how many observations
   * @param logits where the unmasked logits go, row-major rows × actionCount
   * @param values where the values go (rows)
   */
  void evaluate(float[] observations, int rows, float[] logits, float[] values) {
    try (NDManager scope = manager.newSubManager()) {
      Output output = forward(scope.create(observations, new Shape(rows, observationSize)));
      System.arraycopy(output.logits().toFloatArray(), 0, logits, 0, rows * actionCount);
      System.arraycopy(output.values().toFloatArray(), 0, values, 0, rows);
    }
  }

  /**
   * @return a manager whose arrays are freed when it is closed
   */
  NDManager newScope() {
    return manager.newSubManager();
  }

  /**
   * @return the parameters: weights (units × inputs) and biases of the policy's three layers, then
   *     of the value's; call {@link #upload} after a change
   */
  float[][] parameters() {
    return parameters;
  }

  /** Copies {@link #parameters} to the networks. */
  void upload() {
    for (int k = 0; k < parameters.length; k++) {
      ByteBuffer buffer = buffers.get(k);
      if (arrays.get(k).getDataType() == DataType.FLOAT64) {
        DoubleBuffer target = buffer.asDoubleBuffer();
        for (float x : parameters[k]) {
          target.put(x);
        }
      } else {
        buffer.asFloatBuffer().put(parameters[k]);
      }
      // The same memory every time, so that nothing is allocated.
      arrays.get(k).set(buffer);
    }
  }

  /**
   * @return the arrays behind the parameters, in their order
   */
  List<NDArray> arrays() {
    return arrays;
  }

  /**
   * Takes the gradients of the last backward pass; libtorch would add the next ones to them.
   *
   * @param gradients where they go, shaped as the parameters
   */
  void takeGradients(float[][] gradients) {
    for (int k = 0; k < gradients.length; k++) {
      try (NDArray gradient = arrays.get(k).getGradient()) {
        gradients[k] = gradient.toFloatArray();
        // Not set(): libtorch would go on using memory that Java frees with this wrapper.
        gradient.subi(gradient);
      }
    }
  }

  /**
   * Writes the parameters in DJL's format: those of the policy's block, then those of the value's.
   *
   * @param out where to; not closed
   * @throws IOException if the disk does not take them
   */
  void save(OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    policy.saveParameters(data);
    value.saveParameters(data);
    data.flush();
  }

  /**
   * Reads what {@link #save} wrote for networks of the same shape.
   *
   * @param in where from; not closed
   * @throws IOException if it cannot be read
   */
  void load(DataInputStream in) throws IOException {
    int k = 0;
    try (NDManager scope = manager.newSubManager()) {
      for (SequentialBlock block : List.of(policy, value)) {
        SequentialBlock read =
            network((int) policy.getParameters().valueAt(1).getArray().size(), outputs(block));
        read.loadParameters(scope, in);
        for (Parameter parameter : read.getParameters().values()) {
          float[] values = parameter.getArray().toFloatArray();
          if (values.length != parameters[k].length) {
            throw new IllegalArgumentException("the parameters are those of another network");
          }
          parameters[k++] = values;
        }
      }
    } catch (MalformedModelException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    upload();
  }

  private static int outputs(SequentialBlock block) {
    return (int) block.getParameters().valueAt(5).getArray().size();
  }

  @Override
  public void close() {
    manager.close();
  }
}
