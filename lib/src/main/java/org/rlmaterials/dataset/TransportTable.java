package org.rlmaterials.dataset;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.files.CsvRows;

/**
 * Effective masses by Materials Project id: a CSV file with the columns {@code mp_id}, {@code m_n},
 * {@code m_p} (conductivity masses of electrons and holes at 300 K, mₑ; empty where unknown). Other
 * columns are not read, nor need they have a name: pandas writes its index without one.
 */
public final class TransportTable {
  private static final Masses NONE = new Masses(Double.NaN, Double.NaN);

  private final Map<String, Masses> masses;

  private TransportTable(Map<String, Masses> masses) {
    this.masses = masses;
  }

  /**
   * Masses of one material.
   *
   * @param electron conductivity mass of electrons (mₑ); NaN where unknown
   * @param hole conductivity mass of holes (mₑ); NaN where unknown
   */
  public record Masses(double electron, double hole) {}

  /**
   * @param id Materials Project id
   * @return its masses, NaN where unknown
   */
  public Masses of(String id) {
    return masses.getOrDefault(id, NONE);
  }

  /**
   * @return number of materials
   */
  public int size() {
    return masses.size();
  }

  /**
   * Reads a table.
   *
   * @param file the CSV file
   * @return the table
   * @throws BadInputException if it is missing or has other columns
   */
  public static TransportTable read(Path file) {
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setAllowMissingColumnNames(true)
            .get();
    Map<String, Masses> masses = new HashMap<>();
    try (BufferedReader in = Files.newBufferedReader(file);
        CSVParser rows = format.parse(in)) {
      if (!rows.getHeaderNames().containsAll(List.of("mp_id", "m_n", "m_p"))) {
        throw BadInputException.at(
            file.toString(),
            1,
            "columns "
                + rows.getHeaderNames()
                + ": expected mp_id, m_n and m_p (conductivity masses, mₑ) among them");
      }
      for (CSVRecord row : CsvRows.of(rows, file.toString())) {
        long line = rows.getCurrentLineNumber();
        masses.put(
            row.get("mp_id"),
            new Masses(
                number(row.get("m_n"), file, line, "m_n"),
                number(row.get("m_p"), file, line, "m_p")));
      }
    } catch (NoSuchFileException e) {
      throw new BadInputException(file + ": no such file", e);
    } catch (IOException | UncheckedIOException e) {
      throw new BadInputException(file + ": cannot be read: " + e.getMessage(), e);
    }
    return new TransportTable(masses);
  }

  static double number(String cell, Path file, long line, String column) {
    String text = cell.strip();
    if (text.isEmpty() || text.equalsIgnoreCase("nan") || text.equalsIgnoreCase("na")) {
      return Double.NaN;
    }
    try {
      double value = Double.parseDouble(text);
      return Double.isFinite(value) ? value : Double.NaN;
    } catch (NumberFormatException e) {
      throw BadInputException.at(
          file.toString(),
          line,
          column + " '" + text + "': expected a number, or an empty cell for none");
    }
  }
}
