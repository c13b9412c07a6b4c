package org.rlmaterials.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The command {@code parameters}. */
@Command(
    name = "parameters",
    description = "Checks pipeline parameters against nextflow_schema.json.")
final class ParametersCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new UnsupportedOperationException("parameters is not built yet");
  }
}
