package org.rlmaterials.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The command {@code dataset}. */
@Command(name = "dataset", description = "Fetches and merges data.")
final class DatasetCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new UnsupportedOperationException("dataset is not built yet");
  }
}
