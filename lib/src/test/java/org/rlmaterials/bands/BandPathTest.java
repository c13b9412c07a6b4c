package org.rlmaterials.bands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.Niggli;

class BandPathTest {
  private static List<String> labels(BandPath path) {
    return path.points().stream().map(BandPath.Point::label).filter(l -> !l.isEmpty()).toList();
  }

  /** Distances of the special points of the fcc zone from Γ, in units of 2π/a. */
  @ParameterizedTest
  @CsvSource({"X,1", "L,0.8660254", "K,1.0606602", "W,1.1180340", "U|K,1.0606602"})
  void faceCentredCubicPointsAreWhereTextbooksPutThem(String label, double distance) {
    double h = 5.65 / 2;
    // In any basis: a skew one is reduced first.
    Lattice skew = Lattice.ofRows(0, h, h, h, 0, h, 2 * h, h, h);
    BandPath path = BandPath.of(Niggli.reduce(skew), 0.05);
    assertThat(labels(path)).containsExactly("Γ", "X", "U|K", "K", "Γ", "L", "W", "X");
    for (BandPath.Point point : path.points()) {
      if (point.label().equals(label)) {
        List<Double> k = point.kCartesian();
        double length = Math.sqrt(k.stream().mapToDouble(x -> x * x).sum());
        assertThat(length / (2 * Math.PI / 5.65)).isCloseTo(distance, within(1e-6));
      }
    }
  }

  @Test
  void pointsAreNoFartherApartThanAskedForAndJumpsHaveNoLength() {
    Lattice lattice = Niggli.reduce(Lattice.ofParameters(4, 5, 6.3, 81, 95, 102));
    BandPath path = BandPath.of(lattice, 0.07);
    assertThat(labels(path)).contains("X|Y", "Z|R", "T|U").endsWith("V");
    for (int i = 1; i < path.points().size(); i++) {
      BandPath.Point from = path.points().get(i - 1);
      BandPath.Point to = path.points().get(i);
      double length = 0;
      for (int x = 0; x < 3; x++) {
        length += Math.pow(to.kCartesian().get(x) - from.kCartesian().get(x), 2);
      }
      double along = to.distancePerAngstrom() - from.distancePerAngstrom();
      if (to.startsSegment()) {
        assertThat(along).isZero();
      } else {
        assertThat(along).isCloseTo(Math.sqrt(length), within(1e-9)).isLessThanOrEqualTo(0.07);
      }
    }
  }

  @Test
  void hexagonalAndCubicLatticesAreRecognised() {
    BandPath flat = BandPath.of(Niggli.reduce(Lattice.ofParameters(4, 4, 3, 90, 90, 120)), 0.1);
    assertThat(labels(flat)).startsWith("Γ", "M", "K", "Γ", "A", "L", "H", "A|L");
    for (BandPath.Point point : flat.points()) {
      if (point.label().equals("A")) {
        double length = Math.sqrt(point.kCartesian().stream().mapToDouble(x -> x * x).sum());
        assertThat(length).as("half of 2π/c").isCloseTo(Math.PI / 3, within(1e-9));
      }
    }
    assertThat(labels(BandPath.of(Lattice.ofParameters(3.1, 3.1, 5, 90, 90, 120), 0.1)))
        .startsWith("Γ", "M", "K", "Γ", "A", "L", "H", "A|L");
    assertThat(labels(BandPath.of(Lattice.ofParameters(4, 4, 4, 90, 90, 90), 0.1)))
        .startsWith("Γ", "X", "M", "Γ", "R", "X|M");
  }
}
