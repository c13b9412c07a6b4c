package org.rlmaterials.espresso;

/** A structure has no result, for a reason that belongs in its record. */
final class DftFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String kind;

  /**
   * @param kind one of the kinds in docs/output.md
   * @param message one line for people
   */
  DftFailure(String kind, String message) {
    super(message);
    this.kind = kind;
  }

  /**
   * @return the record's error
   */
  DftRecord.Failure toRecord() {
    return new DftRecord.Failure(kind, getMessage());
  }
}
