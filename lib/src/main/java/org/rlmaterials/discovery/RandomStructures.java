package org.rlmaterials.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Move;
import org.rlmaterials.crystal.RandomStream;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureHash;
import org.rlmaterials.crystal.StructureMatcher.Tolerance;
import org.rlmaterials.crystal.Validity;
import org.rlmaterials.rl.ActionSet;

/**
 * What chance finds: structures that a player ends in who takes any action of the pipeline's agents
 * that is possible, each as often as any other. They say how often DFT would confirm a candidate
 * without any search.
 */
public final class RandomStructures {
  /** What the pipeline's agents may do. */
  private static final ActionSet ACTIONS = ActionSet.SETTLED;

  /** Actions of an episode. */
  private static final int STEPS = 40;

  private static final int MAX_ATTEMPTS_PER_STRUCTURE = 1000;

  private RandomStructures() {}

  /**
   * Plays random episodes from the seeds: each of 1 to 40 actions, as an agent's structures come
   * from any step of an episode; an action that leads to an invalid crystal changes nothing. A
   * structure that is known, as a candidate may not be, or was already made is played again.
   *
   * @param seeds where episodes start
   * @param known structures that are not new; the seeds never are
   * @param count how many structures
   * @param randomSeed fixes every random choice
   * @return the structures; fewer than count if chance finds no more
   */
  public static List<Structure> make(
      List<Structure> seeds, List<Structure> known, int count, long randomSeed) {
    KnownStructures notNew = new KnownStructures(Tolerance.SHEARED);
    notNew.addAll(seeds);
    notNew.addAll(known);
    int maxAtoms = seeds.stream().mapToInt(s -> s.crystal().size()).max().orElse(0);
    List<Structure> made = new ArrayList<>();
    for (int attempt = 0;
        made.size() < count && attempt < MAX_ATTEMPTS_PER_STRUCTURE * count;
        attempt++) {
      RandomStream random = RandomStream.of(randomSeed, attempt);
      Structure seed = seeds.get(random.nextInt(seeds.size()));
      ObjectNode properties = JsonNodeFactory.instance.objectNode();
      properties.put("origin", "random").put("seed_id", seed.id());
      ArrayNode moves = properties.putArray("moves");
      Crystal crystal = play(seed.crystal(), maxAtoms, 1 + random.nextInt(STEPS), random, moves);
      Optional<String> twin = notNew.find(crystal);
      if (twin.isEmpty()) {
        Structure structure =
            new Structure("random:" + StructureHash.of(crystal), crystal, properties);
        made.add(structure);
        notNew.add(structure.id(), crystal);
      }
    }
    return List.copyOf(made);
  }

  private static Crystal play(
      Crystal crystal, int maxAtoms, int steps, RandomStream random, ArrayNode accepted) {
    boolean[] allowed = new boolean[ACTIONS.size(maxAtoms)];
    for (int step = 0; step < steps; step++) {
      ACTIONS.allow(crystal, maxAtoms, allowed, 0);
      int[] possible = IntStream.range(0, allowed.length).filter(a -> allowed[a]).toArray();
      Move move =
          ACTIONS.move(possible[random.nextInt(possible.length)], crystal, maxAtoms, random);
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
