package org.rlmaterials.rl;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.rlmaterials.crystal.Bonding;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Move;
import org.rlmaterials.crystal.RandomStream;
import org.rlmaterials.crystal.Seeds;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.Validity;
import org.rlmaterials.surrogate.PropertyPredictor;

/**
 * Ways to search with the same moves, from the same seeds, never more than 40 moves away from one,
 * and with the same number of questions to the surrogate, compared by the pessimistic score (κ = 1)
 * of the distinct structures they find.
 */
public final class SearchComparison {
  private static final int BATCH = 32;
  private static final int ARCHIVE = 1000;
  private static final int TOP = 20;
  private static final Reward SCORE = new Reward(Reward.Mode.PESSIMISTIC, 1);

  private final PropertyPredictor predictor;
  private final List<Structure> seeds = Seeds.standard();
  private final int maxAtoms = Episode.maxAtoms(seeds);
  private final long budget;

  /**
   * @param predictor the surrogate
   * @param budget crystals it is asked about in a run
   */
  public SearchComparison(PropertyPredictor predictor, long budget) {
    this.predictor = predictor;
    this.budget = budget;
  }

  /** A step of the mean score of the best 20 distinct structures so far; 0 for those missing. */
  public record Improvement(long calls, double topTwenty) {}

  /**
   * What a run found.
   *
   * @param best best score (1/mₑ)
   * @param topTwenty mean score of the best 20 distinct structures
   * @param scores scores of all distinct structures kept, best first
   * @param formulas reduced formula of each
   * @param semiconductorRate share of predicted semiconductors among all crystals asked about
   * @param history the mean of the best 20 over calls
   */
  public record Result(
      double best,
      double topTwenty,
      List<Double> scores,
      List<String> formulas,
      double semiconductorRate,
      List<Improvement> history) {}

  /** A method by name. */
  public record Method(String name, Run run) {}

  /** One run of a method. */
  @FunctionalInterface
  public interface Run {
    Result run(long seed);
  }

  public List<Method> methods() {
    List<Method> methods = new ArrayList<>();
    for (ActionSet actions : ActionSet.values()) {
      String suffix = ", " + actions.name().toLowerCase(Locale.ROOT).replace('_', ' ');
      methods.add(new Method("random" + suffix, seed -> random(actions, seed)));
      methods.add(new Method("hill climbing" + suffix, seed -> climb(actions, seed)));
      methods.add(new Method("genetic algorithm" + suffix, seed -> genetic(actions, seed)));
      methods.add(
          new Method(
              "random with restarts" + suffix,
              seed -> withoutLearning(actions, CrystalEnvironment.Restarts.STANDARD, seed)));
      for (Reward.Mode mode :
          List.of(Reward.Mode.SEED, Reward.Mode.PESSIMISTIC, Reward.Mode.BEST_OF_EPISODE)) {
        methods.add(
            new Method(
                "PPO, " + mode.name().toLowerCase(Locale.ROOT) + suffix,
                seed ->
                    ppo(
                        actions,
                        mode,
                        CrystalEnvironment.Restarts.NONE,
                        PpoSettings.standard(),
                        seed)));
      }
      methods.add(
          new Method(
              "PPO, preset search" + suffix,
              seed ->
                  ppo(
                      actions,
                      Reward.Mode.ARCHIVE,
                      CrystalEnvironment.Restarts.STANDARD,
                      PpoSettings.search(),
                      seed)));
    }
    return methods;
  }

  /** Counts, keeps the best. */
  private final class Recorder {
    private final Archive archive = new Archive(ARCHIVE);
    private final List<Improvement> history = new ArrayList<>();
    private long calls;
    private long semiconductors;
    private double best = Double.NEGATIVE_INFINITY;

    void record(ArchiveEntry entry) {
      calls++;
      if (entry.semiconductorProbability() >= Archive.LEAST_PROBABILITY) {
        semiconductors++;
        best = Math.max(best, entry.score());
      }
      double before = archive.size() < TOP ? 0 : archive.get(TOP - 1).score();
      if (archive.offer(entry) > 0 && entry.score() > before) {
        double mean = topTwenty();
        if (history.isEmpty() || mean > history.get(history.size() - 1).topTwenty()) {
          history.add(new Improvement(calls, mean));
        }
      }
    }

    private double topTwenty() {
      double sum = 0;
      for (int k = 0; k < Math.min(TOP, archive.size()); k++) {
        sum += archive.get(k).score();
      }
      return sum / TOP;
    }

