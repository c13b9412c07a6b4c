package org.rlmaterials.espresso;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.errors.TransientException;

/** Runs pw.x in scratch folders, with a wall-time limit for all runs together. */
public final class PwRunner {
  /** Part of the time that is left which pw.x may use before it stops cleanly by itself. */
  private static final double CLEAN_STOP = 0.95;

  /** A clean stop takes at most this long (s): then it is killed. */
  private static final double GRACE_SECONDS = 60;

  private static final int VERSION_ATTEMPTS = 3;
  private static final Pattern VERSION = Pattern.compile("Program PWSCF v\\.(\\S+)");

  /**
   * Link in the scratch folder to the pseudopotentials: pw.x takes 256 characters of a path, and no
   * quotes in it.
   */
  private static final String PSEUDO = "pseudo";

  /** Wall time (s) with less of which pw.x is not started. */
  static final double LEAST_SECONDS = 5;

  private final PwSettings settings;
  private final PseudopotentialLibrary library;
  private final List<String> command;
  private final long start = System.nanoTime();
  private String version;

  /**
   * @param settings how pw.x is started
   * @param library the pseudopotentials
   * @throws BadInputException if pw.x or the launcher is not there
   */
  public PwRunner(PwSettings settings, PseudopotentialLibrary library) {
    this.settings = settings;
    this.library = library;
    Path pw = ExternalProgram.find(settings.pw(), "--pw");
    this.command = new ArrayList<>(settings.launcher());
    if (!command.isEmpty()) {
      // pw.x runs in a scratch folder: a relative path would be another program there.
      command.set(0, ExternalProgram.find(command.get(0), "--launcher").toString());
    }
    command.add(pw.toString());
  }

  /**
   * @return how pw.x is started
   */
  PwSettings settings() {
    return settings;
  }

  /**
   * @return the pseudopotentials
   */
  PseudopotentialLibrary library() {
    return library;
  }

  /**
   * Asks pw.x for its version.
   *
   * @return the version, such as 6.7MaX
   * @throws BadInputException if the program does not answer like pw.x
   */
  public synchronized String version() {
    for (int attempt = 1; version == null; attempt++) {
      try {
        version = askVersion();
      } catch (BadInputException e) {
        // Seen once, five programs starting at a time: a banner of MPI in place of pw.x's.
        if (attempt == VERSION_ATTEMPTS) {
          throw e;
        }
      }
    }
    return version;
  }

  private String askVersion() {
    return inScratch(
        false,
        folder -> {
          Path input = folder.resolve("empty.in");
          Path output = folder.resolve("empty.out");
          Files.writeString(input, "");
          List<String> single = List.of(command.get(command.size() - 1), "-in", "empty.in");
          ExternalProgram.Exit exit =
              ExternalProgram.run(
                  single, environment(true), folder, output, Duration.ofMinutes(2), () -> {});
          String log = Files.readString(output, StandardCharsets.ISO_8859_1);
          Matcher m = VERSION.matcher(log);
          boolean found = m.find();
          if (!found && (exit.timedOut() || exit.code() > 128)) {
            throw new TransientException(
                single.get(0) + " was killed, or had no time, before it told its version", null);
          }
          if (!found) {
            String said =
                log.lines()
                    .filter(l -> l.chars().anyMatch(Character::isLetter))
                    .findFirst()
                    .orElse("no output");
            if (said.contains("error while loading shared libraries")) {
              throw new TransientException("pw.x does not start on this machine: " + said, null);
            }
            throw new BadInputException(single.get(0) + " does not answer as pw.x does: " + said);
          }
          return m.group(1);
        });
  }

  /** Work in a folder. */
  @FunctionalInterface
  interface Work<T> {
    /**
     * @param folder an empty folder
     * @return a result
     * @throws IOException if the disk fails
     */
    T in(Path folder) throws IOException;
  }

  /**
   * Does something in a fresh scratch folder, which is removed afterwards.
   *
   * @param work what to do
   * @param <T> type of the result
   * @return its result
   * @throws TransientException if the disk fails
   */
  <T> T inScratch(Work<T> work) {
    return inScratch(settings.keepScratch(), work);
  }

  private <T> T inScratch(boolean keep, Work<T> work) {
    Path folder;
    try {
      Files.createDirectories(settings.scratch());
      folder = Files.createTempDirectory(settings.scratch(), "rl-materials-pw-");
    } catch (IOException e) {
      throw new BadInputException(
          settings.scratch()
              + ": no scratch folder can be made here; choose another with --scratch",
          e);
    }
    Thread hook = new Thread(() -> deleteTree(folder));
    if (!keep) {
      Runtime.getRuntime().addShutdownHook(hook);
    }
    try {
      return work.in(folder);
    } catch (IOException | UncheckedIOException e) {
      throw new TransientException("the scratch folder " + folder + " fails: " + e, e);
    } finally {
      if (keep) {
        System.err.println("rl-materials: scratch kept in " + folder);
      } else {
        deleteTree(folder);
        try {
          Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
          // The JVM is ending and the hook does the same work.
        }
      }
    }
  }

  /**
   * @return wall time that is left for pw.x (s)
   */
  public double secondsLeft() {
    return settings.maxSeconds() - 1e-9 * (System.nanoTime() - start);
  }

