package org.rlmaterials.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.files.AtomicFiles;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Which failure ends with which exit code. */
class MainTest {
  private static final byte[] MUCH = new byte[1 << 17];

  @TempDir private Path folder;

  private final StringWriter errors = new StringWriter();

  @Test
  @EnabledIf("thereIsAFullDevice")
  void aFullDiskIsPassingTrouble() {
    Path target = folder.resolve("a.csv.gz");
    int exit =
        exitOf(
            () ->
                AtomicFiles.write(
                    target,
                    out -> {
                      try (OutputStream full = new FileOutputStream("/dev/full")) {
                        full.write(MUCH);
                      }
                    }));
    assertThat(exit).as(errors.toString()).isEqualTo(75);
    assertThat(errors.toString()).contains(target.toString(), "No space left on device");
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Disk quota exceeded",
        "Input/output error",
        "Remote I/O error",
        "Stale file handle",
        "Transport endpoint is not connected"
      })
  void otherTroubleOfDisksPassesToo(String trouble) {
    int exit =
        exitOf(
            () -> {
              throw new UncheckedIOException(new IOException("a/b: " + trouble));
            });
    assertThat(exit).isEqualTo(75);
  }

  @Test
  void whatCannotBeWrittenForAnotherReasonIsBadInput() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> AtomicFiles.writeString(file.resolve("below"), "x"))
        .isInstanceOf(BadInputException.class);
    assertThat(exitOf(() -> AtomicFiles.writeString(file.resolve("below"), "x"))).isEqualTo(65);
  }

  @Test
  void whatNobodyExpectedIsABug() {
    int exit =
        exitOf(
            () -> {
              throw new IllegalStateException("No space left on device");
            });
    assertThat(exit).isEqualTo(70);
  }

  private int exitOf(Runnable action) {
    CommandLine commandLine = Main.commandLine();
    commandLine.addSubcommand(new Failing(action));
    commandLine.setErr(new PrintWriter(errors, true));
    // A new subcommand has no handler of its own.
    commandLine.setExecutionExceptionHandler(commandLine.getExecutionExceptionHandler());
    return commandLine.execute("fail");
  }

  static boolean thereIsAFullDevice() {
    return Files.exists(Path.of("/dev/full"));
  }

  @Command(name = "fail")
  record Failing(Runnable action) implements Callable<Integer> {
    @Override
    public Integer call() {
      action.run();
      return 0;
    }
  }
}
