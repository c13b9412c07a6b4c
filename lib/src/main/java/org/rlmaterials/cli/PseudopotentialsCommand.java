package org.rlmaterials.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.espresso.PseudopotentialGenerator;
import org.rlmaterials.espresso.PseudopotentialLibrary;
import org.rlmaterials.espresso.PseudopotentialManifest;
import org.rlmaterials.files.AtomicFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code pseudopotentials}. */
@Command(
    name = "pseudopotentials",
    description = "Makes or checks pseudopotentials.",
    subcommands = {PseudopotentialsCommand.Generate.class, PseudopotentialsCommand.Check.class})
final class PseudopotentialsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: pseudopotentials generate or pseudopotentials check");
  }

  /** The command {@code pseudopotentials generate}. */
  @Command(
      name = "generate",
      description = "Makes one pseudopotential an element from ld1.x decks, with a manifest.")
  static final class Generate implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
        names = "--decks",
        required = true,
        paramLabel = "DIR",
        description = "folder of ld1.x decks, SYMBOL.in")
    private Path decks;

    @Option(
        names = "--out",
        required = true,
        paramLabel = "DIR",
        description = "folder for SYMBOL.UPF and manifest.json")
    private Path out;

    @Option(
        names = "--ld1",
        defaultValue = "ld1.x",
        paramLabel = "PROGRAM",
        description = "ld1.x of Quantum ESPRESSO (default: ${DEFAULT-VALUE})")
    private String ld1;

    @Override
    public Integer call() {
      PseudopotentialLibrary library = PseudopotentialGenerator.generate(decks, out, ld1);
      library
          .elements()
          .forEach(
              (symbol, entry) ->
                  spec.commandLine()
                      .getOut()
                      .printf(
                          "%-2s  %4.1f valence electrons, suggested cutoffs %5.1f / %5.1f Ry%n",
                          symbol,
                          entry.header().valence(),
                          entry.header().wavefunctionCutoffRy(),
                          entry.header().densityCutoffRy()));
      return ExitCode.OK;
    }
  }

  /** The command {@code pseudopotentials check}. */
  @Command(
      name = "check",
      description = "Checks a folder of pseudopotentials, file by file, against a manifest.")
  static final class Check implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
        names = "--pseudo-dir",
        required = true,
        paramLabel = "DIR",
        description = "folder of UPF files")
    private Path pseudoDir;

    @Option(
        names = "--manifest",
        required = true,
        paramLabel = "FILE",
        description = "manifest with file name, MD5 and cutoffs (Ry) of each element")
    private Path manifest;

    @Option(
        names = "--elements",
        split = ",",
        paramLabel = "SYMBOL",
        description = "elements that are needed (default: all of the manifest)")
    private List<String> elements;

    @Option(
        names = "--out",
        paramLabel = "DIR",
        description = "copy the checked files and their manifest.json to this folder")
    private Path out;

    @Override
    public Integer call() {
      PseudopotentialManifest expected = PseudopotentialManifest.read(manifest);
      Set<String> symbols =
          elements == null ? expected.elements().keySet() : new TreeSet<>(elements);
      PseudopotentialLibrary library = PseudopotentialLibrary.open(pseudoDir, expected, symbols);
      if (out != null) {
        library
            .elements()
            .values()
            .forEach(entry -> copy(pseudoDir.resolve(entry.file()), out.resolve(entry.file())));
        library.manifest(expected.source()).write(out.resolve(PseudopotentialManifest.FILE_NAME));
      }
      spec.commandLine()
          .getOut()
          .println(
              library.elements().size()
                  + " pseudopotentials are as the manifest says: "
                  + String.join(", ", library.elements().keySet()));
      return ExitCode.OK;
    }

    private static void copy(Path from, Path to) {
      try {
        byte[] bytes = Files.readAllBytes(from);
        AtomicFiles.write(to, o -> o.write(bytes));
      } catch (IOException e) {
        throw new BadInputException(from + ": the pseudopotential cannot be read: " + e, e);
      }
    }
  }
}
