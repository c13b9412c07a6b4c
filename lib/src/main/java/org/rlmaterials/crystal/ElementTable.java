package org.rlmaterials.crystal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** data/elements.csv, read once from the class path. */
final class ElementTable {
  /** Elements by atomic number; null where the table has none. */
  static final Element[] BY_NUMBER = read();

  /** The same elements by symbol. */
  static final Map<String, Element> BY_SYMBOL =
      Arrays.stream(BY_NUMBER)
          .filter(Objects::nonNull)
          .collect(Collectors.toUnmodifiableMap(Element::symbol, e -> e));

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
                number(row.get("electronegativity_pauling")),
                Integer.parseInt(row.get("group")),
                Integer.parseInt(row.get("period")),
                Integer.parseInt(row.get("s_valence")),
                Integer.parseInt(row.get("p_valence")),
                Integer.parseInt(row.get("d_valence")),
                Integer.parseInt(row.get("f_valence")),
                number(row.get("first_ionization_energy_ev")),
                row.get("electron_affinity_ev").isEmpty()
                    ? 0
                    : number(row.get("electron_affinity_ev")),
                Pattern.compile(" ")
                    .splitAsStream(row.get("common_oxidation_states"))
                    .filter(s -> !s.isEmpty())
                    .map(Integer::valueOf)
                    .toList());
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
