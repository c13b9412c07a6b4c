package org.rlmaterials.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.espresso.Checkpoint;
import org.rlmaterials.espresso.DftCalculation;
import org.rlmaterials.espresso.DftParameters;
import org.rlmaterials.espresso.DftRecord;
import org.rlmaterials.espresso.DftStore;
import org.rlmaterials.espresso.Protocol;
import org.rlmaterials.espresso.PseudopotentialLibrary;
import org.rlmaterials.espresso.PwRunner;
import org.rlmaterials.espresso.PwSettings;
import org.rlmaterials.files.AtomicFiles;
import org.rlmaterials.files.Progress;
import org.rlmaterials.files.StructureFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code dft}. */
@Command(
    name = "dft",
    description = {
      "Computes band gap and effective masses of structures with pw.x.",
      "A structure that has no result leaves a record with status \"failed\" and a reason, and the"
          + " exit code is 0. Trouble of the machine (time, memory, disk, a killed pw.x) gives 75."
    })
final class DftCommand implements Callable<Integer> {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Spec private CommandSpec spec;

  @Option(
      names = "--structure",
      required = true,
      paramLabel = "FILE",
      description = "CIF, POSCAR, or JSON: one structure, or one a line (.jsonl)")
  private Path structureFile;

  @Option(
      names = "--pseudo-dir",
      required = true,
      paramLabel = "DIR",
      description = "folder of pseudopotentials (UPF), with a manifest.json or without")
  private Path pseudoDir;

  @Option(
      names = "--protocol",
      defaultValue = "balanced",
      paramLabel = "NAME",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Protocol protocol;

  @Option(
      names = "--relax",
      description =
          "relax positions and cell first, except of structures with the key \"relax\": false")
  private boolean relax;

  @Option(
      names = "--band-path",
      description = "compute the bands of structures with a gap along a path too, for the report")
  private boolean bandPath;

  @Option(
      names = "--orbitals",
      description = "ask projwfc.x for the orbitals at the direct gap, as evidence of an inversion")
  private boolean orbitals;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "the record (JSON); one a line if FILE ends in .jsonl")
  private Path out;

  @Option(
      names = "--launcher",
      paramLabel = "COMMAND",
      description = "starts the MPI ranks: \"mpirun -np 4\", \"srun\" (default: none, one process)")
  private String launcher;

  @Option(
      names = "--pw",
      defaultValue = "pw.x",
      paramLabel = "PROGRAM",
      description = "pw.x of Quantum ESPRESSO (default: ${DEFAULT-VALUE})")
  private String pw;

  @Option(
      names = "--threads",
      defaultValue = "1",
      paramLabel = "N",
      description = "OpenMP threads of each rank (default: ${DEFAULT-VALUE})")
  private int threads;

  @Option(
      names = "--max-seconds",
      defaultValue = "1e7",
      paramLabel = "SECONDS",
      description = "wall time for all structures (s); pw.x stops cleanly before")
  private double maxSeconds;

  @Option(
      names = "--scratch",
      paramLabel = "DIR",
      description = "folder for scratch folders (default: that of temporary files)")
  private Path scratch;

  @Option(names = "--keep-scratch", description = "leave the scratch folders for inspection")
  private boolean keepScratch;

  @Option(
      names = "--store",
      paramLabel = "DIR",
      description =
          "look results up here, and keep new ones; a relaxation that was stopped goes on from"
              + " here")
  private Path store;

  @Option(
      names = "--stage-digest",
      paramLabel = "HEX",
      description = "digest of the code of this stage, for the record and the store")
  private String stageDigest;

  @Option(
      names = "--cutoff-ry",
      paramLabel = "RY",
      description =
          "cutoff of the wavefunctions (Ry) instead of the protocol's; eight times it for the"
              + " density")
  private Double cutoffRy;

  @Option(
      names = "--k-spacing",
      paramLabel = "1/Å",
      description = "distance of k-points (1/Å, with 2π) instead of the protocol's")
  private Double kSpacing;

  @Option(
      names = "--energy-mesh",
      description =
          "take the total energy from a second self-consistent cycle on a shifted mesh of the same"
              + " spacing: energies that can be compared")
  private boolean energyMesh;

  @Option(
      names = "--last-attempt",
      description =
          "a structure for which the time (its share of what is left) or the memory is not enough is"
              + " a failed record, not a reason to try again with more")
  private boolean lastAttempt;

