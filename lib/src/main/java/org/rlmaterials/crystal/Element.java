package org.rlmaterials.crystal;

import java.util.Arrays;
import java.util.Objects;

/**
 * A chemical element. The numbers come from data/elements.csv, which names their sources.
 *
 * @param atomicNumber number of protons Z
 * @param symbol chemical symbol
 * @param mass standard atomic mass (u)
 * @param covalentRadius single-bond covalent radius (Å), Cordero et al. 2008
 * @param electronegativity Pauling electronegativity (dimensionless); Allen for He, Ne, Ar
 */
public record Element(
    int atomicNumber, String symbol, double mass, double covalentRadius, double electronegativity) {

  /**
   * Looks an element up by its symbol.
   *
   * @param symbol chemical symbol, case-sensitive
   * @return the element
   * @throws IllegalArgumentException if there is no such element in data/elements.csv
   */
  public static Element of(String symbol) {
    return Arrays.stream(ElementTable.BY_NUMBER)
        .filter(Objects::nonNull)
        .filter(e -> e.symbol().equals(symbol))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("unknown element '" + symbol + "'"));
  }

  /**
   * Looks an element up by its atomic number.
   *
   * @param atomicNumber Z
   * @return the element
   * @throws IllegalArgumentException if there is no such element in data/elements.csv
   */
  public static Element of(int atomicNumber) {
    if (atomicNumber < 1
        || atomicNumber >= ElementTable.BY_NUMBER.length
        || ElementTable.BY_NUMBER[atomicNumber] == null) {
      throw new IllegalArgumentException("no element with atomic number " + atomicNumber);
    }
    return ElementTable.BY_NUMBER[atomicNumber];
  }
}
