package org.rlmaterials.espresso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;

class EquationOfStateTest {
  /** Pressures of zinc-blende InBi by pw.x (protocol fast), which has none at 80.8 Å³. */
  @Test
  void aCompressedCrystalComesNearItsVolumeInTwoSteps() {
    double first = EquationOfState.change(28.07, 2.623);
    assertThat(first).as("from the pressure alone").isBetween(0.2, 0.4);
    double second = EquationOfState.change(11.96, 28.07, Math.log(63.93 / 55.59), 2.748);
    assertThat(63.93 * Math.exp(second)).as("Å³").isCloseTo(80.8, within(0.8));
  }

  @Test
  void pressureSaysWhichWay() {
    assertThat(EquationOfState.change(0, 2.5)).isZero();
    assertThat(EquationOfState.change(-5, 2.5)).isNegative();
    assertThat(EquationOfState.change(500, 1.5)).isEqualTo(0.4);
  }

  @Test
  void silicon() {
    // 1 % of volume costs 0.98 GPa (bulk modulus 98 GPa, experiment).
    assertThat(EquationOfState.change(0.98, 2.35)).isCloseTo(0.01, within(0.002));
  }

  @Test
  void twoPressuresThatFitNoLawCountAsOne() {
    assertThat(EquationOfState.change(5, 4, 0.1, 2.5)).isEqualTo(EquationOfState.change(5, 2.5));
  }

  @Test
  void shortestBondOfDiamond() {
    double h = 3.567 / 2;
    Crystal diamond =
        Crystal.of(
            Lattice.of(new double[][] {{0, h, h}, {h, 0, h}, {h, h, 0}}),
            List.of("C", "C"),
            new double[][] {{0, 0, 0}, {0.25, 0.25, 0.25}});
    assertThat(EquationOfState.bondAngstrom(diamond))
        .isCloseTo(3.567 * Math.sqrt(3) / 4, within(1e-9));
  }
}
