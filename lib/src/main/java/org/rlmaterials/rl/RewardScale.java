package org.rlmaterials.rl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Running standard deviation of the discounted return, by which rewards are divided so that values
 * are of order one whatever the unit of the reward.
 */
final class RewardScale {
  private final double gamma;
  private final double[] running;
  private double count;
  private double mean;
  private double squares;

  RewardScale(int environments, double gamma) {
    this.gamma = gamma;
    running = new double[environments];
  }

  void add(int environment, double reward, boolean done) {
    running[environment] = gamma * running[environment] + reward;
    count++;
    double delta = running[environment] - mean;
    mean += delta / count;
    squares += delta * (running[environment] - mean);
    if (done) {
      running[environment] = 0;
    }
  }

  double deviation() {
    return count < 2 ? 1 : Math.max(1e-4, Math.sqrt(squares / count));
  }

  ObjectNode snapshot() {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("count", count).put("mean", mean).put("squares", squares);
    ArrayNode returns = node.putArray("running");
    for (double x : running) {
      returns.add(x);
    }
    return node;
  }

  void restore(JsonNode node) {
    count = node.get("count").asDouble();
    mean = node.get("mean").asDouble();
    squares = node.get("squares").asDouble();
    for (int e = 0; e < running.length; e++) {
      running[e] = node.get("running").get(e).asDouble();
    }
  }
}
