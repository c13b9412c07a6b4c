package org.rlmaterials.surrogate;

import java.util.List;

/**
 * The shape of a network: a shared trunk of blocks (linear, SiLU, layer normalisation, dropout) and
 * one head for each target, either linear or with a hidden layer (linear, SiLU, linear).
 *
 * <p>All parameters are one flat array. In order: for each block the weights (inputs × outputs,
 * row-major), biases, gains and shifts of the normalisation; then the heads side by side: with a
 * hidden layer its weights (trunk × heads·headHidden), its biases, the output weights
 * (heads·headHidden) and output biases (heads); without one the weights (trunk × heads) and biases.
 *
 * @param inputs number of inputs
 * @param hidden outputs of each trunk block; empty for a network of heads alone
 * @param headHidden size of the hidden layer of each head; 0 for linear heads
 * @param targets what the heads predict, in order
 * @param dropout probability that a trunk output is dropped in training (0 to 1)
 */
public record NetworkShape(
    int inputs, List<Integer> hidden, int headHidden, List<Target> targets, double dropout) {

  /** Copies the lists. */
  public NetworkShape {
    hidden = List.copyOf(hidden);
    targets = List.copyOf(targets);
    if (inputs < 1 || targets.isEmpty() || headHidden < 0 || dropout < 0 || dropout >= 1) {
      throw new IllegalArgumentException(
          "no such network: " + inputs + " inputs, " + targets + ", dropout " + dropout);
    }
  }

  /**
   * @param inputs number of inputs, 152 for the fingerprint
   * @return the MultiTaskMLP of the original prototype: three blocks of 192, two heads 192-96-1;
   *     141,890 parameters for 152 inputs
   */
  public static NetworkShape multiTaskMlp(int inputs) {
    return new NetworkShape(
        inputs, List.of(192, 192, 192), 96, List.of(Target.M_STAR, Target.GAP), 0.1);
  }

  /**
   * @return number of outputs of the trunk
   */
  public int trunk() {
    return hidden.isEmpty() ? inputs : hidden.get(hidden.size() - 1);
  }

  /**
   * @return number of parameters of the trunk
   */
  public int trunkParameters() {
    int count = 0;
    int in = inputs;
    for (int out : hidden) {
      count += in * out + 3 * out;
      in = out;
    }
    return count;
  }

  /**
   * @return number of parameters
   */
  public int parameters() {
    int heads = targets.size();
    return trunkParameters()
        + (headHidden > 0 ? (trunk() + 2) * heads * headHidden + heads : (trunk() + 1) * heads);
  }

  /**
   * @param target a target
   * @return index of its head
   * @throws IllegalArgumentException if the network does not predict it
   */
  public int head(Target target) {
    int index = targets.indexOf(target);
    if (index < 0) {
      throw new IllegalArgumentException("the network has no head for " + target);
    }
    return index;
  }

  /**
   * The network of some of the heads on top of the trunk, for training them alone.
   *
   * @param heads which heads
   * @return a shape with the trunk's outputs as inputs
   */
  NetworkShape headsAlone(List<Target> heads) {
    return new NetworkShape(trunk(), List.of(), headHidden, heads, 0);
  }

  /**
   * Copies the parameters of some heads between this network and {@link #headsAlone}.
   *
   * @param whole parameters of this network
   * @param heads which heads
   * @param part parameters of the heads alone
   * @param intoWhole whether to write part into whole, else the other way
   */
  void copyHeads(float[] whole, List<Target> heads, float[] part, boolean intoWhole) {
    int wide = Math.max(1, headHidden);
    int wholeRow = targets.size() * wide;
    int partRow = heads.size() * wide;
    // Rows of the head tensors: the weights, their biases and, with a hidden layer, the output
    // weights all have `wide` columns a head; the output biases have one.
    int rows = trunk() + (headHidden > 0 ? 2 : 1);
    int base = trunkParameters();
    for (int h = 0; h < heads.size(); h++) {
      int from = head(heads.get(h));
      for (int row = 0; row < rows; row++) {
        copy(
            whole,
            base + row * wholeRow + from * wide,
            part,
            row * partRow + h * wide,
            wide,
            intoWhole);
      }
      if (headHidden > 0) {
        copy(whole, base + rows * wholeRow + from, part, rows * partRow + h, 1, intoWhole);
      }
    }
  }

  private static void copy(
      float[] whole, int i, float[] part, int j, int length, boolean intoWhole) {
    if (intoWhole) {
      System.arraycopy(part, j, whole, i, length);
    } else {
      System.arraycopy(whole, i, part, j, length);
    }
  }
}
