package org.rlmaterials.rl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.StructureHash;
import org.rlmaterials.crystal.StructureMatcher;

/**
 * The best structures met, at most so many, no structure twice: of two that {@link
 * StructureMatcher} calls the same only the better is kept. Of one reduced formula at most {@value
 * #PER_FORMULA} are kept, so that one formula cannot fill it. Only structures predicted to be
 * semiconductors (probability at least 0.5) enter. What it holds does not depend on anything but
 * the order of offers.
 */
public final class Archive {
  /** Most structures of one reduced formula. */
  public static final int PER_FORMULA = 5;

  /** The best so many are what the archive reward looks at and what episodes are restarted from. */
  static final int ELITE = 50;

  /** Least probability of being a semiconductor. */
  public static final double LEAST_PROBABILITY = 0.5;

  private static final Comparator<ArchiveEntry> WORST_FIRST = Archive::compare;

  private final int capacity;
  private final Map<String, List<ArchiveEntry>> byFormula = new HashMap<>();

  /** What the comparison of structures needs, by crystal. */
  private final IdentityHashMap<Crystal, StructureMatcher.Prepared> prepared =
      new IdentityHashMap<>();

  /** Everything it holds, best first. */
  private final List<ArchiveEntry> ranking = new ArrayList<>();

  /** No score below this can enter. */
  private double threshold = Double.NEGATIVE_INFINITY;

  /**
   * @param capacity most structures kept
   */
  public Archive(int capacity) {
    this.capacity = capacity;
  }

  @SuppressWarnings("ReferenceEquality")
  private static int compare(ArchiveEntry a, ArchiveEntry b) {
    int byScore = Double.compare(a.score(), b.score());
    // The hash is dear, and an entry is often compared with itself.
    return byScore != 0 || a == b
        ? byScore
        : StructureHash.of(a.crystal()).compareTo(StructureHash.of(b.crystal()));
  }

  /**
   * A quick look before an entry is made.
   *
   * @param score of a structure
   * @param semiconductorProbability of it
   * @return false if it cannot enter
   */
  public boolean mayEnter(double score, double semiconductorProbability) {
    return score > threshold && semiconductorProbability >= LEAST_PROBABILITY;
  }

  /**
   * Keeps the entry if it is good enough.
   *
   * @param entry a structure
   * @return by how much the sum of the best {@value #ELITE} scores grows (1/mₑ); negative only if
   *     the entry displaces two structures that are both the same as it
   */
  public double offer(ArchiveEntry entry) {
    if (!mayEnter(entry.score(), entry.semiconductorProbability())) {
      return 0;
    }
    String formula = entry.crystal().reducedFormula();
    List<ArchiveEntry> rivals = byFormula.computeIfAbsent(formula, f -> new ArrayList<>());
    if (rivals.size() == PER_FORMULA
        && entry.score() <= rivals.stream().min(WORST_FIRST).orElseThrow().score()) {
      return 0;
    }
    StructureMatcher.Prepared own = StructureMatcher.prepare(entry.crystal());
    List<ArchiveEntry> twins =
        rivals.stream().filter(r -> StructureMatcher.same(prepared.get(r.crystal()), own)).toList();
    if (twins.stream().anyMatch(t -> t.score() >= entry.score())) {
      return 0;
    }
    double before = eliteSum();
    twins.forEach(this::remove);
    add(entry, own);
    if (rivals.size() > PER_FORMULA) {
      remove(rivals.stream().min(WORST_FIRST).orElseThrow());
    }
    while (ranking.size() > capacity) {
      remove(worst());
    }
    threshold = ranking.size() == capacity ? worst().score() : Double.NEGATIVE_INFINITY;
    return eliteSum() - before;
  }

  private double eliteSum() {
    double sum = 0;
    for (int k = 0; k < eliteSize(); k++) {
      sum += ranking.get(k).score();
    }
    return sum;
  }

  /**
   * @param count how many
   * @return mean score of the best so many, of all if there are fewer, NaN if there is none (1/mₑ)
   */
  public double meanOfBest(int count) {
    return ranking.stream()
        .limit(count)
        .mapToDouble(ArchiveEntry::score)
        .average()
        .orElse(Double.NaN);
  }

  /**
   * @return how many structures the elite has: at most {@value #ELITE}
   */
  int eliteSize() {
    return Math.min(ELITE, ranking.size());
  }

  private ArchiveEntry worst() {
    return ranking.get(ranking.size() - 1);
  }

  private void add(ArchiveEntry entry, StructureMatcher.Prepared own) {
    byFormula.computeIfAbsent(entry.crystal().reducedFormula(), f -> new ArrayList<>()).add(entry);
    prepared.put(entry.crystal(), own);
    ranking.add(place(entry), entry);
  }

  /** Where an entry stands, or would, in the ranking. */
  private int place(ArchiveEntry entry) {
    int place = Collections.binarySearch(ranking, entry, WORST_FIRST.reversed());
    return place < 0 ? -place - 1 : place;
  }

  @SuppressWarnings("ReferenceEquality")
  private void remove(ArchiveEntry entry) {
    // By identity: the comparison of two entries is long.
    byFormula.get(entry.crystal().reducedFormula()).removeIf(e -> e == entry);
    prepared.remove(entry.crystal());
    ranking.remove(place(entry));
  }

  /**
   * @return how many structures there are
   */
  public int size() {
    return ranking.size();
  }

  /**
   * @return the structures, best first
   */
  public List<ArchiveEntry> best() {
    return List.copyOf(ranking);
  }

  /**
   * @param rank from 0, below {@link #size()}
   * @return the structure of that rank, 0 for the best
   */
  ArchiveEntry get(int rank) {
    return ranking.get(rank);
  }

  /**
   * @return the best score, NaN if there is no structure
   */
  public double bestScore() {
    return ranking.isEmpty() ? Double.NaN : ranking.get(0).score();
  }

  /**
   * @return the structures, in an order that {@link #restore} needs
   */
  ArrayNode snapshot() {
    ArrayNode node = JsonNodeFactory.instance.arrayNode();
    best().forEach(e -> node.add(e.toJson()));
    return node;
  }

  /**
   * Takes up again what {@link #snapshot} gave.
   *
   * @param node the structures
   */
  void restore(JsonNode node) {
    byFormula.clear();
    prepared.clear();
    ranking.clear();
    threshold = Double.NEGATIVE_INFINITY;
    for (JsonNode entry : node) {
      ArchiveEntry restored = ArchiveEntry.of(entry, "checkpoint", 1);
      add(restored, StructureMatcher.prepare(restored.crystal()));
    }
    if (ranking.size() >= capacity) {
      threshold = worst().score();
    }
  }
}
