package org.rlmaterials.errors;

/**
 * A failure that may go away by itself, such as a server that is busy (exit code 75: try again).
 */
public final class TransientException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line for the user: what failed and that trying again later may help
   * @param cause the underlying failure, or null
   */
  public TransientException(String message, Throwable cause) {
    super(message, cause);
  }
}
