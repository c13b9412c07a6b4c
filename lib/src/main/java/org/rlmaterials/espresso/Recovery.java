package org.rlmaterials.espresso;

import java.util.List;
import java.util.Locale;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.espresso.PwJob.Restart;

/**
 * What to do about trouble: one pure function a kind of {@link Trouble}, from what was run, what it
 * left and how often this trouble was met before, to another run or to giving up.
 *
 * <p>The actions follow the experience gathered in the pw.x handlers of aiida-quantumespresso,
 * whose kinds of restart are kept; those it has no handler for are marked below.
 */
final class Recovery {
  /** Runs of one step, the first one included. */
  static final int MAX_ATTEMPTS = 6;

  /** Runs that go on with a relaxation whose steps were used up. */
  static final int MAX_CONTINUED = 1;

  private Recovery() {}

  /** What comes next. */
  sealed interface Decision {}

  /**
   * Another run.
   *
   * @param job what to run
   * @param action what was changed, for the record
   */
  record Next(PwJob job, String action) implements Decision {}

  /**
   * The result is good enough as it is.
   *
   * @param reason why, for the record
   */
  record Accept(String reason) implements Decision {}

  /**
   * The structure has no result.
   *
   * @param kind kind of the error in the record
   * @param message one line for people
   */
  record GiveUp(String kind, String message) implements Decision {}

  /**
   * The machine failed, not the calculation: the task must be tried again.
   *
   * @param message one line for people
   */
  record Machine(String message) implements Decision {}

  /**
   * The user asked for something that cannot be run.
   *
   * @param message one line for people
   */
  record Misconfigured(String message) implements Decision {}

  /**
   * Decides.
   *
   * @param trouble what went wrong
   * @param job what was run
   * @param run what it left
   * @param earlier what went wrong in the runs of this step before, in order
   * @param ranks number of MPI ranks
   * @return what comes next
   */
  static Decision decide(Trouble trouble, PwJob job, PwRun run, List<Trouble> earlier, int ranks) {
    Decision decision = action(trouble, job, run, earlier, ranks);
    // Trouble of the machine or of the options says nothing of the structure, however late.
    return decision instanceof Next && earlier.size() + 1 >= MAX_ATTEMPTS
        ? new GiveUp(
            kind(trouble), "pw.x failed " + MAX_ATTEMPTS + " times, last with: " + reason(run))
        : decision;
  }

  private static Decision action(
      Trouble trouble, PwJob job, PwRun run, List<Trouble> earlier, int ranks) {
    int before = (int) earlier.stream().filter(t -> t == trouble).count();
    boolean relaxes = job.input().calculation().endsWith("relax");
    return switch (trouble) {
      case DISK -> new Machine("pw.x cannot write its scratch files: " + reason(run));
      case MEMORY -> new Machine("pw.x ran out of memory: " + reason(run));
      case OUT_OF_TIME -> new Machine("pw.x was stopped at its time limit: more time is needed");
      case LAUNCHER ->
          new Misconfigured("the launcher cannot start pw.x: " + reason(run) + "; see --launcher");
      case LAUNCHER_LOST -> new Machine("srun could not start pw.x: " + reason(run));
      case PSEUDOPOTENTIAL ->
          new Misconfigured("pw.x cannot read a pseudopotential: " + reason(run));
      case ATOMS_OVERLAP -> new GiveUp(trouble.key(), "two atoms overlap: " + reason(run));
      case TOO_MANY_POOLS -> fewerPools(job, ranks, run);
      case BAD_G_VECTOR_SPLIT -> morePools(job, ranks, run);
      case CHARGE_IS_WRONG -> chargeIsWrong(job, run, before);
      case SYMMETRY_NON_ORTHOGONAL -> withoutSymmetry(job, run);
      case VOLUME_CONTRACTION -> largerCellFactor(job, run);
      case DIAGONALIZATION -> otherDiagonalization(job, run);
      case TOO_FEW_BANDS, TOP_BAND_OCCUPIED -> moreBands(job, run, before);
      case BFGS_HISTORY -> otherOptimiser(job, run);
      case FINAL_SCF ->
          new Accept("the relaxation itself is finished; a fresh scf follows in any case");
      case SCF_HOPELESS, SCF_NOT_CONVERGED ->
          relaxes ? scfInRelaxation(trouble, job, run, before) : scf(trouble, job, run, before);
      case IONS_NOT_CONVERGED -> goOn(job, run, before);
      case INTERRUPTED -> interrupted(job, run, before);
      case UNKNOWN -> retryOnce(job, run, before);
    };
  }

