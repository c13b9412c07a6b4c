package org.rlmaterials.dataset;

/** One structure of a database cannot be used; the rest of the database can. */
final class UnusableStructureException extends Exception {
  private static final long serialVersionUID = 1L;

  UnusableStructureException(Throwable cause) {
    super(cause.getMessage(), cause);
  }
}
