package org.rlmaterials.espresso;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;

/**
 * The structures that a relaxation prints on its way. Only needed where pw.x was interrupted before
 * it wrote its XML: the ten decimals printed are enough to start from.
 */
final class RelaxLog {
  private static final Pattern CELL =
      Pattern.compile("CELL_PARAMETERS \\(angstrom\\)\\s*\\n((?:[^\\n]*\\n){3})");
  private static final Pattern POSITIONS =
      Pattern.compile(
          "ATOMIC_POSITIONS \\(crystal\\)\\s*\\n((?:[A-Z][a-z]?(?:\\s+-?[0-9.]+){3}[^\\n]*\\n)+)");

  private RelaxLog() {}

  /**
   * The last whole structure in a log.
   *
   * @param log what pw.x printed
   * @param start the crystal it began with
   * @return the last structure; empty if none was printed
   */
  static Optional<Crystal> lastCrystal(String log, Crystal start) {
    Matcher positions = POSITIONS.matcher(log);
    String found = null;
    int at = 0;
    while (positions.find()) {
      // A log may have been cut in its last structure.
      if (positions.group(1).lines().count() == start.size()) {
        found = positions.group(1);
        at = positions.start();
      }
    }
    if (found == null) {
      return Optional.empty();
    }
    Lattice lattice = start.lattice();
    Matcher cell = CELL.matcher(log.substring(0, at));
    while (cell.find()) {
      lattice = Lattice.of(rows(cell.group(1), 0));
    }
    return Optional.of(Crystal.of(lattice, start.species(), rows(found, 1)));
  }

  private static double[][] rows(String block, int skip) {
    List<double[]> rows = new ArrayList<>();
    for (String line : block.lines().toList()) {
      String[] words = line.strip().split("\\s+", -1);
      double[] row = new double[3];
      for (int i = 0; i < 3; i++) {
        row[i] = Double.parseDouble(words[skip + i]);
      }
      rows.add(row);
    }
    return rows.toArray(double[][]::new);
  }
}
