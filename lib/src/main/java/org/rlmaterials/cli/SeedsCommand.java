package org.rlmaterials.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The command {@code seeds}. */
@Command(
    name = "seeds",
    description = "Writes the seed crystals and structures perturbed from them.")
final class SeedsCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new UnsupportedOperationException("seeds is not built yet");
  }
}
