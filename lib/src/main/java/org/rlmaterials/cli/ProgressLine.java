package org.rlmaterials.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.rlmaterials.rl.AgentTraining;

/**
 * Tells how far a training run is: a line that is written over on a terminal, plain lines (about
 * twenty a run) in a log.
 */
final class ProgressLine {
  private static final int LINES = 20;

  private final PrintWriter out;
  private final boolean terminal;
  private final long start = System.nanoTime();
  private long shown = -1;
  private boolean open;

  // From JDK 22 on there is a console without a terminal too: the log then gets the one line.
  @SuppressWarnings("SystemConsoleNull")
  ProgressLine(PrintWriter out) {
    this(out, System.console() != null);
  }

  ProgressLine(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  void show(AgentTraining.Progress progress) {
    long steps = progress.steps();
    long part = LINES * steps / progress.timesteps();
    if (!terminal && part == shown && steps < progress.timesteps()) {
      return;
    }
    shown = part;
    double seconds = (System.nanoTime() - start) * 1e-9;
    // No episode may have ended yet.
    double meanReturn = progress.row().get("mean_return");
    String line =
        String.format(
            Locale.ROOT,
            "ppo: %3d %% %,d of %,d steps, mean return %s, best score %.1f, semiconductors %.0f"
                + " %%, %.0f s",
            Math.min(100, 100 * steps / progress.timesteps()),
            steps,
            progress.timesteps(),
            Double.isNaN(meanReturn) ? "-" : String.format(Locale.ROOT, "%.1f", meanReturn),
            progress.row().get("archive_best_score"),
            100 * progress.row().get("semiconductor_rate"),
            seconds);
    if (terminal) {
      out.print("\r" + line + "\u001b[K");
      open = true;
    } else {
      out.println(line);
    }
    out.flush();
  }

  void end() {
    if (open) {
      out.println();
      out.flush();
    }
  }
}
