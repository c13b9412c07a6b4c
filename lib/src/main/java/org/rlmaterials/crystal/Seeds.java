package org.rlmaterials.crystal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.rlmaterials.errors.BadInputException;

/** The crystals every search starts from: data/seeds.csv, or a user's own. */
public final class Seeds {
  private static final List<String> COLUMNS =
      List.of("seed_id", "structure", "species", "lattice_constant_angstrom", "repeats_a");

  /** Memory for the tables of a calculation grows with the atoms; seeds are small cells. */
  private static final int MAX_REPEATS = 8;

  private Seeds() {}

  /**
   * @return the 18 seeds of data/seeds.csv
   */
  public static List<Structure> standard() {
    try (InputStream in = Seeds.class.getResourceAsStream("/org/rlmaterials/data/seeds.csv");
        Reader text = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      return parseCsv(text, "data/seeds.csv");
    } catch (IOException e) {
      throw new UncheckedIOException("data/seeds.csv is not readable in the jar", e);
    }
  }

  /**
   * Reads seeds in the layout of data/seeds.csv.
   *
   * @param text the table
   * @param source file name for messages
   * @return the seeds, checked, in the order of the file
   * @throws IOException if the text cannot be read
   * @throws BadInputException if a row is not a valid seed
   */
  public static List<Structure> parseCsv(Reader text, String source) throws IOException {
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setCommentMarker('#')
            .setHeader()
            .setSkipHeaderRecord(true)
            .setAllowMissingColumnNames(true)
            .setTrim(true)
            .get();
    List<Structure> seeds = new ArrayList<>();
    List<String> places = new ArrayList<>();
    try (CSVParser rows = format.parse(text)) {
      for (String column : COLUMNS) {
        if (!rows.getHeaderNames().contains(column)) {
          throw BadInputException.at(
              source,
              Math.max(1, rows.getCurrentLineNumber()),
              "column \"" + column + "\" is missing: expected " + String.join(",", COLUMNS));
        }
      }
      try {
        read(rows, source, seeds, places);
      } catch (UncheckedIOException e) {
        if (e.getCause() instanceof CSVException) {
          throw BadInputException.at(
              source,
              rows.getCurrentLineNumber(),
              "not a row of CSV: " + e.getCause().getMessage());
        }
        throw e.getCause();
      }
    }
    check(seeds, places, source);
    return List.copyOf(seeds);
  }

  private static void read(
      CSVParser rows, String source, List<Structure> seeds, List<String> places) {
    int cells = rows.getHeaderNames().size();
    for (CSVRecord row : rows) {
      long line = rows.getCurrentLineNumber();
      if (row.size() != cells) {
        throw BadInputException.at(
            source, line, row.size() + " cells, expected " + cells + " as in the header");
      }
      try {
        seeds.add(seed(row));
      } catch (IllegalArgumentException e) {
        throw new BadInputException(
            source + ":" + line + ": seed '" + row.get("seed_id") + "': " + e.getMessage(), e);
      }
      places.add(source + ":" + line);
    }
  }

  private static Structure seed(CSVRecord row) {
    if (row.get("seed_id").isEmpty()) {
      throw new IllegalArgumentException("seed_id is empty: expected a name");
    }
    List<String> species = List.of(row.get("species").split("\\s+"));
    String structure = row.get("structure");
    int expected =
        switch (structure) {
          case "diamond" -> 1;
          case "zinc_blende" -> 2;
          default ->
              throw new IllegalArgumentException(
                  "structure '" + structure + "': expected diamond or zinc_blende");
        };
    if (species.size() != expected) {
      throw new IllegalArgumentException(
          "%d species, expected %d for %s, separated by a blank"
              .formatted(species.size(), expected, structure));
    }
    double a = number(row, "lattice_constant_angstrom");
    if (!(a > 0) || Double.isInfinite(a)) {
      throw new IllegalArgumentException(
          "lattice_constant_angstrom is %s: expected a length above 0 Å"
              .formatted(row.get("lattice_constant_angstrom")));
    }
    double repeats = number(row, "repeats_a");
    if (repeats != Math.rint(repeats) || repeats < 1 || repeats > MAX_REPEATS) {
      throw new IllegalArgumentException(
          "repeats_a is %s: expected a whole number from 1 to %d"
              .formatted(row.get("repeats_a"), MAX_REPEATS));
    }
    ObjectNode properties =
        JsonNodeFactory.instance
            .objectNode()
            .put("origin", "seed")
            .put("prototype", structure)
            .put("lattice_constant_angstrom", a);
    if (row.isMapped("source")) {
      properties.put("source", row.get("source"));
    }
    return new Structure(
        row.get("seed_id"),
        faceCentred(species.get(0), species.get(expected - 1), a).supercell((int) repeats, 1, 1),
        properties);
  }

  private static double number(CSVRecord row, String column) {
    try {
      return Double.parseDouble(row.get(column));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          column + " is '" + row.get(column) + "': expected a number", e);
    }
  }

  /** The two-atom cell of zinc blende (diamond if both species are the same); a in Å. */
  private static Crystal faceCentred(String first, String second, double a) {
    double h = a / 2;
    return Crystal.of(
        Lattice.ofRows(0, h, h, h, 0, h, h, h, 0),
        List.of(first, second),
        new double[][] {{0, 0, 0}, {0.25, 0.25, 0.25}});
  }

  /**
   * Checks that structures can serve as seeds: some are there, names differ, only palette elements,
   * every one valid (see {@link Validity}).
   *
   * @param seeds the structures
   * @param places where each stands: file, and line where there is one
   * @param source file name for messages
   * @throws BadInputException at the first that cannot
   */
  public static void check(List<Structure> seeds, List<String> places, String source) {
    if (seeds.isEmpty()) {
      throw new BadInputException(source + ": no seeds in it: expected at least one");
    }
    Set<String> names = new HashSet<>();
    for (int k = 0; k < seeds.size(); k++) {
      Structure seed = seeds.get(k);
      String where = places.get(k) + ": seed '" + seed.id() + "': ";
      if (!names.add(seed.id())) {
        throw new BadInputException(where + "the name is used twice: choose another");
      }
      for (int i = 0; i < seed.crystal().size(); i++) {
        if (Palette.indexOf(seed.crystal().atomicNumber(i)) < 0) {
          throw new BadInputException(
              where
                  + "element "
                  + seed.crystal().element(i).symbol()
                  + " is not in the palette: expected "
                  + String.join(", ", Palette.SYMBOLS));
        }
      }
      Validity.problem(seed.crystal())
          .ifPresent(
              problem -> {
                throw new BadInputException(where + problem);
              });
    }
  }
}
