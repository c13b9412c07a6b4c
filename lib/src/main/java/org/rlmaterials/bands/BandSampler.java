package org.rlmaterials.bands;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All band energies known so far, at the mesh and at the points solved since. A point that is
 * equivalent to a known one by a reciprocal lattice vector, time reversal or a rotation of the
 * crystal is never solved again.
 */
final class BandSampler {
  /** Points closer than this, in fractional coordinates, are one point. */
  private static final double RESOLUTION = 1e-7;

  private static final long CELLS = Math.round(1 / RESOLUTION);

  /** Distance (1/Å) up to which a point is an invariant point. */
  private static final double SAME_POINT = 1e-6;

  private record Key(long x, long y, long z) {}

  private final BandMesh mesh;
  private final BandSolver solver;
  private final int occupied;

  /** Fractional images of a k-point: the rotations and their negatives. */
  private final List<double[][]> images = new ArrayList<>();

  /** What the solver gave. */
  private final Map<Key, double[]> solved = new HashMap<>();

  /**
   * The mesh of the self-consistent cycle. Its last iteration diagonalised another potential, less
   * tightly, than the solver does: good for the search, not for differences with solved points.
   */
  private final Map<Key, double[]> approximate = new HashMap<>();

  private int points;
  private int calls;
  private final List<double[]> meshPoints = new ArrayList<>();
  private double[] highestValence;
  private double[] lowestConduction;

  BandSampler(BandMesh mesh, BandSolver solver) {
    this.mesh = mesh;
    this.solver = solver;
    this.occupied = mesh.occupiedBands();
    for (double[][] rotation : mesh.rotations()) {
      double[][] m = mesh.fractionalRotation(rotation);
      images.add(m);
      images.add(
          new double[][] {
            {-m[0][0], -m[0][1], -m[0][2]},
            {-m[1][0], -m[1][1], -m[1][2]},
            {-m[2][0], -m[2][1], -m[2][2]}
          });
    }
    double[][] kPoints = mesh.kPoints();
    double[][] energies = mesh.energies();
    for (int i = 0; i < kPoints.length; i++) {
      if (find(approximate, kPoints[i]) == null) {
        add(approximate, kPoints[i], energies[i]);
        meshPoints.add(kPoints[i]);
      }
    }
  }

  /** The inequivalent points of the mesh (1/Å). */
  List<double[]> meshPoints() {
    return meshPoints;
  }

  BandMesh mesh() {
    return mesh;
  }

  /** Solves for those of the points that are not known yet, in one call. */
  void fetch(List<double[]> wanted) {
    Map<Key, double[]> missing = new java.util.LinkedHashMap<>();
    for (double[] k : wanted) {
      if (find(solved, k) == null && images(k).stream().noneMatch(missing::containsKey)) {
        missing.put(key(mesh.toFractional(k)), k);
      }
    }
    if (missing.isEmpty()) {
      return;
    }
    double[][] ks = missing.values().toArray(double[][]::new);
    double[][] energies = solver.energies(ks);
    calls++;
    points += ks.length;
    for (int i = 0; i < ks.length; i++) {
      if (energies[i].length <= occupied) {
        throw new IllegalStateException(
            "the solver gave %d bands, of which %d are occupied"
                .formatted(energies[i].length, occupied));
      }
      add(solved, ks[i], energies[i]);
    }
  }

  /** Energies (eV) at a point that was fetched or, less precisely, is on the mesh. */
  double[] at(double[] k) {
    double[] energies = find(solved, k);
    if (energies == null) {
      energies = find(approximate, k);
    }
    if (energies == null) {
      throw new IllegalStateException("k-point was not fetched");
    }
    return energies;
  }

  /** Whether a point was fetched or is on the mesh. */
  boolean knows(double[] k) {
    return find(solved, k) != null || find(approximate, k) != null;
  }

  /** How many of the points are inequivalent: what they would cost if none were known. */
  int inequivalent(List<double[]> ks) {
    java.util.Set<Key> seen = new java.util.HashSet<>();
    int count = 0;
    for (double[] k : ks) {
      List<Key> keys = images(k);
      if (keys.stream().noneMatch(seen::contains)) {
        count++;
        seen.add(keys.get(0));
      }
    }
    return count;
  }

  int points() {
    return points;
  }

  int calls() {
    return calls;
  }

  /** Where the highest energy in an occupied band was met (1/Å). */
  double[] highestValence() {
    return highestValence;
  }

  /** Where the lowest energy in an empty band was met (1/Å). */
  double[] lowestConduction() {
    return lowestConduction;
  }

  /** Distance (eV) between the lowest empty and the highest occupied energy met. */
  double gap() {
    return at(lowestConduction)[occupied] - at(highestValence)[occupied - 1];
  }

  /** Noise (eV) of a band energy around a k-point (1/Å). */
  double noiseEv(double[] k) {
    double[] invariant = InvariantPoints.nearest(mesh, k);
    return Vectors.norm(Vectors.minus(invariant, k)) < SAME_POINT
        ? solver.noiseEv()
        : solver.noiseElsewhereEv();
  }

  /** Shortest distance (1/Å) between points equivalent to the two. */
  double distance(double[] a, double[] b) {
    double[] fa = mesh.toFractional(a);
    double[] fb = mesh.toFractional(b);
    double shortest = Double.POSITIVE_INFINITY;
    for (double[][] m : images) {
      double[] image = Vectors.combine(fa, m);
      double[] difference = new double[3];
      for (int i = 0; i < 3; i++) {
        difference[i] = image[i] - fb[i];
        difference[i] -= Math.rint(difference[i]);
      }
      shortest = Math.min(shortest, Vectors.norm(mesh.toCartesian(difference)));
    }
    return shortest;
  }

  private void add(Map<Key, double[]> known, double[] k, double[] energies) {
    known.put(key(mesh.toFractional(k)), energies);
    if (highestValence == null || energies[occupied - 1] > at(highestValence)[occupied - 1]) {
      highestValence = k;
    }
    if (lowestConduction == null || energies[occupied] < at(lowestConduction)[occupied]) {
      lowestConduction = k;
    }
  }

  private double[] find(Map<Key, double[]> known, double[] k) {
    for (Key image : images(k)) {
      double[] energies = known.get(image);
      if (energies != null) {
        return energies;
      }
    }
    return null;
  }

  private List<Key> images(double[] k) {
    double[] f = mesh.toFractional(k);
    List<Key> keys = new ArrayList<>(images.size());
    for (double[][] m : images) {
      keys.add(key(Vectors.combine(f, m)));
    }
    return keys;
  }

  private static Key key(double[] f) {
    return new Key(cell(f[0]), cell(f[1]), cell(f[2]));
  }

  private static long cell(double f) {
    return Math.floorMod(Math.round(f / RESOLUTION), CELLS);
  }
}
