package org.rlmaterials.discovery;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.StructureHash;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.espresso.DftRecord;
import org.rlmaterials.espresso.DftRecord.Provenance;

/**
 * Total energies that may be compared: formation energies against elements and energies above the
 * hull of everything computed with the same protocol, pseudopotentials, kind of mesh and cutoff of
 * the wavefunctions (docs/physics.md).
 */
public final class EnergyScale {
  private final List<DftRecord> all;

  /** Hulls by candidate settings are the same for all candidates of a run: made once. */
  private final Map<String, ConvexHull> hulls = new HashMap<>();

  /**
   * @param records everything the run computed, references included; those without an energy are
   *     passed over
   */
  public EnergyScale(Collection<DftRecord> records) {
    all = new ArrayList<>();
    for (DftRecord record : records) {
      if (record.energyEv() != null && record.structure() != null) {
        all.add(record);
      }
    }
  }

  /**
   * Stability of a record.
   *
   * @param formationEnergyEvPerAtom against the most stable elemental records (eV per atom)
   * @param aboveHullEvPerAtom energy above the hull (eV per atom), at least 0
   * @param decomposition what the hull there is made of: fraction of the atoms by record id
   */
  public record Stability(
      double formationEnergyEvPerAtom,
      double aboveHullEvPerAtom,
      Map<String, Double> decomposition) {}

  /**
   * @param record a record with an energy
   * @return its stability; empty if an element has no energy with the same settings
   */
  public Optional<Stability> of(DftRecord record) {
    Crystal crystal = crystal(record);
    ConvexHull hull = hulls.computeIfAbsent(settings(record), key -> hullLike(record));
    ConvexHull.Phase phase = phase(record.id(), record, crystal);
    double elements = 0;
    for (Map.Entry<String, Double> part : phase.fractions().entrySet()) {
      Optional<ConvexHull.Point> element = hull.at(Map.of(part.getKey(), 1.0));
      if (element.isEmpty()) {
        return Optional.empty();
      }
      elements += part.getValue() * element.get().energyEvPerAtom();
    }
    double formation = phase.energyEvPerAtom() - elements;
    return hull.at(phase.fractions())
        .map(
            point ->
                new Stability(
                    formation,
                    Math.max(0, phase.energyEvPerAtom() - point.energyEvPerAtom()),
                    point.amounts()));
  }

  /**
   * @param record a record whose settings count
   * @return elements that have an energy with these settings, with it (eV per atom)
   */
  Map<String, Double> elementalEnergies(DftRecord record) {
    Map<String, Double> energies = new TreeMap<>();
    for (DftRecord other : all) {
      Crystal crystal = crystal(other);
      if (crystal.counts().size() == 1 && comparable(other, record)) {
        energies.merge(crystal.element(0).symbol(), other.energyEv() / crystal.size(), Math::min);
      }
    }
    return energies;
  }

  private ConvexHull hullLike(DftRecord record) {
    Map<String, String> hashes = new HashMap<>();
    List<ConvexHull.Phase> phases = new ArrayList<>();
    for (DftRecord other : all) {
      if (comparable(other, record)) {
        Crystal crystal = crystal(other);
        String hash = StructureHash.of(crystal);
        // Records of another run may have the names of this one's.
        boolean taken = !hash.equals(hashes.computeIfAbsent(other.id(), id -> hash));
        phases.add(
            phase(taken ? other.id() + "~" + hash.substring(0, 8) : other.id(), other, crystal));
      }
    }
    return new ConvexHull(phases);
  }

  private static ConvexHull.Phase phase(String name, DftRecord record, Crystal crystal) {
    return ConvexHull.Phase.of(name, crystal.counts(), record.energyEv() / crystal.size());
  }

  static Crystal crystal(DftRecord record) {
    return StructureJson.of(record.structure(), "record " + record.id(), 1).crystal();
  }

  private static String settings(DftRecord record) {
    Provenance p = record.provenance();
    return p == null
        ? ""
        : p.protocol()
            + " "
            + (p.energyKMesh() != null)
            + " "
            + cutoffRy(p)
            + " "
            + new TreeMap<>(md5(p));
  }

  /** Cutoff of the wavefunctions (Ry) that the energy is from; NaN where it is not said. */
  private static double cutoffRy(Provenance provenance) {
    DftRecord.Cutoffs cutoffs =
        provenance.energyCutoffsRy() == null
            ? provenance.cutoffsRy()
            : provenance.energyCutoffsRy();
    return cutoffs == null ? Double.NaN : cutoffs.wavefunction();
  }

  private static boolean hasEnergyMesh(DftRecord record) {
    return record.provenance().energyKMesh() != null;
  }

  private static Map<String, String> md5(Provenance provenance) {
    Map<String, String> result = new HashMap<>();
    if (provenance.pseudopotentials() != null) {
      provenance.pseudopotentials().forEach((symbol, file) -> result.put(symbol, file.md5()));
    }
    return result;
  }

  private static boolean comparable(DftRecord a, DftRecord b) {
    if (a.provenance() == null || b.provenance() == null) {
      return a.provenance() == null && b.provenance() == null;
    }
    if (!Objects.equals(a.provenance().protocol(), b.provenance().protocol())
        || hasEnergyMesh(a) != hasEnergyMesh(b)
        || Double.compare(cutoffRy(a.provenance()), cutoffRy(b.provenance())) != 0) {
      return false;
    }
    Map<String, String> ofB = md5(b.provenance());
    return md5(a.provenance()).entrySet().stream()
        .allMatch(
            e -> !ofB.containsKey(e.getKey()) || Objects.equals(ofB.get(e.getKey()), e.getValue()));
  }
}