  private static String kind(Trouble trouble) {
    return switch (trouble) {
      case SCF_HOPELESS -> Trouble.SCF_NOT_CONVERGED.key();
      case TOO_FEW_BANDS -> Trouble.TOP_BAND_OCCUPIED.key();
      case UNKNOWN -> "pw_error";
      default -> trouble.key();
    };
  }

  /** Too many pools (no handler in AiiDA): the next smaller divisor of the ranks. */
  static Decision fewerPools(PwJob job, int ranks, PwRun run) {
    for (int n = job.pools() - 1; n >= 1; n--) {
      if (ranks % n == 0) {
        return new Next(
            job.withPools(n).with(Restart.FROM_SCRATCH), "pools " + job.pools() + " -> " + n);
      }
    }
    return new GiveUp(Trouble.TOO_MANY_POOLS.key(), reason(run));
  }

  /** Too many ranks for the G-vectors (no handler in AiiDA): more pools, so fewer ranks in each. */
  static Decision morePools(PwJob job, int ranks, PwRun run) {
    for (int n = job.pools() + 1; n <= ranks; n++) {
      if (ranks % n == 0) {
        return new Next(
            job.withPools(n).with(Restart.FROM_SCRATCH), "pools " + job.pools() + " -> " + n);
      }
    }
    return new Misconfigured(
        "too many MPI ranks for so small a cell (" + reason(run) + "): use fewer in --launcher");
  }

  /** Charge is wrong (no handler in AiiDA): smear the occupations, then start afresh. */
  static Decision chargeIsWrong(PwJob job, PwRun run, int before) {
    PwInput input = job.input();
    if (!input.text("system", "occupations", "fixed").equals("smearing")) {
      return new Next(
          new PwJob(
              input
                  .with("system", "occupations", "smearing")
                  .with("system", "smearing", "mv")
                  .with("system", "degauss", 0.01),
              job.pools(),
              Restart.FROM_SCRATCH),
          "occupations smearing");
    }
    if (before == 0) {
      double beta = 0.5 * input.number("electrons", "mixing_beta", 0.7);
      return new Next(
          job.with(input.with("electrons", "mixing_beta", beta)).with(Restart.FROM_SCRATCH),
          "mixing_beta " + shown(beta) + ", from scratch");
    }
    return new GiveUp(Trouble.CHARGE_IS_WRONG.key(), reason(run));
  }

  /** A symmetry that does not fit (no handler in AiiDA): do without symmetry. */
  static Decision withoutSymmetry(PwJob job, PwRun run) {
    if (job.input().get("system", "nosym").isPresent()) {
      return new GiveUp(Trouble.SYMMETRY_NON_ORTHOGONAL.key(), reason(run));
    }
    return new Next(
        job.with(job.input().with("system", "nosym", true)).with(Restart.FROM_SCRATCH),
        "nosym .true.");
  }

  /** A contracting cell: larger tables, from the last structure. */
  static Decision largerCellFactor(PwJob job, PwRun run) {
    double factor = 2 * job.input().number("cell", "cell_factor", 2.0);
    if (factor > 16) {
      return new GiveUp(
          Trouble.VOLUME_CONTRACTION.key(), "the cell collapses while it relaxes: " + reason(run));
    }
    return new Next(
        job.with(lastStructure(job.input(), run).with("cell", "cell_factor", factor))
            .with(Restart.FROM_SCRATCH),
        "cell_factor " + shown(factor));
  }

  /** An eigensolver failed: the next one. */
  static Decision otherDiagonalization(PwJob job, PwRun run) {
    String now = job.input().text("electrons", "diagonalization", "david");
    String next = now.equals("david") ? "paro" : now.equals("paro") ? "cg" : null;
    if (next == null) {
      return new GiveUp(Trouble.DIAGONALIZATION.key(), "no eigensolver works: " + reason(run));
    }
    return new Next(
        job.with(job.input().with("electrons", "diagonalization", next)).with(Restart.FROM_SCRATCH),
        "diagonalization " + now + " -> " + next);
  }

