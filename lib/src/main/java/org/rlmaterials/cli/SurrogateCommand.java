package org.rlmaterials.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The command {@code surrogate}. */
@Command(name = "surrogate", description = "Trains, evaluates and applies the surrogate.")
final class SurrogateCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new UnsupportedOperationException("surrogate is not built yet");
  }
}
