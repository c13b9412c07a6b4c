package org.rlmaterials.rl;

import ai.djl.modality.rl.ActionSpace;
import ai.djl.modality.rl.LruReplayBuffer;
import ai.djl.modality.rl.ReplayBuffer;
import ai.djl.modality.rl.env.RlEnv;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;

/**
 * A crystal environment for agents written against DJL's reinforcement-learning interface. An
 * action is a list of one INT32 scalar, its number.
 */
public final class CrystalRlEnv implements RlEnv {
  private final NDManager manager;
  private final CrystalEnvironment environment;
  private final ReplayBuffer replay;
  private final VectorEnvironment.Outcome outcome;

  /**
   * @param manager owner of the arrays handed out; closed by {@link #close}
   * @param environment a crystal environment of count 1; closed by {@link #close}
   * @param batchSize steps in a batch of {@link #getBatch}
   * @param replaySize steps remembered
   * @throws IllegalArgumentException if the environment's count is not 1
   */
  public CrystalRlEnv(
      NDManager manager, CrystalEnvironment environment, int batchSize, int replaySize) {
    if (environment.count() != 1) {
      throw new IllegalArgumentException(
          "count is " + environment.count() + ": expected 1, DJL's agents act on one environment");
    }
    this.manager = manager;
    this.environment = environment;
    replay = new LruReplayBuffer(batchSize, replaySize);
    outcome = new VectorEnvironment.Outcome(1, environment.observationSize());
  }

  /** Starts the next episode, unless one has just started. */
  @Override
  public void reset() {
    if (!environment.hasJustStarted(0)) {
      environment.restart(0);
    }
  }

  @Override
  public NDList getObservation() {
    float[] observation = new float[environment.observationSize()];
    environment.observe(observation);
    return new NDList(manager.create(observation));
  }

  @Override
  public ActionSpace getActionSpace() {
    boolean[] allowed = new boolean[environment.actionCount()];
    environment.allowedActions(allowed);
    ActionSpace space = new ActionSpace();
    for (int action = 0; action < allowed.length; action++) {
      if (allowed[action]) {
        space.add(new NDList(manager.create(action)));
      }
    }
    return space;
  }

  @Override
  public Step step(NDList action, boolean training) {
    NDList before = getObservation();
    environment.step(new int[] {action.singletonOrThrow().getInt()}, outcome);
    boolean done = outcome.terminated[0];
    NDList after =
        done
            ? new NDList(
                manager.create(
                    Arrays.copyOf(outcome.lastObservation, outcome.lastObservation.length)))
            : getObservation();
    CrystalStep step =
        new CrystalStep(
            before,
            action,
            after,
            done ? new ActionSpace() : getActionSpace(),
            manager.create((float) outcome.reward[0]),
            done);
    if (training) {
      replay.addStep(step);
    }
    return step;
  }

  @Override
  public Step[] getBatch() {
    return replay.getBatch();
  }

  @Override
  public void close() {
    environment.close();
    manager.close();
  }

  /** A step, as DJL's agents want it. */
  private record CrystalStep(
      NDList before, NDList action, NDList after, ActionSpace actions, NDArray reward, boolean done)
      implements Step {
    @Override
    public NDList getPreObservation() {
      return before;
    }

    @Override
    public NDList getAction() {
      return action;
    }

    @Override
    public NDList getPostObservation() {
      return after;
    }

    @Override
    public ActionSpace getPostActionSpace() {
      return actions;
    }

    @Override
    public NDArray getReward() {
      return reward;
    }

    @Override
    public boolean isDone() {
      return done;
    }

    @Override
    public void close() {
      before.close();
      after.close();
      reward.close();
      actions.forEach(NDList::close);
    }
  }
}
