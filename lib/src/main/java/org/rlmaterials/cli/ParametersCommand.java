package org.rlmaterials.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.files.SeedFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code parameters}. */
@Command(
    name = "parameters",
    description =
        "Checks or lists the pipeline's parameters, as nextflow_schema.json defines them.",
    subcommands = {ParametersCommand.Check.class, ParametersCommand.Listing.class})
final class ParametersCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "no command given: see rl-materials parameters --help");
  }

  @Command(
      name = "check",
      description = "Checks parameters; prints every error, one a line, and exits with 65.")
  static final class Check implements Callable<Integer> {
    private static final String SEED_PRESET = "seed";

    @Spec private CommandSpec spec;

    @Option(
        names = "--schema",
        required = true,
        paramLabel = "FILE",
        description = "nextflow_schema.json")
    private Path schema;

    @Option(
        names = "--params",
        required = true,
        paramLabel = "FILE",
        description = "parameters as a JSON object; - for standard input")
    private Path params;

    @Override
    public Integer call() throws IOException {
      JsonNode values;
      try {
        ObjectMapper mapper = new ObjectMapper();
        values =
            params.toString().equals("-")
                ? mapper.readTree(System.in)
                : mapper.readTree(Files.readAllBytes(params));
      } catch (JsonProcessingException e) {
        throw new BadInputException(params + ": is not JSON: " + e.getOriginalMessage());
      }
      List<String> errors = new ArrayList<>(ParameterSchema.read(schema).errors(values));
      if (errors.isEmpty()) {
        phaseOfSeedPreset(values).ifPresent(errors::add);
        seedsTooLarge(values).ifPresent(errors::add);
      }
      PrintWriter err = spec.commandLine().getErr();
      errors.forEach(err::println);
      return errors.isEmpty() ? ExitCode.OK : ExitCode.BAD_INPUT;
    }

    private static Optional<String> phaseOfSeedPreset(JsonNode values) {
      String epochs = values.path("surrogate_epochs_phase2").asText("");
      String preset = values.path("surrogate_preset").asText("");
      return given(epochs) && !preset.equals(SEED_PRESET)
          ? Optional.of(
              "--surrogate_epochs_phase2 %s: only with --surrogate_preset seed; %s trains in one phase"
                  .formatted(epochs, preset))
          : Optional.empty();
    }

    /**
     * Seeds are read here already: what is wrong with them must not come out after hours of DFT.
     */
    private static Optional<String> seedsTooLarge(JsonNode values) {
      String file = values.path("seeds_file").asText("");
      String atoms = values.path("candidate_atoms").asText("");
      if (file.contains("://")) {
        return Optional.empty();
      }
      try {
        int smallest =
            SeedFiles.read(given(file) ? Path.of(file) : null).stream()
                .mapToInt(seed -> seed.crystal().size())
                .min()
                .orElse(0);
        return given(atoms) && Integer.parseInt(atoms) < smallest
            ? Optional.of(
                "--candidate_atoms %s: no seed is as small; the smallest %s has %d atoms"
                    .formatted(atoms, given(file) ? "of " + file : "standard one", smallest))
            : Optional.empty();
      } catch (BadInputException e) {
        return Optional.of("--seeds_file " + e.getMessage());
      }
    }

    private static boolean given(String value) {
      return !value.isEmpty() && !value.equals("null");
    }
  }

  @Command(name = "list", description = "Prints the parameters in groups, with units and defaults.")
  static final class Listing implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
        names = "--schema",
        required = true,
        paramLabel = "FILE",
        description = "nextflow_schema.json")
    private Path schema;

    @Override
    public Integer call() {
      spec.commandLine().getOut().println(ParameterSchema.read(schema).help());
      return ExitCode.OK;
    }
  }
}
