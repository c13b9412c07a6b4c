package org.rlmaterials.espresso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.Niggli;
import org.rlmaterials.crystal.Symmetry;

class StandardFrameTest {
  private static final double TINY = 1e-9;

  /** One crystal of every kind of lattice, all with known axes. */
  static Stream<Crystal> crystals() {
    return Stream.of(
        RealPw.zincBlende(5.653, "Ga", "As"),
        crystal(List.of("Si"), Lattice.ofRows(2, 2, -2, -2, 2, 2, 2, -2, 2), 0, 0, 0),
        crystal(
            List.of("Al", "N", "Al", "N"),
            Lattice.ofParameters(3.11, 3.11, 4.98, 90, 90, 120),
            1 / 3.0,
            2 / 3.0,
            0,
            1 / 3.0,
            2 / 3.0,
            0.382,
            2 / 3.0,
            1 / 3.0,
            0.5,
            2 / 3.0,
            1 / 3.0,
            0.882),
        crystal(
            List.of("Bi", "Bi"),
            Lattice.ofParameters(4.75, 4.75, 4.75, 57.2, 57.2, 57.2),
            0.234,
            0.234,
            0.234,
            -0.234,
            -0.234,
            -0.234),
        crystal(
            List.of("Sn", "Si"), Lattice.ofRows(4, 0, 0, 0, 4, 0, 0, 0, 5), 0, 0, 0, 0.5, 0.5, 0.5),
        crystal(
            List.of("Sn", "Si"),
            Lattice.ofRows(4, 0, 0, 0, 4.3, 0, 0, 0, 5),
            0,
            0,
            0,
            0.5,
            0.5,
            0.5),
        crystal(
            List.of("Sn", "Si"),
            Lattice.ofParameters(4, 4.3, 5, 90, 97, 90),
            0,
            0,
            0,
            0.1,
            0.5,
            0.3),
        crystal(
            List.of("Sn", "Si"),
            Lattice.ofParameters(4, 4.3, 5, 83, 97, 102),
            0,
            0,
            0,
            0.1,
            0.4,
            0.3));
  }

  /** pw.x knows rotations about these axes only. */
  @ParameterizedTest
  @MethodSource("crystals")
  void everyRotationIsOneThatPwKnows(Crystal crystal) {
    Crystal standard = StandardFrame.of(Niggli.reduce(moved(crystal))).crystal();
    Symmetry symmetry = Symmetry.of(standard, 1e-3).orElseThrow();
    assertThat(symmetry.number()).isEqualTo(Symmetry.of(crystal, 1e-3).orElseThrow().number());
    int known = 0;
    for (Symmetry.Operation operation : symmetry.operations()) {
      known += known(cartesian(operation, standard.lattice())) ? 1 : 0;
    }
    assertThat(known).isEqualTo(symmetry.operations().size());
  }

  @Test
  void aTurnedCrystalHasOthers() {
    Crystal turned = Niggli.reduce(moved(RealPw.zincBlende(5.653, "Ga", "As")));
    assertThat(
            Symmetry.of(turned, 1e-3).orElseThrow().operations().stream()
                .filter(o -> known(cartesian(o, turned.lattice()))))
        .hasSizeLessThan(24);
  }

  @ParameterizedTest
  @MethodSource("crystals")
  void theWayBackLeadsToTheGivenCrystal(Crystal crystal) {
    Crystal reduced = Niggli.reduce(moved(crystal));
    StandardFrame frame = StandardFrame.of(reduced);
    Crystal back = frame.toGiven(frame.crystal());
    assertThat(back.species()).isEqualTo(reduced.species());
    for (int i = 0; i < 3; i++) {
      assertThat(back.lattice().vectors()[i])
          .containsExactly(reduced.lattice().vectors()[i], within(TINY));
    }
    for (int i = 0; i < reduced.size(); i++) {
      for (int x = 0; x < 3; x++) {
        double d = back.fractional(i, x) - reduced.fractional(i, x);
        assertThat(d - Math.rint(d)).isCloseTo(0, within(TINY));
      }
    }
  }

