package org.rlmaterials.crystal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rlmaterials.errors.BadInputException;

/**
 * Extended XYZ, read only: {@code Lattice="ax ay az bx …"} (Å) in the comment line, Cartesian
 * positions (Å), columns named by {@code Properties=species:S:1:pos:R:3:…}; several frames in one
 * file. Format: libAtoms/extxyz.
 */
public final class ExtendedXyz {
  private static final Pattern LATTICE =
      Pattern.compile("(?i)\\bLattice\\s*=\\s*[\"{\\[]([^\"}\\]]*)[\"}\\]]");
  private static final Pattern PROPERTIES =
      Pattern.compile("(?i)\\bProperties\\s*=\\s*\"?([^\\s\"]+)");

  private ExtendedXyz() {}

  /**
   * Reads all frames.
   *
   * @param text content of the file
   * @param source file name for messages
   * @param id name of the structure; with several frames, "-1", "-2", … are added
   * @return the structures
   * @throws BadInputException with file and line if the text is not in this format
   */
  public static List<Structure> parse(String text, String source, String id) {
    List<String> lines = text.lines().toList();
    List<Crystal> crystals = new ArrayList<>();
    int next = 0;
    while (next < lines.size()) {
      if (lines.get(next).isBlank()) {
        next++;
        continue;
      }
      String count = lines.get(next).strip();
      if (!count.matches("[0-9]{1,7}") || Integer.parseInt(count) == 0) {
        throw BadInputException.at(
            source, next + 1, "expected the number of atoms, found '" + count + "'");
      }
      int n = Integer.parseInt(count);
      if (next + 2 + n > lines.size()) {
        throw BadInputException.at(
            source, lines.size(), "the file ends here: expected " + n + " atoms in this frame");
      }
      crystals.add(frame(lines, next, n, source));
      next += 2 + n;
    }
    if (crystals.isEmpty()) {
      throw BadInputException.at(source, 1, "the file is empty: expected the number of atoms");
    }
    List<Structure> structures = new ArrayList<>();
    for (int i = 0; i < crystals.size(); i++) {
      structures.add(
          new Structure(crystals.size() == 1 ? id : id + "-" + (i + 1), crystals.get(i)));
    }
    return structures;
  }

  private static Crystal frame(List<String> lines, int first, int n, String source) {
    String comment = lines.get(first + 1);
    int commentLine = first + 2;
    Matcher latticeText = LATTICE.matcher(comment);
    if (!latticeText.find()) {
      throw BadInputException.at(
          source,
          commentLine,
          "expected Lattice=\"…\" with nine numbers (Å): not a periodic crystal");
    }
    String[] words = latticeText.group(1).strip().split("[\\s,]+", -1);
    if (words.length != 9) {
      throw BadInputException.at(
          source, commentLine, "expected nine numbers in Lattice, found " + words.length);
    }
    double[] rows = new double[9];
    for (int i = 0; i < 9; i++) {
      rows[i] = TextNumbers.parse(words[i], source, commentLine, "Lattice");
    }
    int symbolColumn = 0;
    int positionColumn = 1;
    Matcher properties = PROPERTIES.matcher(comment);
    if (properties.find()) {
      symbolColumn = column(properties.group(1), "species", source, commentLine);
      positionColumn = column(properties.group(1), "pos", source, commentLine);
    }
    try {
      Lattice lattice = Lattice.ofRows(rows);
      List<String> species = new ArrayList<>();
      double[][] positions = new double[n][];
      for (int i = 0; i < n; i++) {
        int line = first + 3 + i;
        String[] cells = lines.get(line - 1).strip().split("\\s+", -1);
        if (cells.length < Math.max(symbolColumn + 1, positionColumn + 3)) {
          throw BadInputException.at(source, line, "expected a symbol and three numbers (Å)");
        }
        species.add(TextNumbers.element(cells[symbolColumn], source, line).symbol());
        double[] r = new double[3];
        for (int x = 0; x < 3; x++) {
          r[x] = TextNumbers.parse(cells[positionColumn + x], source, line, "a position (Å)");
        }
        positions[i] = lattice.toFractional(r);
      }
      return Crystal.of(lattice, species, positions);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(source + ":" + commentLine + ": " + e.getMessage(), e);
    }
  }

  private static int column(String properties, String name, String source, int line) {
    String[] parts = properties.split(":", -1);
    int column = 0;
    for (int i = 0; i + 2 < parts.length; i += 3) {
      if (parts[i].equals(name)) {
        return column;
      }
      if (!parts[i + 2].matches("[0-9]{1,4}")) {
        break;
      }
      column += Integer.parseInt(parts[i + 2]);
    }
    throw BadInputException.at(
        source, line, "expected Properties=species:S:1:pos:R:3…, found '" + properties + "'");
  }
}
