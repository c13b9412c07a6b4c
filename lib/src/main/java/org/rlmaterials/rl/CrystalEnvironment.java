package org.rlmaterials.rl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.rlmaterials.crystal.Bonding;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Palette;
import org.rlmaterials.crystal.RandomStream;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.fingerprint.Descriptor;
import org.rlmaterials.surrogate.PropertyPredictor;
import org.rlmaterials.surrogate.PropertyPredictor.Predictions;

/**
 * Crystals as environments: an episode starts from a random seed crystal and lasts 40 steps; each
 * step changes the crystal by a move, and its reward is the worth of the new crystal as the
 * surrogate sees it (see {@link Reward}). All environments step together and the surrogate is asked
 * once a step for all of them.
 *
 * <p>Observation: the surrogate's descriptor, scaled, and the fraction of the episode that is left.
 * With targeted actions it also holds what the agent needs to choose by atom and by axis: the
 * element of each atom (one of 14, by place), the lattice vectors (5 Å), and in every case but the
 * prototype's reward the worth of the crystal and of the best one of the episode (in units of 20).
 */
public final class CrystalEnvironment implements VectorEnvironment {
  /** Steps in an episode. */
  public static final int EPISODE_STEPS = 40;

  private static final double LATTICE_UNIT = 5;
  private static final double WORTH_UNIT = 20;
  private static final int LEAST_FOR_RESTART = 20;

  /** A stream of its own: those of the steps are 1, 2, ... */
  private static final long RESTART = -1;

  private final Options options;
  private final PropertyPredictor predictor;
  private final Descriptor descriptor;
  private final int maxAtoms;
  private final int actionCount;
  private final int featureCount;
  private final int observationSize;
  private final FeatureScaling scaling;
  private final Archive archive;
  private final Reward archiveReward;
  private final ExecutorService workers;
  private final Cell[] cells;
  private final float[] features;
  private final SeedTable seedTable;
  private final Statistics statistics = new Statistics();
  private final Seconds seconds = new Seconds();
  private Listener listener;
  private long predicted;

  /**
   * What is searched and how.
   *
   * @param seeds crystals episodes start from
   * @param actionSet what the agent may do
   * @param reward what crystals are worth
   * @param archiveKappa κ of the scores in the archive
   * @param restarts how often and for how long episodes go on from structures of the archive
   * @param distinct how many of its last episodes an environment remembers: the reduced formulas at
   *     which they ended are closed to the present one (targeted actions only)
   * @param count how many environments step together
   * @param threads how many threads compute moves and descriptors; the results do not depend on it
   * @param seed fixes every random choice
   */
  public record Options(
      List<Structure> seeds,
      ActionSet actionSet,
      Reward reward,
      double archiveKappa,
      Restarts restarts,
      int distinct,
      int count,
      int threads,
      long seed) {}

  /**
   * Episodes that take up an earlier one again: they start from a good structure of the archive
   * instead of a seed crystal, and never lead more than {@link #EPISODE_STEPS} steps away from the
   * seed crystal it came from.
   *
   * @param share of the episodes that do (0 to 1)
   * @param steps most steps of such an episode, at least 1
   */
  public record Restarts(double share, int steps) {
    /** Every episode starts from a seed crystal. */
    public static final Restarts NONE = new Restarts(0, EPISODE_STEPS);

    /** What the search uses (docs/rl.md). */
    public static final Restarts STANDARD = new Restarts(0.9, 10);
  }

  /**
   * Times (s) of the parts of a step since the start; moves and descriptors summed over threads.
   */
  static final class Seconds {
    double moves;
    double descriptors;
    double surrogate;
  }

  /** Features and predictions of the seeds, which every episode starts from. */
  @SuppressWarnings("ArrayRecordComponent")
  private record SeedTable(float[] features, Predictions predictions, double[] instability) {}

  /** One environment. */
  private static final class Cell {
    final ArrayDeque<String> closed = new ArrayDeque<>();
    long episode;
    long episodeSeed;
    int startIndex;

    /** Steps from the seed crystal, those before the last branch included. */
    int steps;

