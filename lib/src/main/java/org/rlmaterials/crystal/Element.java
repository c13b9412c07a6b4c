package org.rlmaterials.crystal;

import java.util.List;

/**
 * A chemical element. The numbers come from data/elements.csv, which names their sources.
 *
 * @param atomicNumber number of protons Z
 * @param symbol chemical symbol
 * @param mass standard atomic mass (u)
 * @param covalentRadius single-bond covalent radius (Å), Cordero et al. 2008
 * @param electronegativity Pauling electronegativity (dimensionless); Allen for He, Ne, Ar
 * @param group group of the periodic table, 1 to 18; lanthanides and actinides 3
 * @param period period of the periodic table, 1 to 7
 * @param sValence s electrons outside the noble-gas core in the free atom
 * @param pValence p electrons outside it
 * @param dValence d electrons outside it
 * @param fValence f electrons outside it
 * @param firstIonizationEnergy first ionization energy (eV)
 * @param electronAffinity electron affinity (eV); 0 where no bound anion is known
 * @param oxidationStates common oxidation states, the most common first; empty for noble gases
 */
public record Element(
    int atomicNumber,
    String symbol,
    double mass,
    double covalentRadius,
    double electronegativity,
    int group,
    int period,
    int sValence,
    int pValence,
    int dValence,
    int fValence,
    double firstIonizationEnergy,
    double electronAffinity,
    List<Integer> oxidationStates) {

  /** Copies the list of states. */
  public Element {
    oxidationStates = List.copyOf(oxidationStates);
  }

  /**
   * Looks an element up by its symbol.
   *
   * @param symbol chemical symbol, case-sensitive
   * @return the element
   * @throws IllegalArgumentException if there is no such element in data/elements.csv
   */
  public static Element of(String symbol) {
    Element element = ElementTable.BY_SYMBOL.get(symbol);
    if (element == null) {
      throw new IllegalArgumentException("unknown element '" + symbol + "'");
    }
    return element;
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
