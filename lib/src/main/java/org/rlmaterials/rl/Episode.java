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
 * @param seed fixes the start and every number the moves leave to chance up to the first branch
 * @param actions the actions taken, in order, from the seed crystal on
 * @param branches where the episode was taken up again from a structure met before, in order
 */
public record Episode(long seed, List<Integer> actions, List<Branch> branches) {
  /**
   * From a step on chance follows another seed, so that an episode that is taken up again does not
   * live the same accidents.
   *
   * @param step number of the first step that follows the seed, from 0
   * @param seed fixes every number the moves leave to chance from there to the next branch
   */
  public record Branch(int step, long seed) {}

  /** Copies the lists. */
  public Episode {
    actions = List.copyOf(actions);
    branches = List.copyOf(branches);
  }

  /**
   * An episode from a seed crystal, without branches.
   *
   * @param seed fixes the start and every number the moves leave to chance
   * @param actions the actions taken, in order
   */
  public Episode(long seed, List<Integer> actions) {
    this(seed, actions, List.of());
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
    long chance = seed;
    int branch = 0;
    for (int step = 0; step < actions.size(); step++) {
      while (branch < branches.size() && branches.get(branch).step() == step) {
        chance = branches.get(branch++).seed();
      }
      Crystal moved = next(crystal, actions.get(step), actionSet, maxAtoms, chance, step);
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