  /**
   * Runs pw.x once.
   *
   * @param job what to run
   * @param folder where; earlier runs may have left a charge density there
   * @return what it left
   * @throws TransientException if it cannot be started
   */
  PwRun run(PwJob job, Path folder) {
    double left = secondsLeft();
    try {
      PwInput input =
          job.input()
              .with("control", "pseudo_dir", "./" + PSEUDO)
              .with("control", "max_seconds", Math.floor(CLEAN_STOP * left));
      Path pseudo = folder.resolve(PSEUDO);
      if (!Files.isSymbolicLink(pseudo)) {
        Files.createSymbolicLink(pseudo, library.folder().toRealPath());
      }
      Path inputFile = folder.resolve("pw.in");
      Path logFile = folder.resolve("pw.out");
      Path xml = folder.resolve(PwInput.PREFIX + ".save").resolve("data-file-schema.xml");
      Path exitFile = folder.resolve(PwInput.PREFIX + ".EXIT");
      Path crash = folder.resolve("CRASH");
      Files.deleteIfExists(crash);
      Files.deleteIfExists(exitFile);
      // The XML of an earlier run, which this run may need, must not be taken for this one's.
      Optional<FileTime> before = modified(xml);
      Files.writeString(inputFile, job.with(input).render());

      List<String> arguments = new ArrayList<>(command);
      if (job.pools() > 1) {
        arguments.add("-nk");
        arguments.add(Integer.toString(job.pools()));
      }
      arguments.add("-in");
      arguments.add(inputFile.getFileName().toString());

      double threshold = input.number("electrons", "conv_thr", 1e-6);
      int maxIterations = (int) input.number("electrons", "electron_maxstep", 100);
      boolean[] hopeless = {false};
      long[] lookedAt = {0};
      ExternalProgram.Watch watch =
          () -> {
            // pw.x writes often; reading its log at every tenth of a second would cost more.
            if (!hopeless[0] && System.nanoTime() - lookedAt[0] > 1_000_000_000L) {
              lookedAt[0] = System.nanoTime();
              List<Double> accuracies = ScfMonitor.accuracies(readLog(logFile));
              if (ScfMonitor.hopeless(accuracies, threshold, maxIterations)) {
                hopeless[0] = true;
                Files.writeString(exitFile, "");
              }
            }
          };
      ExternalProgram.Exit exit =
          ExternalProgram.run(
              arguments,
              environment(settings.launcher().isEmpty()),
              folder,
              logFile,
              Duration.ofMillis((long) (1000 * (left + GRACE_SECONDS))),
              watch);
      Optional<PwOutput> output =
          modified(xml).equals(before) ? Optional.empty() : PwOutput.read(xml);
      return new PwRun(
          exit.code(),
          exit.timedOut(),
          hopeless[0],
          exit.seconds(),
          readLog(logFile),
          Files.exists(crash) ? Files.readString(crash, StandardCharsets.ISO_8859_1) : "",
          output);
    } catch (IOException e) {
      throw new TransientException("the scratch folder " + folder + " fails: " + e, e);
    }
  }

  /**
   * Runs projwfc.x on what the last run of pw.x left.
   *
   * @param folder where that is
   * @return what it printed; atomic_proj.xml is in the save folder
   * @throws TransientException if the disk fails, or projwfc.x was killed
   * @throws BadInputException if projwfc.x is not there
   */
  String project(Path folder) {
    Path pw = Path.of(command.get(command.size() - 1));
    Path beside = pw.resolveSibling("projwfc.x");
    Path program =
        Files.isExecutable(beside) ? beside : ExternalProgram.find("projwfc.x", "a PATH with it");
    try {
      Path log = folder.resolve("projwfc.out");
      Files.writeString(
          folder.resolve("projwfc.in"),
          "&projwfc\n  prefix = '%s'\n  outdir = '.'\n  filproj = 'proj'\n  lsym = .false.\n/\n"
              .formatted(PwInput.PREFIX));
      ExternalProgram.Exit exit =
          ExternalProgram.run(
              List.of(program.toString(), "-in", "projwfc.in"),
              environment(true),
              folder,
              log,
              Duration.ofMillis((long) (1000 * Math.max(1, secondsLeft()))),
              () -> {});
      if (exit.killed()) {
        throw new TransientException("projwfc.x was killed, or had too little time", null);
      }
      return readLog(log);
    } catch (IOException e) {
      throw new TransientException("the scratch folder " + folder + " fails: " + e, e);
    }
  }

  private static Optional<FileTime> modified(Path file) throws IOException {
    return Files.exists(file) ? Optional.of(Files.getLastModifiedTime(file)) : Optional.empty();
  }

  private Map<String, String> environment(boolean single) {
    Map<String, String> environment = new HashMap<>();
    environment.put("OMP_NUM_THREADS", Integer.toString(settings.threads()));
    environment.put("OPENBLAS_NUM_THREADS", Integer.toString(settings.threads()));
    // pw.x takes and gives back large arrays all the time; by glibc's defaults each goes back to
    // the system and comes again page by page: a quarter of the processor time of InBi.
    environment.put("MALLOC_MMAP_THRESHOLD_", "268435456");
    environment.put("MALLOC_TRIM_THRESHOLD_", "536870912");
    environment.put("MALLOC_TOP_PAD_", "16777216");
    environment.put("OMPI_ALLOW_RUN_AS_ROOT", "1");
    environment.put("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
    if (single) {
      // Without these Open MPI spends half a second on daemons and devices for one lone process.
      environment.put("OMPI_MCA_ess_singleton_isolated", "1");
      environment.put("OMPI_MCA_pml", "ob1");
      environment.put("OMPI_MCA_btl", "self");
    }
    return environment;
  }

  private static String readLog(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
  }

  private static void deleteTree(Path folder) {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // A scratch folder that stays behind spoils no result.
    }
  }
}
