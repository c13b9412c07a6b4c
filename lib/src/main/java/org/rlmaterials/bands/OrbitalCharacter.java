package org.rlmaterials.bands;

import java.util.Map;

/** Something that says of which orbitals a band state is made: projwfc.x, a tight-binding model. */
public interface OrbitalCharacter {
  /**
   * @param kPoint Cartesian k-point (1/Å)
   * @param band index of the band, from 0
   * @return weight (0 to 1) of each angular momentum, by letter: s, p, d, f
   */
  Map<String, Double> weights(double[] kPoint, int band);
}
