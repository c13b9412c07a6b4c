package org.rlmaterials.dataset;

import java.util.Arrays;

/** What an effective mass is. Masses of different kinds are near each other, not equal. */
public enum MassKind {
  /** 3 / Σ(1/mᵢ) from the curvature at the band edge (our own DFT). */
  CURVATURE("curvature"),
  /** Conductivity mass at 300 K from transport theory (JARVIS-DFT; Ricci et al. 2017). */
  CONDUCTIVITY_300K("conductivity_300K"),
  /** Not said by the file it comes from. */
  UNSPECIFIED("unspecified");

  private final String label;

  MassKind(String label) {
    this.label = label;
  }

  /**
   * @return the name in files
   */
  public String label() {
    return label;
  }

  /**
   * @param label name in files
   * @return the kind
   * @throws IllegalArgumentException if there is no such kind
   */
  public static MassKind ofLabel(String label) {
    return Arrays.stream(values())
        .filter(kind -> kind.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "mass kind '"
                        + label
                        + "': expected curvature, conductivity_300K or unspecified"));
  }
}
