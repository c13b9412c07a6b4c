package org.rlmaterials.discovery;

import java.util.Locale;

/** What DFT made of a candidate. docs/output.md says how each is decided. */
public enum ValidationClass {
  /** A light, stable, new semiconductor. */
  CONFIRMED,
  /** All of that but new: it relaxed to a structure that is known. */
  REDISCOVERED,
  /** A semiconductor with a heavier mass than looked for. */
  HEAVIER_THAN_PREDICTED,
  /** No gap, or one too small. */
  METAL,
  /** The gap is closed or inverted in a compound for which PBE is known to be wrong about it. */
  PBE_INVERTED,
  /** Bands in inverted order. */
  INVERTED,
  /** Too far above the hull. */
  UNSTABLE,
  /** No result that could be judged. */
  DFT_FAILED;

  /**
   * @return the name in files: heavier_than_predicted
   */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
