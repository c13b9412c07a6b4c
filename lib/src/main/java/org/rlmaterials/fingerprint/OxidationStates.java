package org.rlmaterials.fingerprint;

import java.util.Arrays;
import java.util.List;
import org.rlmaterials.crystal.Element;

/**
 * The assignment of one common oxidation state to each element of a crystal that leaves least
 * charge over and, among those, has least penalty: the rank of each state in the element's list,
 * and 2 for each pair in which the more electronegative element is the cation.
 *
 * @param states the state of each element, in the order given
 * @param imbalance |net charge| per atom (e)
 * @param penalty the penalty (dimensionless)
 */
record OxidationStates(List<Integer> states, double imbalance, double penalty) {
  /** From so many elements on, only the two most common states of each are tried. */
  private static final int MANY = 7;

  /**
   * @param elements the different elements
   * @param counts number of atoms of each, per formula unit
   * @return the assignment; state 0 in an elementary crystal
   */
  static OxidationStates of(Element[] elements, int[] counts) {
    int n = elements.length;
    int[] best = new int[n];
    if (n == 1) {
      return new OxidationStates(List.of(0), 0, 0);
    }
    int atoms = 0;
    int[] choices = new int[n];
    for (int i = 0; i < n; i++) {
      atoms += counts[i];
      int known = elements[i].oxidationStates().size();
      choices[i] = Math.max(1, n >= MANY ? Math.min(2, known) : known);
    }
    int[] at = new int[n];
    int bestCharge = Integer.MAX_VALUE;
    int bestPenalty = Integer.MAX_VALUE;
    boolean more = true;
    while (more) {
      int charge = 0;
      int penalty = 0;
      for (int i = 0; i < n; i++) {
        charge += counts[i] * state(elements[i], at[i]);
        penalty += at[i];
      }
      charge = Math.abs(charge);
      if (charge <= bestCharge) {
        penalty += 2 * inversions(elements, at);
        if (charge < bestCharge || penalty < bestPenalty) {
          bestCharge = charge;
          bestPenalty = penalty;
          for (int i = 0; i < n; i++) {
            best[i] = state(elements[i], at[i]);
          }
        }
      }
      more = false;
      for (int i = 0; i < n && !more; i++) {
        at[i]++;
        if (at[i] < choices[i]) {
          more = true;
        } else {
          at[i] = 0;
        }
      }
    }
    List<Integer> states = Arrays.stream(best).boxed().toList();
    return new OxidationStates(states, (double) bestCharge / atoms, bestPenalty);
  }

  private static int state(Element element, int rank) {
    return element.oxidationStates().isEmpty() ? 0 : element.oxidationStates().get(rank);
  }

  private static int inversions(Element[] elements, int[] at) {
    int inversions = 0;
    for (int i = 0; i < elements.length; i++) {
      for (int j = 0; j < elements.length; j++) {
        if (elements[i].electronegativity() < elements[j].electronegativity()
            && state(elements[i], at[i]) < 0
            && state(elements[j], at[j]) > 0) {
          inversions++;
        }
      }
    }
    return inversions;
  }
}
