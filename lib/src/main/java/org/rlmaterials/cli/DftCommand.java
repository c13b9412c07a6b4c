package org.rlmaterials.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The command {@code dft}. */
@Command(
    name = "dft",
    description = "Computes band gap and effective masses of a structure with pw.x.")
final class DftCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new UnsupportedOperationException("dft is not built yet");
  }
}
