package org.rlmaterials.crystal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** data/elements.csv, read once from the class path. */
final class ElementTable {
  /** Elements by atomic number; null where the table has none. */
  static final Element[] BY_NUMBER = read();

  private ElementTable() {}

  private static Element[] read() {
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setCommentMarker('#')
            .setHeader()
            .setSkipHeaderRecord(true)
            .get();
    try (InputStream in =
            ElementTable.class.getResourceAsStream("/org/rlmaterials/data/elements.csv");
        CSVParser rows =
            format.parse(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)))) {
      Element[] table = new Element[120];
      for (CSVRecord row : rows) {
        Element element =
            new Element(
                Integer.parseInt(row.get("atomic_number")),
                row.get("symbol"),
                number(row.get("mass_u")),
                number(row.get("covalent_radius_angstrom")),
                number(row.get("electronegativity_pauling")));
        table[element.atomicNumber()] = element;
      }
      return table;
    } catch (IOException e) {
      throw new UncheckedIOException("data/elements.csv is not readable in the jar", e);
    }
  }

  private static double number(String cell) {
    return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
  }
}
