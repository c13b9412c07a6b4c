package org.rlmaterials.discovery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureMatcher;

/** Structures to compare others with; only those of the same formula are ever looked at. */
final class KnownStructures {
  private final StructureMatcher.Tolerance tolerance;
  private final Map<String, List<Known>> byFormula = new HashMap<>();

  /**
   * @param tolerance how different structures that are the same may be
   */
  KnownStructures(StructureMatcher.Tolerance tolerance) {
    this.tolerance = tolerance;
  }

  /** A structure; its key is made when it is first needed. */
  private final class Known {
    private final String name;
    private final Crystal crystal;
    private StructureMatcher.Prepared key;

    Known(String name, Crystal crystal) {
      this.name = name;
      this.crystal = crystal;
    }

    StructureMatcher.Prepared key() {
      if (key == null) {
        key = StructureMatcher.prepare(crystal, tolerance);
      }
      return key;
    }
  }

  /**
   * @param structures the structures, known by their ids
   */
  void addAll(List<Structure> structures) {
    structures.forEach(s -> add(s.id(), s.crystal()));
  }

  /**
   * @param name what to call it
   * @param crystal the structure
   */
  void add(String name, Crystal crystal) {
    byFormula
        .computeIfAbsent(crystal.reducedFormula(), f -> new ArrayList<>())
        .add(new Known(name, crystal));
  }

  /**
   * @param crystal a structure
   * @return the name of the first structure here that is the same, if there is one
   */
  Optional<String> find(Crystal crystal) {
    List<Known> sameFormula = byFormula.get(crystal.reducedFormula());
    if (sameFormula == null) {
      return Optional.empty();
    }
    StructureMatcher.Prepared key = StructureMatcher.prepare(crystal, tolerance);
    return sameFormula.stream()
        .filter(known -> StructureMatcher.same(known.key(), key))
        .map(known -> known.name)
        .findFirst();
  }
}
