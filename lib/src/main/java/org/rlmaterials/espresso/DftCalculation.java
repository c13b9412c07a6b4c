package org.rlmaterials.espresso;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.rlmaterials.bands.BandAnalysis;
import org.rlmaterials.bands.BandAnalyzer;
import org.rlmaterials.bands.BandEdge;
import org.rlmaterials.bands.BandMesh;
import org.rlmaterials.bands.BandPath;
import org.rlmaterials.bands.EffectiveMass;
import org.rlmaterials.bands.Inversion;
import org.rlmaterials.bands.Outcome;
import org.rlmaterials.bands.PbeInversion;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.Molecules;
import org.rlmaterials.crystal.NeighbourSearch;
import org.rlmaterials.crystal.Niggli;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.crystal.Symmetry;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.errors.TransientException;

/**
 * From a structure to its record: relaxation if asked for, self-consistent cycle, band edges,
 * masses. What fails in the physics of one structure ends in its record; what fails in the machine
 * is thrown.
 *
 * <p>pw.x computes in the Niggli-reduced cell, in a standard orientation and origin ({@link
 * StandardFrame}), so that the same crystal in another basis gets the same mesh of k-points and the
 * same symmetry; records speak of the cell and the axes that were given.
 */
public final class DftCalculation {
  /** Distance of the points of a drawn path (1/Å). */
  private static final double PATH_SPACING = 0.06;

  /** Iterations of one self-consistent cycle. */
  private static final int SCF_STEPS = 100;

  /** Runs of vc-relax until cell, mesh and G-vectors fit each other. */
  private static final int RELAX_ROUNDS = 4;

  /** What the pressure may say that the volume is off (fraction) before another round is made. */
  private static final double RELAX_AGAIN = 0.005;

  /** Steps with fresh plane waves until vc-relax takes over. */
  private static final int FRESH_STEPS = 40;

  /** What a step may be above the lowest one (eV per atom) before it is taken back. */
  private static final double ASTRAY_EV_PER_ATOM = 0.05;

  /** What the energy may rise by (eV per atom) in a step in which the stress says that it falls. */
  private static final double RISE_EV_PER_ATOM = 0.3;

  private static final double RY_PER_BOHR_EV_PER_ANGSTROM =
      0.5 * PwOutput.HARTREE_EV / PwOutput.BOHR_ANGSTROM;

  private static final double KBAR_PER_GPA = 10;

  /** Shortest distance of two atoms that is worth a calculation (Å): that of H₂. */
  private static final double LEAST_DISTANCE_ANGSTROM = 0.7;

  /**
   * Vacuum around a molecule (Å) from which on it has no bands; further apart than the atoms of any
   * molecular crystal.
   */
  private static final double VACUUM_ANGSTROM = 4.5;

  /** Convergence of the total energy on the shifted mesh (Ry per atom): 0.014 meV. */
  private static final double ENERGY_THRESHOLD_RY_PER_ATOM = 1e-6;

  /** Gap (eV) of a crystal whose empty bands stay empty with any smearing. */
  private static final double CLEAR_GAP_EV = 0.3;

  private static final int LAST_TRICLINIC_SPACE_GROUP = 2;

  /** What more time or memory would have helped against: the structure is too large for them. */
  private static final Set<Trouble> LIMITS =
      Set.of(Trouble.OUT_OF_TIME, Trouble.MEMORY, Trouble.INTERRUPTED);

  /** What an atom may be off (Å) in a symmetry that pw.x sees, about: 1e-5 of a lattice vector. */
  private static final double PW_SYMMETRY_ANGSTROM = 3e-5;

  private final PwRunner runner;
  private final DftParameters parameters;
  private final String stageDigest;
  private final boolean lastAttempt;

