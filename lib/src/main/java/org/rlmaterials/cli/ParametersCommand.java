package org.rlmaterials.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.rlmaterials.errors.BadInputException;
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
      List<String> errors = ParameterSchema.read(schema).errors(values);
      PrintWriter err = spec.commandLine().getErr();
      errors.forEach(err::println);
      return errors.isEmpty() ? ExitCode.OK : ExitCode.BAD_INPUT;
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
