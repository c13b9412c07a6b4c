package org.rlmaterials.dataset;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.files.CsvRows;
import org.rlmaterials.files.StructureFiles;

/**
 * A user's own data in the convention of CGCNN and ALIGNN: a folder with {@code id_prop.csv} beside
 * one structure file for each id. Without a header a row is {@code id,m_star}. A header names the
 * columns: {@code id} first, then any of {@code m_star}, {@code m_hole} (mₑ), {@code mass_kind},
 * {@code gap_ev} (eV), {@code gap_functional}, {@code formation_energy_ev_per_atom} (eV per atom).
 * An empty cell is a missing label.
 *
 * <p>The structure file is the one named like the id, with or without an extension: {@code 7.cif},
 * {@code POSCAR-7.vasp}, ... An id is looked up in the listing of the folder and is never made into
 * a path. A structure that cannot be used (partial occupancy, unknown element) is counted, and the
 * others go on.
 */
record IdPropSource(Path folder) implements Source {
  private static final List<String> COLUMNS =
      List.of(
          "id",
          "m_star",
          "m_hole",
          "mass_kind",
          "gap_ev",
          "gap_functional",
          "formation_energy_ev_per_atom");

  private static final String TABLE = "id_prop.csv";

  @Override
  public void read(SourceCounts counts, Consumer<SourceRecord> sink) {
    Path table = folder.resolve(TABLE);
    Map<String, List<Path>> files = filesByName();
    List<String> columns = null;
    Set<String> seen = new HashSet<>();
    CSVFormat format = CSVFormat.DEFAULT.builder().setIgnoreSurroundingSpaces(true).get();
    try (BufferedReader in = Files.newBufferedReader(table);
        CSVParser rows = format.parse(in)) {
      for (CSVRecord row : CsvRows.of(rows, table.toString())) {
        long line = rows.getCurrentLineNumber();
        if (columns == null) {
          columns = columns(row, table);
          if (row.get(0).equalsIgnoreCase("id")) {
            continue;
          }
        }
        if (row.size() != columns.size()) {
          throw BadInputException.at(
              table.toString(),
              line,
              row.size() + " cells, expected " + columns.size() + ": " + String.join(",", columns));
        }
        if (!seen.add(row.get(0))) {
          throw BadInputException.at(
              table.toString(), line, "id '" + row.get(0) + "' stands here for the second time");
        }
        counts.read();
        Labels labels = labels(row, columns, table, line);
        Path file = file(row.get(0), files, table, line);
        structure(row.get(0), file, counts)
            .ifPresent(s -> sink.accept(new SourceRecord(s.crystal(), labels)));
      }
    } catch (NoSuchFileException e) {
      throw new BadInputException(
          table + ": no such file: --id-prop expects a folder with it and the structure files", e);
    } catch (IOException | UncheckedIOException e) {
      throw new BadInputException(table + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<String> columns(CSVRecord first, Path table) {
    if (!first.get(0).equalsIgnoreCase("id")) {
      if (first.size() != 2) {
        throw BadInputException.at(
            table.toString(),
            1,
            first.size()
                + " cells and no header: expected id,m_star (mₑ), or a header row with "
                + String.join(",", COLUMNS));
      }
      return List.of("id", "m_star");
    }
    List<String> columns = new ArrayList<>();
    for (String cell : first) {
      String name = cell.toLowerCase(Locale.ROOT);
      if (!COLUMNS.contains(name) || columns.contains(name)) {
        throw BadInputException.at(
            table.toString(),
            1,
            "column '" + cell + "': expected each at most once of " + String.join(",", COLUMNS));
      }
      columns.add(name);
    }
    return columns;
  }

  private static Labels labels(CSVRecord row, List<String> columns, Path table, long line) {
    String kind = text(row, columns, "mass_kind", MassKind.UNSPECIFIED.label());
    MassKind massKind;
    try {
      massKind = MassKind.ofLabel(kind);
    } catch (IllegalArgumentException e) {
      throw BadInputException.at(table.toString(), line, e.getMessage());
    }
    return new Labels(
        SourceKind.ID_PROP,
        row.get(0),
        massKind,
        number(row, columns, "m_star", table, line),
        number(row, columns, "m_hole", table, line),
        number(row, columns, "gap_ev", table, line),
        text(row, columns, "gap_functional", "unspecified"),
        number(row, columns, "formation_energy_ev_per_atom", table, line),
        0,
        "");
  }

  private static double number(
      CSVRecord row, List<String> columns, String column, Path table, long line) {
    int index = columns.indexOf(column);
    return index < 0 ? Double.NaN : TransportTable.number(row.get(index), table, line, column);
  }

  private static String text(CSVRecord row, List<String> columns, String column, String otherwise) {
    int index = columns.indexOf(column);
    return index < 0 || row.get(index).isEmpty() ? otherwise : row.get(index);
  }

  /** Files of the folder by their full name and by their name without extensions. */
  private Map<String, List<Path>> filesByName() {
    Map<String, List<Path>> files = new HashMap<>();
    try (Stream<Path> listing = Files.list(folder)) {
      for (Path file : listing.filter(Files::isRegularFile).sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.equals(TABLE)) {
          continue;
        }
        Set<String> names = new HashSet<>(List.of(name));
        String rest = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
        names.add(rest);
        int dot = rest.lastIndexOf('.');
        if (dot > 0) {
          names.add(rest.substring(0, dot));
        }
        names.forEach(n -> files.computeIfAbsent(n, k -> new ArrayList<>()).add(file));
      }
    } catch (IOException e) {
      throw new BadInputException(folder + ": not a folder that can be read: " + e.getMessage(), e);
    }
    return files;
  }

  private Path file(String id, Map<String, List<Path>> files, Path table, long line) {
    List<Path> found = files.getOrDefault(id, List.of());
    if (found.size() != 1) {
      throw BadInputException.at(
          table.toString(),
          line,
          "id '"
              + id
              + "': "
              + found.size()
              + " structure files of this name in "
              + folder
              + ", expected one, such as "
              + id
              + ".cif or "
              + id
              + ".vasp");
    }
    return found.get(0);
  }

  /** A structure that cannot be used is counted; a file that cannot be read is an error. */
  private static Optional<Structure> structure(String id, Path file, SourceCounts counts) {
    List<Structure> structures;
    try {
      structures = StructureFiles.read(file);
    } catch (BadInputException e) {
      if (e.getCause() instanceof IOException) {
        throw e;
      }
      counts.rejected("invalid_structure");
      return Optional.empty();
    }
    if (structures.size() != 1) {
      throw new BadInputException(
          file + ": " + structures.size() + " structures, expected one for id '" + id + "'");
    }
    return Optional.of(structures.get(0));
  }
}
