package org.rlmaterials.bands;

import java.util.List;
import java.util.Map;

/**
 * Evidence on the order of the bands at the time-reversal-invariant point of the direct gap.
 *
 * @param inverted whether an inversion was found
 * @param kPoint that point, along the reciprocal lattice vectors (3)
 * @param conductionCurvature least principal curvature of the conduction band there (1/mₑ); null if
 *     not needed
 * @param valenceCurvature largest principal curvature of the valence band there (1/mₑ); null if not
 *     needed
 * @param orbitalWeights orbital weights of both bands there, by name; null if not asked
 * @param reason one line that says what decided
 */
public record Inversion(
    boolean inverted,
    List<Double> kPoint,
    Double conductionCurvature,
    Double valenceCurvature,
    Map<String, Double> orbitalWeights,
    String reason) {}
