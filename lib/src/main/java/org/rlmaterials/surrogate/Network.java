package org.rlmaterials.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import java.util.ArrayList;
import java.util.List;
import org.rlmaterials.crystal.RandomStream;

/**
 * The forward pass of a network of a given {@link NetworkShape}, in DJL operations. The same code
 * trains one network and applies many of the same shape at once: parameters then have a leading
 * dimension, the members.
 */
final class Network {
  private static final float LAYER_NORM_EPSILON = 1e-5f;

  private final NetworkShape shape;

  Network(NetworkShape shape) {
    this.shape = shape;
  }

  /** Trunk outputs (rows × trunk) and head outputs (rows × targets), members in front if many. */
  record Output(NDArray trunk, NDArray heads) {}

  /**
   * Start values: uniform within ±1/√inputs for weights and biases of linear layers, gains 1 and
   * shifts 0 for the normalisation.
   *
   * @param random source of the draw
   * @return a flat array in the order of {@link NetworkShape}
   */
  float[] initialParameters(RandomStream random) {
    float[] parameters = new float[shape.parameters()];
    int at = 0;
    int in = shape.inputs();
    for (int out : shape.hidden()) {
      at = uniform(parameters, at, in * out + out, in, random);
      for (int i = 0; i < out; i++) {
        parameters[at + i] = 1;
      }
      at += 2 * out;
      in = out;
    }
    int heads = shape.targets().size();
    int wide = heads * shape.headHidden();
    if (wide > 0) {
      at = uniform(parameters, at, (in + 1) * wide, in, random);
      at = uniform(parameters, at, wide + heads, shape.headHidden(), random);
    } else {
      at = uniform(parameters, at, (in + 1) * heads, in, random);
    }
    if (at != parameters.length) {
      throw new IllegalStateException(at + " parameters drawn of " + parameters.length);
    }
    return parameters;
  }

  private static int uniform(float[] target, int at, int count, int fanIn, RandomStream random) {
    double bound = 1 / Math.sqrt(fanIn);
    for (int i = at; i < at + count; i++) {
      target[i] = (float) (bound * (2 * random.nextDouble() - 1));
    }
    return at + count;
  }

  /**
   * Cuts a flat array into the tensors of the layers; gradients flow back into the flat array.
   *
   * @param flat all parameters, members × parameters, or parameters alone for one network
   * @return the tensors in the order of {@link NetworkShape}
   */
  List<NDArray> tensors(NDArray flat) {
    boolean stacked = flat.getShape().dimension() == 2;
    List<Shape> shapes = new ArrayList<>();
    int in = shape.inputs();
    for (int out : shape.hidden()) {
      shapes.add(new Shape(in, out));
      shapes.add(new Shape(1, out));
      shapes.add(new Shape(1, out));
      shapes.add(new Shape(1, out));
      in = out;
    }
    int heads = shape.targets().size();
    int wide = heads * Math.max(1, shape.headHidden());
    shapes.add(new Shape(in, wide));
    shapes.add(new Shape(1, wide));
    if (shape.headHidden() > 0) {
      shapes.add(new Shape(1, wide));
      shapes.add(new Shape(1, heads));
    }
    long[] cuts = new long[shapes.size() - 1];
    long at = 0;
    for (int i = 0; i < cuts.length; i++) {
      at += shapes.get(i).size();
      cuts[i] = at;
    }
    NDList parts = flat.split(cuts, stacked ? 1 : 0);
    List<NDArray> tensors = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      Shape one = shapes.get(i);
      tensors.add(
          parts.get(i).reshape(stacked ? new Shape(flat.getShape().get(0)).addAll(one) : one));
    }
    return tensors;
  }

  /**
   * @param tensors parameters, from {@link #tensors}
   * @param input standardised inputs, rows × inputs; one × rows × inputs for many members
   * @param training whether to drop
   * @return trunk and head outputs
   */
  Output forward(List<NDArray> tensors, NDArray input, boolean training) {
    NDArray h = input;
    int at = 0;
    for (int out : shape.hidden()) {
      h = silu(h.matMul(tensors.get(at)).add(tensors.get(at + 1)));
      h = normalise(h, out, tensors.get(at + 2), tensors.get(at + 3));
      if (training && shape.dropout() > 0) {
        h = Dropout.dropout(h, (float) shape.dropout(), true).singletonOrThrow();
      }
      at += 4;
    }
    NDArray y = h.matMul(tensors.get(at)).add(tensors.get(at + 1));
    if (shape.headHidden() > 0) {
      // Each head reads its own part of the hidden layer: a product and a sum over that part.
      y = silu(y).mul(tensors.get(at + 2));
      Shape before = y.getShape();
      Shape parts =
          before
              .slice(0, before.dimension() - 1)
              .add(shape.targets().size())
              .add(shape.headHidden());
      y = y.reshape(parts).sum(new int[] {parts.dimension() - 1}).add(tensors.get(at + 3));
    }
    return new Output(h, y);
  }

  private static NDArray silu(NDArray x) {
    return x.mul(Activation.sigmoid(x));
  }

  private static NDArray normalise(NDArray h, int size, NDArray gain, NDArray shift) {
    Shape last = new Shape(size);
    if (gain.getShape().dimension() == 2) {
      return LayerNorm.layerNorm(
              h, last, gain.reshape(last), shift.reshape(last), LAYER_NORM_EPSILON)
          .singletonOrThrow();
    }
    NDArray one = h.getManager().ones(last);
    NDArray zero = h.getManager().zeros(last);
    return LayerNorm.layerNorm(h, last, one, zero, LAYER_NORM_EPSILON)
        .singletonOrThrow()
        .mul(gain)
        .add(shift);
  }
}
