package org.rlmaterials.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureGenerator;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.files.AtomicFiles;
import org.rlmaterials.files.SeedFiles;
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
          "your own seeds: a table in the layout of data/seeds.csv, or structures as JSON, one a"
              + " line (default: the 18 of data/seeds.csv)")
  private Path seedsFile;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "where the structures go, as JSON, one a line (.gz compresses)")
  private Path out;

  @Override
  public Integer call() {
    if (count < 1) {
      throw new ParameterException(
          spec.commandLine(), "--count is " + count + ": expected at least 1");
    }
    List<Structure> structures =
        new StructureGenerator(SeedFiles.read(seedsFile), seed).first(count);
    AtomicFiles.write(
        out,
        stream -> {
          for (Structure structure : structures) {
            stream.write((StructureJson.toJson(structure) + "\n").getBytes(StandardCharsets.UTF_8));
          }
        });
    return ExitCode.OK;
  }
}
