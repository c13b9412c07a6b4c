package org.rlmaterials.espresso;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.errors.TransientException;

/** Runs a program without a shell, and never leaves it or its children behind. */
final class ExternalProgram {
  /** How often a running program is looked at (ms). */
  private static final long POLL_MS = 100;

  private ExternalProgram() {}

  /**
   * How a run ended.
   *
   * @param code exit code; 128 + n if signal n killed it
   * @param timedOut whether it was killed at its limit
   * @param seconds wall time (s)
   */
  record Exit(int code, boolean timedOut, double seconds) {
    /** Whether it did not end by itself. */
    boolean killed() {
      return timedOut || code > 128;
    }
  }

  /** Something that looks at a program while it runs. */
  @FunctionalInterface
  interface Watch {
    /**
     * Called many times a second.
     *
     * @throws IOException if what it looks at cannot be read
     */
    void look() throws IOException;
  }

  /**
   * Finds a program as the system would.
   *
   * @param name a path, or a name to look for in PATH
   * @param option the option that names another, for the message
   * @return the program
   * @throws BadInputException if it is not there or cannot be executed
   */
  static Path find(String name, String option) {
    List<Path> places = new ArrayList<>();
    if (name.contains("/")) {
      places.add(Path.of(name).toAbsolutePath());
    } else {
      for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
        if (!folder.isEmpty()) {
          places.add(Path.of(folder).toAbsolutePath().resolve(name));
        }
      }
    }
    return places.stream()
        .filter(p -> Files.isRegularFile(p) && Files.isExecutable(p))
        .findFirst()
        .orElseThrow(
            () ->
                new BadInputException(
                    name
                        + " was not found: install Quantum ESPRESSO (Debian: apt-get install"
                        + " quantum-espresso) or say where it is with "
                        + option));
  }

  /**
   * Runs a program to its end.
   *
   * @param command program and arguments
   * @param environment variables to set
   * @param folder where it runs
   * @param output file for what it prints
   * @param limit after which it is killed
   * @param watch looks at it meanwhile
   * @return how it ended
   * @throws TransientException if it cannot be started or the disk fails
   */
  static Exit run(
      List<String> command,
      Map<String, String> environment,
      Path folder,
      Path output,
      Duration limit,
      Watch watch) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    long start = System.nanoTime();
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new TransientException(command.get(0) + " cannot be started: " + e.getMessage(), e);
    }
    Thread hook = new Thread(() -> kill(process));
    addHook(hook);
    try {
      boolean timedOut = false;
      while (!process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
        if (System.nanoTime() - start > limit.toNanos()) {
          timedOut = true;
          kill(process);
        } else {
          watch.look();
        }
      }
      return new Exit(process.exitValue(), timedOut, 1e-9 * (System.nanoTime() - start));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientException(command.get(0) + " was interrupted", e);
    } catch (IOException e) {
      throw new TransientException("the output of " + command.get(0) + " cannot be read: " + e, e);
    } finally {
      kill(process);
      removeHook(hook);
    }
  }

  private static void addHook(Thread hook) {
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      throw new TransientException("the program is being stopped", e);
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending: the hook runs, and the process is dead already.
    }
  }

  /** Kills a process and its children: a launcher does not always take its ranks with it. */
  private static void kill(Process process) {
    List<ProcessHandle> family = new ArrayList<>(process.descendants().toList());
    family.add(process.toHandle());
    family.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
  }
}
