package org.rlmaterials.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/** Several trained networks of one shape, applied together: each operation serves all of them. */
final class NetworkStack implements AutoCloseable {
  /** Rows at once, times members: few enough that the activations stay in the cache. */
  private static final int CHUNK = 160;

  private final NetworkShape shape;
  private final Network network;
  private final int members;
  private final NDManager manager;
  private final List<NDArray> tensors;
  private final NDArray mean;
  private final NDArray inverseDeviation;
  private final TrunkDistance.Stack distance;

  /** Stands in for a number that is not finite: the mean. */
  private final float[] fallback;

  /**
   * Raw outputs: heads on the standardised scale of each member.
   *
   * @param heads members × rows × targets
   * @param trunk members × rows × trunk; empty unless asked for
   * @param distance members × rows; empty if the stack has no distances
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Output(float[] heads, float[] trunk, float[] distance) {}

  /**
   * @param shape the shape of each
   * @param parameters flat parameters, one array a member
   * @param inputs standardisation of inputs, one a member
   * @param distances trunk distances, one a member, or empty
   */
  NetworkStack(
      NetworkShape shape,
      List<float[]> parameters,
      List<Scaling> inputs,
      List<TrunkDistance> distances) {
    this.shape = shape;
    this.network = new Network(shape);
    this.members = parameters.size();
    this.manager = Torch.newManager();
    int count = shape.parameters();
    int in = shape.inputs();
    float[] flat = new float[members * count];
    float[] means = new float[members * in];
    float[] inverse = new float[members * in];
    for (int m = 0; m < members; m++) {
      System.arraycopy(parameters.get(m), 0, flat, m * count, count);
      Scaling scaling = inputs.get(m);
      for (int c = 0; c < in; c++) {
        means[m * in + c] = scaling.mean()[c];
        float sd = scaling.standardDeviation()[c];
        inverse[m * in + c] = sd > 0 ? 1 / sd : 0;
      }
    }
    this.fallback = inputs.get(0).mean();
    NDArray all = manager.create(flat, new Shape(members, count));
    // Views into `all` would make every product gather strided weights: copy them once.
    this.tensors = network.tensors(all).stream().map(NDArray::duplicate).toList();
    all.close();
    this.mean = manager.create(means, new Shape(members, 1, in));
    this.inverseDeviation = manager.create(inverse, new Shape(members, 1, in));
    this.distance = distances.isEmpty() ? null : new TrunkDistance.Stack(manager, distances);
  }

  /**
   * @param features raw features, rows × inputs; a number that is not finite counts as the mean
   * @param rows number of rows
   * @param withTrunk whether trunk outputs are wanted
   * @return the outputs
   */
  Output run(float[] features, int rows, boolean withTrunk) {
    int in = shape.inputs();
    if (features.length < rows * in) {
      throw new IllegalArgumentException(
          features.length + " numbers, but " + rows + " rows of " + in);
    }
    int targets = shape.targets().size();
    float[] heads = new float[members * rows * targets];
    float[] trunk = new float[withTrunk ? members * rows * shape.trunk() : 0];
    float[] distances = new float[distance == null ? 0 : members * rows];
    int chunk = Math.max(16, CHUNK / members);
    for (int from = 0; from < rows; from += chunk) {
      int count = Math.min(chunk, rows - from);
      float[] part = new float[count * in];
      for (int i = 0; i < part.length; i++) {
        float x = features[from * in + i];
        part[i] = Float.isFinite(x) ? x : fallback[i % in];
      }
      try (NDManager scope = manager.newSubManager()) {
        NDArray x = scope.create(part, new Shape(1, count, in));
        NDArray z = x.sub(mean).muli(inverseDeviation).clip(-Scaling.CLIP, Scaling.CLIP);
        Network.Output output = network.forward(tensors, z, false);
        scatter(output.heads().toFloatArray(), heads, from, count, rows, targets);
        if (withTrunk) {
          scatter(output.trunk().toFloatArray(), trunk, from, count, rows, shape.trunk());
        }
        if (distance != null) {
          scatter(distance.of(output.trunk()).toFloatArray(), distances, from, count, rows, 1);
        }
      }
    }
    return new Output(heads, trunk, distances);
  }

  private void scatter(float[] part, float[] whole, int from, int count, int rows, int width) {
    for (int m = 0; m < members; m++) {
      System.arraycopy(part, m * count * width, whole, (m * rows + from) * width, count * width);
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
