package org.rlmaterials.discovery;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * The judgement of one structure. Fields that do not apply are absent (null).
 *
 * @param id name of the structure
 * @param hash hash of the structure as it was proposed; names its files
 * @param rank place among the candidates, from 1; 0 for a random structure
 * @param round round of the search; null where it does not say
 * @param reducedFormula reduced formula
 * @param spaceGroup Hermann-Mauguin symbol of the structure DFT computed
 * @param spaceGroupNumber its number, 1 to 230
 * @param validationClass label of a {@link ValidationClass}
 * @param reason one line that says what decided the class
 * @param confirmedStrict whether it is confirmed with the stricter bound of the mass too
 * @param predictedMStar mass the surrogate predicted (mₑ)
 * @param predictedMStarStd its standard deviation (mₑ)
 * @param predictedGapEv gap the surrogate predicted (eV)
 * @param mStar electron mass by DFT (mₑ), signed
 * @param mHole hole mass by DFT (mₑ)
 * @param gapEv gap by DFT (eV)
 * @param direct whether the gap is direct
 * @param formationEnergyEvPerAtom against the elements (eV per atom)
 * @param energyAboveHullEvPerAtom above the hull of everything computed (eV per atom)
 * @param decomposition what the hull there is made of: fraction of the atoms by record
 * @param drift what the relaxation changed
 * @param known name of the known structure that the relaxed one is the same as
 * @param seedId the seed its episode began with
 * @param failedRules rules of thumb it failed at selection
 * @param bandInversion evidence on the order of the bands, from the record
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Verdict(
    String id,
    String hash,
    int rank,
    Integer round,
    @JsonProperty("reduced_formula") String reducedFormula,
    @JsonProperty("space_group") String spaceGroup,
    @JsonProperty("space_group_number") Integer spaceGroupNumber,
    @JsonProperty("class") String validationClass,
    String reason,
    @JsonProperty("confirmed_strict") boolean confirmedStrict,
    @JsonProperty("predicted_m_star") Double predictedMStar,
    @JsonProperty("predicted_m_star_std") Double predictedMStarStd,
    @JsonProperty("predicted_gap_ev") Double predictedGapEv,
    @JsonProperty("m_star") Double mStar,
    @JsonProperty("m_hole") Double mHole,
    @JsonProperty("gap_ev") Double gapEv,
    Boolean direct,
    @JsonProperty("formation_energy_ev_per_atom") Double formationEnergyEvPerAtom,
    @JsonProperty("energy_above_hull_ev_per_atom") Double energyAboveHullEvPerAtom,
    Map<String, Double> decomposition,
    Drift drift,
    String known,
    @JsonProperty("seed_id") String seedId,
    @JsonProperty("failed_rules") List<String> failedRules,
    @JsonProperty("band_inversion") JsonNode bandInversion) {

  /**
   * What a relaxation changed.
   *
   * @param volumeChange relative change of the volume (fraction)
   * @param maxDisplacementAngstrom largest displacement of an atom (Å), strain removed
   * @param sameCrystal whether it stayed the crystal that was proposed
   */
  public record Drift(
      @JsonProperty("volume_change") double volumeChange,
      @JsonProperty("max_displacement_angstrom") double maxDisplacementAngstrom,
      @JsonProperty("same_crystal") boolean sameCrystal) {}
}
