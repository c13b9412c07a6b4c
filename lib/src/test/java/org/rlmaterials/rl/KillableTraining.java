package org.rlmaterials.rl;

import java.nio.file.Path;
import org.rlmaterials.crystal.Seeds;

/** A training run in a process of its own, for tests that kill it. */
public final class KillableTraining {
  private KillableTraining() {}

  public static void main(String[] args) {
    run(Path.of(args[0]), Integer.parseInt(args[1]));
  }

  static AgentOptions options() {
    PpoSettings s = PpoSettings.standard();
    PpoSettings small =
        new PpoSettings(
            25,
            50,
            2,
            1e-3,
            true,
            s.gamma(),
            s.lambda(),
            s.clip(),
            0,
            0.01,
            0.5,
            0.5,
            0.1,
            16,
            true,
            true);
    return new AgentOptions(
        Seeds.standard(),
        ActionSet.TARGETED,
        Reward.Mode.ARCHIVE,
        1,
        new CrystalEnvironment.Restarts(0.5, 6),
        3,
        4,
        3000,
        30,
        5,
        small);
  }

  /** Sleeps after each iteration so that there is time to kill it. */
  static void run(Path folder, int pauseMillis) {
    AgentTraining.run(
        options(),
        "fake",
        new FakePredictor(),
        1,
        200,
        folder,
        progress -> {
          try {
            Thread.sleep(pauseMillis);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
