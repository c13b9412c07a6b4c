package org.rlmaterials.rl;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.files.AtomicFiles;
import org.rlmaterials.surrogate.PropertyPredictor;

/** A trained policy with everything needed to use it, as a folder. Owns native memory. */
public final class Agent implements AutoCloseable {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String CONFIG = "config.json";
  private static final String POLICY = "policy.params";
  private static final int FORMAT = 1;

  private final AgentOptions options;
  private final FeatureScaling scaling;
  private final ActorCritic networks;

  private Agent(AgentOptions options, FeatureScaling scaling, ActorCritic networks) {
    this.options = options;
    this.scaling = scaling;
    this.networks = networks;
  }

  /**
   * Writes the policy and what it needs.
   *
   * @param folder where to
   * @param options of the run
   * @param environment the run's environment
   * @param descriptor name of the descriptor the policy sees
   * @param networks the trained networks
   */
  static void write(
      Path folder,
      AgentOptions options,
      CrystalEnvironment environment,
      String descriptor,
      ActorCritic networks) {
    ObjectNode config = options.toJson();
    config.put("format", FORMAT);
    config.put("descriptor", descriptor);
    config.put("observation_size", environment.observationSize());
    config.put("action_count", environment.actionCount());
    config.put("feature_mean", Numbers.toBytes(environment.scaling().mean()));
    config.put(
        "feature_inverse_deviation", Numbers.toBytes(environment.scaling().inverseDeviation()));
    AtomicFiles.write(folder.resolve(POLICY), networks::save);
    AtomicFiles.write(folder.resolve(CONFIG), out -> out.write(MAPPER.writeValueAsBytes(config)));
  }

  /**
   * Reads what {@code ppo train} wrote.
   *
   * @param folder the agent's folder
   * @param predictor the surrogate it will be used with
   * @return the agent, to be closed by the caller
   * @throws BadInputException if the folder is not an agent, or one that needs another descriptor
   */
  public static Agent read(Path folder, PropertyPredictor predictor) {
    Path file = folder.resolve(CONFIG);
    try (DataInputStream parameters =
        new DataInputStream(
            new BufferedInputStream(Files.newInputStream(folder.resolve(POLICY))))) {
      JsonNode config = MAPPER.readTree(file.toFile());
      if (config.path("format").asInt() != FORMAT) {
        throw new BadInputException(
            file + ": key \"format\": expected " + FORMAT + "; train the agent again");
      }
      String descriptor = config.get("descriptor").asText();
      if (!descriptor.equals(predictor.descriptor().name())) {
        throw new BadInputException(
            folder
                + ": the agent sees the descriptor \""
                + descriptor
                + "\", but the surrogate uses \""
                + predictor.descriptor().name()
                + "\": give the surrogate it was trained with");
      }
      AgentOptions options = AgentOptions.of(config, file.toString());
      ActorCritic networks =
          new ActorCritic(
              config.get("observation_size").asInt(),
              config.get("action_count").asInt(),
              options.ppo().hidden(),
              DataType.FLOAT32,
              0);
      networks.load(parameters);
      return new Agent(
          options,
          new FeatureScaling(
              Numbers.get(config.get("feature_mean")),
              Numbers.get(config.get("feature_inverse_deviation"))),
          networks);
    } catch (IOException | IllegalArgumentException | NullPointerException e) {
      throw new BadInputException(
          folder + ": not an agent (" + e + "): expected a folder written by ppo train", e);
    }
  }

  /**
   * @return the options it was trained with
   */
  public AgentOptions options() {
    return options;
  }

  FeatureScaling scaling() {
    return scaling;
  }

  ActorCritic networks() {
    return networks;
  }

  @Override
  public void close() {
    networks.close();
  }
}
