package org.rlmaterials.discovery;

import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.fingerprint.CrystalFingerprint;

/**
 * Whether two crystals are the same structure: the same reduced formula, and radial distributions
 * that agree once both have the same volume per atom. A strained copy is the same structure; the
 * choice of cell, origin and orientation do not matter.
 */
final class SameStructure {
  /** First of the radial distributions in the fingerprint. */
  private static final int RADIAL = 24;

  /** Largest distance of the distributions, on a scale from 0 (equal) to 1 (nothing shared). */
  private static final double TOLERANCE = 0.08;

  private static final double VOLUME_PER_ATOM_ANGSTROM3 = 20;

  private SameStructure() {}

  /**
   * A crystal made ready to be compared with many others.
   *
   * @param reducedFormula reduced formula
   * @param radial radial distributions at the common volume; not copied
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Key(String reducedFormula, float[] radial) {}

  /**
   * @param crystal a crystal
   * @return what is compared
   */
  static Key key(Crystal crystal) {
    double scale = Math.cbrt(VOLUME_PER_ATOM_ANGSTROM3 / crystal.volumePerAtom());
    double[] rows = crystal.lattice().toRows();
    for (int i = 0; i < rows.length; i++) {
      rows[i] *= scale;
    }
    Crystal scaled =
        Crystal.of(Lattice.ofRows(rows), crystal.atomicNumbers(), crystal.toFractionalRows());
    return new Key(crystal.reducedFormula(), new CrystalFingerprint().of(scaled));
  }

  /**
   * @param a a crystal
   * @param b another
   * @return whether they are the same structure
   */
  static boolean matches(Key a, Key b) {
    if (!a.reducedFormula().equals(b.reducedFormula())) {
      return false;
    }
    double difference = 0;
    double sum = 0;
    for (int i = RADIAL; i < a.radial().length; i++) {
      difference += Math.abs(a.radial()[i] - b.radial()[i]);
      sum += a.radial()[i] + b.radial()[i];
    }
    return sum == 0 || difference / sum <= TOLERANCE;
  }
}
