package org.rlmaterials.rl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;

/**
 * Everything that decides what a training run does, but for the surrogate.
 *
 * @param seeds crystals episodes start from
 * @param actionSet what the agent may do
 * @param rewardMode how the worth of structures becomes the reward of steps
 * @param kappa standard deviations by which a positive predicted mass is made heavier, in the
 *     pessimistic rewards and in the scores of the archive
 * @param restarts how often and for how long episodes go on from structures of the archive
 * @param distinct how many of its last episodes an environment remembers: the reduced formulas at
 *     which they ended are closed to the present one, 0 for none; needs targeted actions
 * @param environments how many environments step together
 * @param timesteps steps of all environments together
 * @param archiveSize most structures kept
 * @param seed fixes every random choice
 * @param ppo settings of the algorithm
 */
public record AgentOptions(
    List<Structure> seeds,
    ActionSet actionSet,
    Reward.Mode rewardMode,
    double kappa,
    CrystalEnvironment.Restarts restarts,
    int distinct,
    int environments,
    long timesteps,
    int archiveSize,
    long seed,
    PpoSettings ppo) {

  /** Environments that step together unless told otherwise. */
  public static final int ENVIRONMENTS = 32;

  /** Copies the list. */
  public AgentOptions {
    seeds = List.copyOf(seeds);
  }

  /**
   * @param threads threads for moves and descriptors
   * @param environments how many environments
   * @param seed fixes the environments' random choices
   * @return the options of the environment
   */
  CrystalEnvironment.Options environment(int threads, int environments, long seed) {
    return new CrystalEnvironment.Options(
        seeds,
        actionSet,
        new Reward(rewardMode, kappa),
        kappa,
        restarts,
        distinct,
        environments,
        threads,
        seed);
  }

  /**
   * @param distinct as of the record
   * @return the same but that every episode starts from a seed crystal, and with other formulas
   *     closed
   */
  AgentOptions evaluated(int distinct) {
    return new AgentOptions(
        seeds,
        actionSet,
        rewardMode,
        kappa,
        CrystalEnvironment.Restarts.NONE,
        distinct,
        environments,
        timesteps,
        archiveSize,
        seed,
        ppo);
  }

  /**
   * @return the options as they stand in config.json
   */
  ObjectNode toJson() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("action_set", actionSet.name().toLowerCase(Locale.ROOT));
    node.put("reward", rewardMode.name().toLowerCase(Locale.ROOT));
    node.put("kappa", kappa);
    node.put("restart_share", restarts.share());
    node.put("restart_steps", restarts.steps());
    node.put("distinct", distinct);
    node.put("environments", environments);
    node.put("timesteps", timesteps);
    node.put("archive_size", archiveSize);
    node.put("seed", Long.toString(seed));
    node.set("ppo", ppo.toJson());
    ArrayNode list = node.putArray("seeds");
    seeds.forEach(s -> list.add(StructureJson.toJson(s)));
    return node;
  }

  /**
   * @param node what {@link #toJson} gave
   * @param source file name for messages
   * @return the options
   */
  static AgentOptions of(JsonNode node, String source) {
    List<Structure> seeds = new ArrayList<>();
    node.get("seeds").forEach(s -> seeds.add(StructureJson.of(s, source, 1)));
    return new AgentOptions(
        seeds,
        ActionSet.valueOf(node.get("action_set").asText().toUpperCase(Locale.ROOT)),
        Reward.Mode.valueOf(node.get("reward").asText().toUpperCase(Locale.ROOT)),
        node.get("kappa").asDouble(),
        new CrystalEnvironment.Restarts(
            node.get("restart_share").asDouble(), node.get("restart_steps").asInt()),
        node.path("distinct").asInt(0),
        node.get("environments").asInt(),
        node.get("timesteps").asLong(),
        node.get("archive_size").asInt(),
        Long.parseLong(node.get("seed").asText()),
        PpoSettings.of((ObjectNode) node.get("ppo")));
  }
}
