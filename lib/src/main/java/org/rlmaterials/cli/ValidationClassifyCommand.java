package org.rlmaterials.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.rlmaterials.crystal.Seeds;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.dataset.Dataset;
import org.rlmaterials.discovery.Controls;
import org.rlmaterials.discovery.RecordFiles;
import org.rlmaterials.discovery.Thresholds;
import org.rlmaterials.discovery.Validation;
import org.rlmaterials.discovery.ValidationTable;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.files.AtomicFiles;
import org.rlmaterials.files.SeedFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code validation classify}. */
@Command(
    name = "classify",
    description =
        "Gives each candidate its class (confirmed, metal, unstable, ...), the hit rate with its"
            + " interval, and says whether the controls came out right.")
final class ValidationClassifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--candidates",
      required = true,
      description = "the candidates, as 'candidates' wrote them")
  private Path candidates;

  @Option(
      names = "--records",
      required = true,
      arity = "1..*",
      description =
          "DFT records (.json, .jsonl or folders) of the candidates, controls, random structures and"
              + " of everything else the run computed")
  private List<Path> records;

  @Option(
      names = "--references",
      arity = "0..*",
      description = "DFT records of the elements (data/references/elements.jsonl)")
  private List<Path> references = List.of();

  @Option(
      names = "--controls",
      description =
          "the controls, with what is expected of them (default: data/references/controls.jsonl)")
  private Path controls;

  @Option(
      names = "--random",
      description = "random structures, as 'candidates --random' wrote them: the base rate")
  private Path random;

  @Option(
      names = "--dataset",
      description = "dataset.csv.gz: its structures are not new (default: only the seeds are not)")
  private Path dataset;

  @Option(
      names = "--seeds-file",
      paramLabel = "FILE",
      description =
          "your own seeds: a table in the layout of data/seeds.csv, or structures (CIF, POSCAR, XYZ,"
              + " JSON): they are not new either (default: the 18 of data/seeds.csv)")
  private Path seedsFile;

  @Option(
      names = "--out",
      required = true,
      description = "validation.json; candidates.csv and unusual_topology.json come beside it")
  private Path out;

  @Override
  public Integer call() throws IOException {
    List<Path> allRecords = new ArrayList<>(records);
    allRecords.addAll(references);
    List<Structure> known = new ArrayList<>(Seeds.standard());
    if (seedsFile != null) {
      known.addAll(SeedFiles.read(seedsFile));
    }
    if (dataset != null) {
      known.addAll(Dataset.read(dataset).structures());
    }
    Validation validation =
        Validation.of(
            new Validation.Input(
                structures(candidates),
                random == null ? List.of() : structures(random),
                controls == null ? Controls.standard() : structures(controls),
                known,
                RecordFiles.read(allRecords)),
            Thresholds.STANDARD);
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    AtomicFiles.writeString(out, mapper.writeValueAsString(validation) + "\n");
    AtomicFiles.writeString(
        out.resolveSibling("unusual_topology.json"),
        mapper.writeValueAsString(validation.inverted()) + "\n");
    AtomicFiles.writeString(
        out.resolveSibling("candidates.csv"), ValidationTable.csv(validation.candidates()));
    summarise(spec.commandLine().getOut(), validation);
    return ExitCode.OK;
  }

  private static void summarise(PrintWriter text, Validation validation) {
    Validation.Rate rate = validation.hitRate();
    text.printf(
        Locale.ROOT,
        "%d of %d candidates confirmed (95 %% interval %.0f to %.0f %%)%s%n",
        rate.confirmed(),
        rate.total(),
        100 * rate.interval95().get(0),
        100 * rate.interval95().get(1),
        validation.baseRate() == null
            ? ""
            : "; by chance "
                + validation.baseRate().confirmed()
                + " of "
                + validation.baseRate().total());
    text.println(
        validation.classes().entrySet().stream()
            .filter(e -> e.getValue() > 0)
            .map(e -> e.getKey() + " " + e.getValue())
            .collect(Collectors.joining(", ")));
    text.println(
        (validation.trustworthy() ? "controls: " : "NOT TRUSTWORTHY: ") + validation.trustReason());
  }

  /** No candidate at all is a result too: an empty file is read as none. */
  private static List<Structure> structures(Path file) {
    List<Structure> structures = new ArrayList<>();
    try {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (!lines.get(i).isBlank()) {
          structures.add(StructureJson.parse(lines.get(i), file.toString(), i + 1L));
        }
      }
    } catch (IOException e) {
      throw new BadInputException(file + ": cannot be read: " + e, e);
    } catch (UncheckedIOException e) {
      throw new BadInputException(file + ": not a text file: " + e, e);
    }
    return structures;
  }
}
