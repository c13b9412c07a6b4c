package org.rlmaterials.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.errors.TransientException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line {@code rl-materials}. Exit codes: see {@link ExitCode}. */
@Command(
    name = "rl-materials",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT,
    usageHelpAutoWidth = true,
    exitCodeOnInvalidInput = ExitCode.USAGE,
    exitCodeOnExecutionException = ExitCode.BUG,
    description = "The tasks of the rl-materials pipeline, one a command.",
    subcommands = {
      SeedsCommand.class,
      DftCommand.class,
      PseudopotentialsCommand.class,
      FingerprintCommand.class,
      DatasetCommand.class,
      SurrogateCommand.class,
      PpoCommand.class,
      CandidatesCommand.class,
      ValidationCommand.class,
      ReportCommand.class,
      ParametersCommand.class
    })
public final class Main implements Callable<Integer> {
  /** What the operating system says when a disk is full, broken or, over a network, away. */
  private static final Pattern DISK =
      Pattern.compile(
          "No space left on device|Disk quota exceeded|Input/output error|Remote I/O error"
              + "|Stale (?:NFS )?file handle|Transport endpoint is not connected");

  @Spec private CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "print the stack trace of a failure")
  private boolean verbose;

  /**
   * Runs a command and ends the JVM with its exit code.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /**
   * @return the command line, ready to execute; for tests too
   */
  public static CommandLine commandLine() {
    Main main = new Main();
    CommandLine commandLine = new CommandLine(main);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionExceptionHandler(main.failureHandler());
    commandLine.setParameterExceptionHandler(Main::usageError);
    commandLine.setExecutionStrategy(
        parsed -> {
          CodeDigest.check(parsed);
          return new CommandLine.RunLast().execute(parsed);
        });
    return commandLine;
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "no command given: see rl-materials --help");
  }

  private static int usageError(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("rl-materials: " + failure.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(failure, err);
    err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }

  /** A disk's trouble is nobody's mistake, whatever wraps it: it passes: a task is tried again. */
  private static boolean isTroubleOfDisk(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException && DISK.matcher(String.valueOf(cause.getMessage())).find()) {
        return true;
      }
    }
    return false;
  }

  private IExecutionExceptionHandler failureHandler() {
    return (failure, command, parsed) -> {
      PrintWriter err = command.getErr();
      if (failure instanceof ParameterException usage) {
        return usageError(usage, new String[0]);
      }
      int code =
          failure instanceof TransientException || isTroubleOfDisk(failure)
              ? ExitCode.TRANSIENT
              : failure instanceof BadInputException ? ExitCode.BAD_INPUT : ExitCode.BUG;
      if (code == ExitCode.BUG) {
        err.println("rl-materials: a bug: please report it with the lines below");
        failure.printStackTrace(err);
      } else {
        err.println("rl-materials: " + failure.getMessage());
        if (verbose) {
          failure.printStackTrace(err);
        }
      }
      return code;
    };
  }
}
