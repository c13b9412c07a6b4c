package org.rlmaterials.rl;

import java.util.function.BiPredicate;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.fingerprint.Descriptor;
import org.rlmaterials.fingerprint.Descriptors;

/**
 * Whether two crystals of one reduced formula are the same structure up to small strains and
 * shifts: their radial distributions, at the same volume per atom, differ by less than a part of
 * their length.
 */
public final class SameStructure implements BiPredicate<Crystal, Crystal> {
  private static final double VOLUME_PER_ATOM = 20;
  private static final int FIRST_RADIAL = 24;
  private static final double TOLERANCE = 0.25;

  private final Descriptor fingerprint = Descriptors.byName("fingerprint");

  @Override
  public boolean test(Crystal a, Crystal b) {
    float[] x = fingerprint.of(atStandardVolume(a));
    float[] y = fingerprint.of(atStandardVolume(b));
    double difference = 0;
    double length = 0;
    for (int i = FIRST_RADIAL; i < x.length; i++) {
      difference += (x[i] - y[i]) * (x[i] - y[i]);
      length += 0.5 * (x[i] * x[i] + y[i] * y[i]);
    }
    return difference < TOLERANCE * TOLERANCE * length;
  }

  private static Crystal atStandardVolume(Crystal crystal) {
    double factor = Math.cbrt(VOLUME_PER_ATOM / crystal.volumePerAtom());
    double[] rows = crystal.lattice().toRows();
    for (int i = 0; i < 9; i++) {
      rows[i] *= factor;
    }
    return Crystal.of(Lattice.ofRows(rows), crystal.atomicNumbers(), crystal.toFractionalRows());
  }
}
