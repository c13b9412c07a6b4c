package org.rlmaterials.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The command {@code pseudopotentials}. */
@Command(name = "pseudopotentials", description = "Makes or checks pseudopotentials.")
final class PseudopotentialsCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new UnsupportedOperationException("pseudopotentials is not built yet");
  }
}
