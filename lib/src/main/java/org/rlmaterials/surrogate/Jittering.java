package org.rlmaterials.surrogate;

import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.RandomStream;

/** Displaced and strained copies of crystals. */
public final class Jittering {
  private Jittering() {}

  /**
   * @param crystal a crystal
   * @param jitter how far
   * @param random source of the draw
   * @return a copy with another volume and shape, its atoms displaced
   */
  public static Crystal of(Crystal crystal, TrainingOptions.Jitter jitter, RandomStream random) {
    double[] strain = new double[9];
    for (int i = 0; i < 3; i++) {
      for (int j = i; j < 3; j++) {
        double e = jitter.strain() > 0 ? jitter.strain() * random.nextGaussian() : 0;
        strain[3 * i + j] = e;
        strain[3 * j + i] = e;
      }
    }
    double stretch = Math.cbrt(1 + jitter.volume() * (2 * random.nextDouble() - 1));
    double[][] rows = crystal.lattice().vectors();
    double[] strained = new double[9];
    for (int v = 0; v < 3; v++) {
      for (int i = 0; i < 3; i++) {
        double sum = rows[v][i];
        for (int j = 0; j < 3; j++) {
          sum += rows[v][j] * strain[3 * j + i];
        }
        strained[3 * v + i] = stretch * sum;
      }
    }
    Lattice lattice = Lattice.ofRows(strained);
    double component = jitter.displacementAngstrom() / Math.sqrt(3);
    double[] positions = crystal.toFractionalRows();
    for (int atom = 0; atom < crystal.size(); atom++) {
      double[] shift = new double[3];
      for (int i = 0; i < 3; i++) {
        shift[i] = component * random.nextGaussian();
      }
      double[] fractional = lattice.toFractional(shift);
      for (int i = 0; i < 3; i++) {
        positions[3 * atom + i] += fractional[i];
      }
    }
    return Crystal.of(lattice, crystal.atomicNumbers(), positions);
  }
}
