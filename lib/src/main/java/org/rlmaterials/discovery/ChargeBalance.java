package org.rlmaterials.discovery;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Element;
import org.rlmaterials.crystal.Palette;

/**
 * Two rules of thumb for which compositions can be semiconductors. A composition passes if one of
 * them holds:
 *
 * <ul>
 *   <li>the elements can be given common oxidation states that sum to zero, one state an element,
 *       the positive ones less electronegative than the negative ones;
 *   <li>there are four valence electrons an atom, as in the tetrahedral (adamantine) compounds: E.
 *       Parthé, Crystal Chemistry of Tetrahedral Structures (1964).
 * </ul>
 *
 * Elements of one kind pass. The states are the common ones of N. N. Greenwood and A. Earnshaw,
 * Chemistry of the Elements (2nd ed., 1997), with Ga and In +2 for the compounds with a metal-metal
 * bond (GaSe, InSe).
 */
final class ChargeBalance {
  private static final Map<String, int[]> OXIDATION_STATES =
      Map.ofEntries(
          entry("C", new int[] {-4, 4}),
          entry("N", new int[] {-3, 3, 5}),
          entry("Al", new int[] {3}),
          entry("Si", new int[] {-4, 4}),
          entry("P", new int[] {-3, 3, 5}),
          entry("Ga", new int[] {2, 3}),
          entry("Ge", new int[] {-4, 2, 4}),
          entry("As", new int[] {-3, 3, 5}),
          entry("Se", new int[] {-2, 4, 6}),
          entry("In", new int[] {1, 2, 3}),
          entry("Sn", new int[] {-4, 2, 4}),
          entry("Sb", new int[] {-3, 3, 5}),
          entry("Te", new int[] {-2, 4, 6}),
          entry("Bi", new int[] {-3, 3, 5}));

  private ChargeBalance() {}

  /**
   * @param crystal the crystal
   * @return whether its composition is balanced; true where an element is outside the palette and
   *     nothing is known
   */
  static boolean isBalanced(Crystal crystal) {
    Map<String, Integer> counts = crystal.counts();
    return counts.size() == 1
        || isOutsidePalette(crystal)
        || valenceElectrons(crystal) == 4 * crystal.size()
        || someSumIsZero(new ArrayList<>(counts.entrySet()), 0, 0, -1, Double.MAX_VALUE);
  }

  /**
   * Four bonds of two electrons need four valence electrons an atom. With more, zinc blende is no
   * minimum of the energy but on the way to rock salt and A7 (IV-VI and V-V compounds). And each
   * bond by itself must have its two: Ga-Ga beside As-As costs energy and closes the gap.
   *
   * @param crystal a crystal whose atoms have four bonds each
   * @return null if its bonds are filled, or where an element is outside the palette; else one line
   *     with what there is instead
   */
  static String problemOfFourfold(Crystal crystal) {
    if (isOutsidePalette(crystal)) {
      return null;
    }
    if (valenceElectrons(crystal) == 4 * crystal.size()) {
      return Coordination.problemOfBonds(crystal);
    }
    return String.format(
        Locale.ROOT,
        "four bonds and %.2f valence electrons an atom, expected 4",
        (double) valenceElectrons(crystal) / crystal.size());
  }

  private static boolean isOutsidePalette(Crystal crystal) {
    return !OXIDATION_STATES.keySet().containsAll(crystal.counts().keySet());
  }

  private static int valenceElectrons(Crystal crystal) {
    return Arrays.stream(crystal.atomicNumbers()).map(Palette::valence).sum();
  }

  /**
   * An odd number of electrons in a cell leaves a band half filled without magnetism: a metal.
   *
   * @param crystal the crystal
   * @return whether the number of electrons in its cell is odd
   */
  static boolean hasOddElectrons(Crystal crystal) {
    int electrons = 0;
    for (int z : crystal.atomicNumbers()) {
      electrons += z;
    }
    return electrons % 2 != 0;
  }

  private static boolean someSumIsZero(
      List<Map.Entry<String, Integer>> counts,
      int index,
      int charge,
      double highestCation,
      double lowestAnion) {
    if (highestCation > lowestAnion) {
      return false;
    }
    if (index == counts.size()) {
      return charge == 0;
    }
    String symbol = counts.get(index).getKey();
    double electronegativity = Element.of(symbol).electronegativity();
    for (int state : OXIDATION_STATES.get(symbol)) {
      if (someSumIsZero(
          counts,
          index + 1,
          charge + state * counts.get(index).getValue(),
          state > 0 ? Math.max(highestCation, electronegativity) : highestCation,
          state < 0 ? Math.min(lowestAnion, electronegativity) : lowestAnion)) {
        return true;
      }
    }
    return false;
  }
}
