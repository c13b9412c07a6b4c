package org.rlmaterials.espresso;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * What DFT found out about one structure: the content of record.json. A failed calculation is a
 * record too, with its status and reason. Fields that do not apply are absent (null), never zero.
 *
 * @param id name of the structure
 * @param structure the structure that was computed, in the JSON form of structure files; relaxed if
 *     a relaxation was asked for
 * @param initialStructure the structure that was given, in the same form
 * @param status converged or failed
 * @param error why it failed; null if it converged
 * @param energyEv total energy of the cell (eV): etot of pw.x, with the smearing term
 * @param gapEv fundamental band gap (eV); 0 for a metal
 * @param direct whether the gap at the k-point of one of the edges is the fundamental gap, within 2
 *     meV
 * @param vbm valence-band maximum
 * @param cbm conduction-band minimum
 * @param electron mass of electrons at the conduction-band minimum
 * @param hole mass of holes at the valence-band maximum
 * @param mStar the label: electron mass (mₑ), signed as docs/physics.md defines; 0 for a metal;
 *     null for molecules in a box
 * @param massKind what kind of mass mStar is: "curvature" here; null without one
 * @param outcome semiconductor, metal, pbe_inverted or inverted
 * @param bandInversion evidence on the order of the bands
 * @param relaxation what the relaxation did; null if none was asked for
 * @param symmetry space group of the structure computed
 * @param bandStructure bands along a path; null if they were not asked for or there is no gap
 * @param attempts every pw.x run and what was changed before the next, in order
 * @param provenance what is needed to compute it again
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DftRecord(
    String id,
    JsonNode structure,
    @JsonProperty("initial_structure") JsonNode initialStructure,
    String status,
    Failure error,
    @JsonProperty("energy_ev") Double energyEv,
    @JsonProperty("gap_ev") Double gapEv,
    Boolean direct,
    BandEdge vbm,
    BandEdge cbm,
    CarrierMass electron,
    CarrierMass hole,
    @JsonProperty("m_star") Double mStar,
    @JsonProperty("mass_kind") String massKind,
    String outcome,
    @JsonProperty("band_inversion") BandInversion bandInversion,
    Relaxation relaxation,
    Symmetry symmetry,
    @JsonProperty("band_structure") BandStructure bandStructure,
    List<Attempt> attempts,
    Provenance provenance) {

  /** Status of a record whose numbers can be used. */
  public static final String CONVERGED = "converged";

  /** Stated relative error of a mass (fraction) above which it is no result. */
  public static final double MOST_MASS_ERROR = 0.5;

  /** Status of a record that holds only a reason. */
  public static final String FAILED = "failed";

  /**
   * Why a calculation gave no result.
   *
   * @param kind short name, one of the kinds in docs/output.md
   * @param message one line for people
   */
  public record Failure(String kind, String message) {}

  /**
   * A band edge.
   *
   * @param energyEv energy (eV) on the scale of pw.x, arbitrary zero
   * @param kPoint fractional coordinates of the reciprocal lattice vectors (3)
   */
  public record BandEdge(
      @JsonProperty("energy_ev") double energyEv, @JsonProperty("k_point") List<Double> kPoint) {}

  /**
   * Effective mass of one kind of carrier.
   *
   * @param mStar inertial mass 3 / Σ(1/mᵢ) (mₑ), signed: positive at an ordinary edge
   * @param principalMasses the three principal masses (mₑ)
   * @param principalAxes unit vectors of the principal axes (Cartesian), one a row
   * @param tensor inverse-mass tensor (1/mₑ), Cartesian, 3×3
   * @param stepError estimated relative error of mStar (fraction), from the finite step, the noise
   *     of the energies and the offset from the extremum
   * @param fitRmsEv residual of the stencil fit (eV)
   * @param degeneracy number of degenerate bands averaged over
   * @param step radius of the inner shell of the stencil (1/Å)
   */
  public record CarrierMass(
      @JsonProperty("m_star") double mStar,
      @JsonProperty("principal_masses") List<Double> principalMasses,
      @JsonProperty("principal_axes") List<List<Double>> principalAxes,
      List<List<Double>> tensor,
      @JsonProperty("step_error") double stepError,
      @JsonProperty("fit_rms_ev") double fitRmsEv,
      int degeneracy,
      @JsonProperty("step_per_angstrom") double step) {}

  /**
   * Evidence on the order of the bands at the direct gap.
   *
   * @param inverted whether an inversion was found
   * @param kPoint the time-reversal-invariant point of the direct gap (fractional, 3)
   * @param conductionCurvature curvature of the conduction band there (1/mₑ): least principal value
   * @param valenceCurvature curvature of the valence band there (1/mₑ): largest principal value
   * @param orbitalWeights orbital weights of both bands from projwfc.x, by name; null if not asked
   * @param reason one line that says what decided
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record BandInversion(
      boolean inverted,
      @JsonProperty("k_point") List<Double> kPoint,
      @JsonProperty("conduction_curvature") Double conductionCurvature,
      @JsonProperty("valence_curvature") Double valenceCurvature,
      @JsonProperty("orbital_weights") Map<String, Double> orbitalWeights,
      String reason) {}

  /**
   * What a relaxation did.
   *
   * @param converged whether forces and shear met the protocol's thresholds, and the pressure said
   *     that the volume is off by less than 0.25 % (0.5 % after a vc-relax)
   * @param steps number of ionic steps
   * @param volumeChange relative change of the volume (fraction)
   * @param maxDisplacementAngstrom largest displacement of an atom (Å), after removing the strain
   * @param maxForceEvPerAngstrom largest force that is left (eV/Å): that of the fresh cycle on the
   *     mesh with Γ, not of the shifted mesh that the relaxation ended on; null if it failed
   * @param pressureGpa pressure that is left (GPa), of the same cycle; null with it
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Relaxation(
      boolean converged,
      int steps,
      @JsonProperty("volume_change") double volumeChange,
      @JsonProperty("max_displacement_angstrom") double maxDisplacementAngstrom,
      @JsonProperty("max_force_ev_per_angstrom") Double maxForceEvPerAngstrom,
      @JsonProperty("pressure_gpa") Double pressureGpa) {}

  /**
   * Space group.
   *
   * @param number International Tables number, 1 to 230
   * @param symbol Hermann-Mauguin symbol
   */
  public record Symmetry(int number, String symbol) {}

  /**
   * Bands along a path, for drawing.
   *
   * @param labels names of the special points (n), empty between them; "X|Y" where the path jumps
   * @param distances length of the path to each point (1/Å, n)
   * @param kPoints Cartesian k-points (1/Å, n×3)
   * @param segmentStarts indices of the points where the path begins or has jumped to
   * @param energiesEv energies (eV, n × bands) on the scale of the band edges
   * @param occupiedBands number of occupied bands
   */
  public record BandStructure(
      List<String> labels,
      @JsonProperty("distances_per_angstrom") List<Double> distances,
      @JsonProperty("k_points_per_angstrom") List<List<Double>> kPoints,
      @JsonProperty("segment_starts") List<Integer> segmentStarts,
      @JsonProperty("energies_ev") List<List<Double>> energiesEv,
      @JsonProperty("occupied_bands") int occupiedBands) {}

  /**
   * One run of pw.x. Runs of projwfc.x are not among the attempts, and their time is not counted.
   *
   * @param step what was run: scf, bands, vc-relax
   * @param outcome ok, or the name of the trouble that was recognised
   * @param action what was changed for the next attempt; null after success
   * @param restart how the next attempt starts: from_scratch, charge_density, full; null if none
   * @param kPoints number of k-points that were solved; null if it ended before
   * @param seconds wall time (s) of the program
   * @param coreSeconds processor time (s) of all its processes and threads
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Attempt(
      String step,
      String outcome,
      String action,
      String restart,
      @JsonProperty("k_points") Integer kPoints,
      double seconds,
      @JsonProperty("core_seconds") double coreSeconds) {}

  /**
   * What is needed to compute a record again.
   *
   * @param qeVersion version of Quantum ESPRESSO as pw.x reports it
   * @param pseudopotentials by element symbol
   * @param protocol fast, balanced or stringent
   * @param cutoffsRy kinetic-energy cutoffs (Ry) of the wavefunctions and the density
   * @param kMesh Monkhorst-Pack divisions (3)
   * @param energyKMesh divisions (3) of the mesh of the total energy, shifted by half a division;
   *     null if the energy is that of kMesh
   * @param energyCutoffsRy cutoffs (Ry) of that cycle; null as energyKMesh, or in records from
   *     before they differed from cutoffsRy
   * @param pwSeconds processor time (s) of pw.x in all, over all processes and threads
   * @param stageDigest SHA-256 of the code that computed it; null outside the pipeline
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Provenance(
      @JsonProperty("qe_version") String qeVersion,
      Map<String, Pseudopotential> pseudopotentials,
      String protocol,
      @JsonProperty("cutoffs_ry") Cutoffs cutoffsRy,
      @JsonProperty("k_mesh") List<Integer> kMesh,
      @JsonProperty("energy_k_mesh") List<Integer> energyKMesh,
      @JsonProperty("energy_cutoffs_ry") Cutoffs energyCutoffsRy,
      @JsonProperty("pw_seconds") double pwSeconds,
      @JsonProperty("stage_digest") String stageDigest) {}

  /**
   * A pseudopotential file.
   *
   * @param file file name without folder
   * @param md5 MD5 of its bytes
   */
  public record Pseudopotential(String file, String md5) {}

  /**
   * Plane-wave cutoffs.
   *
   * @param wavefunction of the wavefunctions (Ry)
   * @param density of the density (Ry)
   */
  public record Cutoffs(double wavefunction, double density) {}
}
