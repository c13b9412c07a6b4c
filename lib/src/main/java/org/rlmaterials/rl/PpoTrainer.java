package org.rlmaterials.rl;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rlmaterials.crystal.RandomStream;

/**
 * Trains a policy with proximal policy optimisation. One iteration gathers steps with the present
 * policy, then updates it. Random numbers are derived from (seed, purpose, iteration), so the state
 * between iterations is complete without them.
 */
final class PpoTrainer implements AutoCloseable {
  private static final long INITIAL_PARAMETERS = 1;
  private static final long ACTIONS = 2;
  private static final long MINIBATCHES = 3;

  private final VectorEnvironment environment;
  private final PpoSettings settings;
  private final long totalSteps;
  private final long seed;
  private final ActorCritic networks;
  private final Adam adam;
  private final Rollout rollout;
  private final VectorEnvironment.Outcome outcome;
  private final RewardScale rewardScale;
  private final Phases phases = new Phases();
  private final float[] observations;
  private final boolean[] allowed;
  private final float[] logits;
  private final float[] values;
  private final float[][] gradients;

  /** Undiscounted reward and length of the running episode of each environment. */
  private final double[] episodeReward;

  private final int[] episodeLength;
  private long steps;
  private long iteration;

  /**
   * @param environment where the policy acts
   * @param settings of the algorithm
   * @param totalSteps steps of all environments together for which the learning rate is planned
   * @param seed fixes every random choice of the algorithm
   */
  PpoTrainer(VectorEnvironment environment, PpoSettings settings, long totalSteps, long seed) {
    this.environment = environment;
    this.settings = settings;
    this.totalSteps = totalSteps;
    this.seed = seed;
    networks =
        new ActorCritic(
            environment.observationSize(),
            environment.actionCount(),
            settings.hidden(),
            DataType.FLOAT32,
            RandomStream.key(seed, INITIAL_PARAMETERS));
    adam = new Adam(networks.parameters());
    gradients = new float[networks.parameters().length][];
    rollout = new Rollout(settings.stepsPerEnvironment(), environment);
    int count = environment.count();
    outcome = new VectorEnvironment.Outcome(count, environment.observationSize());
    rewardScale = new RewardScale(count, settings.gamma());
    observations = new float[count * environment.observationSize()];
    allowed = new boolean[count * environment.actionCount()];
    logits = new float[count * environment.actionCount()];
    values = new float[count];
    episodeReward = new double[count];
    episodeLength = new int[count];
  }

  /** Times (s) of the parts of an iteration, since the start. */
  static final class Phases {
    double policySeconds;
    double environmentSeconds;
    double updateSeconds;
  }

  Phases phases() {
    return phases;
  }

  ActorCritic networks() {
    return networks;
  }

  /**
   * @return steps done so far, of all environments together
   */
  long steps() {
    return steps;
  }

  long iteration() {
    return iteration;
  }

