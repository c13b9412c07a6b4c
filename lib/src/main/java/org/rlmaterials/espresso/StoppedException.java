package org.rlmaterials.espresso;

import org.rlmaterials.crystal.Crystal;

/** The machine stopped a run of pw.x that had come some way. */
final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Trouble trouble;
  private final transient Crystal reached;

  /**
   * @param trouble what stopped it
   * @param message one line for people
   * @param reached the structure to go on from, in the frame of the input
   */
  StoppedException(Trouble trouble, String message, Crystal reached) {
    super(message);
    this.trouble = trouble;
    this.reached = reached;
  }

  /**
   * @return what stopped it
   */
  Trouble trouble() {
    return trouble;
  }

  /**
   * @return the structure to go on from, in the frame of the input
   */
  Crystal reached() {
    return reached;
  }
}
