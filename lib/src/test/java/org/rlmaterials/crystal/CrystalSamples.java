package org.rlmaterials.crystal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Crystals for tests, and ways to write the same crystal differently. */
public final class CrystalSamples {
  private static final List<String> ELEMENTS =
      List.of("Si", "Ge", "C", "Ga", "As", "Al", "In", "P", "N", "Sn", "Sb", "Bi", "Se", "Te");

  private CrystalSamples() {}

  /**
   * @param cation symbol of the atom at the origin
   * @param anion symbol of the atom at (1/4, 1/4, 1/4)
   * @param a cubic lattice constant (Å)
   * @return the primitive cell of zinc blende
   */
  public static Crystal zincBlende(String cation, String anion, double a) {
    double h = a / 2;
    return Crystal.of(
        Lattice.ofRows(0, h, h, h, 0, h, h, h, 0),
        List.of(cation, anion),
        new double[][] {{0, 0, 0}, {0.25, 0.25, 0.25}});
  }

  /**
   * @param symbol the element
   * @param lattice the cell
   * @return one atom at the origin of the cell
   */
  public static Crystal simple(String symbol, Lattice lattice) {
    return Crystal.of(lattice, List.of(symbol), new double[1][3]);
  }

  /**
   * @param random source of chance
   * @return a triclinic crystal of one to six atoms, no two closer than about 1.2 Å
   */
  public static Crystal random(Random random) {
    while (true) {
      double[] rows = new double[9];
      for (int i = 0; i < 9; i++) {
        rows[i] = (i % 4 == 0 ? 2.5 + 3 * random.nextDouble() : 2 * random.nextDouble() - 1);
      }
      int n = 1 + random.nextInt(6);
      List<String> species = new ArrayList<>();
      double[][] positions = new double[n][3];
      for (int i = 0; i < n; i++) {
        species.add(ELEMENTS.get(random.nextInt(ELEMENTS.size())));
        for (int x = 0; x < 3; x++) {
          positions[i][x] = random.nextDouble();
        }
      }
      Crystal crystal = Crystal.of(Lattice.ofRows(rows), species, positions);
      boolean[] close = {false};
      NeighbourSearch.visitPairs(crystal, 1.2, (i, j, x, y, z, d) -> close[0] = true);
      if (!close[0]) {
        return crystal;
      }
    }
  }

  /**
   * @param crystal a crystal
   * @param random source of chance
   * @return the same crystal, its atoms permuted, turned, mirrored at times, its origin shifted, in
   *     another basis of the same lattice
   */
  public static Crystal disguise(Crystal crystal, Random random) {
    return rebase(turn(shift(permute(crystal, random), random), random), random);
  }

  /**
   * @param crystal a crystal
   * @param random source of chance
   * @return its atoms in another order
   */
  public static Crystal permute(Crystal crystal, Random random) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < crystal.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    return Crystal.of(
        crystal.lattice(),
        order.stream().map(i -> crystal.element(i).symbol()).toList(),
        order.stream().map(i -> crystal.fractionalPositions()[i]).toArray(double[][]::new));
  }

  /**
   * @param crystal a crystal
   * @param random source of chance
   * @return all atoms shifted by one vector
   */
  public static Crystal shift(Crystal crystal, Random random) {
    double[] positions = crystal.toFractionalRows();
    double[] by = {random.nextDouble(), 3 * random.nextDouble(), -random.nextDouble()};
    for (int i = 0; i < positions.length; i++) {
      positions[i] += by[i % 3];
    }
    return Crystal.of(crystal.lattice(), crystal.atomicNumbers(), positions);
  }

  /**
   * @param crystal a crystal
   * @param random source of chance
   * @return the crystal rotated
   */
  public static Crystal turn(Crystal crystal, Random random) {
    double[] q = new double[4];
    double norm = 0;
    for (int i = 0; i < 4; i++) {
      q[i] = random.nextGaussian();
      norm += q[i] * q[i];
    }
    norm = Math.sqrt(norm);
    double w = q[0] / norm;
    double x = q[1] / norm;
    double y = q[2] / norm;
    double z = q[3] / norm;
    double[][] r = {
      {1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)},
      {2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)},
      {2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)}
    };
    return deformed(crystal, r);
  }

  /**
   * @param crystal a crystal
   * @param f a matrix, 3 × 3
   * @return the crystal with every lattice vector v in the place of f v, fractional coordinates
   *     kept
   */
  public static Crystal deformed(Crystal crystal, double[][] f) {
    double[][] vectors = crystal.lattice().vectors();
    double[][] deformed = new double[3][3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        for (int k = 0; k < 3; k++) {
          deformed[i][j] += vectors[i][k] * f[j][k];
        }
      }
    }
    return Crystal.of(Lattice.of(deformed), crystal.atomicNumbers(), crystal.toFractionalRows());
  }

  /**
   * @param crystal a crystal
   * @param random source of chance
   * @return the crystal in another basis of its lattice, up to very skewed
   */
  public static Crystal rebase(Crystal crystal, Random random) {
    double[] rows = crystal.lattice().toRows();
    int operations = random.nextInt(8);
    for (int o = 0; o < operations; o++) {
      int i = random.nextInt(3);
      int j = (i + 1 + random.nextInt(2)) % 3;
      int times = random.nextInt(5) - 2;
      for (int x = 0; x < 3; x++) {
        rows[3 * i + x] += times * rows[3 * j + x];
      }
    }
    Lattice lattice = Lattice.ofRows(rows);
    double[] positions = new double[3 * crystal.size()];
    double[][] cartesian = crystal.cartesianPositions();
    for (int i = 0; i < crystal.size(); i++) {
      System.arraycopy(lattice.toFractional(cartesian[i]), 0, positions, 3 * i, 3);
    }
    return Crystal.of(lattice, crystal.atomicNumbers(), positions);
  }

  /**
   * @param crystal a crystal
   * @param size largest displacement along each axis (Å)
   * @param random source of chance
   * @return every atom moved by chance
   */
  public static Crystal jitter(Crystal crystal, double size, Random random) {
    double[] positions = new double[3 * crystal.size()];
    double[][] cartesian = crystal.cartesianPositions();
    for (int i = 0; i < crystal.size(); i++) {
      for (int x = 0; x < 3; x++) {
        cartesian[i][x] += size * (2 * random.nextDouble() - 1);
      }
      System.arraycopy(crystal.lattice().toFractional(cartesian[i]), 0, positions, 3 * i, 3);
    }
    return Crystal.of(crystal.lattice(), crystal.atomicNumbers(), positions);
  }
}
