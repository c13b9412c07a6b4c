package org.rlmaterials.files;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Tells how far a long step is, how fast it goes and how long it will take: a line that is written
 * over on a terminal, a plain line now and then in a log. Safe to call from several threads.
 */
public final class Progress {
  private static final double TERMINAL_SECONDS = 0.2;
  private static final double LOG_SECONDS = 5;

  /** Most lines of one step in a log. */
  private static final int LOG_LINES = 20;

  private final PrintWriter out;
  private final boolean terminal;
  private final LongSupplier nanos;
  private String step = "";
  private double started;
  private double shown;
  private long before;
  private boolean open;

  /**
   * @param out where the lines go
   */
  // From JDK 22 on there is a console without a terminal too: the log then gets the one line.
  @SuppressWarnings("SystemConsoleNull")
  public Progress(PrintWriter out) {
    this(out, System.console() != null, System::nanoTime);
  }

  Progress(PrintWriter out, boolean terminal, LongSupplier nanos) {
    this.out = out;
    this.terminal = terminal;
    this.nanos = nanos;
  }

  /**
   * Says how far a step is, if it is time to.
   *
   * @param what the step; another name begins another one
   * @param unit what is counted, in the plural
   * @param done how many are done
   * @param total of how many; 0 if that is not known
   * @param more what else there is to say, or empty
   */
  public synchronized void step(String what, String unit, long done, long total, String more) {
    double now = nanos.getAsLong() * 1e-9;
    if (!what.equals(step)) {
      end();
      step = what;
      started = now;
      shown = now;
      before = done; // what an earlier run has done says nothing about the speed
    }
    double rate = (done - before) / (now - started);
    double all = rate > 0 && total > 0 ? (total - before) / rate : 0;
    double wait = terminal ? TERMINAL_SECONDS : Math.max(LOG_SECONDS, all / LOG_LINES);
    // In a log the end of a step needs no words: what comes of it follows.
    if (now - shown < wait || (!terminal && done == total)) {
      return;
    }
    shown = now;
    StringBuilder line = new StringBuilder(what).append(": ");
    line.append(
        total > 0
            ? String.format(
                Locale.ROOT, "%d %%, %,d of %,d %s", 100 * done / total, done, total, unit)
            : String.format(Locale.ROOT, "%,d %s", done, unit));
    if (rate > 0) {
      line.append(
          rate >= 1
              ? String.format(Locale.ROOT, ", %,.0f/s", rate)
              : String.format(Locale.ROOT, ", %.0f s each", 1 / rate));
      if (total > done) {
        line.append(", ").append(duration((total - done) / rate)).append(" left");
      }
    }
    if (!more.isEmpty()) {
      line.append(", ").append(more);
    }
    if (terminal) {
      out.print("\r" + line + "\u001b[K");
      open = true;
    } else {
      out.println(line);
    }
    out.flush();
  }

  /**
   * As {@link #step(String, String, long, long, String)} with nothing else to say.
   *
   * @param what the step
   * @param unit what is counted
   * @param done how many are done
   * @param total of how many; 0 if that is not known
   */
  public void step(String what, String unit, long done, long total) {
    step(what, unit, done, total, "");
  }

  /**
   * Says something at once, on a line of its own.
   *
   * @param text one line
   */
  public synchronized void line(String text) {
    end();
    out.println(text);
    out.flush();
  }

  /** Leaves the line that is written over. */
  public synchronized void end() {
    if (open) {
      out.println();
      out.flush();
      open = false;
    }
  }

  private static String duration(double seconds) {
    return seconds < 100
        ? String.format(Locale.ROOT, "%.0f s", seconds)
        : seconds < 6000
            ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
            : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
  }
}
