package org.rlmaterials.crystal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A periodic crystal: a lattice (Å), the species and the fractional positions of the atoms of one
 * cell. Immutable. Positions are kept as given, not wrapped into the cell.
 */
public final class Crystal {
  private final Lattice lattice;
  private final int[] atomicNumbers;

  /** Row-major n×3. */
  private final double[] fractional;

  private Crystal(Lattice lattice, int[] atomicNumbers, double[] fractional) {
    if (atomicNumbers.length == 0) {
      throw new IllegalArgumentException("a crystal has at least one atom");
    }
    if (fractional.length != 3 * atomicNumbers.length) {
      throw new IllegalArgumentException(
          atomicNumbers.length
              + " species but "
              + fractional.length / 3.0
              + " positions: expected one position of three numbers for each");
    }
    for (double x : fractional) {
      if (!Double.isFinite(x)) {
        throw new IllegalArgumentException("a position holds " + x + ", not a finite number");
      }
    }
    this.lattice = lattice;
    this.atomicNumbers = atomicNumbers;
    this.fractional = fractional;
  }

  /**
   * @param lattice the cell (Å)
   * @param species chemical symbols (n)
   * @param fractional fractional positions (n×3)
   * @return the crystal
   * @throws IllegalArgumentException if a symbol is unknown, a number is not finite or the counts
   *     differ
   */
  public static Crystal of(Lattice lattice, List<String> species, double[][] fractional) {
    int[] numbers = species.stream().mapToInt(s -> Element.of(s).atomicNumber()).toArray();
    double[] flat = new double[3 * fractional.length];
    for (int i = 0; i < fractional.length; i++) {
      if (fractional[i].length != 3) {
        throw new IllegalArgumentException(
            "position " + (i + 1) + " has " + fractional[i].length + " numbers, expected 3");
      }
      System.arraycopy(fractional[i], 0, flat, 3 * i, 3);
    }
    return new Crystal(lattice, numbers, flat);
  }

  /**
   * @param lattice the cell (Å)
   * @param atomicNumbers atomic numbers (n); copied
   * @param fractional fractional positions, row-major n×3; copied
   * @return the crystal
   * @throws IllegalArgumentException if a number is not finite or the counts differ
   */
  public static Crystal of(Lattice lattice, int[] atomicNumbers, double[] fractional) {
    return new Crystal(lattice, atomicNumbers.clone(), fractional.clone());
  }

  /**
   * @return the cell (Å)
   */
  public Lattice lattice() {
    return lattice;
  }

  /**
   * @return number of atoms in the cell
   */
  public int size() {
    return atomicNumbers.length;
  }

  /**
   * @param i atom index
   * @return its atomic number
   */
  public int atomicNumber(int i) {
    return atomicNumbers[i];
  }

  /**
   * @return a fresh copy of the atomic numbers (n)
   */
  public int[] atomicNumbers() {
    return atomicNumbers.clone();
  }

  /**
   * @param i atom index
   * @return its element
   */
  public Element element(int i) {
    return Element.of(atomicNumbers[i]);
  }

  /**
   * @return chemical symbols (n), in atom order
   */
  public List<String> species() {
    return Arrays.stream(atomicNumbers).mapToObj(z -> Element.of(z).symbol()).toList();
  }

  /**
   * @param i atom index
   * @param axis 0 to 2
   * @return that fractional coordinate
   */
  public double fractional(int i, int axis) {
    return fractional[3 * i + axis];
  }

  /**
   * @return a fresh copy of the fractional positions, row-major n×3
   */
  public double[] toFractionalRows() {
    return fractional.clone();
  }

  /**
   * @return a fresh n×3 matrix of fractional positions
   */
  public double[][] fractionalPositions() {
    double[][] positions = new double[size()][];
    for (int i = 0; i < size(); i++) {
      positions[i] = Arrays.copyOfRange(fractional, 3 * i, 3 * i + 3);
    }
    return positions;
  }

  /**
   * @return a fresh n×3 matrix of Cartesian positions (Å)
   */
  public double[][] cartesianPositions() {
    double[][] positions = fractionalPositions();
    for (int i = 0; i < positions.length; i++) {
      positions[i] = lattice.toCartesian(positions[i]);
    }
    return positions;
  }

  /**
   * @return volume per atom (Å³)
   */
  public double volumePerAtom() {
    return lattice.volume() / size();
  }

  /**
   * @return the formula of the whole cell, symbols in alphabetical order: As2Ga2
   */
  public String formula() {
    return formula(1);
  }

  /**
   * @return the formula divided by the greatest common divisor of its counts: AsGa
   */
  public String reducedFormula() {
    int divisor = counts().values().stream().reduce(0, Crystal::gcd);
    return formula(divisor);
  }

  /**
   * @return the sorted element symbols joined by "-": As-Ga
   */
  public String chemicalSystem() {
    return String.join("-", counts().keySet());
  }

  /**
   * @return number of atoms of each element, by symbol in alphabetical order
   */
  public Map<String, Integer> counts() {
    Map<String, Integer> counts = new TreeMap<>();
    for (int z : atomicNumbers) {
      counts.merge(Element.of(z).symbol(), 1, Integer::sum);
    }
    return Collections.unmodifiableMap(counts);
  }

  private String formula(int divisor) {
    return counts().entrySet().stream()
        .map(e -> e.getKey() + (e.getValue() == divisor ? "" : e.getValue() / divisor))
        .collect(Collectors.joining());
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /**
   * The crystal repeated along its lattice vectors.
   *
   * @param na repeats along a, at least 1
   * @param nb repeats along b, at least 1
   * @param nc repeats along c, at least 1
   * @return the supercell with na·nb·nc times the atoms
   */
  public Crystal supercell(int na, int nb, int nc) {
    int[] repeats = {na, nb, nc};
    double[] rows = lattice.toRows();
    for (int i = 0; i < 9; i++) {
      rows[i] *= repeats[i / 3];
    }
    List<String> species = new ArrayList<>();
    List<double[]> positions = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      for (int a = 0; a < na; a++) {
        for (int b = 0; b < nb; b++) {
          for (int c = 0; c < nc; c++) {
            species.add(element(i).symbol());
            positions.add(
                new double[] {
                  (fractional(i, 0) + a) / na,
                  (fractional(i, 1) + b) / nb,
                  (fractional(i, 2) + c) / nc
                });
          }
        }
      }
    }
    return of(Lattice.ofRows(rows), species, positions.toArray(double[][]::new));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Crystal crystal
        && lattice.equals(crystal.lattice)
        && Arrays.equals(atomicNumbers, crystal.atomicNumbers)
        && Arrays.equals(fractional, crystal.fractional);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * lattice.hashCode() + Arrays.hashCode(atomicNumbers))
        + Arrays.hashCode(fractional);
  }

  @Override
  public String toString() {
    return formula() + " " + lattice;
  }
}
