package org.rlmaterials.crystal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MovesTest {
  private static final Crystal GAAS4 = seed("GaAs4");

  private static Crystal seed(String id) {
    return Seeds.standard().stream()
        .filter(s -> s.id().equals(id))
        .findFirst()
        .orElseThrow()
        .crystal();
  }

  @Property(tries = 200)
  void everyKindStaysWithinItsLimits(@ForAll long randomSeed) {
    for (Moves.Kind kind : Moves.Kind.values()) {
      Move move = Moves.draw(kind, GAAS4, RandomStream.of(randomSeed, kind.name().length()));
      Crystal moved = move.apply(GAAS4);
      double scaling = moved.lattice().length(0) / GAAS4.lattice().length(0);
      double largestShift = 0;
      int swapped = 0;
      for (int i = 0; i < GAAS4.size(); i++) {
        swapped += moved.atomicNumber(i) == GAAS4.atomicNumber(i) ? 0 : 1;
        assertThat(Palette.indexOf(moved.atomicNumber(i))).isNotNegative();
        for (int x = 0; x < 3; x++) {
          largestShift =
              Math.max(largestShift, Math.abs(moved.fractional(i, x) - GAAS4.fractional(i, x)));
        }
      }
      boolean sameCell = moved.lattice().equals(GAAS4.lattice());
      switch (kind) {
        case PERTURB_SMALL -> assertThat(largestShift).isBetween(1e-6, 0.01 + 1e-12);
        case PERTURB_LARGE -> assertThat(largestShift).isBetween(1e-6, 0.05 + 1e-12);
        case COMPRESS -> assertThat(scaling).isBetween(0.95, 0.99);
        case EXPAND -> assertThat(scaling).isBetween(1.01, 1.05);
        case SHEAR -> {
          double ratio = moved.lattice().volume() / GAAS4.lattice().volume();
          assertThat(ratio).isBetween(1 - 3 * 0.03 * 0.03 - 1e-4, 1.0001);
          assertThat(sameCell).isFalse();
        }
        case SWAP_SPECIES -> assertThat(swapped).isEqualTo(1);
      }
      assertThat(swapped).isEqualTo(kind == Moves.Kind.SWAP_SPECIES ? 1 : 0);
      assertThat(sameCell)
          .isEqualTo(
              kind == Moves.Kind.PERTURB_SMALL
                  || kind == Moves.Kind.PERTURB_LARGE
                  || kind == Moves.Kind.SWAP_SPECIES);
    }
  }

  @Test
  void sameRandomStreamGivesTheSameCrystalBitByBit() {
    for (Moves.Kind kind : Moves.Kind.values()) {
      assertThat(Moves.draw(kind, GAAS4, RandomStream.of(7, 3)).apply(GAAS4))
          .isEqualTo(Moves.draw(kind, GAAS4, RandomStream.of(7, 3)).apply(GAAS4))
          .isNotEqualTo(Moves.draw(kind, GAAS4, RandomStream.of(7, 4)).apply(GAAS4));
    }
  }

  @Test
  void swapsReachEveryOtherElement() {
    boolean[] seen = new boolean[Palette.size()];
    for (int k = 0; k < 2000; k++) {
      Crystal moved = Moves.draw(Moves.Kind.SWAP_SPECIES, GAAS4, RandomStream.of(k)).apply(GAAS4);
      for (int i = 0; i < 4; i++) {
        if (moved.atomicNumber(i) != GAAS4.atomicNumber(i)) {
          seen[Palette.indexOf(moved.atomicNumber(i))] = true;
        }
      }
    }
    assertThat(seen).containsOnly(true);
  }

  @Test
  void targetedStrainChangesTheChosenComponentAlone() {
    Crystal cubic =
        Crystal.of(
            Lattice.ofRows(5, 0, 0, 0, 5, 0, 0, 0, 5), List.of("Si"), new double[][] {{0, 0, 0}});
    assertThat(Moves.strain(1, 0.02).apply(cubic).lattice().toRows())
        .containsExactly(new double[] {5, 0, 0, 0, 5.1, 0, 0, 0, 5}, within(1e-12));
    // The shear xy turns a and b towards each other: angle γ = 90° - 2 atan(0.02) to first order.
    Lattice sheared = Moves.strain(5, 0.02).apply(cubic).lattice();
    assertThat(sheared.angle(2)).isCloseTo(90 - 2 * Math.toDegrees(Math.atan(0.02)), within(1e-9));
    assertThat(sheared.angle(0)).isCloseTo(90, within(1e-9));
  }

  @Test
  void valenceElectronsAreTheGroupNumbers() {
    String group13 = "Al Ga In";
    for (String symbol : Palette.SYMBOLS) {
      int expected =
          List.of(group13.split(" ")).contains(symbol)
              ? 3
              : List.of("C", "Si", "Ge", "Sn").contains(symbol)
                  ? 4
                  : List.of("N", "P", "As", "Sb", "Bi").contains(symbol) ? 5 : 6;
      assertThat(Palette.valence(Element.of(symbol).atomicNumber())).as(symbol).isEqualTo(expected);
    }
  }
}
