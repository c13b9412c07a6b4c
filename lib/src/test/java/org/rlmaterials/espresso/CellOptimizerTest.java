package org.rlmaterials.espresso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.Move;
import org.rlmaterials.crystal.NeighbourSearch;

/** Crystals of pair potentials, whose forces and stress are known in closed form. */
class CellOptimizerTest {
  private static final double CUTOFF_ANGSTROM = 14;
  private static final double GPA = 160.2176634;

  /** Depth of the potential (eV). */
  private double depth;

  /** Distance at which it is lowest (Å). */
  private double distance;

  private double energy;

  /** Lennard-Jones: energy, forces and stress. */
  private PwOutput compute(Crystal crystal) {
    double[][] forces = new double[crystal.size()][3];
    double[][] stress = new double[3][3];
    energy = 0;
    NeighbourSearch.visitPairs(
        crystal,
        CUTOFF_ANGSTROM,
        (i, j, dx, dy, dz, r) -> {
          double sixth = Math.pow(distance / r, 6);
          energy += depth * (sixth * sixth - 2 * sixth);
          double slope = -12 * depth * (sixth * sixth - sixth) / r;
          double[] d = {dx, dy, dz};
          for (int x = 0; x < 3; x++) {
            forces[i][x] += slope * d[x] / r;
            forces[j][x] -= slope * d[x] / r;
            for (int y = 0; y < 3; y++) {
              stress[x][y] -= slope * d[x] * d[y] / r / crystal.lattice().volume() * GPA;
            }
          }
        });
    return new PwOutput(
        "test", crystal, true, 1, true, 0, energy, 0, 0, null, null, null, null, forces, stress,
        List.of(), 1, 0);
  }

  private static Crystal cubic(double a) {
    return Crystal.of(
        Lattice.ofRows(a, 0, 0, 0, a, 0, 0, 0, a),
        List.of("Al", "Al", "Al", "Al"),
        new double[][] {{0, 0, 0}, {0, 0.5, 0.5}, {0.5, 0, 0.5}, {0.5, 0.5, 0}});
  }

  private static boolean still(PwOutput output) {
    double force =
        Arrays.stream(output.forcesEvPerAngstrom())
            .flatMapToDouble(Arrays::stream)
            .map(Math::abs)
            .max()
            .orElseThrow();
    return force < 0.01 && Math.abs(output.pressureGpa()) < 0.05 && output.shearGpa() < 0.05;
  }

  /** The derivative of the model, so that the rest means something. */
  @Test
  void theModelHasTheForcesAndStressOfItsEnergy() {
    depth = 0.3;
    distance = 2.8;
    Crystal crystal =
        new Move.Displace(new double[] {0.01, 0.02, 0, 0, 0, 0, 0, 0.03, 0, 0, 0, 0})
            .apply(cubic(4));
    PwOutput output = compute(crystal);
    double h = 1e-5;
    Crystal strained = new Move.Strain(new double[] {h, 0, 0, 0, 0, 0}).apply(crystal);
    double before = energy;
    compute(strained);
    assertThat(-(energy - before) / h / crystal.lattice().volume() * GPA)
        .isCloseTo(output.stressGpa()[0][0], within(1e-2));
    compute(
        new Move.Displace(new double[] {0, 0, 0, 0, h / 4, 0, 0, 0, 0, 0, 0, 0}).apply(crystal));
    assertThat(-(energy - before) / h).isCloseTo(output.forcesEvPerAngstrom()[1][1], within(1e-2));
  }

  /**
   * Nearest neighbours of the fcc crystal: 0.9712 times the distance of two atoms alone, from the
   * lattice sums 12.13188 and 14.45392 (J. E. Jones, A. E. Ingham, Proc. R. Soc. A 107, 636
   * (1925)). A strong and a weak bond; a cell that is far too small, too large, sheared, with atoms
   * displaced.
   */
  @ParameterizedTest
  @CsvSource({
    "0.06, 2.8, 0.90, 0.03, 0.03, 16",
    "0.12, 2.8, 1.06, 0.05, 0.02, 16",
    "0.03, 3.5, 0.97, 0.05, 0.05, 16",
    "0.06, 3.5, 1.00, 0.01, 0.001, 8"
  })
  void comesToRest(
      double bond, double length, double scale, double strain, double shift, int steps) {
    depth = bond;
    distance = length;
    double wanted = length * Math.pow(12.13188 / 14.45392, 1.0 / 6);
    Random random = new Random(5);
    Crystal crystal =
        new Move.Strain(random.doubles(6, -strain, strain).toArray())
            .apply(
                new Move.Displace(random.doubles(12, -shift, shift).toArray())
                    .apply(cubic(scale * wanted * Math.sqrt(2))));
    CellOptimizer optimizer = new CellOptimizer(crystal);
    int n = 0;
    PwOutput output = compute(optimizer.crystal());
    while (!still(output) && n < 40) {
      optimizer.advance(output);
      output = compute(optimizer.crystal());
      n++;
    }
    assertThat(n).as("steps").isLessThanOrEqualTo(steps);
    assertThat(EquationOfState.bondAngstrom(optimizer.crystal()))
        .isCloseTo(wanted, within(0.01 * wanted));
  }

  @Test
  void aCrystalAtRestStays() {
    depth = 0.06;
    distance = 2.8;
    double a = 2.8 * Math.pow(12.13188 / 14.45392, 1.0 / 6) * Math.sqrt(2);
    CellOptimizer optimizer = new CellOptimizer(cubic(a));
    optimizer.advance(compute(cubic(a)));
    assertThat(optimizer.crystal().lattice().volume())
        .isCloseTo(a * a * a, within(0.01 * a * a * a));
  }
}
