package org.rlmaterials.rl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
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

  /** Least probability of being a semiconductor. */
  public static final double LEAST_PROBABILITY = 0.5;

  private static final Comparator<ArchiveEntry> WORST_FIRST =
      Comparator.comparingDouble(ArchiveEntry::score)
          .thenComparing(e -> StructureHash.of(e.crystal()));

  private final int capacity;
  private final Map<String, List<ArchiveEntry>> byFormula = new HashMap<>();

  /** What the comparison of structures needs, by crystal. */
  private final IdentityHashMap<Crystal, StructureMatcher.Prepared> prepared =
      new IdentityHashMap<>();

  private int size;

  /** No score below this can enter. */
  private double threshold = Double.NEGATIVE_INFINITY;

  /**
   * @param capacity most structures kept
   */
  public Archive(int capacity) {
    this.capacity = capacity;
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
   */
  public void offer(ArchiveEntry entry) {
    if (!mayEnter(entry.score(), entry.semiconductorProbability())) {
      return;
    }
    String formula = entry.crystal().reducedFormula();
    List<ArchiveEntry> rivals = byFormula.computeIfAbsent(formula, f -> new ArrayList<>());
    if (rivals.size() == PER_FORMULA
        && entry.score() <= rivals.stream().min(WORST_FIRST).orElseThrow().score()) {
      return;
    }
    StructureMatcher.Prepared own = StructureMatcher.prepare(entry.crystal());
    List<ArchiveEntry> twins =
        rivals.stream().filter(r -> StructureMatcher.same(prepared.get(r.crystal()), own)).toList();
    if (twins.stream().anyMatch(t -> t.score() >= entry.score())) {
      return;
    }
    twins.forEach(this::remove);
    add(entry, own);
    if (rivals.size() > PER_FORMULA) {
      remove(rivals.stream().min(WORST_FIRST).orElseThrow());
    }
    while (size > capacity) {
      remove(worst());
    }
    if (size == capacity) {
      threshold = worst().score();
    }
  }

  private ArchiveEntry worst() {
    return byFormula.values().stream().flatMap(List::stream).min(WORST_FIRST).orElseThrow();
  }

  private void add(ArchiveEntry entry, StructureMatcher.Prepared own) {
    byFormula.computeIfAbsent(entry.crystal().reducedFormula(), f -> new ArrayList<>()).add(entry);
    prepared.put(entry.crystal(), own);
    size++;
  }

  private void remove(ArchiveEntry entry) {
    byFormula.get(entry.crystal().reducedFormula()).remove(entry);
    prepared.remove(entry.crystal());
    size--;
  }

  /**
   * @return how many structures there are
   */
  public int size() {
    return size;
  }

  /**
   * @return the structures, best first
   */
  public List<ArchiveEntry> best() {
    return byFormula.values().stream()
        .flatMap(List::stream)
        .sorted(WORST_FIRST.reversed())
        .toList();
  }

  /**
   * @return the best score, NaN if there is no structure
   */
  public double bestScore() {
    return byFormula.values().stream()
        .flatMap(List::stream)
        .mapToDouble(ArchiveEntry::score)
        .max()
        .orElse(Double.NaN);
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
    size = 0;
    threshold = Double.NEGATIVE_INFINITY;
    for (JsonNode entry : node) {
      ArchiveEntry restored = ArchiveEntry.of(entry, "checkpoint", 1);
      add(restored, StructureMatcher.prepare(restored.crystal()));
    }
    if (size >= capacity) {
      threshold = worst().score();
    }
  }
}
