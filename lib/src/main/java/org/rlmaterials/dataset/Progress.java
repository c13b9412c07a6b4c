package org.rlmaterials.dataset;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;

/** A line now and then that says how far a long step is. Safe to call from several threads. */
public final class Progress {
  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(5);

  private final PrintWriter out;
  private long last = System.nanoTime();

  /**
   * @param out where the lines go
   */
  public Progress(PrintWriter out) {
    this.out = out;
  }

  /**
   * Says how far a step is, at most every five seconds.
   *
   * @param what the step
   * @param done how many are done
   * @param total of how many; 0 if that is not known
   */
  synchronized void step(String what, long done, long total) {
    long now = System.nanoTime();
    if (now - last >= INTERVAL) {
      last = now;
      line(
          total > 0
              ? String.format("%s: %,d of %,d (%d %%)", what, done, total, 100 * done / total)
              : String.format("%s: %,d", what, done));
    }
  }

  /**
   * Says something at once.
   *
   * @param text one line
   */
  synchronized void line(String text) {
    out.println(text);
    out.flush();
  }
}
