package org.rlmaterials.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rlmaterials.rl.AgentTraining.Progress;

class ProgressLineTest {
  private static String shown(boolean terminal) {
    StringWriter text = new StringWriter();
    ProgressLine line = new ProgressLine(new PrintWriter(text), terminal);
    for (int k = 1; k <= 200; k++) {
      line.show(
          new Progress(
              k,
              200,
              Map.of("mean_return", 1.0, "archive_best_score", 2.0, "semiconductor_rate", 0.5)));
    }
    line.end();
    return text.toString();
  }

  @Test
  void aLogGetsFewPlainLines() {
    String text = shown(false);
    assertThat(text.lines().count()).isBetween(15L, 25L);
    assertThat(text).doesNotContain("\r", "\u001b").contains("100 % 200 of 200 steps");
  }

  @Test
  void aTerminalGetsOneLine() {
    String text = shown(true);
    assertThat(text.chars().filter(c -> c == '\r').count()).isEqualTo(200);
    assertThat(text.chars().filter(c -> c == '\n').count()).isEqualTo(1);
  }
}
