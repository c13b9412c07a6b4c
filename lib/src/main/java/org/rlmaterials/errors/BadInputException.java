package org.rlmaterials.errors;

/**
 * Something a person gave us is wrong: a file, a key, an option. The message names where, what was
 * expected and what to do, and is all the user sees (exit code 65).
 */
public final class BadInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line for the user: where, what is wrong, what was expected, what to do
   */
  public BadInputException(String message) {
    super(message);
  }

  /**
   * @param message one line for the user
   * @param cause the underlying failure, shown only with --verbose
   */
  public BadInputException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * An error at a line of a file.
   *
   * @param source file name as the user gave it
   * @param line line number, counted from 1
   * @param problem what is wrong there and what was expected
   * @return the exception to throw
   */
  public static BadInputException at(String source, long line, String problem) {
    return new BadInputException(source + ":" + line + ": " + problem);
  }
}
