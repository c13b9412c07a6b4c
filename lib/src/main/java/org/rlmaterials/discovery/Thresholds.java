package org.rlmaterials.discovery;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What a confirmed candidate must keep.
 *
 * @param mass electron mass below this (mₑ)
 * @param strictMass a second, stricter bound of the mass that is counted beside it (mₑ)
 * @param gapEv gap above this (eV)
 * @param aboveHullEvPerAtom energy above the hull at most this (eV per atom)
 */
public record Thresholds(
    @JsonProperty("m_star_below_me") double mass,
    @JsonProperty("strict_m_star_below_me") double strictMass,
    @JsonProperty("gap_above_ev") double gapEv,
    @JsonProperty("energy_above_hull_at_most_ev_per_atom") double aboveHullEvPerAtom) {
  /** The thresholds of this project. */
  public static final Thresholds STANDARD = new Thresholds(0.2, 0.1, 0.1, 0.1);
}
