package org.rlmaterials.rl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * Many environments of one kind that step together. An environment whose episode ends starts the
 * next one by itself. Every random choice follows from the seed given at construction.
 */
public interface VectorEnvironment extends AutoCloseable {
  /**
   * @return how many environments there are
   */
  int count();

  /**
   * @return numbers in an observation
   */
  int observationSize();

  /**
   * @return how many actions there are
   */
  int actionCount();

  /**
   * Writes the present observations.
   *
   * @param target row-major count × observationSize
   */
  void observe(float[] target);

  /**
   * Tells which actions are possible now.
   *
   * @param target row-major count × actionCount; at least one is true in each row
   */
  void allowedActions(boolean[] target);

  /**
   * Does one step in each environment.
   *
   * @param actions the action of each environment
   * @param outcome where the results go
   */
  void step(int[] actions, Outcome outcome);

  /**
   * @return everything needed to go on later as if there had been no break
   */
  JsonNode snapshot();

  /**
   * Goes back to where a snapshot was taken.
   *
   * @param snapshot what {@link #snapshot()} gave
   */
  void restore(JsonNode snapshot);

  /**
   * Means over the steps since the last call, for the training curves.
   *
   * @return value by column name; the same names in the same order every time
   */
  default Map<String, Double> takeStatistics() {
    return Map.of();
  }

  @Override
  default void close() {}

  /** Results of a step, one a environment; reused from step to step. */
  final class Outcome {
    /** Reward of the step. */
    public final double[] reward;

    /** Whether the episode ended in a state from which nothing more can be earned. */
    public final boolean[] terminated;

    /** Whether the episode was cut off by a limit the observation does not show. */
    public final boolean[] truncated;

    /** Last observation of an episode that was cut off; row-major count × observationSize. */
    public final float[] lastObservation;

    /**
     * @param count how many environments
     * @param observationSize numbers in an observation
     */
    public Outcome(int count, int observationSize) {
      reward = new double[count];
      terminated = new boolean[count];
      truncated = new boolean[count];
      lastObservation = new float[count * observationSize];
    }
  }
}
