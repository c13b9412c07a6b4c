package org.rlmaterials.rl;

import java.util.Arrays;
import java.util.Collection;
import org.rlmaterials.crystal.Clearance;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Move;
import org.rlmaterials.crystal.Moves;
import org.rlmaterials.crystal.Palette;
import org.rlmaterials.crystal.RandomStream;

/** What the agent may do in a step. */
public enum ActionSet {
  /**
   * The six random moves of {@link Moves.Kind}: the agent chooses the kind, chance the atom, the
   * element and the amount.
   */
  SIX_MOVES {
    @Override
    public int size(int maxAtoms) {
      return KINDS.length;
    }

    @Override
    public Move move(int action, Crystal crystal, int maxAtoms, RandomStream random) {
      return Moves.draw(KINDS[action], crystal, random);
    }

    @Override
    public void allow(Crystal crystal, int maxAtoms, boolean[] allowed, int offset) {
      Arrays.fill(allowed, offset, offset + KINDS.length, true);
    }
  },

  /**
   * The agent chooses the atom and its new element (atoms × 14 actions), the strain component and
   * its sign (12 actions: xx, yy, zz, yz, xz, xy, each by ±2 %), all lengths by ±3 % (2), or the
   * atom that is shifted at random by up to 0.05 (atoms). What cannot be done or would leave an
   * invalid crystal is masked.
   */
  TARGETED {
    @Override
    public int size(int maxAtoms) {
      return maxAtoms * (Palette.size() + 1) + 14;
    }

    @Override
    public Move move(int action, Crystal crystal, int maxAtoms, RandomStream random) {
      int swaps = substitutions(maxAtoms);
      if (action < swaps) {
        return substitution(action);
      }
      int strain = action - swaps;
      if (strain < COMPONENTS) {
        return component(strain);
      }
      if (strain < 14) {
        return scaling(strain);
      }
      return Moves.displace(crystal, strain - 14, Moves.LARGE_SHIFT, random);
    }

    @Override
    public void allow(Crystal crystal, int maxAtoms, boolean[] allowed, int offset) {
      Clearance clearance = new Clearance(crystal);
      int palette = Palette.size();
      int swaps = substitutions(maxAtoms);
      for (int action = 0; action < swaps; action++) {
        int atom = action / palette;
        int element = Palette.atomicNumber(action % palette);
        allowed[offset + action] =
            atom < crystal.size()
                && crystal.atomicNumber(atom) != element
                && clearance.allowsElement(atom, element);
      }
      for (int strain = 0; strain < 14; strain++) {
        Move.Strain move = strain < COMPONENTS ? component(strain) : scaling(strain);
        allowed[offset + swaps + strain] = clearance.allowsStrain(move.tensor());
      }
      for (int atom = 0; atom < maxAtoms; atom++) {
        allowed[offset + swaps + 14 + atom] = atom < crystal.size();
      }
    }

    private Move.Strain component(int strain) {
      return Moves.strain(strain / 2, strain % 2 == 0 ? -STRAIN : STRAIN);
    }

    private Move.Strain scaling(int strain) {
      return Moves.scale(strain == COMPONENTS ? -SCALING : SCALING);
    }
  },

  /**
   * As {@link #TARGETED}, but every step ends at the volume that suits the bonds, so that the two
   * actions on all lengths are never possible. A candidate is relaxed before it is judged: what a
   * wrong volume does to its bands is gone by then.
   */
  SETTLED {
    @Override
    public int size(int maxAtoms) {
      return TARGETED.size(maxAtoms);
    }

    @Override
    public Move move(int action, Crystal crystal, int maxAtoms, RandomStream random) {
      return new Move.Settled(TARGETED.move(action, crystal, maxAtoms, random));
    }

    @Override
    public void allow(Crystal crystal, int maxAtoms, boolean[] allowed, int offset) {
      TARGETED.allow(crystal, maxAtoms, allowed, offset);
      int scaling = offset + substitutions(maxAtoms) + COMPONENTS;
      Arrays.fill(allowed, scaling, scaling + 2, false);
    }
  };

  private static final Moves.Kind[] KINDS = Moves.Kind.values();
  private static final double STRAIN = 0.02;

  /** Actions on one component of the strain; the two on all lengths come next. */
  private static final int COMPONENTS = 12;

  private static final double SCALING = 0.03;

  /**
   * Takes away the targeted substitutions that lead to a closed formula and, at one, all but what
   * leads away from it; but nothing if there is no way.
   */
  static void keepAway(
      Crystal crystal, int maxAtoms, Collection<String> closed, boolean[] allowed, int offset) {
    int swaps = substitutions(maxAtoms);
    boolean way = false;
    for (int action = 0; action < swaps; action++) {
      if (allowed[offset + action]) {
        Crystal after = substitution(action).apply(crystal);
        allowed[offset + action] = !closed.contains(after.reducedFormula());
        way |= allowed[offset + action];
      }
    }
    if (way && closed.contains(crystal.reducedFormula())) {
      Arrays.fill(allowed, offset + swaps, offset + TARGETED.size(maxAtoms), false);
    }
  }

  /** How many of the targeted actions, from the first, are substitutions. */
  static int substitutions(int maxAtoms) {
    return maxAtoms * Palette.size();
  }

  /** The move of one of the {@link #substitutions}. */
  static Move substitution(int action) {
    return Moves.substitute(action / Palette.size(), action % Palette.size());
  }

  /**
   * @return whether the agent chooses atom and element itself, and so has to see them
   */
  public boolean isTargeted() {
    return this != SIX_MOVES;
  }

  /**
   * @param maxAtoms atoms of the largest seed
   * @return how many actions there are
   */
  public abstract int size(int maxAtoms);

  /**
   * Makes the move of an action.
   *
   * @param action number of the action
   * @param crystal the crystal it is for
   * @param maxAtoms atoms of the largest seed
   * @param random for what the action leaves to chance
   * @return the move
   */
  public abstract Move move(int action, Crystal crystal, int maxAtoms, RandomStream random);

  /**
   * Tells which actions are possible.
   *
   * @param crystal the crystal
   * @param maxAtoms atoms of the largest seed
   * @param allowed where the answers go, one an action
   * @param offset index of the first answer
   */
  public abstract void allow(Crystal crystal, int maxAtoms, boolean[] allowed, int offset);
}
