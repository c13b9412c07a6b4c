package org.rlmaterials.cli;

import java.io.BufferedWriter;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.files.AtomicFiles;
import org.rlmaterials.files.StructureFiles;
import org.rlmaterials.fingerprint.Descriptor;
import org.rlmaterials.fingerprint.Descriptors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code fingerprint}: descriptors of structures as a table. */
@Command(
    name = "fingerprint",
    description = {
      "Computes a descriptor of each structure.",
      "Columns: id,f000,f001,…; names of the features with --names, units too in docs/output.md."
    })
final class FingerprintCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--structures",
      paramLabel = "FILE",
      description =
          "structures: CIF, POSCAR, extended XYZ, .json or .jsonl, also with .gz (lengths in Å)")
  private Path structures;

  @Option(names = "--out", paramLabel = "FILE", description = "table to write, .csv or .csv.gz")
  private Path out;

  @Option(
      names = "--descriptor",
      paramLabel = "NAME",
      defaultValue = "fingerprint",
      description = "fingerprint (152 numbers) or local; default: ${DEFAULT-VALUE}")
  private String name;

  @Option(
      names = "--names",
      description = "print column and name (units as suffixes) of each feature, and stop")
  private boolean names;

  @Override
  public Integer call() {
    Descriptor descriptor;
    try {
      descriptor = Descriptors.byName(name);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--descriptor: " + e.getMessage(), e);
    }
    if (names) {
      for (int k = 0; k < descriptor.size(); k++) {
        spec.commandLine().getOut().println(column(k) + "," + descriptor.featureNames().get(k));
      }
      return ExitCode.OK;
    }
    if (structures == null || out == null) {
      throw new ParameterException(
          spec.commandLine(), "--structures FILE and --out FILE are needed");
    }
    AtomicFiles.write(
        out,
        stream -> {
          BufferedWriter writer =
              new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8));
          CSVPrinter table =
              new CSVPrinter(writer, CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get());
          List<Object> row = new ArrayList<>();
          row.add("id");
          for (int k = 0; k < descriptor.size(); k++) {
            row.add(column(k));
          }
          table.printRecord(row);
          try (Stream<Structure> all = StructureFiles.stream(structures)) {
            for (Iterator<Structure> i = all.iterator(); i.hasNext(); ) {
              Structure structure = i.next();
              row.clear();
              row.add(structure.id());
              for (float feature : descriptor.of(structure.crystal())) {
                row.add(feature);
              }
              table.printRecord(row);
            }
          }
          writer.flush();
        });
    return ExitCode.OK;
  }

  private static String column(int k) {
    return "f%03d".formatted(k);
  }
}
