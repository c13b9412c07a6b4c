package org.rlmaterials.crystal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rlmaterials.errors.BadInputException;

/**
 * The Crystallographic Information File (S. R. Hall, F. H. Allen and I. D. Brown, Acta Cryst. A47,
 * 655 (1991); syntax 1.1): cell, symmetry operations, sites of full occupancy. Each data block with
 * a cell is a structure; blocks without one (publication data) are passed over.
 */
public final class Cif {
  /** Images of one site nearer than this (Å) are one atom on a special position. */
  private static final double SPECIAL_POSITION = 0.1;

  private static final double FULL_OCCUPANCY_TOLERANCE = 1e-3;

  private static final String[] SYMMETRY_TAGS = {
    "_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz"
  };
  private static final String[] GROUP_TAGS = {
    "_space_group_name_h-m_alt",
    "_symmetry_space_group_name_h-m",
    "_space_group_name_hall",
    "_symmetry_space_group_name_hall",
    "_space_group_it_number",
    "_symmetry_int_tables_number"
  };

  private final String source;

  private Cif(String source) {
    this.source = source;
  }

  /**
   * Reads all structures of a file.
   *
   * @param text content of the file
   * @param source file name for messages
   * @param id name of the structure; if the file holds several, they have the names of their data
   *     blocks instead
   * @return the structures, in file order
   * @throws BadInputException with file and line if the text is no CIF, a site is not fully
   *     occupied, or the operations of a space group are missing
   */
  public static List<Structure> parse(String text, String source, String id) {
    return new Cif(source).structures(text, id);
  }

  /** A value and the line it stands in. */
  private record Value(String text, int line) {
    boolean missing() {
      return text.equals("?") || text.equals(".");
    }
  }

  /** One data block: the values of each tag, tags in lower case with "." as "_". */
  private static final class Block {
    final String name;
    final int line;
    final Map<String, List<Value>> values = new HashMap<>();

    Block(String name, int line) {
      this.name = name;
      this.line = line;
    }

    List<Value> column(String tag) {
      return values.getOrDefault(tag, List.of());
    }
  }

  private List<Structure> structures(String text, String id) {
    List<Block> blocks =
        blocks(text).stream().filter(b -> b.values.containsKey("_cell_length_a")).toList();
    if (blocks.isEmpty()) {
      throw BadInputException.at(
          source, 1, "no data block with a cell (_cell_length_a): not a CIF of a crystal");
    }
    List<Structure> structures = new ArrayList<>();
    for (Block block : blocks) {
      Crystal crystal = crystal(block);
      String name = blocks.size() == 1 ? id : block.name;
      structures.add(new Structure(name.isEmpty() ? id : name, crystal));
    }
    return structures;
  }