    /** Steps at which the episode began: those of a structure that was taken up again. */
    int begin;

    /** Steps at which the episode ends. */
    int end;

    /** Fixes what the moves leave to chance. */
    long chance;

    final List<Episode.Branch> branches = new ArrayList<>();
    final int[] actions = new int[EPISODE_STEPS];
    Crystal crystal;
    double instability;
    double mStar;
    double mStarStd;
    double gapEv;
    double gapStdEv;
    double probability;
    double worth;
    double bestWorth;

    /** Whether the last action made a valid crystal. */
    boolean moved;

    Episode written() {
      return new Episode(episodeSeed, Episode.list(actions, steps), branches);
    }

    double moveSeconds;
    double descriptorSeconds;
  }

  /** Sums over the steps since they were last taken. */
  private static final class Statistics {
    long steps;
    long invalid;
    long semiconductors;
    double worth;
  }

  /**
   * @param options what is searched and how
   * @param predictor what predicts mass and gap; not closed here
   * @param archive where good structures go
   */
  public CrystalEnvironment(Options options, PropertyPredictor predictor, Archive archive) {
    this(
        options,
        predictor,
        archive,
        FeatureScaling.measure(
            predictor.descriptor(),
            options.seeds(),
            options.actionSet(),
            RandomStream.key(options.seed(), -1)));
  }

  CrystalEnvironment(
      Options options, PropertyPredictor predictor, Archive archive, FeatureScaling scaling) {
    if (options.distinct() > 0 && !options.actionSet().isTargeted()) {
      throw new IllegalArgumentException("only targeted actions can keep away from formulas");
    }
    this.options = options;
    this.predictor = predictor;
    this.archive = archive;
    this.scaling = scaling;
    descriptor = predictor.descriptor();
    featureCount = descriptor.size();
    maxAtoms = Episode.maxAtoms(options.seeds());
    actionCount = options.actionSet().size(maxAtoms);
    observationSize =
        featureCount
            + 1
            + (options.actionSet().isTargeted() ? maxAtoms * Palette.size() + 9 : 0)
            + (options.reward().mode() == Reward.Mode.SEED ? 0 : 2);
    archiveReward = new Reward(Reward.Mode.PESSIMISTIC, options.archiveKappa());
    workers =
        options.threads() > 1
            ? Executors.newFixedThreadPool(options.threads() - 1, CrystalEnvironment::daemon)
            : null;
    features = new float[options.count() * featureCount];
    seedTable = seedTable();
    cells = new Cell[options.count()];
    for (int e = 0; e < cells.length; e++) {
      cells[e] = new Cell();
      startEpisode(e);
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "environment");
    thread.setDaemon(true);
    return thread;
  }

  private SeedTable seedTable() {
    int n = options.seeds().size();
    float[] raw = new float[n * featureCount];
    double[] instability = new double[n];
    for (int k = 0; k < n; k++) {
      Crystal crystal = options.seeds().get(k).crystal();
      descriptor.compute(crystal, raw, k * featureCount);
      instability[k] = Bonding.instability(crystal);
    }
    predicted += n;
    return new SeedTable(raw, predictor.predict(raw, n), instability);
  }

  private void startEpisode(int e) {
    Cell cell = cells[e];
    long seed = RandomStream.key(options.seed(), e, cell.episode++);
    ArchiveEntry again = options.restarts().share() > 0 ? drawRestart(seed) : null;
    if (again == null) {
      startFromSeed(e, seed);
    } else {
      startFrom(e, seed, again);
    }
    cell.bestWorth = cell.worth;
  }

  /** A structure to go on from, or null to start from a seed crystal. */
  private ArchiveEntry drawRestart(long seed) {
    RandomStream random = RandomStream.of(seed, RESTART);
    if (archive.size() < LEAST_FOR_RESTART || random.nextDouble() >= options.restarts().share()) {
      return null;
    }
    for (int attempt = 0; attempt < 16; attempt++) {
      double u = random.nextDouble();
      // The better the more often: half of the draws are from the best eighth.
      ArchiveEntry entry = archive.get((int) (archive.eliteSize() * u * u * u));
      if (entry.episode().actions().size() < EPISODE_STEPS) {
        return entry;
      }
    }
    return null;
  }

