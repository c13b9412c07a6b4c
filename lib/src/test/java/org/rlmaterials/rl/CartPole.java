package org.rlmaterials.rl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import org.rlmaterials.crystal.RandomStream;

/**
 * The dynamics of CartPole-v1 (A. G. Barto, R. S. Sutton, C. W. Anderson, IEEE Trans. SMC 13, 834
 * (1983), with the constants of Gymnasium): Euler steps of 0.02 s, force ±10 N, the episode ends
 * beyond 2.4 m or 12°, and is cut off after 500 steps; reward 1 a step.
 */
final class CartPole implements VectorEnvironment {
  private static final double GRAVITY = 9.8;
  private static final double POLE_MASS = 0.1;
  private static final double TOTAL_MASS = 1.1;
  private static final double HALF_LENGTH = 0.5;
  private static final double FORCE = 10;
  private static final double STEP_SECONDS = 0.02;
  private static final double MAX_ANGLE = Math.toRadians(12);
  private static final double MAX_POSITION = 2.4;
  private static final int MAX_STEPS = 500;

  private final long seed;
  private final double[][] state;
  private final int[] length;
  private final long[] episode;

  CartPole(int count, long seed) {
    this.seed = seed;
    state = new double[count][];
    length = new int[count];
    episode = new long[count];
    for (int e = 0; e < count; e++) {
      reset(e);
    }
  }

  private void reset(int e) {
    RandomStream random = RandomStream.of(seed, e, episode[e]++);
    state[e] = new double[4];
    for (int i = 0; i < 4; i++) {
      state[e][i] = random.uniform(-0.05, 0.05);
    }
    length[e] = 0;
  }

  @Override
  public int count() {
    return state.length;
  }

  @Override
  public int observationSize() {
    return 4;
  }

  @Override
  public int actionCount() {
    return 2;
  }

  @Override
  public void observe(float[] target) {
    for (int e = 0; e < state.length; e++) {
      write(e, target);
    }
  }

  private void write(int e, float[] target) {
    for (int i = 0; i < 4; i++) {
      target[4 * e + i] = (float) state[e][i];
    }
  }

  @Override
  public void allowedActions(boolean[] target) {
    Arrays.fill(target, true);
  }

  @Override
  public void step(int[] actions, Outcome outcome) {
    for (int e = 0; e < state.length; e++) {
      double[] s = state[e];
      double force = actions[e] == 1 ? FORCE : -FORCE;
      double sin = Math.sin(s[2]);
      double cos = Math.cos(s[2]);
      double temporary = (force + POLE_MASS * HALF_LENGTH * s[3] * s[3] * sin) / TOTAL_MASS;
      double angular =
          (GRAVITY * sin - cos * temporary)
              / (HALF_LENGTH * (4.0 / 3 - POLE_MASS * cos * cos / TOTAL_MASS));
      double linear = temporary - POLE_MASS * HALF_LENGTH * angular * cos / TOTAL_MASS;
      s[0] += STEP_SECONDS * s[1];
      s[1] += STEP_SECONDS * linear;
      s[2] += STEP_SECONDS * s[3];
      s[3] += STEP_SECONDS * angular;
      length[e]++;
      outcome.reward[e] = 1;
      outcome.terminated[e] = Math.abs(s[0]) > MAX_POSITION || Math.abs(s[2]) > MAX_ANGLE;
      outcome.truncated[e] = !outcome.terminated[e] && length[e] >= MAX_STEPS;
      if (outcome.truncated[e]) {
        write(e, outcome.lastObservation);
      }
      if (outcome.terminated[e] || outcome.truncated[e]) {
        reset(e);
      }
    }
  }

  @Override
  public JsonNode snapshot() {
    ObjectNode node = new ObjectMapper().createObjectNode();
    ArrayNode rows = node.putArray("environments");
    for (int e = 0; e < state.length; e++) {
      ArrayNode row = rows.addArray();
      for (double x : state[e]) {
        row.add(x);
      }
      row.add(length[e]).add(episode[e]);
    }
    return node;
  }

  @Override
  public void restore(JsonNode snapshot) {
    for (int e = 0; e < state.length; e++) {
      JsonNode row = snapshot.get("environments").get(e);
      for (int i = 0; i < 4; i++) {
        state[e][i] = row.get(i).asDouble();
      }
      length[e] = row.get(4).asInt();
      episode[e] = row.get(5).asLong();
    }
  }
}
