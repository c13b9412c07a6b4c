package org.rlmaterials.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rlmaterials.crystal.RandomStream;
import org.rlmaterials.surrogate.GarbageStorm;

class PpoLossTest {
  private static final int ROWS = 24;
  private static final int INPUTS = 5;
  private static final int ACTIONS = 4;

  private static double[] gaussians(int n, double scale, RandomStream random) {
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = scale * random.nextGaussian();
    }
    return x;
  }

  private static PpoLoss.Batch batch(NDManager scope, boolean masked) {
    RandomStream random = RandomStream.of(8);
    long[] actions = new long[ROWS];
    double[] bias = new double[ROWS * ACTIONS];
    double[] old = new double[ROWS];
    for (int b = 0; b < ROWS; b++) {
      actions[b] = random.nextInt(ACTIONS);
      // Far from the present policy, so that some ratios are clipped on either side.
      old[b] = Math.log(1.0 / ACTIONS) + 0.4 * random.nextGaussian();
      int impossible = random.nextInt(ACTIONS);
      if (masked && impossible != actions[b]) {
        bias[b * ACTIONS + impossible] = PpoLoss.IMPOSSIBLE;
      }
    }
    return new PpoLoss.Batch(
        scope.create(actions, new Shape(ROWS, 1)),
        masked ? scope.create(bias, new Shape(ROWS, ACTIONS)) : null,
        scope.create(old),
        scope.create(gaussians(ROWS, 1, random)),
        scope.create(gaussians(ROWS, 1, random)),
        scope.create(gaussians(ROWS, 0.3, random)));
  }

  private static NDArray observations(NDManager scope) {
    return scope.create(gaussians(ROWS * INPUTS, 1, RandomStream.of(4)), new Shape(ROWS, INPUTS));
  }

  private static PpoSettings settings(boolean valueClipped) {
    return new PpoSettings(
        8,
        8,
        1,
        1e-3,
        false,
        0.99,
        0.95,
        0.2,
        valueClipped ? 0.2 : 0,
        0.01,
        0.5,
        0.5,
        0,
        7,
        true,
        false);
  }

  private static double[][] gradients(boolean collecting) {
    try (ActorCritic networks = new ActorCritic(INPUTS, ACTIONS, 7, DataType.FLOAT64, 3);
        NDManager scope = networks.newScope();
        GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      PpoLoss loss =
          PpoLoss.of(networks.forward(observations(scope)), batch(scope, true), settings(true));
      for (int k = 0; collecting && k < 3; k++) {
        GarbageStorm.collect();
      }
      collector.backward(loss.total());
      return networks.arrays().stream()
          .map(a -> a.getGradient().toDoubleArray())
          .toArray(double[][]::new);
    }
  }

  @Test
  void aCollectionOfGarbageBeforeTheGradientDoesNotChangeIt() {
    assertThat(gradients(true)).isDeepEqualTo(gradients(false));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientIsThatOfTheLoss(boolean maskedAndValueClipped) {
    PpoSettings settings = settings(maskedAndValueClipped);
    try (ActorCritic networks = new ActorCritic(INPUTS, ACTIONS, 7, DataType.FLOAT64, 3)) {
      int checked = 0;
      double[][] analytic = new double[networks.arrays().size()][];
      try (NDManager scope = networks.newScope();
          GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        PpoLoss loss =
            PpoLoss.of(
                networks.forward(observations(scope)),
                batch(scope, maskedAndValueClipped),
                settings);
        collector.backward(loss.total());
        for (int k = 0; k < analytic.length; k++) {
          analytic[k] = networks.arrays().get(k).getGradient().toDoubleArray();
        }
      }
      double h = 1e-6;
      for (int k = 0; k < analytic.length; k++) {
        NDArray array = networks.arrays().get(k);
        double[] original = array.toDoubleArray();
        for (int i = 0; i < original.length; i++) {
          double[] losses = new double[2];
          for (int side = 0; side < 2; side++) {
            double[] moved = original.clone();
            moved[i] += side == 0 ? -h : h;
            array.set(moved);
            try (NDManager scope = networks.newScope()) {
              losses[side] =
                  PpoLoss.of(
                          networks.forward(observations(scope)),
                          batch(scope, maskedAndValueClipped),
                          settings)
                      .total()
                      .getDouble();
            }
          }
          array.set(original);
          double numeric = (losses[1] - losses[0]) / (2 * h);
          assertThat(analytic[k][i])
              .as("parameter %d of array %d", i, k)
              .isCloseTo(numeric, within(1e-7 + 1e-5 * Math.abs(numeric)));
          checked++;
        }
      }
      // Policy 5·7+7 + 7·7+7 + 7·4+4, value 5·7+7 + 7·7+7 + 7+1.
      assertThat(checked).isEqualTo(42 + 56 + 32 + 42 + 56 + 8);
    }
  }
}
