package org.rlmaterials.dataset;

import java.util.function.Consumer;

/** Something that holds records: a downloaded database, a user's folder, our own calculations. */
interface Source {
  /**
   * Reads every record.
   *
   * @param counts takes how many were read and which could not be used
   * @param sink takes the others
   * @throws org.rlmaterials.errors.BadInputException if a file cannot be read at all
   */
  void read(SourceCounts counts, Consumer<SourceRecord> sink);
}
