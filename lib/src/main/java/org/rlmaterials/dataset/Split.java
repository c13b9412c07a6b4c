package org.rlmaterials.dataset;

import java.util.Locale;

/** The side of a record in training. */
public enum Split {
  /** Used to fit parameters. */
  TRAIN,
  /** Used to stop training, to choose settings and to calibrate uncertainties. */
  VALIDATION,
  /** Used once, for the metrics that are reported. */
  TEST;

  /**
   * @return the name in files: train, validation or test
   */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @param label train, validation or test
   * @return the split
   * @throws IllegalArgumentException if it is none of these
   */
  public static Split ofLabel(String label) {
    for (Split split : values()) {
      if (split.label().equals(label)) {
        return split;
      }
    }
    throw new IllegalArgumentException("split '" + label + "': expected train, validation or test");
  }
}
