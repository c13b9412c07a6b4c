package org.rlmaterials.espresso;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Element;

/**
 * The input of one pw.x run. Immutable: every change gives a new input. The cell is written with
 * ibrav = 0 in Å, positions in fractions of it.
 *
 * @param namelists values by namelist (lower case) and key; Strings are quoted when written
 * @param crystal the crystal
 * @param pseudopotentials file name of each element's pseudopotential, by symbol
 * @param kPoints where the bands are solved
 */
public record PwInput(
    Map<String, Map<String, Object>> namelists,
    Crystal crystal,
    Map<String, String> pseudopotentials,
    KPoints kPoints) {

  /** The namelists in the order pw.x wants; the last two only where ions or the cell move. */
  private static final String[] ORDER = {"control", "system", "electrons", "ions", "cell"};

  /** Name of all files that pw.x writes. */
  static final String PREFIX = "pw";

  /** Copies the maps. */
  public PwInput {
    Map<String, Map<String, Object>> copy = new LinkedHashMap<>();
    for (String name : ORDER) {
      copy.put(
          name, Collections.unmodifiableMap(new TreeMap<>(namelists.getOrDefault(name, Map.of()))));
    }
    namelists = Collections.unmodifiableMap(copy);
    pseudopotentials = Collections.unmodifiableMap(new TreeMap<>(pseudopotentials));
  }

  /**
   * @param crystal the crystal
   * @param pseudopotentials file name of each element's pseudopotential, by symbol
   * @param kPoints where the bands are solved
   * @return an input with empty namelists
   */
  public static PwInput of(Crystal crystal, Map<String, String> pseudopotentials, KPoints kPoints) {
    return new PwInput(Map.of(), crystal, pseudopotentials, kPoints);
  }

  /**
   * @param namelist control, system, electrons, ions or cell
   * @param key the variable
   * @param value a String, Integer, Double or Boolean
   * @return this input with that value
   */
  public PwInput with(String namelist, String key, Object value) {
    if (!namelists.containsKey(namelist)) {
      throw new IllegalArgumentException("pw.x has no namelist " + namelist);
    }
    Map<String, Map<String, Object>> changed = new LinkedHashMap<>(namelists);
    Map<String, Object> values = new TreeMap<>(namelists.get(namelist));
    values.put(key, value);
    changed.put(namelist, values);
    return new PwInput(changed, crystal, pseudopotentials, kPoints);
  }

  /**
   * @param newCrystal another crystal of the same elements
   * @return this input for that crystal
   */
  public PwInput with(Crystal newCrystal) {
    return new PwInput(namelists, newCrystal, pseudopotentials, kPoints);
  }

  /**
   * @param newKPoints other k-points
   * @return this input with those
   */
  public PwInput with(KPoints newKPoints) {
    return new PwInput(namelists, crystal, pseudopotentials, newKPoints);
  }

  /**
   * @param namelist control, system, electrons, ions or cell
   * @param key the variable
   * @return its value, if this input sets it
   */
  public Optional<Object> get(String namelist, String key) {
    return Optional.ofNullable(namelists.get(namelist).get(key));
  }

  /**
   * @param namelist control, system, electrons, ions or cell
   * @param key the variable
   * @param preset pw.x's own preset
   * @return the value that holds
   */
  double number(String namelist, String key, double preset) {
    return get(namelist, key).map(v -> ((Number) v).doubleValue()).orElse(preset);
  }

  /**
   * @param namelist control, system, electrons, ions or cell
   * @param key the variable
   * @param preset pw.x's own preset
   * @return the value that holds
   */
  String text(String namelist, String key, String preset) {
    return get(namelist, key).map(Object::toString).orElse(preset);
  }

  /**
   * @return what is run: scf, bands, vc-relax, relax
   */
  public String calculation() {
    return text("control", "calculation", "scf");
  }

  private boolean moves() {
    return calculation().endsWith("relax");
  }

  /**
   * @return the text that pw.x reads
   */
  public String render() {
    StringBuilder text = new StringBuilder();
    for (String name : ORDER) {
      if ((name.equals("ions") && !moves())
          || (name.equals("cell") && !calculation().equals("vc-relax"))) {
        continue;
      }
      text.append('&').append(name).append('\n');
      Map<String, Object> values = new TreeMap<>(namelists.get(name));
      if (name.equals("control")) {
        values.put("prefix", PREFIX);
        values.put("outdir", ".");
      } else if (name.equals("system")) {
        values.put("ibrav", 0);
        values.put("nat", crystal.size());
        values.put("ntyp", crystal.counts().size());
      }
      values.forEach(
          (key, value) ->
              text.append("  ").append(key).append(" = ").append(fortran(value)).append('\n'));
      text.append("/\n");
    }
    text.append("ATOMIC_SPECIES\n");
    for (String symbol : crystal.counts().keySet()) {
      text.append(
          "%s %s %s%n".formatted(symbol, Element.of(symbol).mass(), pseudopotentials.get(symbol)));
    }
    text.append("ATOMIC_POSITIONS crystal\n");
    double[][] positions = crystal.fractionalPositions();
    for (int i = 0; i < positions.length; i++) {
      text.append(crystal.element(i).symbol()).append(' ').append(row(positions[i]));
    }
    text.append(kPoints.card()).append("CELL_PARAMETERS angstrom\n");
    for (double[] vector : crystal.lattice().vectors()) {
      text.append(row(vector));
    }
    return text.toString();
  }

  private static String row(double[] numbers) {
    return String.format(Locale.ROOT, "%.14f %.14f %.14f%n", numbers[0], numbers[1], numbers[2]);
  }

  private static String fortran(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? ".true." : ".false.";
    }
    if (value instanceof String text) {
      if (text.contains("'") || text.contains("\n")) {
        throw new IllegalArgumentException("not a value for pw.x: " + text);
      }
      return "'" + text + "'";
    }
    return value.toString();
  }
}
