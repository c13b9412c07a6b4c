package org.rlmaterials.surrogate;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Everything that decides a training besides the data and the seed. Written into the model's
 * provenance.
 *
 * @param preset name of the preset these options started from: seed or local
 * @param descriptor name of the descriptor: fingerprint or local
 * @param hidden sizes of the trunk layers
 * @param headHidden size of the hidden layer of each head; 0 for linear heads
 * @param targets what the heads predict
 * @param targetWeights weight of each target in the loss, in the same order
 * @param dropout probability that a trunk output is dropped (0 to 1)
 * @param smoothL1Beta where the smooth L1 loss turns linear (standard deviations of the target); 0
 *     for squared errors
 * @param schedule how the learning rate changes
 * @param learningRate start of the plateau schedule, peak of the one-cycle schedule
 * @param weightDecay decoupled weight decay
 * @param batchSize rows a step
 * @param epochsPhase1 most epochs of phase 1
 * @param epochsPhase2 most epochs of phase 2; 0 for none
 * @param patience epochs without a better validation loss before training stops
 * @param clipNorm largest norm of the gradient
 * @param twoPhase whether phase 1 takes only records with m*, and phase 2 tunes the gap heads on
 *     records with a gap alone, trunk and m* head frozen; else one phase takes all, labels masked
 * @param maxGapOnly most records of phase 2, drawn by seed
 * @param sources sources of records to train on; empty for all
 * @param split which rows are held out
 * @param bootstrap whether a bootstrap sample of the records, another for each member, is added to
 *     the records: members weigh records differently, but none leaves a third of them out
 * @param jitter displaced and strained copies that stand for the bootstrap sample, if any
 * @param trees boosted trees for each of m*, gap and class, beside the network; 0 for none
 * @param refit whether, once validation records have decided when to stop, how to weigh network and
 *     trees, and how wide predictions are, all is trained again with those records added
 * @param massMin smallest |m*| that is a label (mₑ)
 * @param massMax largest |m*| that is a label (mₑ)
 */
