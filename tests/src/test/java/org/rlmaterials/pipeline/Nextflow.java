package org.rlmaterials.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Runs the real Nextflow on the pipeline, from a launch folder of its own, and reads its trace.
 *
 * @param project checkout whose main.nf is run
 * @param launch folder to start in; it holds the work folder, the results and Nextflow's history
 * @param version Nextflow's version, {@code null} for the one of the checkout
 * @param environment more environment variables
 */
record Nextflow(Path project, Path launch, String version, Map<String, String> environment) {
  Nextflow(Path project, Path launch, String version) {
    this(project, launch, version, Map.of());
  }

  /** The checkout under test. */
  static final Path CHECKOUT =
      Path.of(System.getProperty("rlmaterials.project")).toAbsolutePath().normalize();

  /**
   * Options that make what comes after the dataset run, and quickly, rather than learn anything.
   */
  static final List<String> LITTLE_AFTER_THE_DATASET =
      List.of("--members", "1", "--epochs", "1", "--timesteps", "64", "--episodes", "1");

  /** A run's outcome. */
  record Outcome(int exit, String output, List<Task> tasks) {
    /**
     * @param process name of a process without its workflow
     * @return the tasks of that process
     */
    List<Task> of(String process) {
      return tasks.stream().filter(t -> t.process().equals(process)).toList();
    }

    /**
     * @param status COMPLETED, CACHED, FAILED or ABORTED
     * @return the tasks with that status
     */
    List<Task> with(String status) {
      return tasks.stream().filter(t -> t.status().equals(status)).toList();
    }
  }

  /**
   * A line of trace.txt.
   *
   * @param process name of the process without its workflow
   * @param path name with its workflow
   */
  record Task(String process, String path, String tag, String status, String exit, Path workdir) {
    /** As the run prints it. */
    String name() {
      return tag.equals("-") ? path : path + " (" + tag + ")";
    }
  }

  static Nextflow in(Path launch) {
    return new Nextflow(CHECKOUT, launch, null);
  }

  /**
   * A configuration in which the DFT of the validation ends at once, for tests of what is before.
   *
   * @param folder where to write it
   */
  static Path withoutValidation(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("without-validation.config"),
        "process { withName: VALIDATE_DFT { ext.validation = ''; ext.args = '--pw \"%s\"' } }%n"
            .formatted(CHECKOUT.resolve("tests/pw-refuses")));
  }

  Nextflow of(Path otherProject) {
    return new Nextflow(otherProject, launch, version, environment);
  }

  Nextflow version(String otherVersion) {
    return new Nextflow(project, launch, otherVersion, environment);
  }

  Nextflow environment(Map<String, String> more) {
    return new Nextflow(project, launch, version, more);
  }

  Path results() {
    return launch.resolve("results");
  }

  /** Starts {@code nextflow run} and waits for its end. */
  Outcome run(String... arguments) {
    return finish(start(arguments));
  }

  /** Starts {@code nextflow run}; its output goes to {@code stdout.txt} in the launch folder. */
  Process start(String... arguments) {
    List<String> all = new ArrayList<>(List.of("run", project.toString(), "-ansi-log", "false"));
    all.addAll(List.of(arguments));
    return startCommand(all);
  }

  Process startCommand(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(command()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(launch.toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(launch.resolve("stdout.txt").toFile());
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("NXF_OFFLINE", "true");
    if (version != null) {
      variables.put("NXF_VER", version);
      variables.put("NXF_SYNTAX_PARSER", "v2");
    }
    builder.environment().putAll(variables);
    try {
      Files.deleteIfExists(traceFile());
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Outcome finish(Process process) {
    return finish(process, Duration.ofMinutes(40));
  }

  Outcome finish(Process process, Duration limit) {
    try {
      if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        process.destroy();
        throw new IllegalStateException(
            "Nextflow did not finish in %d minutes".formatted(limit.toMinutes()));
      }
      return new Outcome(process.exitValue(), stdout(), trace());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Waits until tasks of a process have ended well, stops the run there and waits for its end.
   *
   * @param process name of a process without its workflow
   * @param count how many of its tasks
   */
  Outcome stopAfter(Process run, String process, int count) {
    await(
        run,
        process + " to end",
        () ->
            trace().stream()
                    .filter(t -> t.process().equals(process) && !t.status().equals("FAILED"))
                    .count()
                >= count);
    Outcome outcome = new Outcome(0, stdout(), trace());
    run.destroy();
    finish(run);
    return outcome;
  }

  /** Waits for something in a run; fails when the run ends before. */
  void await(Process run, String what, BooleanSupplier happened) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(15);
    while (!happened.getAsBoolean()) {
      if (!run.isAlive() && !happened.getAsBoolean()) {
        throw new AssertionError("the run ended while waiting for " + what + "\n" + stdout());
      }
      if (System.nanoTime() > end) {
        run.destroyForcibly();
        throw new AssertionError("waited 15 minutes for " + what + "\n" + stdout());
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What the run has printed until now. */
  String stdout() {
    try {
      return Files.readString(launch.resolve("stdout.txt"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names, with tags, of the tasks that a run has submitted. */
  static List<String> submitted(String output) {
    return output
        .lines()
        .filter(l -> l.contains("Submitted process > "))
        .map(l -> l.substring(l.indexOf("> ") + 2))
        .toList();
  }

  /** The launcher: another version is always the one from Maven Central. */
  private String command() {
    Path own = CHECKOUT.resolve("tools/nextflow/nextflow");
    String chosen = System.getenv("NEXTFLOW");
    return version == null && chosen != null && !chosen.isBlank() ? chosen : own.toString();
  }

  private Path traceFile() {
    return results().resolve("pipeline_info/trace.txt");
  }

  /** The trace of the run as it is now. */
  List<Task> trace() {
    if (!Files.exists(traceFile())) {
      return List.of();
    }
    List<String> lines;
    try {
      lines = Files.readAllLines(traceFile(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (lines.isEmpty()) {
      return List.of();
    }
    List<String> header = List.of(lines.get(0).split("\t", -1));
    List<Task> tasks = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split("\t", -1);
      if (cells.length < header.size()) {
        continue; // still being written
      }
      String path = cells[header.indexOf("process")];
      tasks.add(
          new Task(
              path.substring(path.lastIndexOf(':') + 1),
              path,
              cells[header.indexOf("tag")],
              cells[header.indexOf("status")],
              cells[header.indexOf("exit")],
              Path.of(cells[header.indexOf("workdir")])));
    }
    return tasks;
  }
}
