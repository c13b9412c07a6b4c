package org.rlmaterials.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rlmaterials.crystal.RandomStream;

class NetworkTrainerTest {
  private static double u(long i) {
    return ((i * 2654435761L + 12345) & 0xFFFFFFFFL) / 0x1p32;
  }

  private static int fill(float[] parameters, int at, int count, int fanIn) {
    for (int i = at; i < at + count; i++) {
      parameters[i] = (float) ((2 * u(i) - 1) / Math.sqrt(fanIn));
    }
    return at + count;
  }

  /** Start values as src/test/resources/org/rlmaterials/surrogate/README.md defines them. */
  private static float[] start(NetworkShape shape) {
    float[] parameters = new float[shape.parameters()];
    int at = 0;
    int in = shape.inputs();
    for (int out : shape.hidden()) {
      at = fill(parameters, at, (in + 1) * out, in);
      Arrays.fill(parameters, at, at + out, 1);
      at += 2 * out;
      in = out;
    }
    int heads = shape.targets().size();
    if (shape.headHidden() > 0) {
      at = fill(parameters, at, (in + 1) * heads * shape.headHidden(), in);
      at = fill(parameters, at, heads * shape.headHidden() + heads, shape.headHidden());
    } else {
      at = fill(parameters, at, (in + 1) * heads, in);
    }
    assertThat(at).isEqualTo(parameters.length);
    return parameters;
  }