public record TrainingOptions(
    String preset,
    String descriptor,
    List<Integer> hidden,
    @JsonProperty("head_hidden") int headHidden,
    List<Target> targets,
    @JsonProperty("target_weights") List<Double> targetWeights,
    double dropout,
    @JsonProperty("smooth_l1_beta") double smoothL1Beta,
    Schedule schedule,
    @JsonProperty("learning_rate") double learningRate,
    @JsonProperty("weight_decay") double weightDecay,
    @JsonProperty("batch_size") int batchSize,
    @JsonProperty("epochs_phase1") int epochsPhase1,
    @JsonProperty("epochs_phase2") int epochsPhase2,
    int patience,
    @JsonProperty("clip_norm") double clipNorm,
    @JsonProperty("two_phase") boolean twoPhase,
    @JsonProperty("max_gap_only") int maxGapOnly,
    List<String> sources,
    HeldOut split,
    boolean bootstrap,
    Jitter jitter,
    int trees,
    boolean refit,
    @JsonProperty("mass_min_me") double massMin,
    @JsonProperty("mass_max_me") double massMax) {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** How the learning rate changes. */
  public enum Schedule {
    /** Halved when the validation loss has not improved for a third of the patience. */
    PLATEAU,
    /** Up over the first 15 % of the steps, then down to nothing, both along cosines. */
    ONE_CYCLE
  }

  /** Which rows are held out. */
  public enum HeldOut {
    /** Whole chemical systems, as the dataset's column says. */
    SYSTEM,
    /**
     * Rows by a hash of their id, 70:15:15, whatever their chemistry: the original prototype's
     * protocol, for comparison only.
     */
    RANDOM;

    /**
     * @return the name in files
     */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Displaced and strained copies of the training crystals, with the labels of the originals.
   *
   * @param copies copies of each record; 0 for none
   * @param volume largest relative change of volume, drawn uniformly
   * @param strain standard deviation of each component of a symmetric strain
   * @param displacementAngstrom root mean square displacement of an atom (Å)
   */
  public record Jitter(
      int copies,
      double volume,
      double strain,
      @JsonProperty("displacement_angstrom") double displacementAngstrom) {}

  /** Copies the lists. */
  public TrainingOptions {
    hidden = List.copyOf(hidden);
    targets = List.copyOf(targets);
    targetWeights = List.copyOf(targetWeights);
    sources = List.copyOf(sources);
    require(!hidden.isEmpty() && hidden.stream().allMatch(h -> h > 0), "hidden", hidden);
    require(targets.size() == targetWeights.size(), "target_weights", targetWeights);
    require(targetWeights.stream().allMatch(w -> w >= 0), "target_weights", targetWeights);
    require(dropout >= 0 && dropout < 1, "dropout", dropout);
    require(smoothL1Beta >= 0, "smooth_l1_beta", smoothL1Beta);
    require(learningRate > 0, "learning_rate", learningRate);
    require(weightDecay >= 0, "weight_decay", weightDecay);
    require(batchSize > 0, "batch_size", batchSize);
    require(epochsPhase1 > 0, "epochs_phase1", epochsPhase1);
    require(epochsPhase2 >= 0, "epochs_phase2", epochsPhase2);
    require(patience > 0, "patience", patience);
    require(clipNorm >= 0, "clip_norm", clipNorm);
    require(maxGapOnly >= 0, "max_gap_only", maxGapOnly);
    require(jitter.copies() >= 0, "jitter.copies", jitter.copies());
    require(trees >= 0, "trees", trees);
  }

  private static void require(boolean valid, String key, Object value) {
    if (!valid) {
      throw new IllegalArgumentException(key + " is " + value + ": out of range");
    }
  }

  /**
   * @param changes new values, by the names these options have in a model's provenance; a null
   *     changes nothing
   * @return these options with the changes
   * @throws IllegalArgumentException if a value is out of range
   */
  public TrainingOptions with(Map<String, ?> changes) {
    ObjectNode tree = MAPPER.valueToTree(this);
    changes.forEach(
        (key, value) -> {
          if (!tree.has(key)) {
            throw new IllegalArgumentException("there is no option " + key);
          }
          if (value != null) {
            tree.set(key, MAPPER.valueToTree(value));
          }
        });
    try {
      return MAPPER.treeToValue(tree, TrainingOptions.class);
    } catch (JsonProcessingException e) {
      throw e.getCause() instanceof IllegalArgumentException range
          ? range
          : new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  /**
   * @param weight weight of the gap in the loss
   * @return target weights with this one in place
   */
  public List<Double> withGapWeight(double weight) {
    List<Double> weights = new ArrayList<>(targetWeights);
    weights.set(targets.indexOf(Target.GAP), weight);
    return weights;
  }

  /**
   * @return the original prototype's network and two phases, on the 152-number fingerprint; new are
   *     the displaced copies
   */
  public static TrainingOptions seed() {
    NetworkShape shape = NetworkShape.multiTaskMlp(152);
    return new TrainingOptions(
        "seed",
        "fingerprint",
        shape.hidden(),
        shape.headHidden(),
        shape.targets(),
        List.of(1.0, 0.3),
        shape.dropout(),
        0.5,
        Schedule.PLATEAU,
        1e-3,
        0,
        128,
        500,
        200,
        30,
        1,
        true,
        12_000,
        List.of(),
        HeldOut.SYSTEM,
        true,
        new Jitter(1, 0.08, 0, 0.05),
        0,
        false,
        0.01,
        5);
  }

  /**
   * @return the joint multi-task network on the descriptor "local"
   */
  public static TrainingOptions local() {
    return new TrainingOptions(
        "local",
        "local",
        List.of(256, 128),
        0,
        List.of(
            Target.M_STAR,
            Target.M_HOLE,
            Target.GAP,
            Target.FORMATION_ENERGY,
            Target.SEMICONDUCTOR),
        List.of(1.0, 0.5, 0.5, 0.3, 0.5),
        0.2,
        0.5,
        Schedule.ONE_CYCLE,
        2e-3,
        0.02,
        128,
        40,
        0,
        40,
        1,
        false,
        12_000,
        List.of(),
        HeldOut.SYSTEM,
        true,
        new Jitter(1, 0.08, 0, 0.05),
        400,
        true,
        0.01,
        5);
  }

  /**
   * @param inputs number of inputs
   * @return the network these options ask for
   */
  NetworkShape shape(int inputs) {
    return new NetworkShape(inputs, hidden, headHidden, targets, dropout);
  }
}
