package org.rlmaterials.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;
import org.rlmaterials.plot.Picture.Axis;

/** Numbers at axes are the round ones that a reader expects. */
class PictureTest {
  @Test
  void numbersAtAxesAreRound() {
    assertThat(new Axis(0, 5, false).ticks()).containsExactly(0.0, 1.0, 2.0, 3.0, 4.0, 5.0);
    assertThat(new Axis(-1.3, 0.9, false).ticks()).containsExactly(-1.0, -0.5, 0.0, 0.5);
    assertThat(new Axis(0, 37, false).ticks())
        .containsExactly(0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0);
    assertThat(new Axis(0.01, 10, true).ticks()).containsExactly(0.01, 0.1, 1.0, 10.0);
    assertThat(new Axis(0.3, 2.5, true).ticks()).containsExactly(0.5, 1.0, 2.0);
  }

  /** Whatever the data are, there is something to read, within the axis and in order. */
  @Property
  void everyAxisHasNumbers(
      @ForAll @DoubleRange(min = 1e-6, max = 1e6) @Scale(9) double low,
      @ForAll @DoubleRange(min = 1e-9, max = 1e6) @Scale(9) double length,
      @ForAll boolean logarithmic) {
    Axis axis = Axis.of(List.of(low, low + length), logarithmic);
    List<Double> ticks = axis.ticks();
    assertThat(ticks).hasSizeBetween(2, 20).isSorted();
    ticks.forEach(t -> assertThat(axis.share(t)).isBetween(-1e-6, 1 + 1e-6));
  }

  @Test
  void shareAndNumberAreInverse() {
    Axis axis = new Axis(0.01, 10, true);
    assertThat(axis.at(axis.share(0.2))).isCloseTo(0.2, within(1e-12));
  }
}
