package org.rlmaterials.surrogate;

import java.util.EnumMap;
import java.util.Map;

/**
 * The boosted trees of a member, beside its network. The member predicts a mean of the two: they
 * see the same numbers, but err in different places.
 *
 * @param parts trees of each target that has some; none for a network alone
 */
record Forest(Map<Target, Part> parts) {
  /** No trees. */
  static final Forest NONE = new Forest(Map.of());

  /** Shares that are tried. */
  private static final int STEPS = 10;

  /**
   * @param trees predict on the training scale ({@link Target#toScale}); a logit for the class
   * @param share weight of the trees in the mean, 0 to 1
   */
  record Part(BoostedTrees trees, double share) {}

  Forest {
    parts = Map.copyOf(parts);
  }

  /**
   * @param shape shape of the network
   * @param features raw features, row-major
   * @param rows number of rows
   * @param network predictions of the network on the training scales, rows × targets; turned into
   *     those of the member
   */
  void blend(NetworkShape shape, float[] features, int rows, double[][] network) {
    for (Map.Entry<Target, Part> entry : parts.entrySet()) {
      int head = shape.head(entry.getKey());
      double share = entry.getValue().share();
      double[] trees = entry.getValue().trees().predict(features, rows, shape.inputs());
      for (int i = 0; i < rows; i++) {
        network[i][head] += share * (trees[i] - network[i][head]);
      }
    }
  }

  /**
   * Chooses the shares by the error on validation rows.
   *
   * @param shape shape of the network
   * @param trees trees of some targets
   * @param features raw features of the validation rows, row-major
   * @param network predictions of the network there, rows × targets
   * @param labels rows × targets, on the training scales, NaN where missing
   * @return the forest; a share is one half where there are fewer than 20 labels
   */
  static Forest weigh(
      NetworkShape shape,
      Map<Target, BoostedTrees> trees,
      float[] features,
      double[][] network,
      double[][] labels) {
    Map<Target, Part> parts = new EnumMap<>(Target.class);
    trees.forEach(
        (target, one) ->
            parts.put(
                target,
                new Part(
                    one,
                    share(
                        target,
                        shape.head(target),
                        one.predict(features, network.length, shape.inputs()),
                        network,
                        labels))));
    return new Forest(parts);
  }

  /**
   * @param trees other trees of the same targets
   * @return a forest of these, with the shares of this one
   */
  Forest with(Map<Target, BoostedTrees> trees) {
    Map<Target, Part> replaced = new EnumMap<>(Target.class);
    parts.forEach(
        (target, part) -> replaced.put(target, new Part(trees.get(target), part.share())));
    return new Forest(replaced);
  }

  private static double share(
      Target target, int head, double[] trees, double[][] network, double[][] labels) {
    double best = Double.POSITIVE_INFINITY;
    double share = 0.5;
    for (int step = 0; step <= STEPS; step++) {
      double s = (double) step / STEPS;
      double loss = 0;
      int count = 0;
      for (int i = 0; i < trees.length; i++) {
        double label = labels[i][head];
        if (!Double.isNaN(label)) {
          double said = network[i][head] + s * (trees[i] - network[i][head]);
          loss +=
              target == Target.SEMICONDUCTOR
                  ? Math.max(said, 0) - said * label + Math.log1p(Math.exp(-Math.abs(said)))
                  : (said - label) * (said - label);
          count++;
        }
      }
      if (count >= Calibration.FEWEST_ROWS && loss < best) {
        best = loss;
        share = s;
      }
    }
    return share;
  }
}
