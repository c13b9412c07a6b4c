package org.rlmaterials.crystal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.rlmaterials.errors.BadInputException;

/**
 * The structure format of VASP 5: direct or Cartesian positions, scale factor (one, three, or a
 * negative one that gives the volume), selective dynamics (read over). See the VASP manual, POSCAR.
 */
public final class Poscar {
  private final String source;
  private final List<String> lines;

  private Poscar(String text, String source) {
    this.source = source;
    this.lines = text.lines().toList();
  }

  /**
   * Reads one structure.
   *
   * @param text content of the file; lengths in Å
   * @param source file name for messages
   * @param id name of the structure
   * @return the structure
   * @throws BadInputException with file and line if the text is not in this format
   */
  public static Structure parse(String text, String source, String id) {
    return new Structure(id, new Poscar(text, source).crystal());
  }

  private Crystal crystal() {
    double[] rows = new double[9];
    for (int i = 0; i < 3; i++) {
      double[] row = numbers(3 + i, 3, "a lattice vector (Å)");
      System.arraycopy(row, 0, rows, 3 * i, 3);
    }
    double[] scale = scale(rows);
    for (int i = 0; i < 9; i++) {
      rows[i] *= scale[i % 3];
    }
    Lattice lattice;
    try {
      lattice = Lattice.ofRows(rows);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(source + ":3: " + e.getMessage(), e);
    }
    List<String> species = species();
    int next = 8;
    if (firstLetter(next) == 's') {
      next++;
    }
    char mode = firstLetter(next);
    boolean cartesian = mode == 'c' || mode == 'k';
    if (!cartesian && mode != 'd') {
      throw BadInputException.at(
          source, next, "expected 'Direct' or 'Cartesian', found '" + line(next).strip() + "'");
    }
    double[][] positions = new double[species.size()][];
    for (int i = 0; i < positions.length; i++) {
      double[] r = numbers(next + 1 + i, 3, "the position of atom " + (i + 1));
      if (cartesian) {
        for (int x = 0; x < 3; x++) {
          r[x] *= scale[x];
        }
        r = lattice.toFractional(r);
      }
      positions[i] = r;
    }
    return Crystal.of(lattice, species, positions);
  }

  private double[] scale(double[] rows) {
    String[] words = line(2).strip().split("\\s+", -1);
    if (words.length >= 3 && words[1].matches("[-+0-9.].*")) {
      double[] scale = numbers(2, 3, "the scale factor");
      if (Arrays.stream(scale).anyMatch(s -> s <= 0)) {
        throw BadInputException.at(source, 2, "three scale factors must all be positive");
      }
      return scale;
    }
    double scale = numbers(2, 1, "the scale factor")[0];
    if (scale == 0) {
      throw BadInputException.at(source, 2, "the scale factor is 0");
    }
    if (scale < 0) {
      double volume;
      try {
        volume = Lattice.ofRows(rows).volume();
      } catch (IllegalArgumentException e) {
        throw new BadInputException(source + ":3: " + e.getMessage(), e);
      }
      scale = Math.cbrt(-scale / volume);
    }
    return new double[] {scale, scale, scale};
  }

  private List<String> species() {
    String[] symbols = line(6).strip().split("\\s+", -1);
    if (symbols[0].matches("[0-9]+")) {
      throw BadInputException.at(
          source,
          6,
          "expected element symbols (VASP 5 format), found the counts '"
              + line(6).strip()
              + "': put a line with the symbols before it");
    }
    String[] counts = line(7).strip().split("\\s+", -1);
    // A remark may follow the counts; another number is atoms whose element nobody says.
    if (counts.length < symbols.length
        || (counts.length > symbols.length && counts[symbols.length].matches("[0-9]+"))) {
      throw BadInputException.at(
          source,
          7,
          "expected %d counts of atoms, one a symbol of line 6, found '%s'"
              .formatted(symbols.length, line(7).strip()));
    }
    List<String> species = new ArrayList<>();
    for (int i = 0; i < symbols.length; i++) {
      // Ga_d or Ga_d/0a1b2c: the name of a pseudopotential.
      String symbol = TextNumbers.element(symbols[i].split("[_/]", 2)[0], source, 6).symbol();
      if (!counts[i].matches("[0-9]{1,6}")) {
        throw BadInputException.at(
            source, 7, "expected a count of atoms, found '" + counts[i] + "'");
      }
      for (int k = Integer.parseInt(counts[i]); k > 0; k--) {
        species.add(symbol);
      }
    }
    if (species.isEmpty()) {
      throw BadInputException.at(source, 7, "the counts say there is no atom");
    }
    return species;
  }

  private char firstLetter(int number) {
    String line = line(number).strip();
    return line.isEmpty() ? ' ' : Character.toLowerCase(line.charAt(0));
  }

  private double[] numbers(int number, int count, String what) {
    String[] words = line(number).strip().split("\\s+", -1);
    if (words.length < count || words[0].isEmpty()) {
      throw BadInputException.at(
          source,
          number,
          "expected %d number%s, %s, found '%s'"
              .formatted(count, count == 1 ? "" : "s", what, line(number).strip()));
    }
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = TextNumbers.parse(words[i], source, number, what);
    }
    return values;
  }

  private String line(int number) {
    if (number > lines.size()) {
      throw BadInputException.at(
          source,
          Math.max(1, lines.size()),
          "the file ends here: expected " + what(number) + " in line " + number);
    }
    return lines.get(number - 1);
  }

  private static String what(int number) {
    return switch (number) {
      case 1 -> "a comment";
      case 2 -> "the scale factor";
      case 3, 4, 5 -> "a lattice vector";
      case 6 -> "element symbols";
      case 7 -> "counts of atoms";
      default -> "positions";
    };
  }

  /**
   * Writes a structure with direct positions. Atoms are grouped by element, in the order in which
   * the elements first appear, since the format cannot hold another order.
   *
   * @param structure the structure
   * @return the text
   */
  public static String write(Structure structure) {
    Crystal crystal = structure.crystal();
    Map<String, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < crystal.size(); i++) {
      groups.computeIfAbsent(crystal.element(i).symbol(), s -> new ArrayList<>()).add(i);
    }
    StringBuilder text = new StringBuilder();
    text.append(structure.id().replaceAll("\\R", " ")).append("\n1.0\n");
    double[] rows = crystal.lattice().toRows();
    for (int i = 0; i < 3; i++) {
      appendRow(text, rows[3 * i], rows[3 * i + 1], rows[3 * i + 2]);
    }
    text.append(String.join(" ", groups.keySet())).append('\n');
    text.append(
            groups.values().stream()
                .map(g -> Integer.toString(g.size()))
                .collect(Collectors.joining(" ")))
        .append("\nDirect\n");
    for (List<Integer> group : groups.values()) {
      for (int i : group) {
        appendRow(
            text, crystal.fractional(i, 0), crystal.fractional(i, 1), crystal.fractional(i, 2));
      }
    }
    return text.toString();
  }

  private static void appendRow(StringBuilder text, double x, double y, double z) {
    text.append("  ")
        .append(TextNumbers.format(x))
        .append(' ')
        .append(TextNumbers.format(y))
        .append(' ')
        .append(TextNumbers.format(z))
        .append('\n');
  }
}
