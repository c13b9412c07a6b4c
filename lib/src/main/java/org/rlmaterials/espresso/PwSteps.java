package org.rlmaterials.espresso;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.rlmaterials.errors.BadInputException;

/** Runs pw.x step by step in one folder, with recovery, and remembers every attempt. */
final class PwSteps {
  private final PwRunner runner;
  private final Path folder;
  private final List<DftRecord.Attempt> attempts;

  /**
   * @param runner runs pw.x
   * @param folder where
   * @param attempts gets one entry a run
   */
  PwSteps(PwRunner runner, Path folder, List<DftRecord.Attempt> attempts) {
    this.runner = runner;
    this.folder = folder;
    this.attempts = attempts;
  }

  /**
   * What a step ended with.
   *
   * @param job the job that worked, with all that had to be changed
   * @param output its output
   * @param ionicSteps ionic steps of all runs of the step
   */
  record Result(PwJob job, PwOutput output, int ionicSteps) {}

  /**
   * Runs a step until it is good or hopeless.
   *
   * @param first the job to begin with
   * @return the job that worked and its output
   * @throws DftFailure if the structure has no result
   * @throws StoppedException if the machine failed
   * @throws BadInputException if pw.x cannot run as asked
   */
  Result run(PwJob first) {
    PwJob job = first;
    List<Trouble> earlier = new ArrayList<>();
    int ionicSteps = 0;
    while (true) {
      if (runner.secondsLeft() < PwRunner.LEAST_SECONDS) {
        throw new StoppedException(
            Trouble.OUT_OF_TIME,
            "no time left after "
                + Math.round(runner.settings().maxSeconds())
                + " s: more is needed",
            job.input().crystal());
      }
      PwRun run = runner.run(job, folder);
      ionicSteps += run.output().map(PwOutput::ionicSteps).orElse(0);
      Optional<Trouble> trouble = Trouble.of(job, run);
      if (trouble.isEmpty()) {
        checkRanks(run.output().orElseThrow());
        note(job, run, "ok", null, null);
        return new Result(job, run.output().orElseThrow(), ionicSteps);
      }
      Recovery.Decision decision =
          Recovery.decide(
              trouble.get(),
              job,
              run,
              Collections.unmodifiableList(earlier),
              runner.settings().ranks());
      String name = trouble.get().key();
      if (decision instanceof Recovery.Next next) {
        note(job, run, name, next.action(), next.job().restart().key());
        earlier.add(trouble.get());
        job = next.job();
      } else if (decision instanceof Recovery.Accept accept && run.output().isPresent()) {
        note(job, run, name, "accepted: " + accept.reason(), null);
        return new Result(job, run.output().get(), ionicSteps);
      } else if (decision instanceof Recovery.Machine machine) {
        note(job, run, name, "left to a retry of the task", null);
        throw new StoppedException(
            trouble.get(), machine.message(), Recovery.lastStructure(job.input(), run).crystal());
      } else {
        note(job, run, name, null, null);
        if (decision instanceof Recovery.Misconfigured misconfigured) {
          throw new BadInputException(misconfigured.message());
        }
        throw decision instanceof Recovery.GiveUp giveUp
            ? new DftFailure(giveUp.kind(), giveUp.message())
            : new DftFailure(name, "pw.x left no output");
      }
    }
  }

  /** A launcher of another MPI starts so many programs of one rank, each computing everything. */
  private void checkRanks(PwOutput output) {
    int ranks = runner.settings().ranks();
    if (ranks > 1 && output.processes() == 1) {
      throw new BadInputException(
          "pw.x ran as "
              + ranks
              + " programs of one rank, not as one program: '"
              + String.join(" ", runner.settings().launcher())
              + "' does not fit the MPI of this pw.x; try srun --mpi=pmix or mpirun (--launcher)");
    }
  }

  private void note(PwJob job, PwRun run, String outcome, String action, String restart) {
    PwSettings settings = runner.settings();
    double coreSeconds =
        run.output()
            .map(o -> o.cpuSeconds() * o.processes())
            .orElse(run.seconds() * settings.ranks() * settings.threads());
    attempts.add(
        new DftRecord.Attempt(
            job.input().calculation(),
            outcome,
            action,
            restart,
            run.output().map(o -> o.kPoints().length).orElse(null),
            rounded(run.seconds()),
            rounded(coreSeconds)));
  }

  private static double rounded(double seconds) {
    return Math.round(100 * seconds) / 100.0;
  }
}