  /**
   * @param runner runs pw.x
   * @param parameters what to compute
   * @param stageDigest SHA-256 of the code of this stage, for the record; null outside the pipeline
   * @param lastAttempt whether a structure whose time or memory is not enough has failed, and is
   *     not tried again with more
   */
  public DftCalculation(
      PwRunner runner, DftParameters parameters, String stageDigest, boolean lastAttempt) {
    this.runner = runner;
    this.parameters = parameters;
    this.stageDigest = stageDigest;
    this.lastAttempt = lastAttempt;
  }

  /** What is known of a structure so far. */
  private static final class Progress {
    private final List<DftRecord.Attempt> attempts = new ArrayList<>();
    private final Crystal given;
    private Crystal crystal;
    private PwOutput scf;
    private DftRecord.Relaxation relaxation;
    private KPoints.Mesh mesh;
    private double energyEv = Double.NaN;
    private KPoints.Mesh energyMesh;
    private DftRecord.Cutoffs energyCutoffs;
    private BandAnalysis bands;
    private DftRecord.BandStructure bandStructure;
    private int relaxRounds;
    private int ionicSteps;
    private boolean relaxed;

    private Progress(Crystal given) {
      this.given = given;
      this.crystal = given;
    }

    private RelaxationState state() {
      return new RelaxationState(crystal, relaxRounds, ionicSteps, relaxed, attempts);
    }

    private void resume(RelaxationState state) {
      crystal = state.crystal();
      relaxRounds = state.rounds();
      ionicSteps = state.ionicSteps();
      relaxed = state.finished();
      attempts.addAll(state.attempts());
    }
  }

  /**
   * Computes one structure.
   *
   * @param structure the structure
   * @return its record, converged or failed
   * @throws TransientException if the machine failed: no time, no memory, killed, disk full
   * @throws BadInputException if a pseudopotential is missing or pw.x cannot run as asked
   */
  public DftRecord compute(Structure structure) {
    return compute(structure, Checkpoint.NONE);
  }

  /**
   * Computes one structure. A relaxation that an earlier run had to leave goes on from its last
   * structure.
   *
   * @param structure the structure
   * @param checkpoint where a run that is stopped by the machine leaves how far it came
   * @return its record, converged or failed
   * @throws TransientException if the machine failed: no time, no memory, killed, disk full
   * @throws BadInputException if a pseudopotential is missing or pw.x cannot run as asked
   */
  public DftRecord compute(Structure structure, Checkpoint checkpoint) {
    structure.crystal().counts().keySet().forEach(runner.library()::of);
    Progress progress = new Progress(structure.crystal());
    try {
      checkDistances(structure.crystal());
      if (parameters.relax()) {
        checkpoint.read().map(RelaxationState::of).ifPresent(progress::resume);
      }
      runner.inScratch(
          folder -> {
            calculate(progress, folder, checkpoint);
            return null;
          });
      return record(structure, progress, null);
    } catch (DftFailure failure) {
      return record(structure, progress, failure.toRecord());
    } catch (StoppedException | TransientException e) {
      if (parameters.relax()) {
        checkpoint.write(progress.state().toJson());
      }
      if (lastAttempt
          && e instanceof StoppedException stopped
          && LIMITS.contains(stopped.trouble())) {
        return record(
            structure,
            progress,
            new DftRecord.Failure(
                stopped.trouble().key(), e.getMessage() + "; no further attempt is made"));
      }
      throw new TransientException(e.getMessage(), e);
    } catch (BadInputException | UncheckedIOException e) {
      // Of no one structure: what we were given, or the disk.
      throw e;
    } catch (RuntimeException bug) {
      // One structure that we do not cope with must not cost the others.
      StackTraceElement[] trace = bug.getStackTrace();
      return record(
          structure,
          progress,
          new DftRecord.Failure(
              "internal_error",
              "a bug, please report it: %s%s"
                  .formatted(bug, trace.length > 0 ? " at " + trace[0] : "")));
    }
  }

