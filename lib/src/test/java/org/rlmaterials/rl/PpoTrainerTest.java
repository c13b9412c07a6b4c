package org.rlmaterials.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rlmaterials.crystal.RandomStream;

class PpoTrainerTest {
  private static PpoSettings cartPoleSettings() {
    return new PpoSettings(
        128, 128, 10, 1e-3, true, 0.99, 0.95, 0.2, 0, 0.0, 0.5, 0.5, 0, 64, true, false);
  }

  private static double cartPoleScore(PpoTrainer trainer, long seed, int episodes) {
    // One episode in each of many environments.
    CartPole test = new CartPole(episodes, seed);
    float[] observations = new float[4 * episodes];
    float[] logits = new float[2 * episodes];
    float[] values = new float[episodes];
    int[] actions = new int[episodes];
    double[] reward = new double[episodes];
    boolean[] over = new boolean[episodes];
    VectorEnvironment.Outcome outcome = new VectorEnvironment.Outcome(episodes, 4);
    RandomStream random = RandomStream.of(seed, 77);
    boolean[] allowed = {true, true};
    for (int t = 0; t < 500; t++) {
      test.observe(observations);
      trainer.networks().evaluate(observations, episodes, logits, values);
      for (int e = 0; e < episodes; e++) {
        float[] pair = {logits[2 * e], logits[2 * e + 1]};
        actions[e] = MaskedCategorical.sample(pair, allowed, 0, 2, random);
      }
      test.step(actions, outcome);
      for (int e = 0; e < episodes; e++) {
        reward[e] += over[e] ? 0 : 1;
        over[e] |= outcome.terminated[e];
      }
    }
    double sum = 0;
    for (double r : reward) {
      sum += r;
    }
    return sum / episodes;
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void solvesCartPole(long seed) {
    try (PpoTrainer trainer =
        new PpoTrainer(new CartPole(8, seed), cartPoleSettings(), 150_000, seed)) {
      while (trainer.steps() + 1024 <= 150_000) {
        trainer.iterate();
      }
      assertThat(cartPoleScore(trainer, 1000 + seed, 100)).isGreaterThanOrEqualTo(475);
    }
  }

  @Test
  void learnsCartPoleInAShortRun() {
    try (PpoTrainer trainer = new PpoTrainer(new CartPole(8, 5), cartPoleSettings(), 40_000, 5)) {
      // A random policy lasts about 22 steps.
      assertThat(cartPoleScore(trainer, 3, 50)).isLessThan(60);
      while (trainer.steps() + 1024 <= 40_000) {
        trainer.iterate();
      }
      assertThat(cartPoleScore(trainer, 3, 50)).isGreaterThan(200);
    }
  }

  @Test
  void findsTheShortestPathsOfAMaskedMaze() {
    PpoSettings settings =
        new PpoSettings(
            64, 128, 10, 3e-3, false, 0.99, 0.95, 0.2, 0, 0.01, 0.5, 0.5, 0, 64, true, true);
    int[] distance = Gridworld.distances();
    try (PpoTrainer trainer = new PpoTrainer(new Gridworld(8, 1), settings, 20_000, 1)) {
      double worst = 0;
      while (trainer.steps() < 20_000) {
        worst = Math.min(worst, trainer.iterate().get("mean_return"));
      }
      // No masked action was ever taken: it would have cost 1000.
      assertThat(worst).isGreaterThan(-900);
      Gridworld test = new Gridworld(1, 9);
      float[] observation = new float[test.observationSize()];
      boolean[] allowed = new boolean[4];
      float[] logits = new float[4];
      for (int start = 0; start < distance.length; start++) {
        if (Gridworld.at(start) != '.') {
          continue;
        }
        test.place(0, start);
        VectorEnvironment.Outcome outcome =
            new VectorEnvironment.Outcome(1, test.observationSize());
        int steps = 0;
        do {
          test.observe(observation);
          test.allowedActions(allowed);
          trainer.networks().evaluate(observation, 1, logits, new float[1]);
          int action = MaskedCategorical.mostProbable(logits, allowed, 0, 4);
          test.step(new int[] {action}, outcome);
          steps++;
        } while (!outcome.terminated[0] && steps < 100);
        assertThat(steps).as("from cell %d", start).isEqualTo(distance[start]);
      }
    }
  }

  @Test
  void theSameSeedGivesTheSameRunAndABreakChangesNothing() throws JsonProcessingException {
    PpoSettings settings =
        new PpoSettings(
            32, 32, 2, 3e-4, true, 0.99, 0.95, 0.2, 0.2, 0.01, 0.5, 0.5, 0.05, 16, true, true);
    List<Map<String, Double>> unbroken = new ArrayList<>();
    String end;
    String middle = "";
    try (PpoTrainer trainer = new PpoTrainer(new CartPole(4, 2), settings, 2000, 2)) {
      for (int k = 0; k < 8; k++) {
        unbroken.add(trainer.iterate());
        if (k == 3) {
          middle = trainer.snapshot().toString();
        }
      }
      end = trainer.snapshot().toString();
    }
    try (PpoTrainer trainer = new PpoTrainer(new CartPole(4, 2), settings, 2000, 2)) {
      trainer.restore(new ObjectMapper().readTree(middle));
      for (int k = 4; k < 8; k++) {
        assertThat(trainer.iterate()).isEqualTo(unbroken.get(k));
      }
      assertThat(trainer.snapshot().toString()).isEqualTo(end);
    }
    try (PpoTrainer trainer = new PpoTrainer(new CartPole(4, 2), settings, 2000, 3)) {
      assertThat(trainer.iterate()).isNotEqualTo(unbroken.get(0));
    }
  }

  @Test
  void advantagesFollowTheDefinition() {
    // Two environments; the first ends after step 1, the second is cut off after step 1.
    Rollout rollout = new Rollout(3, new CartPole(2, 0));
    float[] values = {0.5f, -0.2f, 0.1f, 0.3f, 0.7f, 0.4f};
    float[] rewards = {1, 2, 3, -1, 0.5f, 0.25f};
    System.arraycopy(values, 0, rollout.values, 0, 6);
    System.arraycopy(rewards, 0, rollout.rewards, 0, 6);
    rollout.terminated[2] = true;
    rollout.truncated[3] = true;
    rollout.cutValue[3] = 2;
    double g = 0.9;
    double l = 0.8;
    rollout.estimateAdvantages(new float[] {0.6f, -0.5f}, g, l);
    double a2 = 0.5 + g * 0.6 - 0.7;
    double a1 = 3 - 0.1;
    double a0 = 1 + g * 0.1 - 0.5 + g * l * a1;
    double b2 = 0.25 - g * 0.5 - 0.4;
    double b1 = -1 + g * 2 - 0.3;
    double b0 = 2 + g * 0.3 + 0.2 + g * l * b1;
    double[] expected = {a0, b0, a1, b1, a2, b2};
    for (int k = 0; k < 6; k++) {
      assertThat((double) rollout.advantages[k]).isCloseTo(expected[k], within(1e-6));
      assertThat((double) rollout.returns[k]).isCloseTo(expected[k] + values[k], within(1e-6));
    }
  }
}
