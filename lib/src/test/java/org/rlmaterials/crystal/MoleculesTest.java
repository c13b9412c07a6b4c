package org.rlmaterials.crystal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MoleculesTest {
  private static Crystal of(double a, double b, double c, double[]... positions) {
    return Crystal.of(
        Lattice.of(new double[][] {{a, 0, 0}, {0, b, 0}, {0, 0, c}}),
        java.util.Collections.nCopies(positions.length, "N"),
        positions);
  }

  @Test
  void moleculeInABox() {
    double[][] bond = {{0.5, 0.5, 0.43}, {0.5, 0.5, 0.57}};
    assertThat(Molecules.areApart(of(7, 7, 8, bond), 4.5)).isTrue();
    assertThat(Molecules.areApart(of(7, 4.4, 8, bond), 4.5)).as("a chain").isFalse();
    assertThat(Molecules.areApart(of(7, 7, 5, bond), 4.5)).as("end to end").isFalse();
  }

  @Test
  void acrossTheBoundaryOfTheCellAndInAnotherBasis() {
    double[][] bond = {{0.02, 0.99, 0.98}, {0.01, 0.01, 0.12}};
    Crystal box = of(7, 7, 8, bond);
    assertThat(Molecules.areApart(box, 4.5)).isTrue();
    Lattice skewed = Lattice.of(new double[][] {{7, 7, 0}, {0, 7, 0}, {7, 0, 8}});
    double[][] positions = box.cartesianPositions();
    for (int i = 0; i < 2; i++) {
      positions[i] = skewed.toFractional(positions[i]);
    }
    assertThat(Molecules.areApart(Crystal.of(skewed, List.of("N", "N"), positions), 4.5)).isTrue();
  }

  @Test
  void everySeedIsACrystal() {
    for (Structure seed : Seeds.standard()) {
      assertThat(Molecules.areApart(seed.crystal(), 4.5)).as(seed.id()).isFalse();
    }
  }

  @Test
  void twoMoleculesCloseTogetherAreOnePiece() {
    double[][] pair = {{0.3, 0.5, 0.43}, {0.3, 0.5, 0.57}, {0.6, 0.5, 0.43}, {0.6, 0.5, 0.57}};
    assertThat(Molecules.areApart(of(12, 7, 8, pair), 4.5)).isTrue();
    assertThat(Molecules.areApart(of(6, 7, 8, pair), 4.5)).isFalse();
  }
}
