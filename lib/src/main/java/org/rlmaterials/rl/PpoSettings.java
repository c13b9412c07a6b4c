package org.rlmaterials.rl;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Settings of proximal policy optimisation (J. Schulman et al., arXiv 1707.06347).
 *
 * @param stepsPerEnvironment steps of each environment between two updates
 * @param batchSize samples in a minibatch
 * @param epochs passes over the samples in an update
 * @param learningRate step size of Adam
 * @param linearDecay whether the learning rate falls to 0 over the run
 * @param gamma discount of the next step's value
 * @param lambda decay of generalised advantage estimation (arXiv 1506.02438)
 * @param clip half-width of the interval around 1 in which the probability ratio is trusted
 * @param valueClip largest change of a value in an update, in normalised units; 0: not limited
 * @param entropyCoefficient weight of the entropy bonus
 * @param valueCoefficient weight of the value loss
 * @param maxGradientNorm longer gradients are shortened to this
 * @param targetKl an update ends early when the policy has moved further than 1.5 of this; 0: never
 * @param hidden units in each of the two tanh layers of policy and of value
 * @param normaliseAdvantage whether advantages of a minibatch are shifted to mean 0 and scaled to
 *     standard deviation 1
 * @param normaliseReward whether rewards are divided by the running standard deviation of the
 *     discounted return
 */
public record PpoSettings(
    int stepsPerEnvironment,
    int batchSize,
    int epochs,
    double learningRate,
    boolean linearDecay,
    double gamma,
    double lambda,
    double clip,
    double valueClip,
    double entropyCoefficient,
    double valueCoefficient,
    double maxGradientNorm,
    double targetKl,
    int hidden,
    boolean normaliseAdvantage,
    boolean normaliseReward) {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /**
   * @return the prototype's settings; its 512 steps of 8 environments are 128 steps of 32 here
   */
  public static PpoSettings standard() {
    return new PpoSettings(
        128, 128, 10, 3e-4, false, 0.99, 0.95, 0.2, 0, 0.01, 0.5, 0.5, 0, 64, true, true);
  }

  /**
   * @return what finds more structures with as many predictions (docs/rl.md): many small updates
   *     with a larger step, and a shorter view ahead
   */
  public static PpoSettings search() {
    return new PpoSettings(
        16, 128, 4, 1e-3, false, 0.95, 0.9, 0.2, 0, 0.01, 0.5, 0.5, 0, 64, true, true);
  }

  /**
   * @return the settings by name
   */
  public ObjectNode toJson() {
    return MAPPER.valueToTree(this);
  }

  /**
   * @param node what {@link #toJson()} gave
   * @return the settings
   */
  public static PpoSettings of(ObjectNode node) {
    return MAPPER.convertValue(node, PpoSettings.class);
  }
}
