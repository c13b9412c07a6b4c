package org.rlmaterials.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The command {@code ppo}. */
@Command(name = "ppo", description = "Trains and evaluates the agent.")
final class PpoCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new UnsupportedOperationException("ppo is not built yet");
  }
}
