package org.rlmaterials.dataset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.fingerprint.Descriptor;

/**
 * Finds records that describe the same structure: same reduced formula, volumes per atom that
 * agree, and radial distributions that agree after both structures are brought to one volume. None
 * of these depends on the choice of cell, its origin or its orientation.
 *
 * <p>How closely they must agree depends on who says so. Two public databases relax the same
 * crystal with different functionals, so that volumes differ by several per cent. Our own DFT
 * computes one given geometry, strained ones among them, and its labels belong to that geometry: it
 * is the same as another source's only if it is nearly the same, and two of our own records are the
 * same only if the structure was computed twice.
 *
 * <p>A record is compared with the first record of each group only, in an order that depends on the
 * records alone: no chain of small differences joins what is different, and the order in which
 * files are given changes nothing.
 */
final class Duplicates {
  /** First of the radial distributions in the fingerprint. */
  private static final int RADIAL = 24;

  /**
   * How closely two structures must agree.
   *
   * @param logVolume largest difference of the logarithms of the volumes per atom
   * @param distance largest distance of the radial distributions, from 0 (equal) to 1
   */
  record Tolerance(double logVolume, double distance) {
    /** A structure of one source written down twice. */
    static final Tolerance SAME_SOURCE = new Tolerance(1e-4, 2e-4);

    /** One of our own geometries in another source. */
    static final Tolerance OWN_GEOMETRY = new Tolerance(0.02, 0.03);

    /** One crystal relaxed by two databases. */
    static final Tolerance RELAXED = new Tolerance(0.15, 0.08);

    static Tolerance between(SourceKind a, SourceKind b) {
      if (a == b) {
        return SAME_SOURCE;
      }
      return a == SourceKind.DFT || b == SourceKind.DFT ? OWN_GEOMETRY : RELAXED;
    }

    ObjectNode toJson(ObjectNode node) {
      return node.put("log_volume", logVolume).put("radial_distribution_distance", distance);
    }
  }

  /**
   * A record ready to be compared.
   *
   * @param source the record
   * @param hash hash of its structure
   * @param fingerprint its fingerprint
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Candidate(SourceRecord source, String hash, float[] fingerprint) {
    /** An order that depends on nothing but the records. */
    static final Comparator<Candidate> ORDER =
        Comparator.comparing((Candidate c) -> c.labels().source())
            .thenComparing(Candidate::hash)
            .thenComparing(c -> c.labels().id())
            .thenComparing(c -> c.labels().toJson().toString());

    Labels labels() {
      return source.labels();
    }

    double logVolume() {
      return Math.log(source.crystal().volumePerAtom());
    }
  }

  private final Descriptor fingerprint;

  Duplicates(Descriptor fingerprint) {
    this.fingerprint = fingerprint;
  }

  /**
   * Groups records of one reduced formula.
   *
   * @param candidates the records, in any order
   * @return groups of the same structure; the first of each group has priority
   */
  List<List<Candidate>> group(List<Candidate> candidates) {
    List<Candidate> sorted = new ArrayList<>(candidates);
    sorted.sort(Candidate.ORDER);
    if (sorted.size() == 1) {
      return List.of(sorted);
    }
    double reference = medianVolumePerAtom(sorted);
    List<List<Candidate>> groups = new ArrayList<>();
    TreeMap<Double, List<Representative>> byVolume = new TreeMap<>();
    for (Candidate candidate : sorted) {
      double logVolume = candidate.logVolume();
      float[] radial = atVolume(candidate.source().crystal(), reference);
      int found = nearest(byVolume, candidate, logVolume, radial);
      if (found >= 0) {
        groups.get(found).add(candidate);
      } else {
        byVolume
            .computeIfAbsent(logVolume, v -> new ArrayList<>())
            .add(new Representative(candidate, logVolume, radial, groups.size()));
        groups.add(new ArrayList<>(List.of(candidate)));
      }
    }
    return groups;
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Representative(Candidate candidate, double logVolume, float[] radial, int group) {}

  private static int nearest(
      Map<Double, List<Representative>> all,
      Candidate candidate,
      double logVolume,
      float[] radial) {
    double window = Tolerance.RELAXED.logVolume();
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    for (List<Representative> group :
        ((TreeMap<Double, List<Representative>>) all)
            .subMap(logVolume - window, true, logVolume + window, true)
            .values()) {
      for (Representative other : group) {
        Tolerance tolerance =
            Tolerance.between(candidate.labels().source(), other.candidate().labels().source());
        if (Math.abs(logVolume - other.logVolume()) > tolerance.logVolume()) {
          continue;
        }
        double limit = Math.min(least, tolerance.distance());
        double distance = distance(radial, other.radial(), limit);
        if (distance <= tolerance.distance()
            && (distance < least || (distance == least && other.group() < best))) {
          least = distance;
          best = other.group();
        }
      }
    }
    return best;
  }

  /**
   * @return Σ|a - b| / Σ(a + b), or something above the limit as soon as it is above
   */
  static double distance(float[] a, float[] b, double limit) {
    double difference = 0;
    double sum = 0;
    for (int i = RADIAL; i < a.length; i++) {
      difference += Math.abs(a[i] - b[i]);
      sum += a[i] + b[i];
    }
    return sum == 0 ? 0 : difference / sum;
  }

  private float[] atVolume(Crystal crystal, double volumePerAtom) {
    double scale = Math.cbrt(volumePerAtom / crystal.volumePerAtom());
    double[] rows = crystal.lattice().toRows();
    for (int i = 0; i < rows.length; i++) {
      rows[i] *= scale;
    }
    return fingerprint.of(
        Crystal.of(Lattice.ofRows(rows), crystal.atomicNumbers(), crystal.toFractionalRows()));
  }

  private static double medianVolumePerAtom(List<Candidate> candidates) {
    double[] volumes =
        candidates.stream()
            .mapToDouble(c -> c.source().crystal().volumePerAtom())
            .sorted()
            .toArray();
    return volumes[volumes.length / 2];
  }
}
