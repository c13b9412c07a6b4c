package org.rlmaterials.espresso;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What can go wrong in a run of pw.x, as far as it is recognised from the log, the CRASH file (from
 * version 7.2 on errors stand only there), the exit code and the XML. In order of priority.
 */
enum Trouble {
  /** The disk is full or broken. */
  DISK(
      "No space left on device|Disk quota exceeded"
          + "|(?:Error in routine|from) +(?:davcio|diropn|open_buffer)"
          + "|[Ee]rror writing file|Input/output error"),

  /** Memory could not be had. */
  MEMORY("Cannot allocate memory|[Aa]llocation would exceed memory|insufficient virtual memory"),

  /** The launcher could not start the ranks that were asked for. */
  LAUNCHER(
      "There are not enough slots available|mpirun was unable to|prterun was unable"
          + "|srun: error: Unable.*(?:[Ii]nvalid|not available|[Mm]ore .* than)"),

  /** Slurm did not start the ranks: its controller or a node was not to be reached. */
  LAUNCHER_LOST("srun: error: (?:Unable|Task launch)"),

  /** A pseudopotential that this pw.x cannot read. */
  PSEUDOPOTENTIAL("(?:Error in routine|from) +(?:readpp|read_pseudo\\S*|read_upf\\S*) "),

  /** pw.x stopped itself at its time limit, or was killed there. */
  OUT_OF_TIME("Maximum CPU time exceeded"),

  /** Two atoms at one place. */
  ATOMS_OVERLAP("atoms #\\s*\\d+ and #\\s*\\d+ (?:overlap|differ by)"),

  /** Fewer k-points than pools. */
  TOO_MANY_POOLS("(?<!suboptimal parallelization: )some (?:nodes|pools) have no k-points"),

  /** More ranks in a pool than planes of G-vectors. */
  BAD_G_VECTOR_SPLIT(
      "some processors have no (?:G-vectors|planes)|no G-vectors|smooth g-vectors missing|"
          + "(?:no|zero) plane ?waves (?:found|on)"),

  /** The number of electrons does not fit the occupations. */
  CHARGE_IS_WRONG("charge is wrong"),

  /** A symmetry operation that does not fit the cell. */
  SYMMETRY_NON_ORTHOGONAL(
      "not? orthogonal (?:symmetry )?operation|symmetry operations? not satisfied"),

  /** The cell shrank so much in a vc-relax that tables became too small. */
  VOLUME_CONTRACTION(
      "Not enough space allocated for radial FFT|restarting with a larger cell_factor"),

  /** An eigensolver gave up. */
  DIAGONALIZATION(
      "problems computing cholesky|S matrix not positive definite|eigenvectors failed to converge"
          + "|too many bands are not converged|[Dd]iagonalization \\(\\S+\\) failed"
          + "|(?:Error in routine|from) +(?:p?[cr]diaghg|[cr]cgdiagg|[cr]egterg|paro\\S*) "),

  /** Fewer bands than electrons need. */
  TOO_FEW_BANDS("too few bands|not enough bands|nbnd is (?:smaller|too small)"),

  /** The optimiser ran out of ways to go downhill. */
  BFGS_HISTORY("history already reset at previous step|bfgs failed after|dE0s is positive"),

  /** A fresh self-consistent cycle at the end of a finished vc-relax failed: harmless here. */
  FINAL_SCF(null),

  /** The self-consistent cycle was stopped because it would not have converged. */
  SCF_HOPELESS(null),

  /** The self-consistent cycle used up its iterations. */
  SCF_NOT_CONVERGED("convergence NOT achieved"),

  /** The relaxation used up its steps. */
  IONS_NOT_CONVERGED("The maximum number of steps has been reached"),

  /** The run ended without saying why, in mid-run. */
  INTERRUPTED(null),

  /** Electrons in the highest band that was computed. */
  TOP_BAND_OCCUPIED(null),

  /** An error that no rule knows. */
  UNKNOWN("Error in routine|from +\\S+ +: error #");

  /** Occupation of the highest band from which on more bands are needed. */
  static final double OCCUPIED = 5e-3;

  /** pw.x goes on with a few bands that are not what they should be. */
  private static final Pattern ROUGH_BANDS =
      Pattern.compile("c_bands:\\s*\\d+ eigenvalues not converged");

  private final Pattern pattern;

  Trouble(String regex) {
    this.pattern = regex == null ? null : Pattern.compile(regex);
  }

  /**
   * @return its name in record.json
   */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  private boolean seenIn(String text) {
    return pattern != null && pattern.matcher(text).find();
  }

  /**
   * Recognises what went wrong.
   *
   * @param job what was run
   * @param run what it left
   * @return the trouble; empty if the run is good
   */
  static Optional<Trouble> of(PwJob job, PwRun run) {
    String text = run.log() + "\n" + run.crash();
    boolean relaxes = job.input().calculation().endsWith("relax");
    if (run.timedOut()) {
      return Optional.of(OUT_OF_TIME);
    }
    if (run.hopeless()) {
      return Optional.of(SCF_HOPELESS);
    }
    Optional<Trouble> named = Arrays.stream(values()).filter(t -> t.seenIn(text)).findFirst();
    if (named.filter(t -> t == SCF_NOT_CONVERGED || t == UNKNOWN).isPresent()
        && relaxes
        && run.log().contains("End of BFGS Geometry Optimization")) {
      return Optional.of(FINAL_SCF);
    }
    if (named.isPresent()) {
      return named;
    }
    if (run.exitCode() != 0 || !run.log().contains("JOB DONE") || run.output().isEmpty()) {
      return Optional.of(INTERRUPTED);
    }
    if (job.input().calculation().equals("bands") && ROUGH_BANDS.matcher(run.log()).find()) {
      return Optional.of(DIAGONALIZATION);
    }
    return run.output()
        .filter(o -> job.input().calculation().equals("scf") && topBandOccupied(o))
        .map(o -> TOP_BAND_OCCUPIED);
  }

  private static boolean topBandOccupied(PwOutput output) {
    return Arrays.stream(output.occupations()).anyMatch(f -> f[f.length - 1] > OCCUPIED);
  }
}