  /** Electrons in the top band: 5 % more bands, at least 4, from the charge density. */
  static Decision moreBands(PwJob job, PwRun run, int before) {
    if (before >= 3) {
      return new GiveUp(Trouble.TOP_BAND_OCCUPIED.key(), "even more bands are occupied");
    }
    int now =
        (int)
            job.input()
                .number(
                    "system",
                    "nbnd",
                    run.output().map(o -> (double) o.eigenvaluesEv()[0].length).orElse(4.0));
    int more = now + (int) Math.max(Math.ceil(0.05 * now), 4);
    return new Next(
        job.with(job.input().with("system", "nbnd", more))
            .with(run.output().isPresent() ? Restart.CHARGE_DENSITY : Restart.FROM_SCRATCH),
        "nbnd " + now + " -> " + more);
  }

  /**
   * BFGS is at its end: in a vc-relax a smaller trust radius, then damped dynamics; in a relax
   * damped dynamics.
   */
  static Decision otherOptimiser(PwJob job, PwRun run) {
    PwInput input = lastStructure(job.input(), run);
    double radius = input.number("ions", "trust_radius_min", 1e-3);
    boolean cellMoves = input.calculation().equals("vc-relax");
    if (input.text("ions", "ion_dynamics", "bfgs").equals("damp")) {
      return new GiveUp(Trouble.BFGS_HISTORY.key(), "no optimiser works: " + reason(run));
    }
    if (cellMoves && radius > 5e-4) {
      return new Next(
          job.with(input.with("ions", "trust_radius_min", 0.1 * radius))
              .with(Restart.CHARGE_DENSITY),
          "trust_radius_min " + shown(0.1 * radius));
    }
    PwInput damped = input.with("ions", "ion_dynamics", "damp");
    return new Next(
        job.with(cellMoves ? damped.with("cell", "cell_dynamics", "damp-w") : damped)
            .with(Restart.CHARGE_DENSITY),
        cellMoves ? "ion_dynamics damp, cell_dynamics damp-w" : "ion_dynamics damp");
  }

  /**
   * A cycle that does not converge. One that still gains goes on from where it is with a gentler
   * mixing; one that is stuck starts afresh: gentler, then with screened mixing, then very gently.
   */
  static Decision scf(Trouble trouble, PwJob job, PwRun run, int before) {
    PwInput input = job.input();
    double beta = input.number("electrons", "mixing_beta", 0.7);
    List<Double> accuracies = ScfMonitor.accuracies(run.log());
    boolean gains = accuracies.size() > 3 && ScfMonitor.slope(accuracies) > 0.05;
    if (trouble == Trouble.SCF_NOT_CONVERGED && gains && before < 2 && run.output().isPresent()) {
      return new Next(
          job.with(input.with("electrons", "mixing_beta", 0.8 * beta)).with(Restart.FULL),
          "mixing_beta " + shown(0.8 * beta));
    }
    String mode = input.text("electrons", "mixing_mode", "plain");
    if (beta > 0.25) {
      return new Next(
          job.with(input.with("electrons", "mixing_beta", 0.5 * beta)).with(Restart.FROM_SCRATCH),
          "mixing_beta " + shown(0.5 * beta) + ", from scratch");
    }
    if (mode.equals("plain")) {
      return new Next(
          job.with(
                  input
                      .with("electrons", "mixing_mode", "local-TF")
                      .with("electrons", "mixing_ndim", 12))
              .with(Restart.FROM_SCRATCH),
          "mixing_mode local-TF, mixing_ndim 12, from scratch");
    }
    if (beta > 0.06) {
      return new Next(
          job.with(input.with("electrons", "mixing_beta", 0.4 * beta)).with(Restart.FROM_SCRATCH),
          "mixing_beta " + shown(0.4 * beta) + ", from scratch");
    }
    return new GiveUp(
        Trouble.SCF_NOT_CONVERGED.key(), "the self-consistent cycle does not converge");
  }