  private static void checkDistances(Crystal crystal) {
    NeighbourSearch.visitPairs(
        crystal,
        LEAST_DISTANCE_ANGSTROM,
        (i, j, dx, dy, dz, distance) -> {
          throw new DftFailure(
              Trouble.ATOMS_OVERLAP.key(),
              "atoms %d (%s) and %d (%s) are %.3f Å apart: less than %.1f Å is no crystal"
                  .formatted(
                      i + 1,
                      crystal.element(i).symbol(),
                      j + 1,
                      crystal.element(j).symbol(),
                      distance,
                      LEAST_DISTANCE_ANGSTROM));
        });
  }

  private void calculate(Progress progress, Path folder, Checkpoint checkpoint) {
    PwSteps steps = new PwSteps(runner, folder, progress.attempts);
    if (parameters.relax()) {
      relax(progress, steps, checkpoint);
    }
    Crystal reduced = Niggli.reduce(progress.crystal);
    StandardFrame frame = StandardFrame.of(reduced);
    PwInput input = scfInput(frame.crystal());
    progress.mesh = (KPoints.Mesh) input.kPoints();
    PwSteps.Result scf = steps.run(firstJob(input));
    progress.scf = scf.output();
    if (parameters.relax()) {
      progress.relaxation = finished(progress.relaxation, scf.output());
    }
    BandMesh mesh =
        BandMesh.of(
                reduced.lattice().reciprocal(),
                frame.toGiven(scf.output().kPoints()),
                scf.output().eigenvaluesEv(),
                scf.output().electrons())
            .withRotations(scf.output().rotations().stream().map(frame::rotationToGiven).toList());
    PwBandSolver solver =
        new PwBandSolver(
            steps,
            scf.job().input(),
            frame,
            mesh.occupiedBands() + emptyBands(reduced),
            runner.settings(),
            Arrays.stream(scf.output().eigenvaluesEv()).mapToDouble(e -> e[0]).min().orElseThrow());
    boolean molecules = areMolecules(reduced);
    progress.bands =
        molecules
            ? BandAnalyzer.levels(mesh)
            : BandAnalyzer.analyze(
                mesh,
                solver,
                parameters.orbitals() ? new PwOrbitals(runner, solver, folder) : null);
    if (parameters.bandPath() && !molecules && progress.bands.outcome() != Outcome.METAL) {
      try {
        progress.bandStructure =
            alongPath(BandPath.of(reduced.lattice(), PATH_SPACING), solver, mesh.occupiedBands());
      } catch (DftFailure failure) {
        // A drawing less, and no other result lost; what happened stands in the attempts.
        progress.bandStructure = null;
      }
    }
    energy(progress, scf.job(), mesh.occupiedBands(), steps);
    double error = progress.bands.electron() == null ? 0 : progress.bands.electron().stepError();
    if (error > DftRecord.MOST_MASS_ERROR) {
      throw new DftFailure(
          "mass_not_resolved",
          "the electron mass has an error of %.0f %%: the band is too rough or too flat there"
              .formatted(100 * error));
    }
  }

  /**
   * The total energy. The mesh with Γ, which band edges want, is a poor one for it: if asked for, a
   * second self-consistent cycle on a shifted mesh gives it, beginning with the density of the
   * first. It needs no empty bands where there is a gap, and no precise bands; but the same plane
   * waves in every crystal, for what they leave out of an atom differs by 0.1 eV from cutoff to
   * cutoff.
   */
  private void energy(Progress progress, PwJob scf, int occupiedBands, PwSteps steps) {
    double energyEv = progress.scf.energyEv();
    if (parameters.energyMesh()) {
      DftRecord.Cutoffs cutoffs = energyCutoffs(progress.crystal);
      PwInput input =
          scf.input()
              .with(new KPoints.ShiftedMesh(progress.mesh))
              .with("system", "ecutwfc", cutoffs.wavefunction())
              .with("system", "ecutrho", cutoffs.density())
              .with("control", "tprnfor", false)
              .with("control", "tstress", false)
              .with(
                  "electrons", "conv_thr", ENERGY_THRESHOLD_RY_PER_ATOM * progress.crystal.size());
      if (progress.bands.gapEv() > CLEAR_GAP_EV) {
        input = input.with("system", "nbnd", occupiedBands + 1);
      }
      energyEv = steps.run(scf.with(input).with(PwJob.Restart.CHARGE_DENSITY)).output().energyEv();
      progress.energyMesh = progress.mesh;
      progress.energyCutoffs = cutoffs;
    }
    progress.energyEv = energyEv;
  }

