package org.rlmaterials.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.rlmaterials.crystal.Seeds;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.dataset.Dataset;
import org.rlmaterials.discovery.ArchiveEntry;
import org.rlmaterials.discovery.CandidateSelection;
import org.rlmaterials.discovery.CandidateSelection.Reason;
import org.rlmaterials.discovery.CandidateSelection.Rejection;
import org.rlmaterials.discovery.PreRelaxation;
import org.rlmaterials.discovery.RandomStructures;
import org.rlmaterials.discovery.RecordFiles;
import org.rlmaterials.espresso.DftRecord;
import org.rlmaterials.files.AtomicFiles;
import org.rlmaterials.files.SeedFiles;
import org.rlmaterials.surrogate.Ensemble;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code candidates}. */
@Command(
    name = "candidates",
    description = {
      "Selects candidates for validation from what the agents met: lightest pessimistic mass first,"
          + " new, no two the same. Fewer than --top come out if not enough qualify. With"
          + " --surrogate, tetrahedral networks are first relaxed by a valence force field.",
      "With --random, writes as many structures as chance finds, taking any possible action of the"
          + " pipeline's agents (settled): the base rate."
    })
final class CandidatesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Source source;

  @Option(names = "--top", required = true, description = "number of structures wanted")
  private int top;

  @Option(
      names = "--max-per-formula",
      defaultValue = "2",
      description = "most candidates of one reduced formula (default: ${DEFAULT-VALUE})")
  private int maxPerFormula;

  @Option(
      names = "--kappa",
      defaultValue = "1",
      description =
          "standard deviations of the surrogate added to the predicted mass (default:"
              + " ${DEFAULT-VALUE})")
  private double kappa;

  @Option(
      names = "--max-atoms",
      description = "largest cell of a candidate (atoms; default: no limit)")
  private Integer maxAtoms;

  @Option(
      names = "--round",
      defaultValue = "1",
      description = "round of the search, written into each structure (default: ${DEFAULT-VALUE})")
  private int round;

  @Option(names = "--out", required = true, description = "structures, one JSON object a line")
  private Path out;

  @Option(
      names = "--dataset",
      description = "dataset.csv.gz: its structures are not new (needed with --agent)")
  private Path dataset;

  @Option(
      names = "--records",
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "records of 'dft', folders of them too: what was computed before, even without a result,"
              + " is not new, neither as given nor as relaxed")
  private List<Path> records = new ArrayList<>();

  @Option(
      names = "--seeds-file",
      paramLabel = "FILE",
      description =
          "your own seeds: a table in the layout of data/seeds.csv, or structures (CIF, POSCAR, XYZ,"
              + " JSON): they are not new, and random structures start from them (default: the 18"
              + " of data/seeds.csv)")
  private Path seedsFile;

  /** Agents or chance. */
  static final class Source {
    @ArgGroup(exclusive = false)
    private FromAgents found;

    @ArgGroup(exclusive = false)
    private FromChance chance;
  }

  /** Options of what agents met. */
  static final class FromAgents {
    @Option(
        names = "--agent",
        required = true,
        arity = "1..*",
        description = "folder of 'ppo train', with its archive.jsonl; several may be given")
    private List<Path> agents;

    @Option(
        names = "--surrogate",
        arity = "1..*",
        paramLabel = "DIR",
        description =
            "members of the surrogate the agents learnt from: predict the mass (mₑ) and gap (eV) of"
                + " what was met again, relaxed by a valence force field (default: candidates as"
                + " met)")
    private List<Path> surrogates = new ArrayList<>();
  }

  /** Options of the random structures. */
  static final class FromChance {
    @Option(
        names = "--random",
        required = true,
        description = "structures from random actions instead of the agents'")
    @SuppressWarnings("UnusedVariable") // its presence is what counts
    private boolean random;

    @Option(names = "--seed", required = true, description = "fixes every random choice")
    private long seed;
  }

  @Override
  public Integer call() {
    if (top < 1 || maxPerFormula < 1 || !(kappa >= 0) || (maxAtoms != null && maxAtoms < 1)) {
      throw new ParameterException(
          spec.commandLine(),
          "--top, --max-per-formula and --max-atoms are at least 1, --kappa at least 0");
    }
    if (source.chance == null && dataset == null) {
      throw new ParameterException(
          spec.commandLine(), "Missing required option: '--dataset=<dataset>'");
    }
    PrintWriter text = spec.commandLine().getOut();
    if (source.chance != null) {
      List<Structure> structures =
          RandomStructures.make(
              SeedFiles.read(seedsFile, maxAtoms), known(), top, source.chance.seed);
      write(structures);
      text.printf("%d random structures (of %d wanted): %s%n", structures.size(), top, out);
      return ExitCode.OK;
    }
    List<ArchiveEntry> archive = met(source.found);
    CandidateSelection.Result result =
        new CandidateSelection(
                top, maxPerFormula, kappa, maxAtoms == null ? Integer.MAX_VALUE : maxAtoms)
            .select(archive, known());
    write(result.candidates());
    AtomicFiles.writeString(out.resolveSibling("rejected.csv"), rejectedCsv(result.rejections()));
    summarise(text, archive, result);
    return ExitCode.OK;
  }

  private static List<ArchiveEntry> met(FromAgents found) {
    List<ArchiveEntry> archive = ArchiveEntry.read(found.agents);
    if (found.surrogates.isEmpty()) {
      return archive;
    }
    try (Ensemble ensemble = Ensemble.load(found.surrogates)) {
      return PreRelaxation.of(archive, ensemble);
    }
  }

  /** What is not new, whoever finds it. */
  private List<Structure> known() {
    List<Structure> known = new ArrayList<>(Seeds.standard());
    if (seedsFile != null) {
      known.addAll(SeedFiles.read(seedsFile));
    }
    if (dataset != null) {
      known.addAll(Dataset.read(dataset).structures());
    }
    known.addAll(computed(records));
    return known;
  }

  private static List<Structure> computed(List<Path> files) {
    List<Structure> structures = new ArrayList<>();
    for (DftRecord record : RecordFiles.read(files)) {
      structures.add(StructureJson.of(record.initialStructure(), record.id(), 1));
      structures.add(StructureJson.of(record.structure(), record.id(), 1));
    }
    return structures;
  }

  private void summarise(
      PrintWriter text, List<ArchiveEntry> archive, CandidateSelection.Result result) {
    Map<Reason, Integer> counts = new EnumMap<>(Reason.class);
    result.rejections().forEach(r -> counts.merge(r.reason(), 1, Integer::sum));
    text.printf(
        "%d candidates (of %d wanted) from %d structures met: %s%n",
        result.candidates().size(), top, archive.size(), out);
    if (!counts.isEmpty()) {
      text.println(
          "turned down: "
              + counts.entrySet().stream()
                  .map(e -> e.getValue() + " " + e.getKey().label())
                  .collect(Collectors.joining(", ")));
    }
    if (result.afterSanity() > 0) {
      text.printf(
          "%d of the candidates fail a rule of thumb: too few pass (key failed_rules)%n",
          result.afterSanity());
    }
  }

  private void write(List<Structure> structures) {
    AtomicFiles.write(
        out,
        stream -> {
          for (Structure structure : structures) {
            String json = StructureJson.toJson(structure).put("round", round) + "\n";
            stream.write(json.getBytes(StandardCharsets.UTF_8));
          }
        });
  }

  private static String rejectedCsv(List<Rejection> rejections) {
    StringWriter text = new StringWriter();
    try (CSVPrinter csv =
        new CSVPrinter(
            text,
            CSVFormat.DEFAULT
                .builder()
                .setRecordSeparator('\n')
                .setHeader(
                    "agent",
                    "id",
                    "reduced_formula",
                    "m_star_me",
                    "m_star_std_me",
                    "gap_ev",
                    "semiconductor_probability",
                    "reason",
                    "detail")
                .get())) {
      for (Rejection r : rejections) {
        csv.printRecord(
            r.entry().agent(),
            r.entry().structure().id(),
            r.entry().structure().crystal().reducedFormula(),
            number(r.entry().prediction().mStar()),
            number(r.entry().prediction().mStarStd()),
            number(r.entry().prediction().gapEv()),
            number(r.entry().prediction().semiconductorProbability()),
            r.reason().label(),
            r.detail());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static String number(double value) {
    return Double.isFinite(value) ? Double.toString(value) : "";
  }
}