  private Crystal crystal(Block block) {
    Lattice lattice = lattice(block);
    List<double[]> operations = operations(block);
    List<Value> x = coordinates(block, "_atom_site_fract_x");
    List<Value> y = coordinates(block, "_atom_site_fract_y");
    List<Value> z = coordinates(block, "_atom_site_fract_z");
    List<Value> symbols = block.column("_atom_site_type_symbol");
    if (symbols.isEmpty()) {
      symbols = block.column("_atom_site_label");
    }
    if (symbols.size() != x.size() || y.size() != x.size() || z.size() != x.size()) {
      throw BadInputException.at(
          source,
          x.get(0).line(),
          "each site needs _atom_site_type_symbol (or _atom_site_label) and _atom_site_fract_x,"
              + " _y, _z");
    }
    List<Value> occupancies = block.column("_atom_site_occupancy");
    List<Value> flags = block.column("_atom_site_calc_flag");
    List<Element> species = new ArrayList<>();
    List<double[]> positions = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      if (i < flags.size() && flags.get(i).text().equalsIgnoreCase("dum")) {
        continue;
      }
      if (i < occupancies.size() && !occupancies.get(i).missing()) {
        double occupancy = number(occupancies.get(i), "_atom_site_occupancy");
        if (Math.abs(occupancy - 1) > FULL_OCCUPANCY_TOLERANCE) {
          throw BadInputException.at(
              source,
              occupancies.get(i).line(),
              "site '%s' has occupancy %s: fractional occupancy is not supported, give an ordered"
                      .formatted(symbols.get(i).text(), occupancies.get(i).text())
                  + " structure");
        }
      }
      Element element = element(symbols.get(i));
      double[] site = {
        number(x.get(i), "_atom_site_fract_x"),
        number(y.get(i), "_atom_site_fract_y"),
        number(z.get(i), "_atom_site_fract_z")
      };
      for (double[] image : orbit(site, operations, lattice)) {
        species.add(element);
        positions.add(image);
      }
    }
    if (species.isEmpty()) {
      throw BadInputException.at(source, block.line, "data block without atoms");
    }
    return mergeRepeatedSites(lattice, species, positions);
  }

  /** Files that list every image of a site and the operations too describe each atom many times. */
  private static Crystal mergeRepeatedSites(
      Lattice lattice, List<Element> species, List<double[]> positions) {
    List<String> keptSpecies = new ArrayList<>();
    List<double[]> kept = new ArrayList<>();
    for (int i = 0; i < positions.size(); i++) {
      boolean repeated = false;
      for (int j = 0; j < kept.size() && !repeated; j++) {
        repeated =
            keptSpecies.get(j).equals(species.get(i).symbol())
                && distance(lattice, difference(positions.get(i), kept.get(j))) < SPECIAL_POSITION;
      }
      if (!repeated) {
        keptSpecies.add(species.get(i).symbol());
        kept.add(positions.get(i));
      }
    }
    return Crystal.of(lattice, keptSpecies, kept.toArray(double[][]::new));
  }

  private Lattice lattice(Block block) {
    double a = number(single(block, "_cell_length_a"), "_cell_length_a");
    double b = number(single(block, "_cell_length_b"), "_cell_length_b");
    double c = number(single(block, "_cell_length_c"), "_cell_length_c");
    double alpha = number(single(block, "_cell_angle_alpha"), "_cell_angle_alpha");
    double beta = number(single(block, "_cell_angle_beta"), "_cell_angle_beta");
    double gamma = number(single(block, "_cell_angle_gamma"), "_cell_angle_gamma");
    try {
      return Lattice.ofParameters(a, b, c, alpha, beta, gamma);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          source + ":" + single(block, "_cell_length_a").line() + ": " + e.getMessage(), e);
    }
  }

  private Value single(Block block, String tag) {
    List<Value> values = block.column(tag);
    if (values.size() != 1 || values.get(0).missing()) {
      throw BadInputException.at(
          source, values.isEmpty() ? block.line : values.get(0).line(), tag + " is missing");
    }
    return values.get(0);
  }

  private List<Value> coordinates(Block block, String tag) {
    List<Value> values = block.column(tag);
    if (values.isEmpty()) {
      throw BadInputException.at(
          source,
          block.line,
          tag
              + " is missing"
              + (block.values.containsKey("_atom_site_cartn_x")
                  ? ": Cartesian sites are not supported"
                  : ""));
    }
    return values;
  }

  /** A number, its standard uncertainty in brackets dropped. */
  private double number(Value value, String what) {
    String text = value.text();
    int bracket = text.indexOf('(');
    if (bracket > 0 && text.endsWith(")")) {
      text = text.substring(0, bracket);
    }
    return TextNumbers.parse(text, source, value.line(), what);
  }

  /** The element of "Ga3+", "Ga1", "GA" or "Ga(1)". */
  private Element element(Value value) {
    String text = value.text();
    int end = 0;
    while (end < text.length() && Character.isLetter(text.charAt(end))) {
      end++;
    }
    for (int length : new int[] {Math.min(end, 2), 1}) {
      if (length <= end && length > 0) {
        String symbol =
            text.substring(0, 1).toUpperCase(Locale.ROOT)
                + text.substring(1, length).toLowerCase(Locale.ROOT);
        if (symbol.equals("D")) {
          return Element.of("H");
        }
        try {
          return Element.of(symbol);
        } catch (IllegalArgumentException e) {
          // "SiA" or "OW": the shorter one may be the symbol.
        }
      }
    }
    throw BadInputException.at(
        source, value.line(), "unknown element '" + text + "', expected a symbol as Ga");
  }

  private List<double[]> operations(Block block) {
    List<double[]> operations = new ArrayList<>();
    for (String tag : SYMMETRY_TAGS) {
      if (operations.isEmpty()) {
        for (Value value : block.column(tag)) {
          if (!value.missing()) {
            operations.add(operation(value));
          }
        }
      }
    }
    if (operations.isEmpty()) {
      for (String tag : GROUP_TAGS) {
        for (Value value : block.column(tag)) {
          String group = value.text().replaceAll("[\\s_]", "").toUpperCase(Locale.ROOT);
          if (!value.missing() && !group.equals("P1") && !group.equals("1")) {
            throw BadInputException.at(
                source,
                value.line(),
                "space group '"
                    + value.text()
                    + "' without its operations: add _space_group_symop_operation_xyz, or write all"
                    + " atoms in P 1");
          }
        }
      }
      operations.add(new double[] {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0});
    }
    return operations;
  }

  /** Three rows of four: image = (row[0] x + row[1] y + row[2] z + row[3]). */
  private double[] operation(Value value) {
    String text = value.text().replaceAll("\\s", "").toLowerCase(Locale.ROOT);
    String[] parts = text.split(",", -1);
    if (parts.length != 3) {
      throw badOperation(value);
    }
    double[] operation = new double[12];
    for (int row = 0; row < 3; row++) {
      String part = parts[row];
      int at = 0;
      if (part.isEmpty()) {
        throw badOperation(value);
      }
      while (at < part.length()) {
        double sign = 1;
        if (part.charAt(at) == '+' || part.charAt(at) == '-') {
          sign = part.charAt(at) == '-' ? -1 : 1;
          at++;
        } else if (at > 0) {
          throw badOperation(value);
        }
        int start = at;
        while (at < part.length() && "0123456789./".indexOf(part.charAt(at)) >= 0) {
          at++;
        }
        double factor = at > start ? fraction(part.substring(start, at), value) : 1;
        if (at < part.length() && part.charAt(at) == '*') {
          at++;
        }
        int axis = at < part.length() ? "xyz".indexOf(part.charAt(at)) : -1;
        if (axis >= 0) {
          at++;
        } else if (at == start || (at < part.length() && "+-".indexOf(part.charAt(at)) < 0)) {
          throw badOperation(value);
        }
        operation[4 * row + (axis >= 0 ? axis : 3)] += sign * factor;
      }
    }
    double determinant =
        operation[0] * (operation[5] * operation[10] - operation[6] * operation[9])
            - operation[1] * (operation[4] * operation[10] - operation[6] * operation[8])
            + operation[2] * (operation[4] * operation[9] - operation[5] * operation[8]);
    if (Math.abs(Math.abs(determinant) - 1) > 1e-6) {
      throw badOperation(value);
    }
    return operation;
  }

  private double fraction(String text, Value value) {
    String[] parts = text.split("/", -1);
    try {
      double x = Double.parseDouble(parts[0]);
      return parts.length == 1 ? x : x / Double.parseDouble(parts[1]);
    } catch (NumberFormatException e) {
      throw new BadInputException(badOperation(value).getMessage(), e);
    }
  }

  private BadInputException badOperation(Value value) {
    return BadInputException.at(
        source,
        value.line(),
        "'" + value.text() + "' is not a symmetry operation: expected e.g. 'x,-y+1/2,z'");
  }

  /**
   * The different images of a site in the cell. Those that fall together are averaged: 0.3333
   * stands for 1/3, and the average of its images is 1/3.
   */
  private static List<double[]> orbit(double[] site, List<double[]> operations, Lattice lattice) {
    List<double[]> sums = new ArrayList<>();
    List<double[]> firsts = new ArrayList<>();
    List<Integer> counts = new ArrayList<>();
    for (double[] o : operations) {
      double[] image = new double[3];
      for (int row = 0; row < 3; row++) {
        image[row] =
            o[4 * row] * site[0]
                + o[4 * row + 1] * site[1]
                + o[4 * row + 2] * site[2]
                + o[4 * row + 3];
      }
      int found = -1;
      for (int k = 0; k < firsts.size() && found < 0; k++) {
        double[] d = difference(image, firsts.get(k));
        if (distance(lattice, d) < SPECIAL_POSITION) {
          found = k;
          counts.set(k, counts.get(k) + 1);
          for (int x = 0; x < 3; x++) {
            sums.get(k)[x] += d[x];
          }
        }
      }
      if (found < 0) {
        firsts.add(image);
        sums.add(new double[3]);
        counts.add(1);
      }
    }
    List<double[]> images = new ArrayList<>();
    for (int k = 0; k < firsts.size(); k++) {
      double[] r = firsts.get(k);
      for (int x = 0; x < 3; x++) {
        r[x] += sums.get(k)[x] / counts.get(k);
        if (operations.size() > 1) {
          r[x] -= Math.floor(r[x]);
        }
      }
      images.add(r);
    }
    return images;
  }

  private static double[] difference(double[] a, double[] b) {
    double[] d = new double[3];
    for (int x = 0; x < 3; x++) {
      d[x] = a[x] - b[x] - Math.rint(a[x] - b[x]);
    }
    return d;
  }

  private static double distance(Lattice lattice, double[] fractional) {
    double[] r = lattice.toCartesian(fractional);
    return Math.sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]);
  }

  /** Splits the text into blocks, tags and values. */
  private List<Block> blocks(String text) {
    List<Block> blocks = new ArrayList<>();
    Tokens tokens = new Tokens(text, source);
    Block block = null;
    while (tokens.next()) {
      String word = tokens.text.toLowerCase(Locale.ROOT);
      if (!tokens.quoted && word.startsWith("data_")) {
        block = new Block(tokens.text.substring(5), tokens.line);
        blocks.add(block);
      } else if (block == null) {
        throw BadInputException.at(
            source,
            tokens.line,
            "expected data_…, found '" + shorten(tokens.text) + "': not a CIF");
      } else if (!tokens.quoted && word.equals("loop_")) {
        readLoop(tokens, block);
      } else if (tokens.isTag()) {
        String tag = normal(word);
        int line = tokens.line;
        if (!tokens.next() || !tokens.isValue()) {
          throw BadInputException.at(source, line, tag + " has no value");
        }
        block.values.put(tag, List.of(new Value(tokens.text, tokens.line)));
      } else {
        throw BadInputException.at(
            source,
            tokens.line,
            "'" + shorten(tokens.text) + "' stands where a tag (_…), loop_ or data_ is expected");
      }
    }
    return blocks;
  }

  private void readLoop(Tokens tokens, Block block) {
    int line = tokens.line;
    List<List<Value>> columns = new ArrayList<>();
    boolean more = tokens.next();
    while (more && tokens.isTag()) {
      List<Value> column = new ArrayList<>();
      block.values.put(normal(tokens.text.toLowerCase(Locale.ROOT)), column);
      columns.add(column);
      more = tokens.next();
    }
    if (columns.isEmpty()) {
      throw BadInputException.at(source, line, "loop_ without tags");
    }
    int count = 0;
    int lastLine = line;
    while (more && tokens.isValue()) {
      columns.get(count % columns.size()).add(new Value(tokens.text, tokens.line));
      count++;
      lastLine = tokens.line;
      more = tokens.next();
    }
    if (count % columns.size() != 0) {
      throw BadInputException.at(
          source,
          lastLine,
          "the loop that starts in line %d has %d tags but %d values: the last row is not complete"
              .formatted(line, columns.size(), count));
    }
    if (more) {
      tokens.pushBack();
    }
  }

  /** Dictionaries of the second generation write "_space_group_symop.operation_xyz". */
  private static String normal(String tag) {
    return tag.replace('.', '_');
  }

  private static String shorten(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() > 40 ? line.substring(0, 40) + "…" : line;
  }

  /** Words, quoted strings and text fields, one after another. */
  private static final class Tokens {
    private final String source;
    private final String all;
    private int at;
    private int lineAt = 1;
    private boolean again;
    String text = "";
    int line;
    boolean quoted;

    Tokens(String all, String source) {
      this.all = all.replace("\r\n", "\n").replace('\r', '\n');
      this.source = source;
    }

    void pushBack() {
      again = true;
    }

    boolean isTag() {
      return !quoted && text.startsWith("_");
    }

    boolean isValue() {
      String word = text.length() > 5 ? text.substring(0, 5) : text;
      return quoted
          || !(text.startsWith("_")
              || word.equalsIgnoreCase("data_")
              || word.equalsIgnoreCase("loop_"));
    }

    boolean next() {
      if (again) {
        again = false;
        return true;
      }
      skipSpace();
      if (at >= all.length()) {
        return false;
      }
      line = lineAt;
      char c = all.charAt(at);
      if (c == ';' && (at == 0 || all.charAt(at - 1) == '\n')) {
        int end = all.indexOf("\n;", at);
        if (end < 0) {
          throw BadInputException.at(source, line, "the text field that starts here has no end");
        }
        take(at + 1, end, end + 2, true);
      } else if (c == '\'' || c == '"') {
        int end = at + 1;
        while (end < all.length()
            && all.charAt(end) != '\n'
            && !(all.charAt(end) == c
                && (end + 1 == all.length() || Character.isWhitespace(all.charAt(end + 1))))) {
          end++;
        }
        if (end >= all.length() || all.charAt(end) == '\n') {
          throw BadInputException.at(source, line, "the quotation that starts here has no end");
        }
        take(at + 1, end, end + 1, true);
      } else {
        int end = at;
        while (end < all.length() && !Character.isWhitespace(all.charAt(end))) {
          end++;
        }
        take(at, end, end, false);
      }
      return true;
    }

    private void take(int start, int end, int after, boolean isQuoted) {
      text = all.substring(start, end);
      quoted = isQuoted;
      lineAt += (int) all.substring(at, after).chars().filter(c -> c == '\n').count();
      at = after;
    }

    private void skipSpace() {
      while (at < all.length()) {
        char c = all.charAt(at);
        if (c == '\n') {
          lineAt++;
        } else if (c == '#') {
          int end = all.indexOf('\n', at);
          at = end < 0 ? all.length() : end;
          continue;
        } else if (!Character.isWhitespace(c) && c != '\uFEFF') {
          return;
        }
        at++;
      }
    }
  }

  /**
   * Writes a structure with all its atoms in P 1.
   *
   * @param structure the structure
   * @return one data block, named by the id with characters that CIF does not allow as "_"
   */
  public static String write(Structure structure) {
    Crystal crystal = structure.crystal();
    Lattice cell = crystal.lattice();
    StringBuilder text = new StringBuilder();
    text.append("data_").append(structure.id().replaceAll("[^!-~]", "_")).append('\n');
    StringBuilder formula = new StringBuilder();
    crystal
        .counts()
        .forEach((s, n) -> formula.append(formula.isEmpty() ? "" : " ").append(s).append(n));
    text.append("_chemical_formula_sum '").append(formula).append("'\n");
    String[] axes = {"a", "b", "c"};
    String[] angles = {"alpha", "beta", "gamma"};
    for (int i = 0; i < 3; i++) {
      text.append("_cell_length_" + axes[i] + " ")
          .append(TextNumbers.format(cell.length(i)))
          .append('\n');
    }
    for (int i = 0; i < 3; i++) {
      text.append("_cell_angle_" + angles[i] + " ")
          .append(TextNumbers.format(cell.angle(i)))
          .append('\n');
    }
    text.append("_cell_volume ").append(TextNumbers.format(cell.volume())).append('\n');
    text.append("_space_group_name_H-M_alt 'P 1'\n_space_group_IT_number 1\n");
    text.append("loop_\n_space_group_symop_operation_xyz\n'x, y, z'\n");
    text.append("loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n");
    text.append("_atom_site_fract_y\n_atom_site_fract_z\n_atom_site_occupancy\n");
    for (int i = 0; i < crystal.size(); i++) {
      String symbol = crystal.element(i).symbol();
      text.append(symbol).append(i + 1).append(' ').append(symbol);
      for (int x = 0; x < 3; x++) {
        text.append(' ').append(TextNumbers.format(crystal.fractional(i, x)));
      }
      text.append(" 1\n");
    }
    return text.toString();
  }
}