  /**
   * Whether the crystal has no symmetry but inversion. Where a crystal has less symmetry than its
   * cell, pw.x makes the mesh as symmetric as the cell, up to four times as many points; this one
   * gains nothing from that, and has half of the points of the mesh without it.
   */
  private static boolean isTriclinic(Crystal crystal) {
    return Symmetry.isAvailable()
        && Symmetry.of(crystal, PW_SYMMETRY_ANGSTROM)
            .filter(s -> s.number() <= LAST_TRICLINIC_SPACE_GROUP)
            .isPresent();
  }

  private static DftRecord.BandStructure alongPath(
      BandPath path, PwBandSolver solver, int occupiedBands) {
    double[][] k =
        path.points().stream()
            .map(p -> p.kCartesian().stream().mapToDouble(Double::doubleValue).toArray())
            .toArray(double[][]::new);
    double[][] energies = solver.energies(k);
    return new DftRecord.BandStructure(
        path.points().stream().map(BandPath.Point::label).toList(),
        path.points().stream().map(p -> rounded(p.distancePerAngstrom())).toList(),
        path.points().stream()
            .map(p -> p.kCartesian().stream().map(DftCalculation::rounded).toList())
            .toList(),
        IntStream.range(0, k.length)
            .filter(i -> path.points().get(i).startsSegment())
            .boxed()
            .toList(),
        Arrays.stream(energies)
            .map(e -> Arrays.stream(e).mapToObj(DftCalculation::rounded).toList())
            .toList(),
        occupiedBands);
  }

  /** To 1e-6: more is of no use in a picture. */
  private static double rounded(double value) {
    return Math.round(value * 1e6) / 1e6;
  }

  private PwJob firstJob(PwInput input) {
    // A mesh of n points has at least n/48 irreducible ones.
    int leastPoints = Math.max(1, input.kPoints().size() / 48);
    return new PwJob(input, runner.settings().pools(leastPoints), PwJob.Restart.FROM_SCRATCH);
  }

  /** Empty bands above the occupied ones; larger cells fold more bands into the same energies. */
  private static int emptyBands(Crystal crystal) {
    return Math.max(4, 2 + crystal.size());
  }

  private PwInput scfInput(Crystal reduced) {
    Map<String, String> files = new TreeMap<>();
    double electrons = 0;
    for (Map.Entry<String, Integer> count : reduced.counts().entrySet()) {
      PseudopotentialLibrary.Entry entry = runner.library().of(count.getKey());
      files.put(count.getKey(), entry.file());
      electrons += count.getValue() * entry.header().valence();
    }
    DftRecord.Cutoffs cutoffs = cutoffs(reduced);
    Protocol protocol = parameters.protocol();
    boolean forces = parameters.relax();
    KPoints.Mesh mesh =
        areMolecules(reduced)
            ? new KPoints.Mesh(1, 1, 1)
            : Protocol.mesh(reduced, parameters.spacing());
    PwInput input = PwInput.of(reduced, files, mesh);
    if (isTriclinic(reduced)) {
      input = input.with("system", "nosym", true);
    }
    return input
        .with("control", "calculation", "scf")
        .with("control", "tprnfor", forces)
        .with("control", "tstress", forces)
        .with("control", "disk_io", "low")
        .with("system", "ecutwfc", cutoffs.wavefunction())
        .with("system", "ecutrho", cutoffs.density())
        .with("system", "occupations", "smearing")
        .with("system", "smearing", "mv")
        .with("system", "degauss", protocol.smearingRy())
        .with("system", "nbnd", (int) Math.ceil(electrons / 2) + emptyBands(reduced))
        // Keeps all symmetries of a crystal whose origin was shifted off the FFT grid.
        .with("system", "use_all_frac", true)
        .with("electrons", "conv_thr", protocol.scfThresholdRyPerAtom() * reduced.size())
        .with("electrons", "mixing_beta", 0.7)
        .with("electrons", "electron_maxstep", SCF_STEPS);
  }

