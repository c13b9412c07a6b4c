package org.rlmaterials.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.modality.rl.agent.RlAgent;
import ai.djl.modality.rl.env.RlEnv;
import ai.djl.ndarray.NDList;
import org.junit.jupiter.api.Test;
import org.rlmaterials.crystal.Seeds;
import org.rlmaterials.surrogate.Torch;

class CrystalRlEnvTest {
  private static CrystalEnvironment environment(int count) {
    return new CrystalEnvironment(
        new CrystalEnvironment.Options(
            Seeds.standard(),
            ActionSet.SIX_MOVES,
            new Reward(Reward.Mode.PESSIMISTIC, 1),
            1,
            CrystalEnvironment.Restarts.NONE,
            0,
            count,
            1,
            4),
        new FakePredictor(),
        new Archive(10));
  }

  /** Takes the actions in turn and counts what it sees. */
  private static final class Turns implements RlAgent {
    int steps;
    int batches;

    @Override
    public NDList chooseAction(RlEnv env, boolean training) {
      assertThat(env.getObservation().singletonOrThrow().getShape().get(0)).isEqualTo(155);
      assertThat(env.getActionSpace()).hasSize(6);
      return env.getActionSpace().get(steps++ % 6);
    }

    @Override
    public void trainBatch(RlEnv.Step[] steps) {
      batches++;
      assertThat(steps).hasSize(4);
    }
  }

  @Test
  void anAgentOfDjlLivesTheSameEpisode() {
    double expected = 0;
    try (CrystalEnvironment reference = environment(1)) {
      VectorEnvironment.Outcome outcome =
          new VectorEnvironment.Outcome(1, reference.observationSize());
      for (int t = 0; t < 40; t++) {
        reference.step(new int[] {t % 6}, outcome);
        expected += outcome.reward[0];
      }
    }
    try (CrystalRlEnv env = new CrystalRlEnv(Torch.newManager(), environment(1), 4, 64)) {
      Turns agent = new Turns();
      float reward = env.runEnvironment(agent, true);
      agent.trainBatch(env.getBatch());
      assertThat(agent.steps).isEqualTo(40);
      assertThat(agent.batches).isPositive();
      assertThat((double) reward).isCloseTo(expected, within(1e-3 * Math.abs(expected)));
    }
  }

  /** An episode that goes on from the archive begins with what was done before. */
  @Test
  void resetThrowsNoFreshEpisodeAway() {
    CrystalEnvironment.Options options =
        new CrystalEnvironment.Options(
            Seeds.standard(),
            ActionSet.SIX_MOVES,
            new Reward(Reward.Mode.ARCHIVE, 1),
            1,
            new CrystalEnvironment.Restarts(1, 5),
            0,
            1,
            1,
            4);
    CrystalEnvironment environment =
        new CrystalEnvironment(options, new FakePredictor(), new Archive(100));
    try (CrystalRlEnv env = new CrystalRlEnv(Torch.newManager(), environment, 4, 64)) {
      VectorEnvironment.Outcome outcome =
          new VectorEnvironment.Outcome(1, environment.observationSize());
      for (int t = 0; t < 400; t++) {
        environment.step(new int[] {t % 6}, outcome);
        if (outcome.terminated[0]) {
          Episode fresh = environment.episode(0);
          env.reset();
          assertThat(environment.episode(0)).isEqualTo(fresh);
        }
      }
      assertThat(environment.episode(0).branches()).as("restarts happened").isNotEmpty();
    }
  }

  @Test
  void manyEnvironmentsAreRefused() {
    try (CrystalEnvironment two = environment(2)) {
      assertThatThrownBy(() -> new CrystalRlEnv(Torch.newManager(), two, 4, 64))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
