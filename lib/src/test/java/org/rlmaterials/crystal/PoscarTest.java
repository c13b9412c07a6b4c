package org.rlmaterials.crystal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.rlmaterials.errors.BadInputException;

class PoscarTest {
  private static final String DIRECT =
      """
      GaAs
      5.65
      0.0 0.5 0.5
      0.5 0.0 0.5
      0.5 0.5 0.0
      Ga_d As
      1 1
      Selective dynamics
      Direct
      0 0 0 T T F
      0.25 0.25 0.25 F F F
      """;

  @Test
  void directPositionsWithSelectiveDynamics() {
    Crystal crystal = parse(DIRECT);
    assertThat(crystal.species()).containsExactly("Ga", "As");
    assertThat(crystal.lattice().at(0, 1)).isEqualTo(2.825);
    assertThat(crystal.fractionalPositions()[1]).containsExactly(0.25, 0.25, 0.25);
  }

  @Test
  void cartesianPositionsAreScaled() {
    String text =
        DIRECT
            .replace("Selective dynamics\nDirect", "Cartesian")
            .replace("0.25 0.25 0.25 F F F", "0.25 0.25 0.25");
    assertThat(parse(text).fractionalPositions()[1])
        .usingComparatorWithPrecision(1e-12)
        .containsExactly(0.25, 0.25, 0.25);
  }

  @Test
  void negativeScaleIsTheVolumeAndThreeScalesAreOneAnAxis() {
    assertThat(parse(DIRECT.replace("5.65", "-45")).lattice().volume()).isCloseTo(45, within(1e-9));
    assertThat(parse(DIRECT.replace("5.65", "2 3 4")).lattice().volume())
        .isCloseTo(2 * 3 * 4 * 0.25, within(1e-9));
  }

  @Test
  void atomsAreGroupedByElement() {
    Crystal crystal = CrystalSamples.zincBlende("Ga", "As", 5.65).supercell(1, 1, 2);
    Crystal mixed = CrystalSamples.permute(crystal, new Random(1));
    Crystal read = parse(Poscar.write(new Structure("x\ny", mixed)));
    assertThat(read.lattice()).isEqualTo(crystal.lattice());
    assertThat(read.counts()).isEqualTo(crystal.counts());
  }

  @Test
  void mistakesAreNamedWithTheirLine() {
    assertMistake(
        DIRECT.replace("Ga_d As\n", ""), "POSCAR:6: expected element symbols (VASP 5 format)");
    assertMistake(DIRECT.replace("Ga_d As", "Ga_d Xx"), "POSCAR:6: unknown element 'Xx'");
    assertMistake(DIRECT.replace("1 1\n", "1\n"), "POSCAR:7: expected 2 counts");
    assertMistake(DIRECT.replace("1 1\n", "1 1 2\n"), "POSCAR:7: expected 2 counts");
    assertThat(parse(DIRECT.replace("1 1\n", "1 1 ! all\n")).size()).isEqualTo(2);
    assertMistake(DIRECT.replace("1 1\n", "1 x\n"), "POSCAR:7: expected a count");
    assertMistake(DIRECT.replace("1 1\n", "1 2\n"), "POSCAR:11: the file ends here");
    assertMistake(
        DIRECT.replace("0.25 0.25 0.25", "0.25 nan 0.25"), "POSCAR:11: expected a number");
    assertMistake(
        DIRECT.replace("0.25 0.25 0.25", "0.25 NaN 0.25"),
        "POSCAR:11: the position of atom 2 is NaN");
    assertMistake(DIRECT.replace("0.5 0.5 0.0", "0.0 0.5 0.5"), "POSCAR:3: singular cell");
    assertMistake(
        DIRECT.replace("0.5 0.5 0.0", "0.0 0.5 0.5").replace("5.65", "-45"),
        "POSCAR:3: singular cell");
    assertMistake(DIRECT.replace("5.65", "0"), "POSCAR:2: the scale factor is 0");
    assertMistake(
        DIRECT.replace("Direct", "Fractional"), "POSCAR:9: expected 'Direct' or 'Cartesian'");
    assertMistake("GaAs\n", "POSCAR:1: the file ends here: expected a lattice vector");
    assertMistake("", "POSCAR:1: the file ends here");
  }

  private static void assertMistake(String text, String message) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(BadInputException.class)
        .message()
        .startsWith(message)
        .doesNotContain("\n");
  }

  private static Crystal parse(String text) {
    return Poscar.parse(text, "POSCAR", "x").crystal();
  }
}
