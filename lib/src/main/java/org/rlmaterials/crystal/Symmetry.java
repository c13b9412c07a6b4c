package org.rlmaterials.crystal;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The space group of a crystal, found by spglib (A. Togo, K. Shinohara and I. Tanaka, Sci. Technol.
 * Adv. Mater. Methods 4, 2384822 (2024)), a C library (Debian: libsymspg1). Where the library is
 * not installed everything here is empty and {@link #isAvailable()} says so: nothing else depends
 * on it.
 *
 * @param number number of the space group, 1 to 230
 * @param symbol short Hermann-Mauguin symbol, e.g. F-43m
 * @param operations the symmetry operations in the basis of the crystal as given
 */
public record Symmetry(int number, String symbol, List<Operation> operations) {

  /** Tolerance (Å) for relaxed and for tabulated structures. */
  public static final double TOLERANCE_ANGSTROM = 0.01;

  /**
   * A symmetry operation on fractional coordinates: x' = W x + w.
   *
   * @param rotation W, row-major 3×3
   * @param translation w (3)
   */
  public record Operation(List<Integer> rotation, List<Double> translation) {
    /**
     * @param fractional fractional coordinates (3)
     * @return their image (3), not wrapped
     */
    public double[] apply(double[] fractional) {
      double[] image = new double[3];
      for (int i = 0; i < 3; i++) {
        image[i] = translation.get(i);
        for (int j = 0; j < 3; j++) {
          image[i] += rotation.get(3 * i + j) * fractional[j];
        }
      }
      return image;
    }
  }

  /** The functions of spglib's C interface that are used; arrays row-major, lattice in columns. */
  private interface Spglib extends Library {
    int spg_get_international(
        byte[] symbol, double[] lattice, double[] positions, int[] types, int n, double symprec);

    int spg_get_multiplicity(
        double[] lattice, double[] positions, int[] types, int n, double symprec);

    int spg_get_symmetry(
        int[] rotations,
        double[] translations,
        int size,
        double[] lattice,
        double[] positions,
        int[] types,
        int n,
        double symprec);

    int spg_standardize_cell(
        double[] lattice,
        double[] positions,
        int[] types,
        int n,
        int toPrimitive,
        int noIdealize,
        double symprec);
  }

  private static final class Loaded {
    /** Null where the library is not installed. */
    static final Spglib SPGLIB = load();

    private static Spglib load() {
      // Debian names it libsymspg.so.1, newer releases .so.2; a developer package has no number.
      for (String name : List.of("libsymspg.so.2", "libsymspg.so.1", "symspg")) {
        try {
          return Native.load(name, Spglib.class);
        } catch (UnsatisfiedLinkError e) {
          // The next name.
        }
      }
      return null;
    }
  }

  /**
   * @return whether spglib is installed
   */
  public static boolean isAvailable() {
    return Loaded.SPGLIB != null;
  }

  /**
   * Finds the space group.
   *
   * @param crystal the crystal
   * @param toleranceAngstrom how far atoms may be from their symmetric places (Å), e.g. {@link
   *     #TOLERANCE_ANGSTROM}
   * @return the symmetry; empty if spglib is not installed or finds none (atoms too close)
   */
  public static Optional<Symmetry> of(Crystal crystal, double toleranceAngstrom) {
    if (!isAvailable()) {
      return Optional.empty();
    }
    Spglib spglib = Loaded.SPGLIB;
    int n = crystal.size();
    double[] lattice = columns(crystal.lattice());
    double[] positions = crystal.toFractionalRows();
    int[] types = crystal.atomicNumbers();
    byte[] symbol = new byte[32];
    int number =
        spglib.spg_get_international(symbol, lattice, positions, types, n, toleranceAngstrom);
    int size = spglib.spg_get_multiplicity(lattice, positions, types, n, toleranceAngstrom);
    if (number < 1 || size < 1) {
      return Optional.empty();
    }
    int[] rotations = new int[9 * size];
    double[] translations = new double[3 * size];
    int count =
        spglib.spg_get_symmetry(
            rotations, translations, size, lattice, positions, types, n, toleranceAngstrom);
    List<Operation> operations = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      operations.add(
          new Operation(
              Arrays.stream(rotations, 9 * k, 9 * k + 9).boxed().toList(),
              Arrays.stream(translations, 3 * k, 3 * k + 3).boxed().toList()));
    }
    int end = 0;
    while (end < symbol.length && symbol[end] != 0) {
      end++;
    }
    String text = new String(symbol, 0, end, StandardCharsets.US_ASCII).strip();
    return Optional.of(new Symmetry(number, text, List.copyOf(operations)));
  }

  /**
   * The standardised primitive cell, atoms moved to their exact symmetric places.
   *
   * @param crystal the crystal
   * @param toleranceAngstrom how far atoms may be from their symmetric places (Å)
   * @return the primitive cell in spglib's standard orientation; empty if spglib is not installed
   *     or finds no symmetry. {@link PrimitiveCell} needs no library
   */
  public static Optional<Crystal> standardPrimitive(Crystal crystal, double toleranceAngstrom) {
    return standardise(crystal, toleranceAngstrom, true);
  }

  /**
   * The standardised conventional cell, atoms moved to their exact symmetric places.
   *
   * @param crystal the crystal
   * @param toleranceAngstrom how far atoms may be from their symmetric places (Å)
   * @return the conventional cell; empty if spglib is not installed or finds no symmetry
   */
  public static Optional<Crystal> standardConventional(Crystal crystal, double toleranceAngstrom) {
    return standardise(crystal, toleranceAngstrom, false);
  }

  private static Optional<Crystal> standardise(
      Crystal crystal, double toleranceAngstrom, boolean primitive) {
    if (!isAvailable()) {
      return Optional.empty();
    }
    int n = crystal.size();
    double[] lattice = columns(crystal.lattice());
    // The conventional cell has up to four times the atoms of a primitive one.
    double[] positions = Arrays.copyOf(crystal.toFractionalRows(), 12 * n);
    int[] types = Arrays.copyOf(crystal.atomicNumbers(), 4 * n);
    int count =
        Loaded.SPGLIB.spg_standardize_cell(
            lattice, positions, types, n, primitive ? 1 : 0, 0, toleranceAngstrom);
    if (count < 1) {
      return Optional.empty();
    }
    return Optional.of(
        Crystal.of(
            Lattice.ofRows(transposed(lattice)),
            Arrays.copyOf(types, count),
            Arrays.copyOf(positions, 3 * count)));
  }

  private static double[] columns(Lattice lattice) {
    return transposed(lattice.toRows());
  }

  private static double[] transposed(double[] m) {
    return new double[] {m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]};
  }
}
