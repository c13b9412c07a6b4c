package org.rlmaterials.discovery;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Whether a control came out as it must.
 *
 * @param id name of the control
 * @param expected light_semiconductor or metal
 * @param passed whether it did
 * @param reason one line that says what was found
 * @param outcome outcome of the record; null without one
 * @param mStar electron mass (mₑ); null without one
 * @param gapEv gap (eV); null without one
 * @param formationEnergyEvPerAtom against the elements (eV per atom); null if they were not
 *     computed, which a run does only for the elements of its candidates
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ControlCheck(
    String id,
    String expected,
    boolean passed,
    String reason,
    String outcome,
    @JsonProperty("m_star") Double mStar,
    @JsonProperty("gap_ev") Double gapEv,
    @JsonProperty("formation_energy_ev_per_atom") Double formationEnergyEvPerAtom) {

  /** A control that must come out with a gap and a mass below the threshold. */
  public static final String LIGHT_SEMICONDUCTOR = "light_semiconductor";

  /** A control that must come out without a gap. */
  public static final String METAL = "metal";
}
