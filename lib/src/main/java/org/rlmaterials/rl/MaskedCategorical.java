package org.rlmaterials.rl;

import org.rlmaterials.crystal.RandomStream;

/** The distribution of actions that logits and a mask define: softmax over the possible ones. */
final class MaskedCategorical {
  private MaskedCategorical() {}

  static double logProbability(
      float[] logits, boolean[] allowed, int offset, int actions, int action) {
    double max = max(logits, allowed, offset, actions);
    return logits[offset + action] - max - Math.log(sum(logits, allowed, offset, actions, max));
  }

  static int sample(
      float[] logits, boolean[] allowed, int offset, int actions, RandomStream random) {
    double max = max(logits, allowed, offset, actions);
    double left = random.nextDouble() * sum(logits, allowed, offset, actions, max);
    int last = -1;
    for (int a = 0; a < actions; a++) {
      if (allowed[offset + a]) {
        last = a;
        left -= Math.exp(logits[offset + a] - max);
        if (left < 0) {
          break;
        }
      }
    }
    return last;
  }

  static int mostProbable(float[] logits, boolean[] allowed, int offset, int actions) {
    int best = -1;
    for (int a = 0; a < actions; a++) {
      if (allowed[offset + a] && (best < 0 || logits[offset + a] > logits[offset + best])) {
        best = a;
      }
    }
    return best;
  }

  private static double max(float[] logits, boolean[] allowed, int offset, int actions) {
    double max = Double.NEGATIVE_INFINITY;
    for (int a = 0; a < actions; a++) {
      if (allowed[offset + a]) {
        max = Math.max(max, logits[offset + a]);
      }
    }
    return max;
  }

  private static double sum(
      float[] logits, boolean[] allowed, int offset, int actions, double max) {
    double sum = 0;
    for (int a = 0; a < actions; a++) {
      if (allowed[offset + a]) {
        sum += Math.exp(logits[offset + a] - max);
      }
    }
    return sum;
  }
}
