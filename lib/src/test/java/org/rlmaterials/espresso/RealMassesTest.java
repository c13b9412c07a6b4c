package org.rlmaterials.espresso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;

/**
 * Masses from the real pw.x against a hand-made calculation with the same pseudopotentials (40 Ry,
 * 6×6×6, fixed step of 0.01 1/Å along the axes), and against themselves in other descriptions of
 * the same crystal.
 */
@Tag("dft")
class RealMassesTest {
  private static final DftParameters REFERENCE =
      new DftParameters(Protocol.BALANCED, false, false, 40.0, null);

  private static final DftParameters FAST =
      new DftParameters(Protocol.FAST, false, false, null, null);

  /** Too coarse for physics, but as exact in comparing one crystal with itself. */
  private static final DftParameters COARSE =
      new DftParameters(Protocol.FAST, false, false, 30.0, 0.7);

  private static final Percentage FIVE = Percentage.withPercentage(5);

  @Test
  void silicon() {
    DftRecord si = RealPw.compute(RealPw.zincBlende(5.431, "Si", "Si"), REFERENCE);
    assertThat(si.status()).isEqualTo(DftRecord.CONVERGED);
    assertThat(si.gapEv()).isCloseTo(0.57, within(0.01));
    assertThat(si.direct()).isFalse();
    List<Double> masses = si.electron().principalMasses().stream().sorted().toList();
    assertThat(masses.get(0)).isCloseTo(0.194, FIVE);
    assertThat(masses.get(1)).isCloseTo(0.194, FIVE);
    assertThat(masses.get(2)).isCloseTo(0.98, FIVE);
    // Γ-X is half of b1 + b3: 0.84 of it is 0.42 in two coordinates.
    double largest = si.cbm().kPoint().stream().mapToDouble(Math::abs).max().orElseThrow();
    assertThat(largest).isCloseTo(0.42, within(0.01));
    assertThat(si.symmetry().number()).isEqualTo(227);
  }

  /**
   * In a valley away from the points of symmetry bands are rough: plane waves come and go. The
   * stated error must cover what that does to the mass, against a cutoff at which they are smooth.
   */
  @Test
  void theStatedErrorCoversTheRoughnessOfAValley() {
    DftParameters balanced = new DftParameters(Protocol.BALANCED, false, false, null, null);
    DftParameters smooth = new DftParameters(Protocol.BALANCED, false, false, 60.0, null);
    Crystal silicon = RealPw.zincBlende(5.431, "Si", "Si");
    DftRecord record = RealPw.compute(silicon, balanced);
    DftRecord truth = RealPw.compute(silicon, smooth);
    double stated = record.electron().stepError() + truth.electron().stepError();
    assertThat(record.mStar() / truth.mStar()).isCloseTo(1, within(stated));
    assertThat(stated).isLessThan(0.02);
  }

  @Test
  void galliumArsenide() {
    DftRecord record = RealPw.compute(RealPw.zincBlende(5.653, "Ga", "As"), REFERENCE);
    assertThat(record.gapEv()).isCloseTo(0.53, within(0.01));
    assertThat(record.direct()).isTrue();
    assertThat(record.mStar()).isCloseTo(0.031, FIVE);
    assertThat(record.electron().stepError()).isLessThan(0.02);
  }

  @Test
  void indiumPhosphide() {
    DftRecord record = RealPw.compute(RealPw.zincBlende(5.869, "In", "P"), REFERENCE);
    assertThat(record.gapEv()).isCloseTo(0.69, within(0.01));
    assertThat(record.mStar()).isCloseTo(0.056, FIVE);
  }

  @Test
  void descriptionOfTheCrystalDoesNotMatterCoarsely() {
    Crystal primitive = RealPw.zincBlende(5.653, "Ga", "As");
    assertSame(
        primitive,
        COARSE,
        List.of(rotated(shifted(primitive, 0.137, 0.291, -0.05)), otherBasis(rotated(primitive))));
  }

  @Test
  void descriptionOfTheCrystalDoesNotMatter() {
    Crystal primitive = RealPw.zincBlende(5.653, "Ga", "As");
    assertSame(
        primitive,
        FAST,
        List.of(
            shifted(primitive, 0.137, 0.291, -0.05),
            otherBasis(primitive),
            rotated(primitive),
            primitive.supercell(2, 1, 1)));
  }

  private static void assertSame(Crystal crystal, DftParameters parameters, List<Crystal> others) {
    DftRecord expected = RealPw.compute(crystal, parameters);
    assertThat(expected.outcome()).isEqualTo("semiconductor");
    for (Crystal same : others) {
      DftRecord record = RealPw.compute(same, parameters);
      assertThat(record.gapEv()).as(same.toString()).isCloseTo(expected.gapEv(), within(0.005));
      assertThat(record.mStar())
          .as(same.toString())
          .isCloseTo(expected.mStar(), Percentage.withPercentage(3));
      if (same.size() == crystal.size()) {
        // pw.x found the same symmetry.
        assertThat(scfPoints(record)).as(same.toString()).isEqualTo(scfPoints(expected));
      }
    }
  }

  private static int scfPoints(DftRecord record) {
    return record.attempts().stream()
        .filter(a -> a.step().equals("scf"))
        .mapToInt(DftRecord.Attempt::kPoints)
        .max()
        .orElseThrow();
  }

  private static Crystal shifted(Crystal crystal, double x, double y, double z) {
    double[][] positions = crystal.fractionalPositions();
    for (double[] p : positions) {
      p[0] += x;
      p[1] += y;
      p[2] += z;
    }
    return Crystal.of(crystal.lattice(), crystal.species(), positions);
  }

  /** The same crystal with vectors a + b, b + 2c, a + b + c. */
  private static Crystal otherBasis(Crystal crystal) {
    int[][] whole = {{1, 1, 0}, {0, 1, 2}, {1, 1, 1}};
    double[][] old = crystal.lattice().vectors();
    double[][] vectors = new double[3][3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        for (int x = 0; x < 3; x++) {
          vectors[i][x] += whole[i][j] * old[j][x];
        }
      }
    }
    return inLattice(crystal, Lattice.of(vectors), crystal.cartesianPositions());
  }

  private static Crystal rotated(Crystal crystal) {
    double[][] vectors = crystal.lattice().vectors();
    double[][] positions = crystal.cartesianPositions();
    for (double[][] rows : List.of(vectors, positions)) {
      for (double[] r : rows) {
        turn(r, 0, 1, 0.7);
        turn(r, 1, 2, 0.4);
      }
    }
    return inLattice(crystal, Lattice.of(vectors), positions);
  }

  private static void turn(double[] r, int i, int j, double angle) {
    double a = r[i] * Math.cos(angle) - r[j] * Math.sin(angle);
    r[j] = r[i] * Math.sin(angle) + r[j] * Math.cos(angle);
    r[i] = a;
  }

  private static Crystal inLattice(Crystal crystal, Lattice lattice, double[][] cartesian) {
    double[][] fractional = new double[cartesian.length][];
    for (int i = 0; i < cartesian.length; i++) {
      fractional[i] = lattice.toFractional(cartesian[i]);
    }
    return Crystal.of(lattice, crystal.species(), fractional);
  }
}
