package org.rlmaterials.rl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.RandomStream;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.Validity;

/**
 * An episode written down: with the same seeds and action set it gives the same crystals bit by
 * bit.
 *
 * @param seed fixes the start and every number the moves leave to chance
 * @param actions the actions taken, in order
 */
public record Episode(long seed, List<Integer> actions) {
  /** Copies the list. */
  public Episode {
    actions = List.copyOf(actions);
  }

  /**
   * @param seed of the episode
   * @param seeds the seed crystals
   * @return index of the seed crystal the episode starts from
   */
  static int startIndex(long seed, List<Structure> seeds) {
    return RandomStream.of(seed, 0).nextInt(seeds.size());
  }

  /**
   * One step of an episode.
   *
   * @param crystal where the step starts
   * @param action what is done
   * @param step number of the step, from 0
   * @return the crystal after the step, or null if that is not valid
   */
  static Crystal next(
      Crystal crystal, int action, ActionSet actionSet, int maxAtoms, long seed, int step) {
    RandomStream random = RandomStream.of(seed, step + 1L);
    Crystal moved = actionSet.move(action, crystal, maxAtoms, random).apply(crystal);
    return Validity.isValid(moved) ? moved : null;
  }

  /**
   * Lives the episode again.
   *
   * @param seeds the seed crystals, in the order of the run
   * @param actionSet what the actions mean
   * @return the crystal at the start and after each action; an action that would have made an
   *     invalid crystal repeats the one before
   */
  public List<Crystal> replay(List<Structure> seeds, ActionSet actionSet) {
    int maxAtoms = maxAtoms(seeds);
    List<Crystal> crystals = new ArrayList<>();
    Crystal crystal = seeds.get(startIndex(seed, seeds)).crystal();
    crystals.add(crystal);
    for (int step = 0; step < actions.size(); step++) {
      Crystal moved = next(crystal, actions.get(step), actionSet, maxAtoms, seed, step);
      crystal = moved == null ? crystal : moved;
      crystals.add(crystal);
    }
    return crystals;
  }

  /**
   * @param seeds the seed crystals
   * @return atoms of the largest
   */
  static int maxAtoms(List<Structure> seeds) {
    return seeds.stream().mapToInt(s -> s.crystal().size()).max().orElseThrow();
  }

  static List<Integer> list(int[] actions, int count) {
    return Arrays.stream(actions, 0, count).boxed().toList();
  }
}
