package org.rlmaterials.crystal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ValidityTest {
  private static Crystal zincBlende(double a) {
    return Crystal.of(
        Lattice.ofRows(0, a / 2, a / 2, a / 2, 0, a / 2, a / 2, a / 2, 0),
        List.of("Ga", "As"),
        new double[][] {{0, 0, 0}, {0.25, 0.25, 0.25}});
  }

  private static Crystal cubic(String element, double a) {
    return Crystal.of(
        Lattice.ofRows(a, 0, 0, 0, a, 0, 0, 0, a), List.of(element), new double[][] {{0, 0, 0}});
  }

  @Test
  void limitsAreWhereTheRulesSay() {
    // Ga 1.22 Å + As 1.19 Å: 0.6 × 2.41 = 1.446 Å = a √3/4, so a = 3.3394 Å.
    assertThat(Validity.isValid(zincBlende(3.340))).isTrue();
    assertThat(Validity.problem(zincBlende(3.339)))
        .hasValue(
            "overlapping atoms: atoms 1 (Ga) and 2 (As) are 1.446 Å apart, closer than 0.6 of the"
                + " sum of their covalent radii (1.446 Å)");
    // One carbon in a cube: image at a; 0.6 × 1.52 = 0.912 Å, but the volume limit is 3 Å³.
    assertThat(Validity.isValid(cubic("C", Math.cbrt(3.001)))).isTrue();
    assertThat(Validity.problem(cubic("C", Math.cbrt(2.99))))
        .hasValue("the cell has 2.990 Å³ per atom, outside the valid 3 to 500 Å³");
    assertThat(Validity.isValid(cubic("C", Math.cbrt(499.9)))).isTrue();
    assertThat(Validity.problem(cubic("C", Math.cbrt(500.1)))).isPresent();
  }

  @Test
  void imagesOfTheSameAtomCount() {
    // Bi: 0.6 × 2.96 = 1.776 Å.
    Crystal thin =
        Crystal.of(
            Lattice.ofRows(1.7, 0, 0, 0, 6, 0, 0, 0, 6), List.of("Bi"), new double[][] {{0, 0, 0}});
    assertThat(Validity.problem(thin)).get().asString().contains("its own periodic image");
  }

  @Test
  void farImagesOfASkewedCellCount() {
    // The vectors are long, but b - 3a is (0.1, 1.7, 0): an image 1.703 Å away.
    Crystal skewed =
        Crystal.of(
            Lattice.ofRows(6, 0, 0, 18.1, 1.7, 0, 0, 0, 6),
            List.of("Bi"),
            new double[][] {{0, 0, 0}});
    assertThat(Validity.problem(skewed)).get().asString().contains("1.703 Å");
  }

  @Property(tries = 300)
  void agreesWithABruteForceCount(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int n,
      @ForAll @DoubleRange(min = 2, max = 5) double size) {
    RandomStream random = RandomStream.of(seed);
    double[] rows = new double[9];
    for (int i = 0; i < 9; i++) {
      rows[i] = (i % 4 == 0 ? size : 0) + random.uniform(-1.2, 1.2);
    }
    int[] numbers = new int[n];
    double[] f = new double[3 * n];
    for (int i = 0; i < n; i++) {
      numbers[i] = Palette.atomicNumber(random.nextInt(Palette.size()));
      for (int x = 0; x < 3; x++) {
        f[3 * i + x] = random.uniform(-2, 2);
      }
    }
    Crystal crystal;
    try {
      crystal = Crystal.of(Lattice.ofRows(rows), numbers, f);
    } catch (IllegalArgumentException e) {
      return;
    }
    boolean expected =
        crystal.volumePerAtom() >= 3 && crystal.volumePerAtom() <= 500 && !bruteOverlap(crystal);
    assertThat(Validity.isValid(crystal)).isEqualTo(expected);
    assertThat(Validity.problem(crystal).isEmpty()).isEqualTo(expected);
  }

  private static boolean bruteOverlap(Crystal crystal) {
    double[][] positions = crystal.cartesianPositions();
    double[][] v = crystal.lattice().vectors();
    int far = 12;
    for (int i = 0; i < crystal.size(); i++) {
      for (int j = 0; j < crystal.size(); j++) {
        double least =
            0.6 * (crystal.element(i).covalentRadius() + crystal.element(j).covalentRadius());
        for (int a = -far; a <= far; a++) {
          for (int b = -far; b <= far; b++) {
            for (int c = -far; c <= far; c++) {
              double squared = 0;
              for (int x = 0; x < 3; x++) {
                double d =
                    positions[j][x] - positions[i][x] + a * v[0][x] + b * v[1][x] + c * v[2][x];
                squared += d * d;
              }
              if (squared < least * least && !(i == j && a == 0 && b == 0 && c == 0)) {
                return true;
              }
            }
          }
        }
      }
    }
    return false;
  }
}
