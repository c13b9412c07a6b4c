package org.rlmaterials.rl;

/** What happened between two updates, for all environments: step-major, steps × environments. */
final class Rollout {
  final int steps;
  final int count;
  final float[] observations;
  final int[] actions;

  /** Null if every action is always possible. */
  final boolean[] allowed;

  final float[] logProbability;
  final float[] values;
  final float[] rewards;
  final boolean[] terminated;
  final boolean[] truncated;

  /** Value of the last observation of an episode that was cut off at this step. */
  final float[] cutValue;

  final float[] advantages;
  final float[] returns;

  Rollout(int steps, VectorEnvironment environment) {
    this.steps = steps;
    count = environment.count();
    int n = steps * count;
    observations = new float[n * environment.observationSize()];
    actions = new int[n];
    allowed = new boolean[n * environment.actionCount()];
    logProbability = new float[n];
    values = new float[n];
    rewards = new float[n];
    terminated = new boolean[n];
    truncated = new boolean[n];
    cutValue = new float[n];
    advantages = new float[n];
    returns = new float[n];
  }

  /**
   * Generalised advantage estimation: A_t = Σ_k (γλ)^k δ_{t+k}, δ_t = r_t + γ V_{t+1} - V_t, to the
   * end of the episode; the value after a terminal state is 0, after a cut the value of the last
   * observation.
   *
   * @param lastValues values of the observations after the last step (count)
   * @param gamma discount
   * @param lambda decay
   */
  void estimateAdvantages(float[] lastValues, double gamma, double lambda) {
    for (int e = 0; e < count; e++) {
      double next = lastValues[e];
      double advantage = 0;
      for (int t = steps - 1; t >= 0; t--) {
        int k = t * count + e;
        if (terminated[k]) {
          next = 0;
          advantage = 0;
        } else if (truncated[k]) {
          next = cutValue[k];
          advantage = 0;
        }
        double delta = rewards[k] + gamma * next - values[k];
        advantage = delta + gamma * lambda * advantage;
        advantages[k] = (float) advantage;
        returns[k] = (float) (advantage + values[k]);
        next = values[k];
      }
    }
  }
}