    boolean done() {
      return calls >= budget;
    }

    Result result() {
      List<ArchiveEntry> entries = archive.best();
      return new Result(
          best,
          topTwenty(),
          entries.stream().map(ArchiveEntry::score).toList(),
          entries.stream().map(e -> e.crystal().reducedFormula()).toList(),
          (double) semiconductors / calls,
          history);
    }
  }

  /** A crystal, how far it is from its seed, and its score. */
  private record Candidate(Crystal crystal, int depth, double score) {}

  private List<Candidate> evaluate(
      List<Crystal> crystals, List<Integer> depths, Recorder recorder) {
    int size = predictor.descriptor().size();
    float[] features = new float[crystals.size() * size];
    for (int i = 0; i < crystals.size(); i++) {
      predictor.descriptor().compute(crystals.get(i), features, i * size);
    }
    PropertyPredictor.Predictions p = predictor.predict(features, crystals.size());
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < crystals.size(); i++) {
      double instability = Bonding.instability(crystals.get(i));
      double score = SCORE.worth(p.mStar()[i], p.mStarStd()[i], p.gapEv()[i], instability);
      recorder.record(
          new ArchiveEntry(
              crystals.get(i),
              p.mStar()[i],
              p.mStarStd()[i],
              p.gapEv()[i],
              p.gapStdEv()[i],
              p.semiconductorProbability()[i],
              instability,
              score,
              "",
              new Episode(0, List.of())));
      candidates.add(new Candidate(crystals.get(i), depths.get(i), score));
    }
    return candidates;
  }

  private Crystal randomSeed(RandomStream random) {
    return seeds.get(random.nextInt(seeds.size())).crystal();
  }

  /** A valid crystal one random move away. */
  private Crystal neighbour(Crystal crystal, ActionSet actions, RandomStream random) {
    int size = actions.size(maxAtoms);
    boolean[] allowed = new boolean[size];
    actions.allow(crystal, maxAtoms, allowed, 0);
    while (true) {
      int action = MaskedCategorical.sample(new float[size], allowed, 0, size, random);
      Move move = actions.move(action, crystal, maxAtoms, random);
      Crystal moved = move.apply(crystal);
      if (Validity.isValid(moved)) {
        return moved;
      }
    }
  }

  private Result random(ActionSet actions, long seed) {
    Recorder recorder = new Recorder();
    RandomStream random = RandomStream.of(seed, 1);
    Crystal[] walkers = new Crystal[BATCH];
    for (int step = 0; !recorder.done(); step++) {
      List<Crystal> crystals = new ArrayList<>();
      for (int w = 0; w < BATCH; w++) {
        Crystal from = step % 40 == 0 ? randomSeed(random) : walkers[w];
        walkers[w] = neighbour(from, actions, random);
        crystals.add(walkers[w]);
      }
      evaluate(crystals, Collections.nCopies(BATCH, 0), recorder);
    }
    return recorder.result();
  }

  /**
   * Climbers that take every move that is no worse, and start again when 40 in a row were worse.
   */
  private Result climb(ActionSet actions, long seed) {
    Recorder recorder = new Recorder();
    RandomStream random = RandomStream.of(seed, 2);
    Candidate[] climbers = new Candidate[BATCH];
    int[] failures = new int[BATCH];
    while (!recorder.done()) {
      List<Crystal> crystals = new ArrayList<>();
      List<Integer> depths = new ArrayList<>();
      for (int w = 0; w < BATCH; w++) {
        boolean start = climbers[w] == null || failures[w] >= 40 || climbers[w].depth() >= 40;
        if (start) {
          climbers[w] = null;
          failures[w] = 0;
          crystals.add(randomSeed(random));
          depths.add(0);
        } else {
          crystals.add(neighbour(climbers[w].crystal(), actions, random));
          depths.add(climbers[w].depth() + 1);
        }
      }
      List<Candidate> next = evaluate(crystals, depths, recorder);
      for (int w = 0; w < BATCH; w++) {
        if (climbers[w] == null || next.get(w).score() >= climbers[w].score()) {
          climbers[w] = next.get(w);
          failures[w] = 0;
        } else {
          failures[w]++;
        }
      }
    }
    return recorder.result();
  }

  /**
   * A population of 100; parents by tournament of 3; a child is a parent after one to three moves,
   * half of the time after it took some elements of another parent of as many atoms; the best of
   * parents and children survive. New blood: a fresh seed with probability 0.05.
   */
  private Result genetic(ActionSet actions, long seed) {
    Recorder recorder = new Recorder();
    RandomStream random = RandomStream.of(seed, 3);
    List<Candidate> population = new ArrayList<>();
    Supplier<Candidate> parent =
        () -> {
          Candidate best = null;
          for (int k = 0; k < 3; k++) {
            Candidate c = population.get(random.nextInt(population.size()));
            best = best == null || c.score() > best.score() ? c : best;
          }
          return best;
        };
    while (!recorder.done()) {
      List<Crystal> crystals = new ArrayList<>();
      List<Integer> depths = new ArrayList<>();
      while (crystals.size() < BATCH) {
        Candidate first =
            population.size() < 100 || random.nextDouble() < 0.05
                ? new Candidate(randomSeed(random), 0, 0)
                : parent.get();
        Crystal child = first.crystal();
        int depth = first.depth();
        if (!population.isEmpty() && random.nextDouble() < 0.5) {
          Candidate second = parent.get();
          if (second.crystal().size() == child.size()) {
            for (int i = 0; i < child.size(); i++) {
              if (random.nextDouble() < 0.5
                  && second.crystal().atomicNumber(i) != child.atomicNumber(i)) {
                Crystal crossed =
                    new Move.Substitute(i, second.crystal().atomicNumber(i)).apply(child);
                if (Validity.isValid(crossed)) {
                  child = crossed;
                  depth++;
                }
              }
            }
          }
        }
        int moves = 1 + random.nextInt(3);
        for (int k = 0; k < moves; k++) {
          child = neighbour(child, actions, random);
          depth++;
        }
        if (depth <= 40) {
          crystals.add(child);
          depths.add(depth);
        }
      }
      population.addAll(evaluate(crystals, depths, recorder));
      if (population.size() > 100) {
        population.sort(Comparator.comparingDouble(Candidate::score).reversed());
        population.subList(100, population.size()).clear();
      }
    }
    return recorder.result();
  }

  /** Random moves in the agent's environment, restarts included: what is left without learning. */
  public Result withoutLearning(
      ActionSet actions, CrystalEnvironment.Restarts restarts, long seed) {
    Recorder recorder = new Recorder();
    AgentOptions options = options(actions, Reward.Mode.ARCHIVE, restarts, seed, null);
    try (CrystalEnvironment environment = environment(options, recorder)) {
      int size = environment.actionCount();
      boolean[] allowed = new boolean[BATCH * size];
      float[] even = new float[BATCH * size];
      int[] chosen = new int[BATCH];
      VectorEnvironment.Outcome outcome =
          new VectorEnvironment.Outcome(BATCH, environment.observationSize());
      RandomStream random = RandomStream.of(seed, 4);
      while (!recorder.done()) {
        environment.allowedActions(allowed);
        for (int e = 0; e < BATCH; e++) {
          chosen[e] = MaskedCategorical.sample(even, allowed, e * size, size, random);
        }
        environment.step(chosen, outcome);
      }
    }
    return recorder.result();
  }

  /** Training an agent, every structure on the way counted. */
  public Result ppo(
      ActionSet actions,
      Reward.Mode mode,
      CrystalEnvironment.Restarts restarts,
      PpoSettings settings,
      long seed) {
    Recorder recorder = new Recorder();
    AgentOptions options = options(actions, mode, restarts, seed, settings);
    try (CrystalEnvironment environment = environment(options, recorder);
        PpoTrainer trainer = new PpoTrainer(environment, settings, budget, seed)) {
      while (!recorder.done()) {
        trainer.iterate();
      }
    }
    return recorder.result();
  }

  private AgentOptions options(
      ActionSet actions,
      Reward.Mode mode,
      CrystalEnvironment.Restarts restarts,
      long seed,
      PpoSettings settings) {
    return new AgentOptions(
        seeds, actions, mode, 1, restarts, 0, BATCH, budget, 500, seed, settings);
  }

  private CrystalEnvironment environment(AgentOptions options, Recorder recorder) {
    CrystalEnvironment environment =
        new CrystalEnvironment(
            options.environment(1, BATCH, options.seed()),
            predictor,
            new Archive(options.archiveSize()));
    environment.listen(
        (e, valid, present) -> {
          if (!recorder.done()) {
            recorder.record(present);
          }
        });
    return environment;
  }
}
