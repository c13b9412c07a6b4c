package org.rlmaterials.crystal;

/**
 * The moves of the search, one piece of code for the structures of the first calculations and for
 * the agent's environment: six random kinds, and targeted forms where the caller chooses the atom
 * and the element or the strain component.
 */
public final class Moves {
  /** Largest shift of a fractional coordinate in {@link Kind#PERTURB_SMALL}. */
  public static final double SMALL_SHIFT = 0.01;

  /** Largest shift of a fractional coordinate in {@link Kind#PERTURB_LARGE}. */
  public static final double LARGE_SHIFT = 0.05;

  /** Least change of the cell's lengths in {@link Kind#COMPRESS} and {@link Kind#EXPAND}. */
  public static final double MIN_SCALING = 0.01;

  /** Largest change of the cell's lengths in {@link Kind#COMPRESS} and {@link Kind#EXPAND}. */
  public static final double MAX_SCALING = 0.05;

  /** Largest shear (tensor component of the strain) in {@link Kind#SHEAR}. */
  public static final double MAX_SHEAR = 0.03;

  private Moves() {}

  /** The six random moves, in the order of the agent's action numbers. */
  public enum Kind {
    /** Every fractional coordinate of every atom shifts by up to ±0.01. */
    PERTURB_SMALL,
    /** Every fractional coordinate of every atom shifts by up to ±0.05. */
    PERTURB_LARGE,
    /** All lengths of the cell shrink by 1 to 5 %. */
    COMPRESS,
    /** All lengths of the cell grow by 1 to 5 %. */
    EXPAND,
    /** The three shears of the cell change by up to ±3 % each. */
    SHEAR,
    /** A random atom becomes another random element of the palette. */
    SWAP_SPECIES
  }

  /**
   * Draws the numbers of a random move.
   *
   * @param kind which move
   * @param crystal the crystal it is for
   * @param random where the numbers come from
   * @return the move
   */
  public static Move draw(Kind kind, Crystal crystal, RandomStream random) {
    return switch (kind) {
      case PERTURB_SMALL -> displaceAll(crystal.size(), SMALL_SHIFT, random);
      case PERTURB_LARGE -> displaceAll(crystal.size(), LARGE_SHIFT, random);
      case COMPRESS -> scale(-random.uniform(MIN_SCALING, MAX_SCALING));
      case EXPAND -> scale(random.uniform(MIN_SCALING, MAX_SCALING));
      case SHEAR ->
          new Move.Strain(
              new double[] {
                0,
                0,
                0,
                random.uniform(-MAX_SHEAR, MAX_SHEAR),
                random.uniform(-MAX_SHEAR, MAX_SHEAR),
                random.uniform(-MAX_SHEAR, MAX_SHEAR)
              });
      case SWAP_SPECIES -> {
        int atom = random.nextInt(crystal.size());
        int current = Palette.indexOf(crystal.atomicNumber(atom));
        int others = current < 0 ? Palette.size() : Palette.size() - 1;
        int choice = random.nextInt(others);
        int index = current >= 0 && choice >= current ? choice + 1 : choice;
        yield new Move.Substitute(atom, Palette.atomicNumber(index));
      }
    };
  }

  private static Move displaceAll(int atoms, double largest, RandomStream random) {
    double[] shifts = new double[3 * atoms];
    for (int i = 0; i < shifts.length; i++) {
      shifts[i] = random.uniform(-largest, largest);
    }
    return new Move.Displace(shifts);
  }

  /**
   * Shifts one chosen atom at random.
   *
   * @param crystal the crystal it is for
   * @param atom index of the atom, from 0
   * @param largest largest shift of each fractional coordinate
   * @param random where the numbers come from
   * @return the move
   */
  public static Move displace(Crystal crystal, int atom, double largest, RandomStream random) {
    double[] shifts = new double[3 * crystal.size()];
    for (int x = 0; x < 3; x++) {
      shifts[3 * atom + x] = random.uniform(-largest, largest);
    }
    return new Move.Displace(shifts);
  }

  /**
   * Scales all lengths of the cell.
   *
   * @param strain relative change of length (0.02: 2 % longer)
   * @return the move
   */
  public static Move.Strain scale(double strain) {
    return new Move.Strain(new double[] {strain, strain, strain, 0, 0, 0});
  }

  /**
   * Strains the cell along one component.
   *
   * @param component 0 to 5: xx, yy, zz, yz, xz, xy (Cartesian)
   * @param strain the component of the strain tensor (dimensionless)
   * @return the move
   */
  public static Move.Strain strain(int component, double strain) {
    double[] tensor = new double[6];
    tensor[component] = strain;
    return new Move.Strain(tensor);
  }

  /**
   * Puts an element of the palette on an atom's place.
   *
   * @param atom index of the atom, from 0
   * @param paletteIndex position of the element in {@link Palette#SYMBOLS}
   * @return the move
   */
  public static Move substitute(int atom, int paletteIndex) {
    return new Move.Substitute(atom, Palette.atomicNumber(paletteIndex));
  }
}