  /** Molecules in a box have levels and no bands: Γ says all there is. */
  private static boolean areMolecules(Crystal crystal) {
    return Molecules.areApart(crystal, VACUUM_ANGSTROM);
  }

  /** The cutoff of the hardest element of the palette, whichever elements a crystal has. */
  private DftRecord.Cutoffs energyCutoffs(Crystal crystal) {
    DftRecord.Cutoffs own = cutoffs(crystal);
    if (parameters.cutoffRy() != null) {
      return own;
    }
    double wavefunction =
        Math.max(
            own.wavefunction(),
            parameters.protocol().wavefunctionCutoff(runner.library().hardestCutoffRy()));
    return new DftRecord.Cutoffs(
        wavefunction, Math.max(own.density(), Protocol.leastDensityCutoff(wavefunction)));
  }

  private DftRecord.Cutoffs cutoffs(Crystal crystal) {
    if (parameters.cutoffRy() != null) {
      return new DftRecord.Cutoffs(parameters.cutoffRy(), 8 * parameters.cutoffRy());
    }
    return parameters
        .protocol()
        .cutoffs(
            crystal.counts().keySet().stream()
                .map(symbol -> runner.library().of(symbol).header())
                .toList());
  }

  /**
   * Relaxes: step by step with fresh plane waves and k-points; what these do not bring to an end,
   * by vc-relax. That keeps the plane waves and k-points of its first cell, so a cell that changed
   * much, and still has a pressure with its own, is relaxed again.
   */
  private void relax(Progress progress, PwSteps steps, Checkpoint checkpoint) {
    int most = parameters.protocol().ionicSteps();
    stepByStep(progress, steps, Math.min(FRESH_STEPS, most));
    while (progress.relaxRounds < RELAX_ROUNDS && progress.ionicSteps < most && !progress.relaxed) {
      // Run again once by Recovery where they do not suffice.
      int nstep = (int) Math.ceil((most - progress.ionicSteps) / (1.0 + Recovery.MAX_CONTINUED));
      round(progress, steps, nstep);
      checkpoint.write(progress.state().toJson());
    }
    Crystal start = progress.given;
    progress.relaxation =
        new DftRecord.Relaxation(
            progress.relaxed,
            progress.ionicSteps,
            progress.crystal.lattice().volume() / start.lattice().volume() - 1,
            maxDisplacement(start, progress.crystal),
            null,
            null);
    if (!progress.relaxed) {
      throw new DftFailure(
          "relaxation_not_converged",
          "cell and atoms still move after %d steps".formatted(progress.ionicSteps));
    }
  }

