package org.rlmaterials.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rlmaterials.crystal.RandomStream;

/** Calibration against made-up members whose errors are known. */
class CalibrationTest {
  private static final NetworkShape SHAPE =
      new NetworkShape(
          4, List.of(8), 0, List.of(Target.M_STAR, Target.GAP, Target.SEMICONDUCTOR), 0);

  /** What the members say of rows, and what is true. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Made(Calibration.Summary summary, double[][] labels) {}

  /**
   * Half of the rows have Gaussian errors of 0.1, half of 0.3. The spread between members is the
   * same, divided by {@code understated}, and the distance grows in proportion.
   */
  private static Made made(int rows, long seed, double understated) {
    RandomStream random = RandomStream.of(seed);
    double[][] mean = new double[rows][3];
    double[][] spread = new double[rows][3];
    double[] distance2 = new double[rows];
    double[][] labels = new double[rows][3];
    for (int i = 0; i < rows; i++) {
      double width = i % 2 == 0 ? 0.1 : 0.3;
      boolean metal = i % 5 == 0;
      mean[i][0] = 2 + random.nextGaussian();
      labels[i][0] = metal ? Double.NaN : mean[i][0] + width * random.nextGaussian();
      mean[i][1] = metal ? 0 : 2 + 0.3 * random.nextGaussian();
      labels[i][1] = metal ? 0 : Math.max(0.1, mean[i][1] + width * random.nextGaussian());
      // A logit that is right four times out of five.
      boolean right = random.nextDouble() < 0.8;
      labels[i][2] = metal ? 0 : 1;
      mean[i][2] = metal == right ? -2 : 2;
      spread[i][0] = width / understated;
      spread[i][1] = width / understated;
      distance2[i] = width * width / 0.05;
    }
    return new Made(new Calibration.Summary(mean, spread, distance2), labels);
  }

  private static double covered(
      Made made, Calibration.Width width, int head, Target target, double sigmas) {
    int inside = 0;
    int count = 0;
    for (int i = 0; i < made.labels().length; i++) {
      if (Double.isNaN(made.labels()[i][head]) || (head == 1 && made.labels()[i][1] == 0)) {
        continue;
      }
      double sigma = width.of(made.summary().spread()[i][head], made.summary().distance2()[i]);
      double said = made.summary().mean()[i][head];
      double error = Math.abs(target.ofScale(made.labels()[i][head]) - target.ofScale(said));
      inside += error <= sigmas * Calibration.halfWidth(target, said, sigma) ? 1 : 0;
      count++;
    }
    return (double) inside / count;
  }

  @Test
  void twoThirdsOfNewErrorsLieWithinOneStandardDeviation() {
    // Members that agree four times too well: the scale must make up for it, also on new rows.
    Calibration calibration = fit(made(3000, 1, 4));
    Made fresh = made(3000, 2, 4);
    assertThat(covered(fresh, calibration.mass(), 0, Target.M_STAR, 1))
        .isCloseTo(0.683, within(0.03));
    assertThat(covered(fresh, calibration.mass(), 0, Target.M_STAR, 2))
        .isCloseTo(0.954, within(0.03));
    assertThat(covered(fresh, calibration.gap(), 1, Target.GAP, 1)).isCloseTo(0.683, within(0.03));
    assertThat(calibration.massRows()).isEqualTo(2400);
  }

  private static Calibration fit(Made made) {
    return Calibration.fit(SHAPE, made.summary(), made.labels());
  }

  @Test
  void widePredictionsAreThoseWithTheLargeErrors() {
    Calibration calibration = fit(made(3000, 1, 1));
    double narrow = calibration.mass().of(0.1, 0.01 / 0.05);
    double wide = calibration.mass().of(0.3, 0.09 / 0.05);
    assertThat(narrow).isCloseTo(0.1, within(0.015));
    assertThat(wide).isCloseTo(0.3, within(0.045));
  }

  @Test
  void membersThatAgreeOnAStrangeCrystalAreStillUncertain() {
    Calibration calibration = fit(made(3000, 1, 1));
    assertThat(calibration.mass().of(0, 25)).isGreaterThan(3 * calibration.mass().of(0, 1));
    assertThat(calibration.mass().share()).isGreaterThanOrEqualTo(0.1);
  }

  @Test
  void theProbabilityIsHowOftenItIsTrue() {
    Made made = made(5000, 3, 1);
    Calibration calibration = fit(made);
    double yes = calibration.semiconductor().of(2);
    double no = calibration.semiconductor().of(-2);
    // Four fifths are semiconductors, the logit is right in four fifths of either class.
    assertThat(yes).isCloseTo(0.64 / (0.64 + 0.04), within(0.02));
    assertThat(no).isCloseTo(0.16 / (0.16 + 0.16), within(0.03));
  }

  /** The usual way of heads trained on few crystals: right, and far too sure. */
  @ParameterizedTest
  @ValueSource(doubles = {0.3, 1, 3, 10})
  void aHeadThatIsTooSureIsToldSo(double sureness) {
    Made made = made(400, 7, 1);
    for (double[] mean : made.summary().mean()) {
      mean[2] *= sureness;
    }
    Calibration calibration = fit(made);
    double yes = calibration.semiconductor().of(2 * sureness);
    assertThat(yes).isCloseTo(0.64 / (0.64 + 0.04), within(0.05));
    assertThat(calibration.semiconductor().weight()).isPositive();
  }

  @Test
  void aFewRowsCalibrateNothing() {
    Calibration calibration = fit(made(10, 1, 1));
    assertThat(calibration.mass().of(0, 1)).isGreaterThan(0.9);
    assertThat(calibration.gap().of(0, 1)).isGreaterThan(0.9);
  }
}