  /**
   * A cycle within a relaxation: stuck ones first get a less strict threshold (upscale), then, like
   * all others, a gentler mixing from the last structure.
   */
  static Decision scfInRelaxation(Trouble trouble, PwJob job, PwRun run, int before) {
    PwInput input = lastStructure(job.input(), run);
    double upscale = input.number("ions", "upscale", 100);
    if (trouble == Trouble.SCF_HOPELESS && upscale > 1 && before < 2) {
      double lower = Math.max(1, 0.3 * upscale);
      return new Next(
          job.with(input.with("ions", "upscale", lower))
              .with(run.output().isPresent() ? Restart.FULL : Restart.FROM_SCRATCH),
          "upscale " + shown(lower));
    }
    double beta = 0.8 * input.number("electrons", "mixing_beta", 0.7);
    if (before >= 4) {
      return new GiveUp(
          Trouble.SCF_NOT_CONVERGED.key(), "the self-consistent cycle does not converge");
    }
    return new Next(
        job.with(input.with("electrons", "mixing_beta", beta)).with(Restart.FROM_SCRATCH),
        "mixing_beta " + shown(beta) + ", from scratch");
  }

  /** A relaxation that used up its steps goes on from its last structure. */
  static Decision goOn(PwJob job, PwRun run, int before) {
    if (before >= MAX_CONTINUED) {
      return new GiveUp(
          Trouble.IONS_NOT_CONVERGED.key(), "the relaxation does not converge: " + reason(run));
    }
    return new Next(
        job.with(lastStructure(job.input(), run)).with(Restart.CHARGE_DENSITY),
        "continued from the last structure");
  }

  /** Ended without a word: killed from outside, or a crash; the density it left is suspect. */
  static Decision interrupted(PwJob job, PwRun run, int before) {
    int signal = run.exitCode() - 128;
    if (signal == 9 || signal == 15 || signal == 2 || signal == 1 || signal == 24) {
      return new Machine("pw.x was killed by signal " + signal);
    }
    if (before >= 1) {
      return new GiveUp(
          Trouble.INTERRUPTED.key(),
          "pw.x ended with exit code " + run.exitCode() + ": " + reason(run));
    }
    return new Next(
        job.with(lastStructure(job.input(), run)).with(Restart.FROM_SCRATCH), "from scratch");
  }

  /** An error that no rule knows is tried once more. */
  static Decision retryOnce(PwJob job, PwRun run, int before) {
    return before >= 1
        ? new GiveUp("pw_error", reason(run))
        : new Next(job.with(Restart.FROM_SCRATCH), "once more, from scratch");
  }

  /** The input with the structure the run ended with, if it left one and it moves atoms. */
  static PwInput lastStructure(PwInput input, PwRun run) {
    if (!input.calculation().endsWith("relax")) {
      return input;
    }
    return run.output()
        .map(PwOutput::crystal)
        .or(() -> RelaxLog.lastCrystal(run.log(), input.crystal()))
        .map((Crystal c) -> input.with(c))
        .orElse(input);
  }

  /** The error message of pw.x in one line, or the last words it said. */
  static String reason(PwRun run) {
    for (String text : new String[] {run.crash(), run.log()}) {
      List<String> lines = wordsOf(text);
      for (int i = 0; i < lines.size() - 1; i++) {
        if (lines.get(i).startsWith("Error in routine")
            || lines.get(i).matches("from +\\S+ +: error #.*")) {
          return shorten(lines.get(i) + " " + lines.get(i + 1));
        }
      }
    }
    // What mpirun and the end of the run print says nothing about the cause.
    List<String> lines = wordsOf(run.log());
    return lines.stream()
        // Said of every crystal without symmetry, and of single bands on the way.
        .filter(l -> !l.startsWith("No symmetry found") && !l.startsWith("c_bands:"))
        .filter(l -> l.matches(".*(?:NOT achieved|exceeded|no |No |not |reached|stopping).*"))
        .findFirst()
        .map(Recovery::shorten)
        .orElse(lines.isEmpty() ? "no output" : shorten(lines.get(lines.size() - 1)));
  }

  /** The lines that say something: rules of signs do not. */
  private static List<String> wordsOf(String text) {
    return text.lines().map(String::strip).filter(l -> l.matches(".*\\p{Alpha}.*")).toList();
  }

  private static String shorten(String line) {
    String plain = line.replaceAll("\\s+", " ");
    return plain.length() > 200 ? plain.substring(0, 200) + "..." : plain;
  }

  private static String shown(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }
}