  /**
   * Gathers steps and updates the policy.
   *
   * @return a row of the training curves: value by column name, NaN where there is none
   */
  Map<String, Double> iterate() {
    Map<String, Double> row = new LinkedHashMap<>();
    gather(row);
    row.putAll(environment.takeStatistics());
    long start = System.nanoTime();
    update(row);
    phases.updateSeconds += seconds(start);
    iteration++;
    return row;
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) * 1e-9;
  }

  private void gather(Map<String, Double> row) {
    int count = environment.count();
    int actionCount = environment.actionCount();
    RandomStream[] random = new RandomStream[count];
    for (int e = 0; e < count; e++) {
      random[e] = RandomStream.of(seed, ACTIONS, iteration, e);
    }
    List<Double> returns = new ArrayList<>();
    double lengths = 0;
    int[] actions = new int[count];
    float[] cutValues = new float[count];
    for (int t = 0; t < rollout.steps; t++) {
      long start = System.nanoTime();
      environment.observe(observations);
      environment.allowedActions(allowed);
      networks.evaluate(observations, count, logits, values);
      int base = t * count;
      System.arraycopy(
          observations, 0, rollout.observations, t * observations.length, observations.length);
      System.arraycopy(allowed, 0, rollout.allowed, t * allowed.length, allowed.length);
      System.arraycopy(values, 0, rollout.values, base, count);
      for (int e = 0; e < count; e++) {
        int action =
            MaskedCategorical.sample(logits, allowed, e * actionCount, actionCount, random[e]);
        actions[e] = action;
        rollout.actions[base + e] = action;
        rollout.logProbability[base + e] =
            (float)
                MaskedCategorical.logProbability(
                    logits, allowed, e * actionCount, actionCount, action);
      }
      phases.policySeconds += seconds(start);
      start = System.nanoTime();
      environment.step(actions, outcome);
      phases.environmentSeconds += seconds(start);
      boolean anyCut = false;
      for (int e = 0; e < count; e++) {
        int k = base + e;
        boolean done = outcome.terminated[e] || outcome.truncated[e];
        anyCut |= outcome.truncated[e] && !outcome.terminated[e];
        rollout.terminated[k] = outcome.terminated[e];
        rollout.truncated[k] = outcome.truncated[e];
        rollout.rewards[k] = (float) outcome.reward[e];
        if (settings.normaliseReward()) {
          rewardScale.add(e, outcome.reward[e], done);
        }
        episodeReward[e] += outcome.reward[e];
        episodeLength[e]++;
        if (done) {
          returns.add(episodeReward[e]);
          lengths += episodeLength[e];
          episodeReward[e] = 0;
          episodeLength[e] = 0;
        }
      }
      if (anyCut) {
        networks.evaluate(outcome.lastObservation, count, logits, cutValues);
        System.arraycopy(cutValues, 0, rollout.cutValue, base, count);
      }
    }
    if (settings.normaliseReward()) {
      // One scale for the whole iteration, the newest.
      float factor = (float) (1 / rewardScale.deviation());
      for (int k = 0; k < rollout.rewards.length; k++) {
        rollout.rewards[k] *= factor;
      }
    }
    environment.observe(observations);
    networks.evaluate(observations, count, logits, values);
    rollout.estimateAdvantages(values, settings.gamma(), settings.lambda());
    steps += (long) rollout.steps * count;
    row.put("iteration", (double) iteration);
    row.put("steps", (double) steps);
    row.put("episodes", (double) returns.size());
    row.put("mean_return", mean(returns));
    row.put("mean_length", lengths / returns.size());
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(x -> x).average().orElse(Double.NaN);
  }

  private void update(Map<String, Double> row) {
    int n = rollout.actions.length;
    int[] order = new int[n];
    for (int k = 0; k < n; k++) {
      order[k] = k;
    }
    double rate = settings.learningRate();
    if (settings.linearDecay()) {
      double done = (double) (steps - n) / totalSteps;
      rate *= Math.max(0, 1 - done);
    }
    Minibatch minibatch = new Minibatch();
    int batches = 0;
    int epochsDone = 0;
    boolean goOn = true;
    for (int epoch = 0; epoch < settings.epochs() && goOn; epoch++) {
      RandomStream.of(seed, MINIBATCHES, iteration, epoch).shuffle(order);
      for (int first = 0; first < n && goOn; first += settings.batchSize()) {
        int[] rows = Arrays.copyOfRange(order, first, Math.min(n, first + settings.batchSize()));
        if (rows.length < 2) {
          break;
        }
        goOn = minibatch.step(rows, rate);
        batches++;
      }
      epochsDone++;
    }
    row.put("policy_loss", minibatch.policyLoss / batches);
    row.put("value_loss", minibatch.valueLoss / batches);
    row.put("entropy", minibatch.entropy / batches);
    row.put("approximate_kl", minibatch.lastKl);
    row.put("clip_fraction", minibatch.clipFraction / batches);
    row.put("gradient_norm", minibatch.gradientNorm / batches);
    row.put("explained_variance", explainedVariance());
    row.put("epochs", (double) epochsDone);
    row.put("learning_rate", rate);
  }

  private double explainedVariance() {
    int n = rollout.returns.length;
    double mean = 0;
    double meanError = 0;
    for (int k = 0; k < n; k++) {
      mean += rollout.returns[k] / n;
      meanError += (rollout.returns[k] - rollout.values[k]) / n;
    }
    double variance = 0;
    double error = 0;
    for (int k = 0; k < n; k++) {
      double d = rollout.returns[k] - mean;
      double r = rollout.returns[k] - rollout.values[k] - meanError;
      variance += d * d;
      error += r * r;
    }
    return variance == 0 ? Double.NaN : 1 - error / variance;
  }

  /** One gradient step and its sums over an update. */
  private final class Minibatch {
    double policyLoss;
    double valueLoss;
    double entropy;
    double clipFraction;
    double gradientNorm;
    double lastKl;

    /** Returns false if the policy has moved too far and the update must end before this step. */
    boolean step(int[] rows, double rate) {
      int size = environment.observationSize();
      int actionCount = environment.actionCount();
      int n = rows.length;
      float[] inputs = new float[n * size];
      long[] actions = new long[n];
      float[] bias = null;
      float[] old = new float[n];
      float[] advantages = new float[n];
      float[] targets = new float[n];
      float[] oldValues = new float[n];
      for (int b = 0; b < n; b++) {
        int k = rows[b];
        System.arraycopy(rollout.observations, k * size, inputs, b * size, size);
        actions[b] = rollout.actions[k];
        old[b] = rollout.logProbability[k];
        advantages[b] = rollout.advantages[k];
        targets[b] = rollout.returns[k];
        oldValues[b] = rollout.values[k];
        for (int a = 0; a < actionCount; a++) {
          if (!rollout.allowed[k * actionCount + a]) {
            bias = bias == null ? new float[n * actionCount] : bias;
            bias[b * actionCount + a] = PpoLoss.IMPOSSIBLE;
          }
        }
      }
      if (settings.normaliseAdvantage()) {
        normalise(advantages);
      }
      try (NDManager scope = networks.newScope();
          GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        PpoLoss loss =
            PpoLoss.of(
                networks.forward(scope.create(inputs, new Shape(n, size))),
                new PpoLoss.Batch(
                    scope.create(actions, new Shape(n, 1)),
                    bias == null ? null : scope.create(bias, new Shape(n, actionCount)),
                    scope.create(old),
                    scope.create(advantages),
                    scope.create(targets),
                    scope.create(oldValues)),
                settings);
        float[] now = loss.logProbability().toFloatArray();
        double kl = 0;
        int outside = 0;
        for (int b = 0; b < n; b++) {
          // Low-variance estimate of the KL divergence: (ρ - 1) - ln ρ.
          double logRatio = (double) now[b] - old[b];
          double ratio = Math.exp(logRatio);
          kl += (ratio - 1 - logRatio) / n;
          outside += Math.abs(ratio - 1) > settings.clip() ? 1 : 0;
        }
        lastKl = kl;
        clipFraction += (double) outside / n;
        policyLoss += loss.policyLoss().getFloat();
        valueLoss += loss.valueLoss().getFloat();
        entropy += loss.entropy().getFloat();
        if (settings.targetKl() > 0 && kl > 1.5 * settings.targetKl()) {
          return false;
        }
        collector.backward(loss.total());
        networks.takeGradients(gradients);
      }
      gradientNorm += adam.step(networks.parameters(), gradients, rate, settings.maxGradientNorm());
      networks.upload();
      return true;
    }

    private void normalise(float[] x) {
      double mean = 0;
      for (float value : x) {
        mean += value;
      }
      mean /= x.length;
      double variance = 0;
      for (float value : x) {
        variance += (value - mean) * (value - mean);
      }
      double deviation = Math.sqrt(variance / (x.length - 1)) + 1e-8;
      for (int k = 0; k < x.length; k++) {
        x[k] = (float) ((x[k] - mean) / deviation);
      }
    }
  }

  /**
   * @return everything needed to go on as if there had been no break
   */
  ObjectNode snapshot() {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("iteration", iteration);
    node.put("steps", steps);
    node.put("adam_steps", adam.steps);
    Numbers.put(node.putArray("parameters"), networks.parameters());
    Numbers.put(node.putArray("adam_mean"), adam.mean);
    Numbers.put(node.putArray("adam_square"), adam.square);
    node.set("reward_scale", rewardScale.snapshot());
    ArrayNode running = node.putArray("episode_reward");
    ArrayNode lengths = node.putArray("episode_length");
    for (int e = 0; e < episodeReward.length; e++) {
      running.add(episodeReward[e]);
      lengths.add(episodeLength[e]);
    }
    node.set("environment", environment.snapshot());
    return node;
  }

  /**
   * Goes back to where a snapshot was taken.
   *
   * @param node what {@link #snapshot()} gave, for the same settings and environment
   */
  void restore(JsonNode node) {
    iteration = node.get("iteration").asLong();
    steps = node.get("steps").asLong();
    adam.steps = node.get("adam_steps").asLong();
    Numbers.get(node.get("parameters"), networks.parameters());
    networks.upload();
    Numbers.get(node.get("adam_mean"), adam.mean);
    Numbers.get(node.get("adam_square"), adam.square);
    rewardScale.restore(node.get("reward_scale"));
    for (int e = 0; e < episodeReward.length; e++) {
      episodeReward[e] = node.get("episode_reward").get(e).asDouble();
      episodeLength[e] = node.get("episode_length").get(e).asInt();
    }
    environment.restore(node.get("environment"));
  }

  @Override
  public void close() {
    networks.close();
  }
}
