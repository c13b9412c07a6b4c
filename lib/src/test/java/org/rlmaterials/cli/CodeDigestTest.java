package org.rlmaterials.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rlmaterials.errors.BadInputException;

/** An image older than the checkout ends the task with one line. */
class CodeDigestTest {
  @TempDir private Path folder;

  @Test
  void otherCodeThanTheRunBeganWithIsBadInput() throws IOException {
    Path digests = folder.resolve("stage-digests.json");
    assertThatCode(() -> CodeDigest.check("dft", "00ff", digests)).doesNotThrowAnyException();
    Files.writeString(digests, "{\"dft\": \"00ff\", \"seeds\": \"11\"}");
    assertThatCode(() -> CodeDigest.check("dft", "00ff", digests)).doesNotThrowAnyException();
    assertThatThrownBy(() -> CodeDigest.check("dft", "11", digests))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("older than the checkout (make image)");
  }
}
