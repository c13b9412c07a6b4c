package org.rlmaterials.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rlmaterials.errors.BadInputException;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/**
 * Whether the code that runs is the code the pipeline means. The head job reads the digests of its
 * checkout, the task may run in an older image: its records would carry a digest that is not
 * theirs.
 *
 * <p>Called from {@link Main}, which is no part of any stage, so that this changes no digest.
 */
final class CodeDigest {
  private static final String OPTION = "--stage-digest";

  private CodeDigest() {}

  /** Throws what ends the program if a command is given the digest of other code. */
  static void check(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    String given = last.matchedOptionValue(OPTION, null);
    if (given == null) {
      return;
    }
    CommandLine command = last.commandSpec().commandLine();
    try {
      check(command.getCommandName(), given, besideTheJar());
    } catch (BadInputException e) {
      throw new CommandLine.ExecutionException(command, e.getMessage(), e);
    }
  }

  /**
   * @param stage name of the stage, which is that of its command
   * @param given digest the pipeline gave
   * @param digests stage-digests.json of this program; nothing is checked where it is not there
   */
  static void check(String stage, String given, Path digests) {
    if (!Files.isRegularFile(digests)) {
      return;
    }
    String own;
    try {
      own = new ObjectMapper().readTree(digests.toFile()).path(stage).asText();
    } catch (IOException e) {
      throw new BadInputException(digests + ": cannot be read: " + e.getMessage(), e);
    }
    if (!given.equals(own)) {
      throw new BadInputException(
          "--stage-digest: this program is not the one this run began with: the image is older than"
              + " the checkout (make image), or the checkout was built since (start again with"
              + " -resume)");
    }
  }

  private static Path besideTheJar() {
    try {
      return Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .resolveSibling("stage-digests.json");
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
