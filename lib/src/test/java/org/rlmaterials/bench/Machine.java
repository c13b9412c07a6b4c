package org.rlmaterials.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a benchmark ran on. */
final class Machine {
  private Machine() {}

  /**
   * @return the name of the processor
   * @throws IOException if it cannot be read
   */
  static String cpu() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    List<String> lines = Files.exists(info) ? Files.readAllLines(info) : List.of();
    return lines.stream()
        .filter(l -> l.startsWith("model name"))
        .findFirst()
        .map(l -> l.substring(l.indexOf(':') + 1).strip())
        .orElse(System.getProperty("os.arch"));
  }
}
