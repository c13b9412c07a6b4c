package org.rlmaterials.bands;

/** What the bands of a crystal make of it. docs/physics.md defines each. */
public enum Outcome {
  /** A gap in the ordinary order of the bands. */
  SEMICONDUCTOR,
  /** No gap. */
  METAL,
  /** A gap between bands in inverted order. */
  INVERTED,
  /** The gap closed or inverted, in a compound for which PBE is known to be wrong about that. */
  PBE_INVERTED;

  /**
   * @return the name in records: semiconductor, metal, inverted, pbe_inverted
   */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
