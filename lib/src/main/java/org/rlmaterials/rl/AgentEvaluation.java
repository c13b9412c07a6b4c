package org.rlmaterials.rl;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.rlmaterials.crystal.RandomStream;
import org.rlmaterials.surrogate.PropertyPredictor;

/**
 * Episodes with a trained policy.
 *
 * @param options the agent's options
 * @param runs the episodes
 */
public record AgentEvaluation(AgentOptions options, List<Run> runs) {
  private static final long EVALUATION = 13;

  /**
   * An episode.
   *
   * @param reward sum of the rewards the agent was trained for
   * @param seedReward sum of the rewards by the seed document's rule, -5 for an invalid move
   * @param invalid moves to an invalid structure
   * @param semiconductors steps after which the crystal was predicted to be a semiconductor
   *     (probability at least 0.5)
   * @param last the structure at the end
   * @param best the structure of the best score on the way, after at least one step
   */
  public record Run(
      double reward,
      double seedReward,
      int invalid,
      int semiconductors,
      ArchiveEntry last,
      ArchiveEntry best) {}

  /**
   * Runs episodes: all at once, or one after another, none of which then goes to, or stays at, a
   * reduced formula at which an earlier one ended (see {@link AgentOptions#distinct()}). So each
   * gives another formula, as long as there is a valid way out of those that are closed.
   *
   * @param agent the agent; with targeted actions if the formulas are to differ
   * @param predictor the surrogate
   * @param episodes how many
   * @param distinct whether the formulas are to differ
   * @param mostProbable whether the most probable action is taken, not one by chance
   * @param threads threads for moves and descriptors; the results do not depend on it
   * @param seed fixes every random choice
   * @param archive where good structures go
   * @return what happened
   */
  public static AgentEvaluation run(
      Agent agent,
      PropertyPredictor predictor,
      int episodes,
      boolean distinct,
      boolean mostProbable,
      int threads,
      long seed,
      Archive archive) {
    int together = distinct ? 1 : episodes;
    int rounds = distinct ? episodes : 1;
    AgentOptions options = agent.options();
    List<Run> runs = new ArrayList<>();
    try (CrystalEnvironment environment =
        new CrystalEnvironment(
            options
                .evaluated(rounds - 1)
                .environment(threads, together, RandomStream.key(seed, EVALUATION)),
            predictor,
            archive,
            agent.scaling())) {
      int actionCount = environment.actionCount();
      float[] observations = new float[together * environment.observationSize()];
      boolean[] allowed = new boolean[together * actionCount];
      float[] logits = new float[together * actionCount];
      float[] values = new float[together];
      int[] actions = new int[together];
      VectorEnvironment.Outcome outcome =
          new VectorEnvironment.Outcome(together, environment.observationSize());
      Tally[] tallies = new Tally[together];
      environment.listen((e, valid, present) -> tallies[e].add(valid, present));
      for (int t = 0; t < rounds * CrystalEnvironment.EPISODE_STEPS; t++) {
        if (t % CrystalEnvironment.EPISODE_STEPS == 0) {
          Arrays.setAll(tallies, e -> new Tally());
        }
        environment.observe(observations);
        environment.allowedActions(allowed);
        agent.networks().evaluate(observations, together, logits, values);
        for (int e = 0; e < together; e++) {
          int offset = e * actionCount;
          actions[e] =
              mostProbable
                  ? MaskedCategorical.mostProbable(logits, allowed, offset, actionCount)
                  : MaskedCategorical.sample(
                      logits,
                      allowed,
                      offset,
                      actionCount,
                      RandomStream.of(seed, EVALUATION, e, t));
        }
        environment.step(actions, outcome);
        for (int e = 0; e < together; e++) {
          tallies[e].reward += outcome.reward[e];
          if (outcome.terminated[e]) {
            runs.add(tallies[e].run());
          }
        }
      }
    }
    return new AgentEvaluation(options, runs);
  }

  /** Sums over an episode. */
  private static final class Tally {
    private static final Reward SEED_RULE = new Reward(Reward.Mode.SEED, 0);
    private double reward;
    private double seedReward;
    private int invalid;
    private int semiconductors;
    private ArchiveEntry last;
    private ArchiveEntry best;

    void add(boolean valid, ArchiveEntry present) {
      seedReward +=
          valid
              ? SEED_RULE.worth(
                  present.mStar(), present.mStarStd(), present.gapEv(), present.instability())
              : Reward.INVALID;
      invalid += valid ? 0 : 1;
      semiconductors += present.semiconductorProbability() >= 0.5 ? 1 : 0;
      last = present;
      best = best == null || present.score() > best.score() ? present : best;
    }

    Run run() {
      return new Run(reward, seedReward, invalid, semiconductors, last, best);
    }
  }

  private double mean(ToDoubleFunction<Run> value) {
    return runs.stream().mapToDouble(value).average().orElseThrow();
  }

  private double deviation(ToDoubleFunction<Run> value) {
    double mean = mean(value);
    double squares = runs.stream().mapToDouble(value).map(x -> (x - mean) * (x - mean)).sum();
    return Math.sqrt(squares / Math.max(1, runs.size() - 1));
  }

  private static double isSemiconductor(ArchiveEntry entry) {
    return entry.semiconductorProbability() >= 0.5 ? 1 : 0;
  }

  private long formulas(Function<Run, ArchiveEntry> which) {
    return runs.stream().map(r -> which.apply(r).crystal().reducedFormula()).distinct().count();
  }

  /**
   * @return the summary and every episode, as in evaluation.json; rewards in 1/mₑ
   */
  public ObjectNode toJson() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ObjectNode config = options.toJson();
    config.remove("seeds");
    node.set("options", config);
    node.put("episodes", runs.size());
    node.put("mean_reward", mean(Run::reward));
    node.put("sd_reward", deviation(Run::reward));
    node.put("mean_reward_seed_rule", mean(Run::seedReward));
    node.put("sd_reward_seed_rule", deviation(Run::seedReward));
    node.put("unique_formulas_last", formulas(Run::last));
    node.put("unique_formulas_best", formulas(Run::best));
    node.put("semiconductor_rate_last", mean(r -> isSemiconductor(r.last())));
    node.put("semiconductor_rate_best", mean(r -> isSemiconductor(r.best())));
    node.put(
        "semiconductor_rate_steps",
        mean(r -> (double) r.semiconductors() / CrystalEnvironment.EPISODE_STEPS));
    node.put("invalid_rate", mean(r -> (double) r.invalid() / CrystalEnvironment.EPISODE_STEPS));
    node.put("mean_best_score", mean(r -> r.best().score()));
    ArrayNode list = node.putArray("runs");
    for (Run run : runs) {
      ObjectNode entry = list.addObject();
      entry.put("reward", run.reward());
      entry.put("reward_seed_rule", run.seedReward());
      entry.put("invalid_moves", run.invalid());
      entry.set("last", run.last().toJson());
      entry.set("best", run.best().toJson());
    }
    return node;
  }
}
