package org.rlmaterials.dataset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.StructureMatcher;
import org.rlmaterials.fingerprint.Descriptor;

/**
 * Finds records that describe the same structure: same reduced formula, volumes per atom that
 * agree, radial distributions that agree after both structures are brought to one volume, and an
 * atom-by-atom match of the primitive cells. None of these depends on the choice of cell, its
 * origin or its orientation.
 *
 * <p>How closely they must agree depends on who says so. Two public databases relax the same
 * crystal with different functionals: volumes differ by a few per cent, those of layered crystals
 * by up to a quarter. Our own DFT computes one given geometry, strained ones among them, and its
 * labels belong to that geometry: it is the same as another source's only if it is nearly the same,
 * and two records of one source are the same only if the structure was written down twice.
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
    static final Tolerance RELAXED = new Tolerance(0.25, 0.4);

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
    TreeMap<Double, List<Shape>> firsts = new TreeMap<>();
    for (Candidate candidate : sorted) {
      Shape shape = new Shape(candidate, reference, groups.size());
      Shape same = nearest(firsts, shape);
      if (same == null) {
        firsts.computeIfAbsent(shape.logVolume, v -> new ArrayList<>()).add(shape);
        groups.add(new ArrayList<>(List.of(candidate)));
      } else {
        groups.get(same.group).add(candidate);
      }
    }
    return groups;
  }

  /** What is compared of a record. */
  private final class Shape {
    final SourceKind source;
    final Crystal crystal;
    final int group;
    final double logVolume;
    final float[] radial;

    /** Made when it is first needed: most records meet no other that is like them. */
    private StructureMatcher.Prepared prepared;

    Shape(Candidate candidate, double volumePerAtom, int group) {
      source = candidate.labels().source();
      crystal = candidate.source().crystal();
      this.group = group;
      logVolume = Math.log(crystal.volumePerAtom());
      radial = atVolume(crystal, volumePerAtom);
    }

    StructureMatcher.Prepared prepared() {
      if (prepared == null) {
        prepared = StructureMatcher.prepare(crystal);
      }
      return prepared;
    }
  }

  /** Shape and distance of one that may be the same. */
  private record Near(Shape shape, double distance) {}

  /**
   * @return the nearest of those that are the same; null if there is none
   */
  private static Shape nearest(NavigableMap<Double, List<Shape>> firsts, Shape shape) {
    double window = Tolerance.RELAXED.logVolume();
    List<Near> near = new ArrayList<>();
    for (List<Shape> others :
        firsts.subMap(shape.logVolume - window, true, shape.logVolume + window, true).values()) {
      for (Shape other : others) {
        Tolerance tolerance = Tolerance.between(shape.source, other.source);
        if (Math.abs(shape.logVolume - other.logVolume) <= tolerance.logVolume()) {
          double distance = distance(shape.radial, other.radial);
          if (distance <= tolerance.distance()) {
            near.add(new Near(other, distance));
          }
        }
      }
    }
    near.sort(Comparator.comparingDouble(Near::distance).thenComparing(n -> n.shape().group));
    for (Near one : near) {
      if (StructureMatcher.same(one.shape().prepared(), shape.prepared())) {
        return one.shape();
      }
    }
    return null;
  }

  /**
   * @return Σ|a - b| / Σ(a + b) of the radial distributions
   */
  private static double distance(float[] a, float[] b) {
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
