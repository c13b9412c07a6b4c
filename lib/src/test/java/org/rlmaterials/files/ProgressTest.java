package org.rlmaterials.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final StringWriter text = new StringWriter();
  private long seconds;

  private Progress progress(boolean terminal) {
    return new Progress(new PrintWriter(text), terminal, () -> seconds * 1_000_000_000L);
  }

  private void run(Progress progress, long total, long secondsEach) {
    for (long k = 0; k <= total; k++) {
      progress.step("training", "epochs", k, total, "loss 0.5");
      seconds += secondsEach;
    }
    progress.end();
  }

  @Test
  void aLongStepHasSomeTwentyPlainLinesInALog() {
    run(progress(false), 200, 6);
    List<String> lines = text.toString().lines().toList();
    assertThat(lines).hasSizeBetween(15, 25);
    assertThat(text.toString()).doesNotContain("\r", "\u001b");
    assertThat(lines.get(9))
        .matches("training: 5\\d %, 1\\d\\d of 200 epochs, 6 s each, \\d+ min left, loss 0.5");
  }

  @Test
  void rateAndTimeLeft() {
    Progress progress = progress(false);
    progress.step("merge", "records", 1000, 0);
    seconds = 10;
    progress.step("merge", "records", 21_000, 0);
    seconds = 20;
    progress.step("prints", "records", 500, 10_500); // went on from 500
    seconds = 30;
    progress.step("prints", "records", 1500, 10_500);
    assertThat(text.toString().lines())
        .containsExactly(
            "merge: 21,000 records, 2,000/s",
            "prints: 14 %, 1,500 of 10,500 records, 100/s, 90 s left");
  }

  @Test
  void whatIsSoonDoneSaysNothingInALog() {
    run(progress(false), 4, 1);
    assertThat(text.toString()).isEmpty();
  }

  @Test
  void aTerminalGetsOneLine() {
    Progress progress = progress(true);
    run(progress, 200, 1);
    assertThat(text.toString().chars().filter(c -> c == '\r').count()).isEqualTo(200);
    assertThat(text.toString().chars().filter(c -> c == '\n').count()).isEqualTo(1);
    progress.line("done");
    assertThat(text.toString()).endsWith("\ndone" + System.lineSeparator());
  }
}
