package org.rlmaterials.cli;

/**
 * Exit codes, a contract with the pipeline's retry rules. 1, 2 and 3 are left to the shell and the
 * JVM; the launcher turns the JVM's 3 (out of memory) into 137, which is retried with more memory.
 */
public final class ExitCode {
  /** Done. */
  public static final int OK = 0;

  /** Wrong options. */
  public static final int USAGE = 64;

  /** Wrong input data. */
  public static final int BAD_INPUT = 65;

  /** A bug in this program. */
  public static final int BUG = 70;

  /** Passing trouble: try again. */
  public static final int TRANSIENT = 75;

  private ExitCode() {}
}
