package org.rlmaterials.crystal;

import java.util.List;

/** The elements the search may use. */
public final class Palette {
  /** Chemical symbols of the 14 elements. */
  public static final List<String> SYMBOLS =
      List.of("Si", "Ge", "C", "Ga", "As", "Al", "In", "P", "N", "Sn", "Sb", "Bi", "Se", "Te");

  private static final int[] ATOMIC_NUMBERS =
      SYMBOLS.stream().mapToInt(s -> Element.of(s).atomicNumber()).toArray();

  private Palette() {}

  /**
   * @return how many elements there are: 14
   */
  public static int size() {
    return ATOMIC_NUMBERS.length;
  }

  /**
   * @param index position in {@link #SYMBOLS}
   * @return atomic number of that element
   */
  public static int atomicNumber(int index) {
    return ATOMIC_NUMBERS[index];
  }

  /**
   * @param atomicNumber Z
   * @return position in {@link #SYMBOLS}, or -1 if the element is not in the palette
   */
  public static int indexOf(int atomicNumber) {
    for (int i = 0; i < ATOMIC_NUMBERS.length; i++) {
      if (ATOMIC_NUMBERS[i] == atomicNumber) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Valence electrons of an element of groups 13 to 16, the ones that make the bonds of sp³
   * semiconductors; filled d shells are not counted.
   *
   * @param atomicNumber Z of an element of groups 1, 2 or 13 to 18
   * @return number of s and p electrons of the outer shell (1 to 8)
   */
  public static int valence(int atomicNumber) {
    int[] nobleGases = {0, 2, 10, 18, 36, 54, 86};
    int period = 0;
    while (period + 1 < nobleGases.length && nobleGases[period + 1] < atomicNumber) {
      period++;
    }
    int electrons = atomicNumber - nobleGases[period];
    int filledShells = period >= 5 ? 24 : period >= 3 ? 10 : 0;
    return electrons <= 2 ? electrons : electrons - filledShells;
  }
}
