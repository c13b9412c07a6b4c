package org.rlmaterials.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The command {@code fingerprint}. */
@Command(name = "fingerprint", description = "Computes descriptors of structures.")
final class FingerprintCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new UnsupportedOperationException("fingerprint is not built yet");
  }
}