  private void stepByStep(Progress progress, PwSteps steps, int most) {
    Crystal start = progress.crystal;
    Crystal reduced = Niggli.reduce(start);
    StandardFrame frame = StandardFrame.of(reduced);
    CellOptimizer optimizer = new CellOptimizer(frame.crystal());
    double lowest = Double.POSITIVE_INFINITY;
    double beforeScaling = Double.POSITIVE_INFINITY;
    Crystal best = null;
    while (!progress.relaxed && progress.ionicSteps < most) {
      PwOutput output;
      try {
        output = steps.run(firstJob(relaxationInput(optimizer.crystal()))).output();
      } catch (DftFailure failure) {
        if (best == null) {
          throw failure;
        }
        output = null;
      }
      if (output != null && output.energyEv() > beforeScaling + RISE_EV_PER_ATOM * start.size()) {
        throw new DftFailure(
            "relaxation_not_converged",
            "the energy rises by %.1f eV/atom where the stress says that it falls: the cutoff of the"
                    .formatted((output.energyEv() - beforeScaling) / start.size())
                + " plane waves is too low");
      }
      if (output == null || output.energyEv() > lowest + ASTRAY_EV_PER_ATOM * start.size()) {
        progress.crystal = best;
        return;
      }
      if (output.energyEv() < lowest) {
        lowest = output.energyEv();
        best = progress.crystal;
      }
      progress.relaxed = isRelaxed(output);
      if (!progress.relaxed) {
        boolean scaled = optimizer.advance(output);
        beforeScaling = scaled ? output.energyEv() : Double.POSITIVE_INFINITY;
        if (scaled) {
          // Another volume has other plane waves, which shift the energy a little.
          lowest = Double.POSITIVE_INFINITY;
        }
        progress.crystal = inCellOf(start, reduced, frame.toGiven(optimizer.crystal()));
        progress.ionicSteps++;
      }
    }
    if (!progress.relaxed && best != null && beforeScaling == Double.POSITIVE_INFINITY) {
      // The next trial was never computed.
      progress.crystal = best;
    }
  }

  /** One vc-relax. */
  private void round(Progress progress, PwSteps steps, int nstep) {
    Crystal reduced = Niggli.reduce(progress.crystal);
    StandardFrame frame = StandardFrame.of(reduced);
    Protocol protocol = parameters.protocol();
    PwInput input =
        relaxationInput(frame.crystal())
            .with("control", "calculation", "vc-relax")
            .with("control", "nstep", nstep)
            .with("control", "forc_conv_thr", protocol.forceThresholdRyPerBohr())
            .with("control", "etot_conv_thr", 1e-5 * reduced.size())
            .with("ions", "ion_dynamics", "bfgs")
            .with("ions", "upscale", 10)
            .with("cell", "cell_dynamics", "bfgs")
            .with("cell", "press_conv_thr", protocol.pressureThresholdKbar());
    PwSteps.Result result;
    try {
      result = steps.run(firstJob(input));
    } catch (StoppedException stopped) {
      progress.crystal = inCellOf(progress.crystal, reduced, frame.toGiven(stopped.reached()));
      throw stopped;
    }
    PwOutput output = result.output();
    progress.crystal = inCellOf(progress.crystal, reduced, frame.toGiven(output.crystal()));
    progress.relaxRounds++;
    progress.ionicSteps += result.ionicSteps();
    // The pressure is that of the last cycle of a vc-relax, with the plane waves of the new cell.
    progress.relaxed = volumeOff(output, progress.crystal) < RELAX_AGAIN;
  }

  private boolean isRelaxed(PwOutput output) {
    return nothingButPressure(output) && volumeOff(output, output.crystal()) < RELAX_AGAIN / 2;
  }

  /** What the pressure says that the volume is off (fraction). */
  private static double volumeOff(PwOutput output, Crystal crystal) {
    return Math.abs(
        EquationOfState.change(output.pressureGpa(), EquationOfState.bondAngstrom(crystal)));
  }

  private boolean nothingButPressure(PwOutput output) {
    double force =
        Arrays.stream(output.forcesEvPerAngstrom())
            .flatMapToDouble(Arrays::stream)
            .map(Math::abs)
            .max()
            .orElse(0);
    Protocol protocol = parameters.protocol();
    return force < protocol.forceThresholdRyPerBohr() * RY_PER_BOHR_EV_PER_ANGSTROM
        && output.shearGpa() < protocol.pressureThresholdKbar() / KBAR_PER_GPA;
  }

