package org.rlmaterials.espresso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.espresso.PwJob.Restart;
import org.xml.sax.SAXException;

/**
 * Recognition and recovery, on what pw.x 6.7 really printed when it was run into each trouble
 * (troubles/*.log, .crash, .xml: timings and lists of bands cut out). Where pw.x could not be made
 * to fail, the CRASH file is composed in its layout, and the test says so.
 */
class RecoveryTest {
  private static final Crystal SILICON =
      Crystal.of(
          Lattice.of(new double[][] {{0, 2.7, 2.7}, {2.7, 0, 2.7}, {2.7, 2.7, 0}}),
          List.of("Si", "Si"),
          new double[][] {{0, 0, 0}, {0.25, 0.25, 0.25}});

  private static PwJob job(String calculation) {
    PwInput input =
        PwInput.of(SILICON, Map.of("Si", "Si.UPF"), new KPoints.Mesh(2, 2, 2))
            .with("control", "calculation", calculation)
            .with("system", "occupations", "smearing")
            .with("system", "nbnd", 8);
    return new PwJob(input, 1, Restart.FROM_SCRATCH);
  }

  private static String text(String file) {
    try (InputStream in = RecoveryTest.class.getResourceAsStream("troubles/" + file)) {
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static PwRun captured(String name, int exitCode) {
    assertThat(text(name + ".log")).as(name).isNotEmpty();
    return new PwRun(
        exitCode,
        false,
        false,
        1,
        text(name + ".log"),
        text(name + ".crash"),
        output(name + ".xml"));
  }

  private static Optional<PwOutput> output(String file) {
    try (InputStream in = RecoveryTest.class.getResourceAsStream("troubles/" + file)) {
      return in == null ? Optional.empty() : Optional.of(PwOutput.parse(in));
    } catch (IOException | SAXException e) {
      throw new AssertionError(e);
    }
  }

  /** A run whose log ends in mid-run and whose CRASH file is composed. */
  private static PwRun crashed(String routine, String message) {
    String rule = " " + "%".repeat(78) + "\n";
    return new PwRun(
        1,
        false,
        false,
        1,
        "     Self-consistent Calculation\n",
        rule + "     from " + routine + " : error #         1\n     " + message + "\n" + rule,
        Optional.empty());
  }

  private static Recovery.Decision decide(PwJob job, PwRun run, Trouble... earlier) {
    Trouble trouble = Trouble.of(job, run).orElseThrow();
    return Recovery.decide(trouble, job, run, List.of(earlier), 8);
  }

  private static Recovery.Next next(PwJob job, PwRun run, Trouble... earlier) {
    Recovery.Decision decision = decide(job, run, earlier);
    assertThat(decision).isInstanceOf(Recovery.Next.class);
    return (Recovery.Next) decision;
  }

  @Test
  void goodRunIsNoTroubleEvenWithIdlePools() {
    PwRun good = captured("pools_warning", 0);
    PwRun withOutput =
        new PwRun(0, false, false, 1, good.log(), "", output("scf_not_converged.xml"));
    assertThat(good.log()).contains("suboptimal parallelization: some nodes have no k-points");
    assertThat(Trouble.of(job("scf"), withOutput)).isEmpty();
  }

  @Test
  void slowCycleGoesOnWithGentlerMixing() {
    PwRun run = captured("scf_not_converged", 2);
    assertThat(Trouble.of(job("scf"), run)).contains(Trouble.SCF_NOT_CONVERGED);
    Recovery.Next next = next(job("scf"), run);
    assertThat(next.job().restart()).isEqualTo(Restart.FROM_SCRATCH);
    assertThat(next.job().input().number("electrons", "mixing_beta", 0)).isEqualTo(0.35);
  }

  @Test
  void cycleThatGainsKeepsItsDensityAndWavefunctions() {
    PwRun three = captured("scf_not_converged", 2);
    String gaining =
        three.log()
            + "     estimated scf accuracy    <       0.00000040 Ry\n"
            + "     estimated scf accuracy    <       0.00000009 Ry\n";
    PwRun run = new PwRun(2, false, false, 1, gaining, "", three.output());
    Recovery.Next next = next(job("scf"), run);
    assertThat(next.job().restart()).isEqualTo(Restart.FULL);
    assertThat(next.job().input().number("electrons", "mixing_beta", 0))
        .isCloseTo(0.56, within(1e-9));
    assertThat(next.job().render()).contains("startingpot = 'file'", "startingwfc = 'file'");
  }

  @Test
  void stuckCycleDescendsTheLadderToItsEnd() {
    PwRun log = captured("scf_hopeless", 2);
    PwRun run = new PwRun(2, false, true, 1, log.log(), "", Optional.empty());
    PwJob job = job("scf");
    assertThat(Trouble.of(job, run)).contains(Trouble.SCF_HOPELESS);
    int runs = 0;
    Recovery.Decision decision = decide(job, run);
    while (decision instanceof Recovery.Next next) {
      job = next.job();
      assertThat(job.restart()).isEqualTo(Restart.FROM_SCRATCH);
      runs++;
      decision =
          decide(job, run, Collections.nCopies(runs, Trouble.SCF_HOPELESS).toArray(new Trouble[0]));
    }
    assertThat(runs).isBetween(3, Recovery.MAX_ATTEMPTS);
    assertThat(job.input().text("electrons", "mixing_mode", "")).isEqualTo("local-TF");
    assertThat(decision)
        .isInstanceOfSatisfying(
            Recovery.GiveUp.class, g -> assertThat(g.kind()).isEqualTo("scf_not_converged"));
  }

  @Test
  void monitorStopsTheStuckCycleAndNotTheGoodOne() {
    List<Double> stuck = ScfMonitor.accuracies(text("scf_hopeless.log"));
    assertThat(stuck).hasSize(40);
    assertThat(ScfMonitor.hopeless(stuck.subList(0, 29), 1e-8, 100)).isFalse();
    assertThat(ScfMonitor.hopeless(stuck.subList(0, 30), 1e-8, 100)).isTrue();
    List<Double> slowButSure = new java.util.ArrayList<>();
    for (int i = 0; i < 40; i++) {
      slowButSure.add(Math.exp(-0.5 * i));
    }
    assertThat(ScfMonitor.slope(slowButSure)).isCloseTo(0.5, within(1e-9));
    assertThat(ScfMonitor.hopeless(slowButSure, 1e-12, 100)).isFalse();
  }

  @Test
  void chargeIsWrongGetsSmearing() {
    PwRun run = captured("charge_is_wrong", 1);
    PwJob fixed = job("scf").with(job("scf").input().with("system", "occupations", "fixed"));
    assertThat(Trouble.of(fixed, run)).contains(Trouble.CHARGE_IS_WRONG);
    Recovery.Next smeared = next(fixed, run);
    assertThat(smeared.job().input().text("system", "occupations", "")).isEqualTo("smearing");
    assertThat(smeared.job().restart()).isEqualTo(Restart.FROM_SCRATCH);
    Recovery.Next gentler = next(smeared.job(), run);
    assertThat(gentler.job().input().number("electrons", "mixing_beta", 0)).isEqualTo(0.35);
    assertThat(decide(gentler.job(), run, Trouble.CHARGE_IS_WRONG))
        .isInstanceOf(Recovery.GiveUp.class);
  }

  @Test
  void overlappingAtomsHaveNoResult() {
    assertThat(decide(job("scf"), captured("atoms_overlap", 1)))
        .isInstanceOfSatisfying(
            Recovery.GiveUp.class,
            g -> {
              assertThat(g.kind()).isEqualTo("atoms_overlap");
              assertThat(g.message()).contains("atoms # 1 and # 2 overlap");
            });
  }

  @Test
  void timeAndSignalsAreTheMachine() {
    assertThat(decide(job("scf"), captured("out_of_time", 255)))
        .isInstanceOf(Recovery.Machine.class);
    assertThat(decide(job("scf"), captured("killed", 137))).isInstanceOf(Recovery.Machine.class);
    PwRun timedOut = new PwRun(137, true, false, 1, "", "", Optional.empty());
    assertThat(decide(job("scf"), timedOut)).isInstanceOf(Recovery.Machine.class);
    assertThat(decide(job("scf"), ended("forrtl: No space left on device")))
        .isInstanceOf(Recovery.Machine.class);
  }

  @Test
  void aControllerThatIsAwayIsTheMachineAndTooManyRanksAreTheUsers() {
    String away =
        "srun: error: Unable to confirm allocation for job 7: Unable to contact slurm controller";
    assertThat(decide(job("scf"), ended(away))).isInstanceOf(Recovery.Machine.class);
    String tooMany =
        "srun: error: Unable to create step for job 7: More processors requested than permitted";
    assertThat(decide(job("scf"), ended(tooMany))).isInstanceOf(Recovery.Misconfigured.class);
  }

  private static PwRun ended(String log) {
    return new PwRun(1, false, false, 1, log, "", Optional.empty());
  }

  @Test
  void endWithoutAWordIsTriedAgainFromTheLastStructureThenGivenUp() {
    PwRun run = captured("killed", 1);
    assertThat(Trouble.of(job("scf"), run)).contains(Trouble.INTERRUPTED);
    assertThat(next(job("scf"), run).job().restart()).isEqualTo(Restart.FROM_SCRATCH);
    assertThat(decide(job("scf"), run, Trouble.INTERRUPTED)).isInstanceOf(Recovery.GiveUp.class);
    PwRun midway = captured("relax_scf_not_converged", 1);
    String cut = captured("ions_not_converged", 3).log().split("The maximum number of steps", 2)[0];
    PwRun relaxation = new PwRun(1, false, false, 1, cut, "", Optional.empty());
    Crystal last = next(job("vc-relax"), relaxation).job().input().crystal();
    assertThat(last.lattice().volume() / SILICON.lattice().volume()).isNotCloseTo(1, within(0.01));
    assertThat(midway.log()).isNotEmpty();
  }

  @Test
  void launcherAndPseudopotentialAreForTheUser() {
    assertThat(decide(job("scf"), captured("no_slots", 1)))
        .isInstanceOf(Recovery.Misconfigured.class);
    assertThat(decide(job("scf"), captured("pseudopotential", 1)))
        .isInstanceOfSatisfying(
            Recovery.Misconfigured.class, m -> assertThat(m.message()).contains("Xx.UPF"));
  }

  @Test
  void poolsShrinkAndGrow() {
    PwJob pools = job("scf").withPools(8);
    PwRun tooMany = crashed("divide_et_impera", "some nodes have no k-points");
    assertThat(next(pools, tooMany).job().pools()).isEqualTo(4);
    PwRun split = crashed("sym_rho", "some processors have no G-vectors for symmetrization");
    assertThat(next(job("scf").withPools(2), split).job().pools()).isEqualTo(4);
    assertThat(decide(pools, split)).isInstanceOf(Recovery.Misconfigured.class);
  }

  @Test
  void symmetryThatDoesNotFitIsNotUsed() {
    PwRun run = crashed("scale_sym_ops", "not orthogonal operation");
    Recovery.Next next = next(job("scf"), run);
    assertThat(next.job().render()).contains("nosym = .true.");
    assertThat(decide(next.job(), run)).isInstanceOf(Recovery.GiveUp.class);
  }

  @Test
  void eigensolversAreTriedInTurn() {
    PwRun run = crashed("cdiaghg", "problems computing cholesky");
    PwJob job = job("scf");
    Recovery.Next paro = next(job, run);
    assertThat(paro.job().render()).contains("diagonalization = 'paro'");
    Recovery.Next cg = next(paro.job(), run);
    assertThat(cg.job().render()).contains("diagonalization = 'cg'");
    assertThat(decide(cg.job(), run)).isInstanceOf(Recovery.GiveUp.class);
    assertThat(Trouble.of(job, crashed("c_bands", "too many bands are not converged")))
        .contains(Trouble.DIAGONALIZATION);
    assertThat(Trouble.of(job, crashed("cdiaghg", "S matrix not positive definite")))
        .contains(Trouble.DIAGONALIZATION);
  }

  @Test
  void contractingCellGetsLargerTables() {
    PwRun run = captured("volume_contraction", 1);
    Recovery.Next next = next(job("vc-relax"), run);
    assertThat(next.job().input().number("cell", "cell_factor", 0)).isEqualTo(4);
    assertThat(next.job().restart()).isEqualTo(Restart.FROM_SCRATCH);
    PwJob large = job("vc-relax").with(job("vc-relax").input().with("cell", "cell_factor", 16.0));
    assertThat(decide(large, run)).isInstanceOf(Recovery.GiveUp.class);
  }

  @Test
  void optimiserAtItsEndIsReplaced() {
    PwRun run = captured("bfgs_history_vc_relax", 0);
    PwJob job = job("vc-relax");
    assertThat(Trouble.of(job, run)).contains(Trouble.BFGS_HISTORY);
    Recovery.Next smaller = next(job, run);
    assertThat(smaller.job().input().number("ions", "trust_radius_min", 0))
        .isCloseTo(1e-4, within(1e-12));
    assertThat(smaller.job().restart()).isEqualTo(Restart.CHARGE_DENSITY);
    assertThat(smaller.job().input().crystal()).isNotEqualTo(SILICON);
    Recovery.Next damped = next(smaller.job(), run);
    assertThat(damped.job().render()).contains("ion_dynamics = 'damp'", "cell_dynamics = 'damp-w'");
    assertThat(decide(damped.job(), run)).isInstanceOf(Recovery.GiveUp.class);
    Recovery.Next relax = next(job("relax"), captured("bfgs_history_relax", 0));
    assertThat(relax.job().render()).contains("ion_dynamics = 'damp'").doesNotContain("damp-w");
  }

  @Test
  void unfinishedRelaxationGoesOnFromItsLastStructure() {
    PwRun run = captured("ions_not_converged", 3);
    PwJob job = job("vc-relax");
    assertThat(Trouble.of(job, run)).contains(Trouble.IONS_NOT_CONVERGED);
    Recovery.Next next = next(job, run);
    assertThat(next.job().restart()).isEqualTo(Restart.CHARGE_DENSITY);
    Crystal last = run.output().orElseThrow().crystal();
    assertThat(next.job().input().crystal()).isEqualTo(last);
    assertThat(decide(job, run, Trouble.IONS_NOT_CONVERGED)).isInstanceOf(Recovery.GiveUp.class);
    // What pw.x says of every crystal without symmetry, and of single bands, is no reason.
    String log = "     No symmetry found\n     c_bands:  1 eigenvalues not converged\n" + run.log();
    PwRun unsymmetric = new PwRun(3, false, false, 1, log, "", run.output());
    assertThat(decide(job, unsymmetric, Trouble.IONS_NOT_CONVERGED))
        .isInstanceOfSatisfying(
            Recovery.GiveUp.class,
            g -> assertThat(g.message()).contains("maximum number of steps"));
  }

  @Test
  void cycleWithinARelaxation() {
    PwRun run = captured("relax_scf_not_converged", 2);
    PwJob job = job("vc-relax");
    assertThat(Trouble.of(job, run)).contains(Trouble.SCF_NOT_CONVERGED);
    Recovery.Next next = next(job, run);
    assertThat(next.job().input().number("electrons", "mixing_beta", 0))
        .isCloseTo(0.56, within(1e-9));
    PwRun stuck = new PwRun(2, false, true, 1, run.log(), "", Optional.empty());
    assertThat(next(job, stuck).job().input().number("ions", "upscale", 0)).isEqualTo(30);
  }

  @Test
  void finalScfOfAFinishedRelaxationDoesNotMatter() {
    PwRun finished = captured("bfgs_history_vc_relax", 2);
    String log =
        finished.log().replace("history already reset at previous step: stopping", "")
            + "     convergence NOT achieved after 100 iterations: stopping\n";
    PwRun run = new PwRun(2, false, false, 1, log, "", output("ions_not_converged.xml"));
    assertThat(Trouble.of(job("vc-relax"), run)).contains(Trouble.FINAL_SCF);
    assertThat(decide(job("vc-relax"), run)).isInstanceOf(Recovery.Accept.class);
  }

  @Test
  void electronsInTheTopBandGetMoreBands() {
    PwRun run = captured("top_band_occupied", 0);
    PwJob job = job("scf").with(job("scf").input().with("system", "nbnd", 2));
    assertThat(Trouble.of(job, run)).contains(Trouble.TOP_BAND_OCCUPIED);
    Recovery.Next next = next(job, run);
    assertThat(next.job().input().number("system", "nbnd", 0)).isEqualTo(6);
    assertThat(next.job().restart()).isEqualTo(Restart.CHARGE_DENSITY);
  }

  /** In every layout an error comes in, the message says what it was, and is no rule of signs. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "charge_is_wrong | electrons : error # 1 charge is wrong: smearing is needed",
        "atoms_overlap | check_atoms",
        "volume_contraction | error # 1",
        "pseudopotential | error #",
        "unknown | bad line in namelist",
        "scf_not_converged | convergence NOT achieved",
        "killed | ",
        "no_slots | not enough slots",
        "too_many_ranks | ",
        "ions_not_converged | maximum number of steps"
      })
  void messageSaysWhatWentWrong(String name, String words) {
    PwRun run = captured(name, 1);
    assertThat(Recovery.reason(run)).contains(words == null ? "" : words).matches("[^%]*");
    // Up to version 7.1 the log alone holds the error.
    PwRun logOnly = new PwRun(1, false, false, 1, run.log(), "", Optional.empty());
    assertThat(Recovery.reason(logOnly)).matches(".*[a-z].*").matches("[^%]*");
    // A CRASH file that was cut off while it was written.
    String rules = " " + "%".repeat(78) + "\n     task #         0\n " + "%".repeat(78) + "\n";
    PwRun cut = new PwRun(1, false, false, 1, run.log(), rules, Optional.empty());
    assertThat(Recovery.reason(cut)).matches(".*[a-z]{4}.*").matches("[^%]*");
  }

  @Test
  void unknownErrorIsTriedOnceMore() {
    PwRun run = captured("unknown", 1);
    assertThat(Trouble.of(job("scf"), run)).contains(Trouble.UNKNOWN);
    assertThat(next(job("scf"), run).action()).contains("once more");
    assertThat(decide(job("scf"), run, Trouble.UNKNOWN))
        .isInstanceOfSatisfying(
            Recovery.GiveUp.class, g -> assertThat(g.message()).contains("bad line in namelist"));
  }

  @Test
  void attemptsAreBounded() {
    PwRun run = captured("ions_not_converged", 3);
    assertThat(
            decide(
                job("vc-relax"),
                run,
                Trouble.SCF_NOT_CONVERGED,
                Trouble.DIAGONALIZATION,
                Trouble.DIAGONALIZATION,
                Trouble.INTERRUPTED,
                Trouble.BFGS_HISTORY))
        .isInstanceOf(Recovery.GiveUp.class);
    assertThat(
            decide(
                job("vc-relax"),
                captured("killed", 137),
                Trouble.SCF_NOT_CONVERGED,
                Trouble.DIAGONALIZATION,
                Trouble.DIAGONALIZATION,
                Trouble.INTERRUPTED,
                Trouble.BFGS_HISTORY))
        .as("killed in the last attempt")
        .isInstanceOf(Recovery.Machine.class);
  }

  @Test
  void bandsThatAreNotConvergedAreNoResult() {
    Optional<PwOutput> output = output("scf_not_converged.xml");
    PwRun good = new PwRun(0, false, false, 1, "     JOB DONE.\n", "", output);
    String said = "     c_bands:  2 eigenvalues not converged\n     JOB DONE.\n";
    PwRun rough = new PwRun(0, false, false, 1, said, "", output);
    assertThat(Trouble.of(job("bands"), good)).isEmpty();
    assertThat(Trouble.of(job("bands"), rough)).contains(Trouble.DIAGONALIZATION);
    assertThat(Trouble.of(job("scf"), rough)).as("said of cycles on the way").isEmpty();
  }

  @Test
  void aLogCutInAStructureStillHasTheOneBefore() {
    String log = captured("ions_not_converged", 3).log();
    Crystal last = RelaxLog.lastCrystal(log, SILICON).orElseThrow();
    String cut = log.substring(0, log.indexOf('\n', log.lastIndexOf("ATOMIC_POSITIONS") + 40) + 1);
    assertThat(cut).endsWith("\n").contains("ATOMIC_POSITIONS");
    assertThat(RelaxLog.lastCrystal(cut, SILICON)).isPresent().get().isNotEqualTo(last);
  }
}
