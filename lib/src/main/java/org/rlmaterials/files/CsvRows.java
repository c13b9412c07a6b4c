package org.rlmaterials.files;

import java.io.UncheckedIOException;
import java.util.Iterator;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.rlmaterials.errors.BadInputException;

/** The rows of a table that somebody else may have written. */
public final class CsvRows {
  private CsvRows() {}

  /**
   * Reads rows one after another.
   *
   * @param parser the table
   * @param source file name for messages
   * @return its rows, once; asking for one that is no CSV, because of a stray quote, or that has
   *     more or fewer cells than the header, if there is one, throws BadInputException with file
   *     and line
   */
  public static Iterable<CSVRecord> of(CSVParser parser, String source) {
    Iterator<CSVRecord> rows = parser.iterator();
    return () ->
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            try {
              return rows.hasNext();
            } catch (UncheckedIOException e) {
              if (e.getCause() instanceof CSVException) {
                throw BadInputException.at(
                    source,
                    parser.getCurrentLineNumber(),
                    "not a row of CSV: " + e.getCause().getMessage());
              }
              throw e;
            }
          }

          @Override
          public CSVRecord next() {
            CSVRecord row = rows.next();
            int cells = parser.getHeaderNames().size();
            if (cells > 0 && row.size() != cells) {
              throw BadInputException.at(
                  source,
                  parser.getCurrentLineNumber(),
                  row.size() + " cells, expected " + cells + " as in the header");
            }
            return row;
          }
        };
  }
}
