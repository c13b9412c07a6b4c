package org.rlmaterials.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The command {@code candidates}. */
@Command(name = "candidates", description = "Selects candidates for validation.")
final class CandidatesCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new UnsupportedOperationException("candidates is not built yet");
  }
}