  private void startFrom(int e, long seed, ArchiveEntry entry) {
    Cell cell = cells[e];
    Episode before = entry.episode();
    cell.episodeSeed = before.seed();
    cell.startIndex = Episode.startIndex(before.seed(), options.seeds());
    cell.steps = before.actions().size();
    cell.begin = cell.steps;
    for (int t = 0; t < cell.steps; t++) {
      cell.actions[t] = before.actions().get(t);
    }
    cell.branches.clear();
    cell.branches.addAll(before.branches());
    cell.branches.add(new Episode.Branch(cell.steps, seed));
    cell.chance = seed;
    cell.end = Math.min(EPISODE_STEPS, cell.steps + options.restarts().steps());
    cell.crystal = entry.crystal();
    cell.instability = entry.instability();
    cell.mStar = entry.mStar();
    cell.mStarStd = entry.mStarStd();
    cell.gapEv = entry.gapEv();
    cell.gapStdEv = entry.gapStdEv();
    cell.probability = entry.semiconductorProbability();
    cell.worth = options.reward().worth(cell.mStar, cell.mStarStd, cell.gapEv, cell.instability);
    descriptor.compute(cell.crystal, features, e * featureCount);
  }

  private void startFromSeed(int e, long seed) {
    Cell cell = cells[e];
    cell.episodeSeed = seed;
    cell.startIndex = Episode.startIndex(cell.episodeSeed, options.seeds());
    cell.steps = 0;
    cell.begin = 0;
    cell.branches.clear();
    cell.chance = seed;
    cell.end = EPISODE_STEPS;
    cell.crystal = options.seeds().get(cell.startIndex).crystal();
    cell.instability = seedTable.instability()[cell.startIndex];
    System.arraycopy(
        seedTable.features(),
        cell.startIndex * featureCount,
        features,
        e * featureCount,
        featureCount);
    note(cell, seedTable.predictions(), cell.startIndex);
  }

  private void note(Cell cell, Predictions predictions, int row) {
    cell.mStar = predictions.mStar()[row];
    cell.mStarStd = predictions.mStarStd()[row];
    cell.gapEv = predictions.gapEv()[row];
    cell.gapStdEv = predictions.gapStdEv()[row];
    cell.probability = predictions.semiconductorProbability()[row];
    cell.worth = options.reward().worth(cell.mStar, cell.mStarStd, cell.gapEv, cell.instability);
  }

  @Override
  public int count() {
    return cells.length;
  }

  @Override
  public int observationSize() {
    return observationSize;
  }

  @Override
  public int actionCount() {
    return actionCount;
  }

  /**
   * @return crystals the surrogate was asked about so far
   */
  public long predicted() {
    return predicted;
  }

  Seconds seconds() {
    return seconds;
  }

  FeatureScaling scaling() {
    return scaling;
  }

  /**
   * @return what is searched and how
   */
  public Options options() {
    return options;
  }

  @Override
  public void observe(float[] target) {
    for (int e = 0; e < cells.length; e++) {
      observe(e, target);
    }
  }

  private void observe(int e, float[] target) {
    Cell cell = cells[e];
    int at = e * observationSize;
    scaling.apply(features, e * featureCount, target, at);
    at += featureCount;
    target[at++] = (float) (cell.end - cell.steps) / EPISODE_STEPS;
    if (options.actionSet().isTargeted()) {
      int palette = Palette.size();
      Arrays.fill(target, at, at + maxAtoms * palette, 0);
      for (int i = 0; i < cell.crystal.size(); i++) {
        target[at + i * palette + Palette.indexOf(cell.crystal.atomicNumber(i))] = 1;
      }
      at += maxAtoms * palette;
      for (int k = 0; k < 9; k++) {
        target[at++] = (float) (cell.crystal.lattice().at(k / 3, k % 3) / LATTICE_UNIT);
      }
    }
    if (options.reward().mode() != Reward.Mode.SEED) {
      target[at++] = (float) (cell.worth / WORTH_UNIT);
      target[at] = (float) (cell.bestWorth / WORTH_UNIT);
    }
  }