  @Override
  public Integer call() {
    checkOptions();
    List<Structure> structures = StructureFiles.read(structureFile);
    boolean lines = out.toString().replaceFirst("\\.gz$", "").endsWith(".jsonl");
    if (structures.size() != 1 && !lines) {
      throw usage(
          "--out: "
              + structureFile
              + " holds "
              + structures.size()
              + " structures: expected a file that ends in .jsonl");
    }
    Set<String> symbols = new TreeSet<>();
    structures.forEach(s -> symbols.addAll(s.crystal().counts().keySet()));
    PseudopotentialLibrary library = PseudopotentialLibrary.open(pseudoDir, symbols);
    symbols.forEach(library::of);
    PwRunner runner = new PwRunner(settings(maxSeconds), library);
    DftParameters parameters =
        new DftParameters(protocol, relax, orbitals, cutoffRy, kSpacing, bandPath, energyMesh);
    Optional<DftStore> known = Optional.ofNullable(store).map(DftStore::new);
    List<JsonNode> records = new ArrayList<>();
    Progress progress = new Progress(spec.commandLine().getErr());
    progress.step("progress", "structures", 0, structures.size());
    for (Structure structure : structures) {
      boolean fixed = !structure.properties().path("relax").asBoolean(true);
      DftParameters own = fixed ? parameters.unrelaxed() : parameters;
      PwRunner running = runner;
      if (lastAttempt) {
        // None may use up the time of those after it.
        double share = runner.secondsLeft() / (structures.size() - records.size());
        running = new PwRunner(settings(share), library);
      }
      records.add(record(structure, known, own, library, running, progress));
      progress.step("progress", "structures", records.size(), structures.size());
    }
    progress.end();
    AtomicFiles.write(
        out,
        stream -> {
          for (JsonNode record : records) {
            String text = lines ? record.toString() : record.toPrettyString();
            stream.write((text + "\n").getBytes(StandardCharsets.UTF_8));
          }
        });
    return ExitCode.OK;
  }

  private PwSettings settings(double seconds) {
    return new PwSettings(
        launcherArguments(),
        pw,
        threads,
        seconds,
        scratch != null ? scratch : Path.of(System.getProperty("java.io.tmpdir")),
        keepScratch);
  }

  private JsonNode record(
      Structure structure,
      Optional<DftStore> known,
      DftParameters parameters,
      PseudopotentialLibrary library,
      PwRunner runner,
      Progress progress) {
    String key =
        known.isEmpty()
            ? null
            : DftStore.key(structure.crystal(), parameters, library, runner.version(), stageDigest);
    Optional<JsonNode> stored = known.flatMap(s -> s.find(key, structure));
    if (stored.isPresent()) {
      progress.line(summary(stored.get()) + " (from the store)");
      return stored.get();
    }
    Checkpoint checkpoint = known.map(s -> s.checkpoint(key)).orElse(Checkpoint.NONE);
    DftRecord record =
        new DftCalculation(runner, parameters, stageDigest, lastAttempt)
            .compute(structure, checkpoint);
    JsonNode json = MAPPER.valueToTree(record);
    known.ifPresent(s -> keep(s, key, json, progress));
    progress.line(summary(json));
    return json;
  }

  /** A store of others, which cannot be written to, must not cost the result. */
  private static void keep(DftStore store, String key, JsonNode record, Progress progress) {
    try {
      store.put(key, record);
    } catch (BadInputException e) {
      progress.line("dft: the result is not kept in the store: " + e.getMessage());
    }
  }

  private static String summary(JsonNode record) {
    String formula = record.path("structure").path("species").toString();
    return record.path("status").asText().equals(DftRecord.FAILED)
        ? "dft: failed: " + formula + ": " + record.path("error").path("message").asText()
        : "dft: %s: %s, gap %.3f eV, %s"
            .formatted(
                formula,
                record.path("outcome").asText(),
                record.path("gap_ev").asDouble(),
                record.has("m_star")
                    ? "m* %.4f".formatted(record.path("m_star").asDouble())
                    : "no m*");
  }

  private List<String> launcherArguments() {
    try {
      return PwSettings.parseLauncher(launcher);
    } catch (IllegalArgumentException e) {
      throw usage("--launcher: " + e.getMessage());
    }
  }

  private void checkOptions() {
    if (threads < 1) {
      throw usage("--threads is " + threads + ": expected at least 1");
    }
    if (!(maxSeconds > 0)) {
      throw usage("--max-seconds is " + maxSeconds + ": expected more than 0");
    }
    if (cutoffRy != null && !(cutoffRy >= 5 && cutoffRy <= 500)) {
      throw usage("--cutoff-ry is " + cutoffRy + ": expected 5 to 500 Ry");
    }
    if (kSpacing != null && !(kSpacing >= 0.02 && kSpacing <= 10)) {
      throw usage("--k-spacing is " + kSpacing + ": expected 0.02 to 10 1/Å");
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
