package org.rlmaterials.surrogate;

import java.util.Arrays;
import org.rlmaterials.errors.BadInputException;

/** What a head of the network predicts, and the scale on which it learns it. */
public enum Target {
  /** Electron effective mass (mₑ), signed. */
  M_STAR("m_star"),
  /** Hole effective mass (mₑ). */
  M_HOLE("m_hole"),
  /** Band gap (eV). */
  GAP("gap_ev"),
  /** Whether the gap is at least 0.1 eV: 1 or 0; the head gives a logit. */
  SEMICONDUCTOR("semiconductor"),
  /** Formation energy (eV per atom). */
  FORMATION_ENERGY("formation_energy_ev_per_atom");

  /**
   * Width of the signed logarithm of masses (mₑ): above it the scale is logarithmic, below it
   * linear through zero, so that light masses count as much as heavy ones and a sign is no jump.
   */
  public static final double MASS_WIDTH = 0.02;

  private final String label;

  Target(String label) {
    this.label = label;
  }

  /**
   * @return the name in files, with the unit
   */
  public String label() {
    return label;
  }

  /**
   * @param label name in files
   * @return the target
   * @throws BadInputException if there is no such target
   */
  public static Target ofLabel(String label) {
    return Arrays.stream(values())
        .filter(t -> t.label.equals(label))
        .findFirst()
        .orElseThrow(() -> new BadInputException("target '" + label + "' is not known"));
  }

  /**
   * @return whether this is a mass, learnt as asinh(m / (2 · 0.02 mₑ))
   */
  public boolean isMass() {
    return this == M_STAR || this == M_HOLE;
  }

  /**
   * @param value in the unit of the target
   * @return value on the scale of training
   */
  public double toScale(double value) {
    if (!isMass()) {
      return value;
    }
    double x = value / (2 * MASS_WIDTH);
    return Math.signum(x) * Math.log(Math.abs(x) + Math.sqrt(x * x + 1));
  }

  /**
   * @param scaled value on the scale of training
   * @return value in the unit of the target
   */
  public double ofScale(double scaled) {
    return isMass() ? 2 * MASS_WIDTH * Math.sinh(scaled) : scaled;
  }

  /**
   * @param scaled value on the scale of training
   * @return derivative of {@link #ofScale} there, in the unit of the target
   */
  public double slope(double scaled) {
    return isMass() ? 2 * MASS_WIDTH * Math.cosh(scaled) : 1;
  }
}