  @Override
  public void allowedActions(boolean[] target) {
    forEachCell(
        e -> {
          Cell cell = cells[e];
          options.actionSet().allow(cell.crystal, maxAtoms, target, e * actionCount);
          if (!cell.closed.isEmpty()) {
            ActionSet.keepAway(cell.crystal, maxAtoms, cell.closed, target, e * actionCount);
          }
        });
  }

  @Override
  public void step(int[] actions, Outcome outcome) {
    forEachCell(e -> move(e, actions[e]));
    long start = System.nanoTime();
    Predictions predictions = predictor.predict(features, cells.length);
    seconds.surrogate += (System.nanoTime() - start) * 1e-9;
    predicted += cells.length;
    for (int e = 0; e < cells.length; e++) {
      Cell cell = cells[e];
      seconds.moves += cell.moveSeconds;
      seconds.descriptors += cell.descriptorSeconds;
      statistics.steps++;
      if (cell.moved) {
        note(cell, predictions, e);
        outcome.reward[e] = reward(cell, keep(cell));
      } else {
        outcome.reward[e] = Reward.INVALID;
        statistics.invalid++;
      }
      statistics.worth += cell.worth;
      statistics.semiconductors += cell.probability >= 0.5 ? 1 : 0;
      outcome.terminated[e] = cell.steps == cell.end;
      outcome.truncated[e] = false;
      if (listener != null) {
        listener.stepped(e, cell.moved, entry(cell));
      }
      if (outcome.terminated[e]) {
        observe(e, outcome.lastObservation);
        close(cell);
        startEpisode(e);
      }
    }
  }

  /** Closes the formula at which an episode ended to the next ones. */
  private void close(Cell cell) {
    if (options.distinct() > 0) {
      cell.closed.addLast(cell.crystal.reducedFormula());
      if (cell.closed.size() > options.distinct()) {
        cell.closed.removeFirst();
      }
    }
  }

  private double reward(Cell cell, double gain) {
    double before = cell.bestWorth;
    cell.bestWorth = Math.max(before, cell.worth);
    return switch (options.reward().mode()) {
      case SEED, PESSIMISTIC -> cell.worth;
      case BEST_OF_EPISODE -> cell.bestWorth - before;
      case ARCHIVE -> Math.max(0, gain);
    };
  }

  private void move(int e, int action) {
    long start = System.nanoTime();
    Cell cell = cells[e];
    Crystal moved =
        Episode.next(cell.crystal, action, options.actionSet(), maxAtoms, cell.chance, cell.steps);
    cell.actions[cell.steps++] = action;
    cell.moved = moved != null;
    cell.descriptorSeconds = 0;
    if (moved != null) {
      cell.crystal = moved;
      cell.instability = Bonding.instability(moved);
      long middle = System.nanoTime();
      descriptor.compute(moved, features, e * featureCount);
      cell.descriptorSeconds = (System.nanoTime() - middle) * 1e-9;
    }
    cell.moveSeconds = (System.nanoTime() - start) * 1e-9 - cell.descriptorSeconds;
  }

  /** Returns what the archive gains. */
  private double keep(Cell cell) {
    double score = archiveReward.worth(cell.mStar, cell.mStarStd, cell.gapEv, cell.instability);
    return archive.mayEnter(score, cell.probability) ? archive.offer(entry(cell)) : 0;
  }

  private ArchiveEntry entry(Cell cell) {
    return new ArchiveEntry(
        cell.crystal,
        cell.mStar,
        cell.mStarStd,
        cell.gapEv,
        cell.gapStdEv,
        cell.probability,
        cell.instability,
        archiveReward.worth(cell.mStar, cell.mStarStd, cell.gapEv, cell.instability),
        options.seeds().get(cell.startIndex).id(),
        cell.written());
  }

