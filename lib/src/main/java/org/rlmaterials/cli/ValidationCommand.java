package org.rlmaterials.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code validation}. */
@Command(
    name = "validation",
    description = "Judges what DFT found about the candidates.",
    subcommands = ValidationClassifyCommand.class)
final class ValidationCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "no command given: see rl-materials validation --help");
  }
}
