package org.rlmaterials.crystal;

import java.util.Arrays;

/**
 * Tells which targeted moves leave a crystal valid (see {@link Validity}) without making them: its
 * close pairs are looked up once for all of them.
 */
public final class Clearance {
  /** Largest shortening of a distance by a strain that is asked about. */
  private static final double MOST_STRAIN = 0.05;

  private static final double LARGEST_RADIUS = largestRadius();

  private final Crystal crystal;
  private final double[] radius;

  /** Close pairs, each once: atoms, and the vector between them (Å). */
  private int[] first = new int[8];

  private int[] second = new int[8];
  private double[] vectors = new double[24];
  private int pairs;

  /**
   * @param crystal a valid crystal
   */
  public Clearance(Crystal crystal) {
    this.crystal = crystal;
    radius = new double[crystal.size()];
    double largest = LARGEST_RADIUS;
    for (int i = 0; i < radius.length; i++) {
      radius[i] = crystal.element(i).covalentRadius();
      largest = Math.max(largest, radius[i]);
    }
    double reach = 2 * Validity.MIN_DISTANCE_RATIO * largest / (1 - MOST_STRAIN);
    NeighbourSearch.visitPairs(crystal, reach, this::add);
  }

  private static double largestRadius() {
    double largest = 0;
    for (int k = 0; k < Palette.size(); k++) {
      largest = Math.max(largest, Element.of(Palette.atomicNumber(k)).covalentRadius());
    }
    return largest;
  }

  private void add(int i, int j, double dx, double dy, double dz, double distance) {
    if (pairs == first.length) {
      first = Arrays.copyOf(first, 2 * pairs);
      second = Arrays.copyOf(second, 2 * pairs);
      vectors = Arrays.copyOf(vectors, 6 * pairs);
    }
    first[pairs] = i;
    second[pairs] = j;
    vectors[3 * pairs] = dx;
    vectors[3 * pairs + 1] = dy;
    vectors[3 * pairs + 2] = dz;
    pairs++;
  }

  /**
   * @param atom index of an atom, from 0
   * @param atomicNumber Z of an element of the palette
   * @return whether the crystal is valid with that element on the atom's place
   */
  public boolean allowsElement(int atom, int atomicNumber) {
    double own = Element.of(atomicNumber).covalentRadius();
    for (int p = 0; p < pairs; p++) {
      if (first[p] == atom || second[p] == atom) {
        double sum =
            (first[p] == atom ? own : radius[first[p]])
                + (second[p] == atom ? own : radius[second[p]]);
        if (length(p) < Validity.MIN_DISTANCE_RATIO * sum) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * @param tensor strain as in {@link Move.Strain}, no eigenvalue below -0.05
   * @return whether the strained crystal is valid
   */
  public boolean allowsStrain(double[] tensor) {
    double x = 1 + tensor[0];
    double y = 1 + tensor[1];
    double z = 1 + tensor[2];
    double yz = tensor[3];
    double xz = tensor[4];
    double xy = tensor[5];
    double growth = x * (y * z - yz * yz) - xy * (xy * z - yz * xz) + xz * (xy * yz - y * xz);
    double volume = crystal.volumePerAtom() * growth;
    if (volume < Validity.MIN_VOLUME_PER_ATOM || volume > Validity.MAX_VOLUME_PER_ATOM) {
      return false;
    }
    for (int p = 0; p < pairs; p++) {
      double a = vectors[3 * p];
      double b = vectors[3 * p + 1];
      double c = vectors[3 * p + 2];
      double dx = a * x + b * xy + c * xz;
      double dy = a * xy + b * y + c * yz;
      double dz = a * xz + b * yz + c * z;
      double least = Validity.MIN_DISTANCE_RATIO * (radius[first[p]] + radius[second[p]]);
      if (Math.sqrt(dx * dx + dy * dy + dz * dz) < least) {
        return false;
      }
    }
    return true;
  }

  private double length(int p) {
    double x = vectors[3 * p];
    double y = vectors[3 * p + 1];
    double z = vectors[3 * p + 2];
    return Math.sqrt(x * x + y * y + z * z);
  }
}
