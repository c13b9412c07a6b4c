package org.rlmaterials.rl;

import java.util.ArrayList;
import java.util.List;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.RandomStream;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.fingerprint.Descriptor;

/**
 * Brings features to mean 0 and standard deviation 1 over the crystals a random policy meets, and
 * cuts them at ±5.
 *
 * @param mean of each feature
 * @param inverseDeviation of each feature; 0 for one that does not vary
 */
@SuppressWarnings("ArrayRecordComponent")
record FeatureScaling(float[] mean, float[] inverseDeviation) {
  private static final int EPISODES = 48;
  private static final int STEPS = 20;
  private static final float LIMIT = 5;

  /**
   * Measures the features along random episodes.
   *
   * @param descriptor what computes them
   * @param seeds where episodes start
   * @param actionSet what is done
   * @param seed fixes the episodes
   * @return the scaling
   */
  static FeatureScaling measure(
      Descriptor descriptor, List<Structure> seeds, ActionSet actionSet, long seed) {
    int size = descriptor.size();
    int maxAtoms = Episode.maxAtoms(seeds);
    int actions = actionSet.size(maxAtoms);
    List<float[]> samples = new ArrayList<>();
    boolean[] allowed = new boolean[actions];
    for (int k = 0; k < EPISODES; k++) {
      RandomStream random = RandomStream.of(seed, k);
      long episodeSeed = random.nextLong();
      Crystal crystal = seeds.get(k % seeds.size()).crystal();
      for (int step = 0; step < STEPS; step++) {
        samples.add(descriptor.of(crystal));
        actionSet.allow(crystal, maxAtoms, allowed, 0);
        int action = MaskedCategorical.sample(new float[actions], allowed, 0, actions, random);
        Crystal moved = Episode.next(crystal, action, actionSet, maxAtoms, episodeSeed, step);
        crystal = moved == null ? crystal : moved;
      }
    }
    float[] mean = new float[size];
    float[] inverse = new float[size];
    for (int i = 0; i < size; i++) {
      double sum = 0;
      for (float[] sample : samples) {
        sum += sample[i];
      }
      double average = sum / samples.size();
      double squares = 0;
      for (float[] sample : samples) {
        squares += (sample[i] - average) * (sample[i] - average);
      }
      double deviation = Math.sqrt(squares / samples.size());
      mean[i] = (float) average;
      inverse[i] = deviation < 1e-6 ? 0 : (float) (1 / deviation);
    }
    return new FeatureScaling(mean, inverse);
  }

  void apply(float[] raw, int rawOffset, float[] target, int targetOffset) {
    for (int i = 0; i < mean.length; i++) {
      float x = (raw[rawOffset + i] - mean[i]) * inverseDeviation[i];
      target[targetOffset + i] = Math.max(-LIMIT, Math.min(LIMIT, x));
    }
  }
}
