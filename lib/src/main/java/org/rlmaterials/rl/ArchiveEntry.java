package org.rlmaterials.rl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureHash;
import org.rlmaterials.crystal.StructureJson;

/**
 * A structure worth keeping, with what is predicted for it and how it was reached.
 *
 * @param crystal the crystal
 * @param mStar predicted mass (mₑ)
 * @param mStarStd its standard deviation (mₑ)
 * @param gapEv predicted gap (eV)
 * @param gapStdEv its standard deviation (eV)
 * @param semiconductorProbability predicted probability of a gap above 0.1 eV
 * @param instability see {@link org.rlmaterials.crystal.Bonding#instability}
 * @param score pessimistic worth (1/mₑ), see {@link Reward}
 * @param seedId name of the seed the episode started from
 * @param episode the episode up to this structure
 */
public record ArchiveEntry(
    Crystal crystal,
    double mStar,
    double mStarStd,
    double gapEv,
    double gapStdEv,
    double semiconductorProbability,
    double instability,
    double score,
    String seedId,
    Episode episode) {

  /**
   * @return one line of archive.jsonl: the structure with these numbers as properties
   */
  public ObjectNode toJson() {
    ObjectNode properties = new ObjectMapper().createObjectNode();
    properties.put("formula", crystal.reducedFormula());
    properties.put("m_star", mStar);
    properties.put("m_star_std", mStarStd);
    properties.put("gap_ev", gapEv);
    properties.put("gap_std_ev", gapStdEv);
    properties.put("semiconductor_probability", semiconductorProbability);
    properties.put("instability", instability);
    properties.put("score", score);
    properties.put("seed_id", seedId);
    // As text: not every JSON reader keeps 64-bit integers.
    properties.put("episode_seed", Long.toString(episode.seed()));
    ArrayNode actions = properties.putArray("actions");
    episode.actions().forEach(actions::add);
    ArrayNode branches = properties.putArray("branches");
    for (Episode.Branch branch : episode.branches()) {
      branches.addObject().put("step", branch.step()).put("seed", Long.toString(branch.seed()));
    }
    return StructureJson.toJson(
        new Structure("found_" + StructureHash.of(crystal), crystal, properties));
  }

  /**
   * @param node what {@link #toJson} gave
   * @param source file name for messages
   * @param line line number for messages
   * @return the entry
   */
  public static ArchiveEntry of(JsonNode node, String source, long line) {
    Structure structure = StructureJson.of(node, source, line);
    ObjectNode p = structure.properties();
    List<Integer> actions = new ArrayList<>();
    p.get("actions").forEach(a -> actions.add(a.asInt()));
    List<Episode.Branch> branches = new ArrayList<>();
    p.path("branches")
        .forEach(
            b ->
                branches.add(
                    new Episode.Branch(
                        b.get("step").asInt(), Long.parseLong(b.get("seed").asText()))));
    return new ArchiveEntry(
        structure.crystal(),
        p.get("m_star").asDouble(),
        p.get("m_star_std").asDouble(),
        p.get("gap_ev").asDouble(),
        p.get("gap_std_ev").asDouble(),
        p.get("semiconductor_probability").asDouble(),
        p.get("instability").asDouble(),
        p.get("score").asDouble(),
        p.get("seed_id").asText(),
        new Episode(Long.parseLong(p.get("episode_seed").asText()), actions, branches));
  }
}
