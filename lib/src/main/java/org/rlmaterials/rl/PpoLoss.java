package org.rlmaterials.rl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.rlmaterials.surrogate.Torch;

/**
 * The loss of PPO with clipping.
 *
 * <p>loss = -mean(min(ρ A, clip(ρ, 1 ± ε) A)) + c_v · mean((V - R)²) - c_e · mean(entropy), with ρ
 * the ratio of new to old probability of the action taken, over possible actions only.
 *
 * @param total what is minimised (scalar)
 * @param logProbability log-probabilities of the actions taken (rows)
 * @param policyLoss first term (scalar)
 * @param valueLoss mean squared error of the values (scalar)
 * @param entropy mean entropy of the policy (nat)
 */
record PpoLoss(
    NDArray total, NDArray logProbability, NDArray policyLoss, NDArray valueLoss, NDArray entropy) {

  /** Added to the logit of an impossible action: its probability is 0 in single precision. */
  static final float IMPOSSIBLE = -1e9f;

  /**
   * A minibatch, all of one precision.
   *
   * @param actions actions taken (rows × 1, INT64)
   * @param maskBias 0 for a possible action, {@link #IMPOSSIBLE} for others (rows × actions); null
   *     if all are possible
   * @param oldLogProbability log-probabilities when the actions were taken (rows)
   * @param advantages advantages, normalised (rows)
   * @param returns value targets (rows)
   * @param oldValues values when the actions were taken (rows); used only with value clipping
   */
  record Batch(
      NDArray actions,
      NDArray maskBias,
      NDArray oldLogProbability,
      NDArray advantages,
      NDArray returns,
      NDArray oldValues) {}

  static PpoLoss of(ActorCritic.Output output, Batch batch, PpoSettings settings) {
    NDArray logits =
        batch.maskBias() == null ? output.logits() : output.logits().add(batch.maskBias());
    NDArray logProbabilities = logits.logSoftmax(1);
    NDArray taken = logProbabilities.gather(batch.actions(), 1).flatten();
    NDArray ratio = taken.sub(batch.oldLogProbability()).exp();
    NDArray clipped = ratio.clip(1 - settings.clip(), 1 + settings.clip());
    NDArray policyLoss =
        ratio.mul(batch.advantages()).minimum(clipped.mul(batch.advantages())).mean().neg();
    NDArray values = output.values();
    if (settings.valueClip() > 0) {
      NDArray change =
          values.sub(batch.oldValues()).clip(-settings.valueClip(), settings.valueClip());
      values = batch.oldValues().add(change);
    }
    NDArray valueLoss = values.sub(batch.returns()).square().mean();
    NDArray entropy = logProbabilities.exp().mul(logProbabilities).sum(new int[] {1}).mean().neg();
    NDArray total =
        policyLoss
            .add(valueLoss.mul(Torch.scalar(valueLoss, settings.valueCoefficient())))
            .sub(entropy.mul(Torch.scalar(entropy, settings.entropyCoefficient())));
    return new PpoLoss(total, taken, policyLoss, valueLoss, entropy);
  }

  /** The type of action indices. */
  static final DataType ACTION_TYPE = DataType.INT64;
}
