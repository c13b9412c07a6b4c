package org.rlmaterials.crystal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Structures for the first DFT calculations: the seeds, then crystals made from them by {@link
 * Moves}. Every structure depends only on the seeds, the random seed and the structures before it:
 * the first 50 of 100 are the 50 of 50.
 *
 * <p>The seeds take turns as parents, so all are used evenly. Rounds of the seeds alternate: one to
 * three random moves without change of species; then species swapped. Of the swaps one half puts
 * the least used element on a random atom, the other half also puts on every atom of the other
 * sublattice an element with the valence that makes eight electrons for the pair, which is where
 * semiconductors are. After a swap the cell is expanded or compressed, by moves, until bonds are
 * within 5 % of the sum of covalent radii. The last move of the first half displaces atoms; that of
 * the other half changes the volume and keeps the symmetry, which makes its DFT several times
 * cheaper.
 */
public final class StructureGenerator {
  private static final int MAX_ATTEMPTS = 200;
  private static final int MAX_RESCALINGS = 40;
  private static final double LENGTH_TOLERANCE = 0.05;

  private final List<Structure> seeds;
  private final long randomSeed;
  private final List<Structure> made = new ArrayList<>();
  private final Set<Crystal> known = new HashSet<>();
  private final int[] uses = new int[Palette.size()];

  /**
   * @param seeds the parents, checked with {@link Seeds#check}
   * @param randomSeed fixes every random choice
   */
  public StructureGenerator(List<Structure> seeds, long randomSeed) {
    this.seeds = List.copyOf(seeds);
    this.randomSeed = randomSeed;
  }

  /**
   * @param count how many structures, seeds included
   * @return the first structures: seeds first, then their offspring with their provenance in the
   *     properties {@code parent_seed} and {@code moves}
   */
  public List<Structure> first(int count) {
    while (made.size() < count) {
      Structure next = made.size() < seeds.size() ? seeds.get(made.size()) : offspring(made.size());
      made.add(next);
      known.add(next.crystal());
      for (int i = 0; i < Palette.size(); i++) {
        if (next.crystal().counts().containsKey(Palette.SYMBOLS.get(i))) {
          uses[i]++;
        }
      }
    }
    return List.copyOf(made.subList(0, count));
  }

  private Structure offspring(int index) {
    int turn = (index - seeds.size()) / seeds.size();
    Structure parent = seeds.get((index - seeds.size()) % seeds.size());
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      RandomStream random = RandomStream.of(randomSeed, index, attempt);
      List<Move> moves = new ArrayList<>();
      Crystal crystal =
          turn % 2 == 0
              ? perturb(parent.crystal(), random, moves)
              : swap(parent.crystal(), turn % 4 == 3, random, moves);
      if (Validity.isValid(crystal) && !known.contains(crystal)) {
        ObjectNode properties =
            JsonNodeFactory.instance
                .objectNode()
                .put("origin", turn % 2 == 0 ? "perturbed" : "swapped")
                .put("parent_seed", parent.id());
        ArrayNode list = properties.putArray("moves");
        moves.forEach(move -> list.add(move.toJson()));
        String id = String.format(Locale.ROOT, "%s_%05d", parent.id(), index);
        return new Structure(id, crystal, properties);
      }
    }
    throw new IllegalStateException(
        "no valid structure from seed '%s' in %d attempts".formatted(parent.id(), MAX_ATTEMPTS));
  }

  private static Crystal perturb(Crystal crystal, RandomStream random, List<Move> moves) {
    Moves.Kind[] kinds = Moves.Kind.values();
    int count = 1 + random.nextInt(3);
    for (int k = 0; k < count; k++) {
      // All kinds but the last, the swap.
      crystal = apply(Moves.draw(kinds[random.nextInt(5)], crystal, random), crystal, moves);
    }
    return crystal;
  }

  private Crystal swap(
      Crystal crystal, boolean eightElectrons, RandomStream random, List<Move> moves) {
    int atom = random.nextInt(crystal.size());
    int element = leastUsed(crystal.atomicNumber(atom), 0, random);
    crystal = apply(Moves.substitute(atom, element), crystal, moves);
    if (eightElectrons) {
      int needed = 8 - Palette.valence(Palette.atomicNumber(element));
      int partner = leastUsed(0, needed, random);
      // Se and Te have no partner in the palette. Atoms of the seeds' supercells come in the order
      // first sublattice, second sublattice.
      int half = Math.max(1, crystal.size() / 2);
      for (int i = 0; i < crystal.size() && partner >= 0; i++) {
        int wanted = i / half == atom / half ? element : partner;
        if (crystal.atomicNumber(i) != Palette.atomicNumber(wanted)) {
          crystal = apply(Moves.substitute(i, wanted), crystal, moves);
        }
      }
    }
    for (int k = 0; k < MAX_RESCALINGS; k++) {
      double ratio = Bonding.meanLeastRatio(crystal);
      if (Math.abs(ratio - 1) <= LENGTH_TOLERANCE) {
        break;
      }
      Moves.Kind kind = ratio < 1 ? Moves.Kind.EXPAND : Moves.Kind.COMPRESS;
      crystal = apply(Moves.draw(kind, crystal, random), crystal, moves);
    }
    Moves.Kind last = Moves.Kind.PERTURB_SMALL;
    if (eightElectrons) {
      last = random.nextInt(2) == 0 ? Moves.Kind.EXPAND : Moves.Kind.COMPRESS;
    }
    return apply(Moves.draw(last, crystal, random), crystal, moves);
  }

  private static Crystal apply(Move move, Crystal crystal, List<Move> moves) {
    moves.add(move);
    return move.apply(crystal);
  }

  /**
   * The element used least so far, ties broken at random.
   *
   * @param except atomic number that is not wanted, 0 for none
   * @param valence valence electrons it must have, 0 for any
   * @return palette index, -1 if there is no such element
   */
  private int leastUsed(int except, int valence, RandomStream random) {
    int best = -1;
    int ties = 0;
    for (int i = 0; i < Palette.size(); i++) {
      int z = Palette.atomicNumber(i);
      if (z == except || (valence > 0 && Palette.valence(z) != valence)) {
        continue;
      }
      if (best < 0 || uses[i] < uses[best]) {
        best = i;
        ties = 1;
      } else if (uses[i] == uses[best] && random.nextInt(++ties) == 0) {
        best = i;
      }
    }
    return best;
  }
}