  /** Forces and stress converge with k-points like the total energy: fastest on a shifted mesh. */
  private PwInput relaxationInput(Crystal reduced) {
    if (areMolecules(reduced)) {
      return scfInput(reduced);
    }
    KPoints.Mesh mesh = Protocol.mesh(reduced, parameters.spacing());
    return scfInput(reduced).with(new KPoints.ShiftedMesh(mesh));
  }

  /** The relaxed crystal in the basis of the one that was given. */
  private static Crystal inCellOf(Crystal given, Crystal reduced, Crystal relaxed) {
    double[][] vectors = new double[3][3];
    for (int i = 0; i < 3; i++) {
      double[] whole = reduced.lattice().toFractional(given.lattice().vectors()[i]);
      for (int j = 0; j < 3; j++) {
        for (int x = 0; x < 3; x++) {
          vectors[i][x] += Math.rint(whole[j]) * relaxed.lattice().at(j, x);
        }
      }
    }
    Lattice lattice = Lattice.of(vectors);
    double[][] positions = relaxed.cartesianPositions();
    for (int i = 0; i < positions.length; i++) {
      positions[i] = lattice.toFractional(positions[i]);
      for (int x = 0; x < 3; x++) {
        // The image of the atom that lies next to where it was.
        positions[i][x] -= Math.rint(positions[i][x] - given.fractional(i, x));
      }
    }
    return Crystal.of(lattice, given.species(), positions);
  }