  private static void assertLosses(
      String name, NetworkShape shape, NetworkTrainer.Settings settings, double learningRate)
      throws Exception {
    JsonNode golden =
        new ObjectMapper()
            .readTree(NetworkTrainerTest.class.getResource("pytorch-losses.json"))
            .get(name);
    int in = shape.inputs();
    int heads = shape.targets().size();
    float[] x = new float[640 * in];
    float[] y = new float[640 * heads];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (4 * u(10_000_000L + i) - 2);
    }
    for (int r = 0; r < 640; r++) {
      for (int t = 0; t < heads; t++) {
        double v = Math.sin(3 * x[r * in + t]) + 0.5 * x[r * in + t + 1];
        boolean isClass = shape.targets().get(t) == Target.SEMICONDUCTOR;
        y[r * heads + t] = (r + t) % 3 == 0 ? Float.NaN : isClass ? (v > 0 ? 1 : 0) : (float) v;
      }
    }
    try (NetworkTrainer trainer = new NetworkTrainer(shape, start(shape), settings, 0)) {
      for (int step = 0; step < 50; step++) {
        int from = step % 5 * 128;
        double loss =
            trainer.step(
                Arrays.copyOfRange(x, from * in, (from + 128) * in),
                Arrays.copyOfRange(y, from * heads, (from + 128) * heads),
                128,
                learningRate);
        assertThat(loss)
            .as("%s, step %d", name, step)
            .isCloseTo(golden.get(step).asDouble(), within(1e-4));
      }
    }
  }

  @Test
  void theMultiTaskMlpHas141890Parameters() {
    NetworkShape shape = NetworkShape.multiTaskMlp(152);
    assertThat(shape.parameters()).isEqualTo(141_890);
    assertThat(TrainingOptions.seed().shape(152)).isEqualTo(shape);
    assertThat(new Network(shape).initialParameters(RandomStream.of(1))).hasSize(141_890);
  }

  @Test
  void lossesOfTheSeedNetworkAreThoseOfPyTorch() throws Exception {
    NetworkShape with = NetworkShape.multiTaskMlp(152);
    NetworkShape shape = new NetworkShape(152, with.hidden(), with.headHidden(), with.targets(), 0);
    assertLosses(
        "seed", shape, new NetworkTrainer.Settings(new double[] {1, 0.3}, 0.5, 0, 1), 1e-3);
  }

  @Test
  void lossesOfTheLocalNetworkAreThoseOfPyTorch() throws Exception {
    NetworkShape shape =
        new NetworkShape(60, List.of(256, 128), 0, TrainingOptions.local().targets(), 0);
    assertLosses(
        "local",
        shape,
        new NetworkTrainer.Settings(new double[] {1, 0.5, 0.5, 0.3, 0.5}, 0.5, 0.02, 1),
        2e-3);
  }

  @Test
  void aMissingLabelAddsNothing() {
    NetworkShape shape = new NetworkShape(3, List.of(8), 4, List.of(Target.M_STAR, Target.GAP), 0);
    NetworkTrainer.Settings settings =
        new NetworkTrainer.Settings(new double[] {1, 0.3}, 0.5, 0, 0);
    float[] x = {1, 2, 3, -1, 0, 1};
    float nan = Float.NaN;
    try (NetworkTrainer both = new NetworkTrainer(shape, start(shape), settings, 0);
        NetworkTrainer alone = new NetworkTrainer(shape, start(shape), settings, 0)) {
      // The second row has no label at all: the step must be that of the first row alone.
      double loss = both.step(x, new float[] {0.5f, 1, nan, nan}, 2, 1e-2);
      assertThat(loss)
          .isCloseTo(alone.step(Arrays.copyOf(x, 3), new float[] {0.5f, 1}, 1, 1e-2), within(1e-6));
      assertThat(both.parameters()).containsExactly(alone.parameters(), within(1e-5f));
    }
    try (NetworkTrainer gapOnly = new NetworkTrainer(shape, start(shape), settings, 0)) {
      float[] before = start(shape);
      gapOnly.step(x, new float[] {nan, 1, nan, 2}, 2, 1e-2);
      float[] massBefore = new float[shape.headsAlone(List.of(Target.M_STAR)).parameters()];
      float[] massAfter = massBefore.clone();
      shape.copyHeads(before, List.of(Target.M_STAR), massBefore, false);
      shape.copyHeads(gapOnly.parameters(), List.of(Target.M_STAR), massAfter, false);
      assertThat(massAfter).as("a gap says nothing to the mass head").isEqualTo(massBefore);
    }
  }

  private static float[] trainedOnNoise() {
    NetworkShape shape =
        new NetworkShape(6, List.of(16), 0, List.of(Target.M_STAR, Target.SEMICONDUCTOR), 0);
    NetworkTrainer.Settings settings =
        new NetworkTrainer.Settings(new double[] {1, 0.3}, 0.5, 0, 1);
    RandomStream random = RandomStream.of(5);
    float[] x = new float[16 * 6];
    float[] y = new float[16 * 2];
    try (NetworkTrainer trainer = new NetworkTrainer(shape, start(shape), settings, 0)) {
      for (int step = 0; step < 400; step++) {
        for (int i = 0; i < x.length; i++) {
          x[i] = (float) random.nextGaussian();
        }
        for (int i = 0; i < y.length; i++) {
          y[i] = i % 2 == 0 ? (float) random.nextGaussian() : random.nextInt(2);
        }
        trainer.step(x, y, 16, 1e-2);
      }
      return trainer.parameters();
    }
  }

  @Test
  void collectionsOfGarbageDoNotChangeWhatIsLearnt() throws Exception {
    float[] calm = trainedOnNoise();
    assertThat(GarbageStorm.during(NetworkTrainerTest::trainedOnNoise)).isEqualTo(calm);
  }

  @Test
  void manyNetworksAtOnceGiveWhatEachGivesAlone() {
    NetworkShape shape = NetworkShape.multiTaskMlp(152);
    int rows = 70;
    float[] x = new float[rows * 152];
    RandomStream random = RandomStream.of(3);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    x[5] = Float.NaN;
    List<float[]> parameters =
        List.of(
            new Network(shape).initialParameters(RandomStream.of(1)),
            new Network(shape).initialParameters(RandomStream.of(2)));
    float[] ones = new float[152];
    Arrays.fill(ones, 1);
    Scaling scaling = new Scaling(new float[152], ones);
    float[] together;
    try (NetworkStack stack =
        new NetworkStack(shape, parameters, List.of(scaling, scaling), List.of())) {
      together = stack.run(x, rows, false).heads();
    }
    for (int m = 0; m < 2; m++) {
      try (NetworkStack stack =
          new NetworkStack(shape, List.of(parameters.get(m)), List.of(scaling), List.of())) {
        assertThat(stack.run(x, rows, false).heads())
            .containsExactly(
                Arrays.copyOfRange(together, m * rows * 2, (m + 1) * rows * 2), within(1e-5f));
      }
    }
    assertThat(together).doesNotContain(Float.NaN);
  }
}