  /** Hears of every step. */
  @FunctionalInterface
  interface Listener {
    /**
     * @param environment number of the environment
     * @param valid whether the action made a valid crystal
     * @param present the crystal after the step and what is predicted for it
     */
    void stepped(int environment, boolean valid, ArchiveEntry present);
  }

  /**
   * @param listener is told of every step from now on; null for none
   */
  void listen(Listener listener) {
    this.listener = listener;
  }

  /**
   * Ends an episode early.
   *
   * @param e number of the environment that starts the next one
   */
  void restart(int e) {
    startEpisode(e);
  }

  /** What is done for one environment. */
  private interface Work {
    void run(int environment);
  }

  private void forEachCell(Work work) {
    if (workers == null) {
      for (int e = 0; e < cells.length; e++) {
        work.run(e);
      }
      return;
    }
    int parts = options.threads();
    List<Future<?>> others = new ArrayList<>();
    for (int part = 1; part < parts; part++) {
      int first = part * cells.length / parts;
      int end = (part + 1) * cells.length / parts;
      others.add(
          workers.submit(
              () -> {
                for (int e = first; e < end; e++) {
                  work.run(e);
                }
              }));
    }
    for (int e = 0; e < cells.length / parts; e++) {
      work.run(e);
    }
    try {
      for (Future<?> other : others) {
        other.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * @param e number of an environment
   * @return its episode so far
   */
  public Episode episode(int e) {
    return cells[e].written();
  }

  /**
   * @param e number of an environment
   * @return whether nothing was done in its episode yet
   */
  boolean hasJustStarted(int e) {
    return cells[e].steps == cells[e].begin;
  }

  /**
   * @param e number of an environment
   * @return its present crystal
   */
  public Crystal crystal(int e) {
    return cells[e].crystal;
  }

  @Override
  public JsonNode snapshot() {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("predicted", predicted);
    ArrayNode rows = node.putArray("environments");
    for (Cell cell : cells) {
      ObjectNode row = rows.addObject();
      row.put("episode", cell.episode);
      row.put("end", cell.end);
      row.put("best_worth", cell.bestWorth);
      ArrayNode closed = row.putArray("closed");
      cell.closed.forEach(closed::add);
      row.set("present", entry(cell).toJson());
    }
    node.set("archive", archive.snapshot());
    return node;
  }

  @Override
  public void restore(JsonNode snapshot) {
    archive.restore(snapshot.get("archive"));
    for (int e = 0; e < cells.length; e++) {
      JsonNode row = snapshot.get("environments").get(e);
      Cell cell = cells[e];
      ArchiveEntry present = ArchiveEntry.of(row.get("present"), "checkpoint", 1);
      cell.episode = row.get("episode").asLong();
      startFrom(e, 0, present);
      List<Episode.Branch> branches = present.episode().branches();
      cell.branches.clear();
      cell.branches.addAll(branches);
      cell.chance =
          branches.isEmpty() ? cell.episodeSeed : branches.get(branches.size() - 1).seed();
      cell.end = row.get("end").asInt();
      cell.bestWorth = row.get("best_worth").asDouble();
      cell.closed.clear();
      row.path("closed").forEach(formula -> cell.closed.addLast(formula.asText()));
    }
    predicted = snapshot.get("predicted").asLong();
  }

  @Override
  public Map<String, Double> takeStatistics() {
    Map<String, Double> row = new LinkedHashMap<>();
    row.put("mean_worth", statistics.worth / statistics.steps);
    row.put("invalid_rate", (double) statistics.invalid / statistics.steps);
    row.put("semiconductor_rate", (double) statistics.semiconductors / statistics.steps);
    row.put("archive_size", (double) archive.size());
    row.put("archive_best_score", archive.bestScore());
    row.put("archive_top20_score", archive.meanOfBest(20));
    statistics.steps = 0;
    statistics.invalid = 0;
    statistics.semiconductors = 0;
    statistics.worth = 0;
    return row;
  }

  @Override
  public void close() {
    if (workers != null) {
      workers.shutdownNow();
    }
  }
}