  /** Largest displacement (Å) in fractions of the cell, after taking out the common shift. */
  private static double maxDisplacement(Crystal start, Crystal end) {
    int n = start.size();
    double[][] shift = new double[n][3];
    double[] mean = new double[3];
    for (int i = 0; i < n; i++) {
      for (int x = 0; x < 3; x++) {
        shift[i][x] = end.fractional(i, x) - start.fractional(i, x);
        mean[x] += shift[i][x] / n;
      }
    }
    double largest = 0;
    for (double[] s : shift) {
      for (int x = 0; x < 3; x++) {
        s[x] -= mean[x];
      }
      double[] r = end.lattice().toCartesian(s);
      largest = Math.max(largest, Math.sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]));
    }
    return largest;
  }

  private static DftRecord.Relaxation finished(DftRecord.Relaxation relaxation, PwOutput scf) {
    Double force =
        scf.forcesEvPerAngstrom() == null
            ? null
            : Arrays.stream(scf.forcesEvPerAngstrom())
                .mapToDouble(f -> Math.sqrt(f[0] * f[0] + f[1] * f[1] + f[2] * f[2]))
                .max()
                .orElse(0);
    return new DftRecord.Relaxation(
        relaxation.converged(),
        relaxation.steps(),
        relaxation.volumeChange(),
        relaxation.maxDisplacementAngstrom(),
        force,
        Double.isNaN(scf.pressureGpa()) ? null : scf.pressureGpa());
  }

  private DftRecord record(Structure structure, Progress progress, DftRecord.Failure failure) {
    boolean good = failure == null;
    JsonNode initial = StructureJson.toJson(structure);
    JsonNode computed = StructureJson.toJson(new Structure(structure.id(), progress.crystal));
    BandAnalysis bands = good ? progress.bands : null;
    Outcome outcome = good ? PbeInversion.outcome(bands, progress.crystal.reducedFormula()) : null;
    return new DftRecord(
        structure.id(),
        computed,
        initial,
        good ? DftRecord.CONVERGED : DftRecord.FAILED,
        failure,
        // Also where only the mass was not resolved: other crystals are compared with it.
        Double.isNaN(progress.energyEv) ? null : (Double) progress.energyEv,
        good ? (Double) bands.gapEv() : null,
        good ? (Boolean) bands.direct() : null,
        good ? edge(bands.vbm(), progress.crystal) : null,
        good ? edge(bands.cbm(), progress.crystal) : null,
        good ? mass(bands.electron()) : null,
        good ? mass(bands.hole()) : null,
        good && !Double.isNaN(bands.mStar()) ? (Double) bands.mStar() : null,
        good && !Double.isNaN(bands.mStar()) ? "curvature" : null,
        good ? outcome.label() : null,
        good ? inversion(bands.inversion(), progress.crystal) : null,
        progress.relaxation,
        symmetry(progress.crystal),
        progress.bandStructure,
        List.copyOf(progress.attempts),
        provenance(progress));
  }

  /** The space group, where spglib is installed. */
  private static DftRecord.Symmetry symmetry(Crystal crystal) {
    return Symmetry.isAvailable()
        ? Symmetry.of(crystal, Symmetry.TOLERANCE_ANGSTROM)
            .map(s -> new DftRecord.Symmetry(s.number(), s.symbol()))
            .orElse(null)
        : null;
  }

  private static DftRecord.BandEdge edge(BandEdge edge, Crystal crystal) {
    if (edge == null) {
      return null;
    }
    double[] k = edge.kCartesian().stream().mapToDouble(Double::doubleValue).toArray();
    return new DftRecord.BandEdge(edge.energyEv(), fractional(k, crystal));
  }

  /** Coordinates along the reciprocal vectors of a cell, in (−½, ½]. */
  private static List<Double> fractional(double[] cartesian, Crystal crystal) {
    List<Double> k = new ArrayList<>();
    for (int axis = 0; axis < 3; axis++) {
      double f = 0;
      for (int x = 0; x < 3; x++) {
        f += cartesian[x] * crystal.lattice().at(axis, x) / (2 * Math.PI);
      }
      f -= Math.ceil(f - 0.5 - 1e-9);
      k.add(Math.abs(f) < 1e-12 ? 0.0 : f);
    }
    return k;
  }

  private static DftRecord.CarrierMass mass(EffectiveMass mass) {
    return mass == null
        ? null
        : new DftRecord.CarrierMass(
            mass.mStar(),
            mass.principalMasses(),
            mass.principalAxes(),
            mass.tensor(),
            mass.stepError(),
            mass.fitRmsEv(),
            mass.degeneracy(),
            mass.step());
  }

  private static DftRecord.BandInversion inversion(Inversion inversion, Crystal crystal) {
    if (inversion == null) {
      return null;
    }
    double[][] b = Niggli.reduce(crystal.lattice()).reciprocal();
    double[] k = new double[3];
    for (int i = 0; i < 3; i++) {
      for (int x = 0; x < 3; x++) {
        k[x] += inversion.kPoint().get(i) * b[i][x];
      }
    }
    return new DftRecord.BandInversion(
        inversion.inverted(),
        fractional(k, crystal),
        inversion.conductionCurvature(),
        inversion.valenceCurvature(),
        inversion.orbitalWeights(),
        inversion.reason());
  }

  private static List<Integer> divisions(KPoints.Mesh mesh) {
    return mesh == null ? null : List.of(mesh.n1(), mesh.n2(), mesh.n3());
  }

  private DftRecord.Provenance provenance(Progress progress) {
    Map<String, DftRecord.Pseudopotential> pseudopotentials = new TreeMap<>();
    for (String symbol : progress.given.counts().keySet()) {
      PseudopotentialLibrary.Entry entry = runner.library().of(symbol);
      pseudopotentials.put(symbol, new DftRecord.Pseudopotential(entry.file(), entry.md5()));
    }
    return new DftRecord.Provenance(
        runner.version(),
        pseudopotentials,
        parameters.protocol().name().toLowerCase(Locale.ROOT),
        cutoffs(progress.given),
        divisions(progress.mesh),
        divisions(progress.energyMesh),
        progress.energyCutoffs,
        Math.round(
                100 * progress.attempts.stream().mapToDouble(DftRecord.Attempt::coreSeconds).sum())
            / 100.0,
        stageDigest);
  }
}
