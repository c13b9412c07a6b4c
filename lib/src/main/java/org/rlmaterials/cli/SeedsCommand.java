package org.rlmaterials.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureGenerator;
import org.rlmaterials.files.SeedFiles;
import org.rlmaterials.files.StructureFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code seeds}. */
@Command(
    name = "seeds",
    description =
        "Writes the seed crystals, then structures perturbed from them and structures with swapped"
            + " species. The first N of a longer list are the list of N.")
final class SeedsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--count",
      required = true,
      paramLabel = "N",
      description = "how many structures, the seeds included")
  private int count;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "fixes every random choice (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--seeds-file",
      paramLabel = "FILE",
      description =
          "your own seeds: a table in the layout of data/seeds.csv, or structures (CIF, POSCAR, XYZ,"
              + " JSON) (default: the 18 of data/seeds.csv)")
  private Path seedsFile;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "where the structures go: .jsonl, one a line (.gz compresses)")
  private Path out;

  @Override
  public Integer call() {
    if (count < 1) {
      throw new ParameterException(
          spec.commandLine(), "--count is " + count + ": expected at least 1");
    }
    List<Structure> structures =
        new StructureGenerator(SeedFiles.read(seedsFile), seed).first(count);
    StructureFiles.write(out, structures);
    return ExitCode.OK;
  }
}
