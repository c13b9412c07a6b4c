package org.rlmaterials.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The command {@code report}. */
@Command(name = "report", description = "Writes the report of a run.")
final class ReportCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new UnsupportedOperationException("report is not built yet");
  }
}
