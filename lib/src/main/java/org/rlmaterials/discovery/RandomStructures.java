package org.rlmaterials.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rlmaterials.crystal.Bonding;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Move;
import org.rlmaterials.crystal.Moves;
import org.rlmaterials.crystal.RandomStream;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureHash;
import org.rlmaterials.crystal.StructureMatcher.Tolerance;
import org.rlmaterials.crystal.Validity;

/**
 * What chance finds: structures that a player who chooses every move at random ends in. They say
 * how often DFT would confirm a candidate without any search.
 */
public final class RandomStructures {
  /** Moves of an episode. */
  private static final int STEPS = 40;

  private static final int MAX_ATTEMPTS_PER_STRUCTURE = 1000;

  private RandomStructures() {}

  /**
   * Plays random episodes from the seeds: each of 1 to 40 moves, as an agent's structures come from
   * any step of an episode; a move that leads to an invalid crystal changes nothing. They end at
   * the volume that suits their bonds, as those of the agent do. Structures that are a seed or one
   * already made are played again.
   *
   * @param seeds where episodes start
   * @param count how many structures
   * @param randomSeed fixes every random choice
   * @return the structures; fewer than count if chance finds no more
   */
  public static List<Structure> make(List<Structure> seeds, int count, long randomSeed) {
    KnownStructures known = new KnownStructures(Tolerance.SHEARED);
    known.addAll(seeds);
    List<Structure> made = new ArrayList<>();
    for (int attempt = 0;
        made.size() < count && attempt < MAX_ATTEMPTS_PER_STRUCTURE * count;
        attempt++) {
      RandomStream random = RandomStream.of(randomSeed, attempt);
      Structure seed = seeds.get(random.nextInt(seeds.size()));
      ObjectNode properties = JsonNodeFactory.instance.objectNode();
      properties.put("origin", "random").put("seed_id", seed.id());
      ArrayNode actions = properties.putArray("moves");
      Crystal played = play(seed.crystal(), 1 + random.nextInt(STEPS), random, actions);
      Crystal settled = Bonding.settled(played);
      Crystal crystal = Validity.isValid(settled) ? settled : played;
      Optional<String> twin = known.find(crystal);
      if (twin.isEmpty()) {
        Structure structure =
            new Structure("random:" + StructureHash.of(crystal), crystal, properties);
        made.add(structure);
        known.add(structure.id(), crystal);
      }
    }
    return List.copyOf(made);
  }

  private static Crystal play(Crystal crystal, int steps, RandomStream random, ArrayNode accepted) {
    Moves.Kind[] kinds = Moves.Kind.values();
    for (int step = 0; step < steps; step++) {
      Move move = Moves.draw(kinds[random.nextInt(kinds.length)], crystal, random);
      Crystal next;
      try {
        next = move.apply(crystal);
      } catch (IllegalArgumentException e) {
        continue; // no cell: an invalid move
      }
      if (Validity.isValid(next)) {
        crystal = next;
        accepted.add(move.toJson());
      }
    }
    return crystal;
  }
}