  @Test
  void vectorsAndOperationsTurnAlike() {
    StandardFrame frame =
        StandardFrame.of(Niggli.reduce(moved(RealPw.zincBlende(5.653, "Ga", "As"))));
    double[][] k = {{0.1, -0.2, 0.35}};
    double[][] standard = frame.toStandard(k);
    assertThat(frame.toGiven(standard)[0]).containsExactly(k[0], within(TINY));
    double[][] quarterTurn = {{0, -1, 0}, {1, 0, 0}, {0, 0, 1}};
    double[] there = times(quarterTurn, standard[0]);
    double[] here = times(frame.rotationToGiven(quarterTurn), k[0]);
    assertThat(frame.toGiven(new double[][] {there})[0]).containsExactly(here, within(TINY));
  }

  @Test
  void theOriginIsTheAtomOfTheHighestSymmetry() {
    // Perovskite-like: the first atom has a lower site symmetry than the cube's corner.
    Crystal crystal =
        crystal(
            List.of("Se", "Se", "Se", "Sn", "Si"),
            Lattice.ofRows(4, 0, 0, 0, 4, 0, 0, 0, 4),
            0.6,
            0.6,
            0.1,
            0.6,
            0.1,
            0.6,
            0.1,
            0.6,
            0.6,
            0.1,
            0.1,
            0.1,
            0.6,
            0.6,
            0.6);
    Crystal standard = StandardFrame.of(crystal).crystal();
    for (int x = 0; x < 3; x++) {
      assertThat(standard.fractional(3, x) - Math.rint(standard.fractional(3, x)))
          .isCloseTo(0, within(TINY));
    }
  }

  private static boolean known(double[][] rotation) {
    double[][] proper = rotation;
    double determinant =
        rotation[0][0] * (rotation[1][1] * rotation[2][2] - rotation[1][2] * rotation[2][1])
            - rotation[0][1] * (rotation[1][0] * rotation[2][2] - rotation[1][2] * rotation[2][0])
            + rotation[0][2] * (rotation[1][0] * rotation[2][1] - rotation[1][1] * rotation[2][0]);
    if (determinant < 0) {
      proper =
          Arrays.stream(rotation)
              .map(r -> Arrays.stream(r).map(v -> -v).toArray())
              .toArray(double[][]::new);
    }
    boolean cube =
        Arrays.stream(proper).flatMapToDouble(Arrays::stream).allMatch(v -> whole(v, 1e-6));
    // About z, or half a turn about an axis at right angles to it, by multiples of 30°.
    boolean prism =
        whole(proper[2][2], 1e-6)
            && Math.abs(proper[2][2]) > 0.5
            && whole(6 * Math.atan2(proper[1][0], proper[0][0]) / Math.PI, 1e-5);
    return cube || prism;
  }

  private static boolean whole(double value, double tolerance) {
    return Math.abs(value - Math.rint(value)) < tolerance;
  }

  /** R with R r = the image of r, from an operation on coordinates (column vectors). */
  private static double[][] cartesian(Symmetry.Operation operation, Lattice lattice) {
    double[][] rotation = new double[3][3];
    for (int axis = 0; axis < 3; axis++) {
      double[] unit = new double[3];
      unit[axis] = 1;
      double[] f = lattice.toFractional(unit);
      double[] image = new double[3];
      for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
          image[i] += operation.rotation().get(3 * i + j) * f[j];
        }
      }
      double[] r = lattice.toCartesian(image);
      for (int x = 0; x < 3; x++) {
        rotation[x][axis] = r[x];
      }
    }
    return rotation;
  }

  /** Turned about two axes and shifted. */
  private static Crystal moved(Crystal crystal) {
    double[][] vectors = crystal.lattice().vectors();
    for (double[] v : vectors) {
      turn(v, 0, 1, 0.7);
      turn(v, 1, 2, 0.4);
    }
    double[][] positions = crystal.fractionalPositions();
    for (double[] p : positions) {
      p[0] += 0.137;
      p[1] += 0.291;
      p[2] -= 0.05;
    }
    return Crystal.of(Lattice.of(vectors), crystal.species(), positions);
  }

  private static void turn(double[] r, int i, int j, double angle) {
    double a = r[i] * Math.cos(angle) - r[j] * Math.sin(angle);
    r[j] = r[i] * Math.sin(angle) + r[j] * Math.cos(angle);
    r[i] = a;
  }

  private static double[] times(double[][] matrix, double[] vector) {
    return Arrays.stream(matrix)
        .mapToDouble(row -> row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2])
        .toArray();
  }

  private static Crystal crystal(List<String> species, Lattice lattice, double... positions) {
    double[][] rows = new double[species.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(positions, 3 * i, 3 * i + 3);
    }
    return Crystal.of(lattice, species, rows);
  }
}
