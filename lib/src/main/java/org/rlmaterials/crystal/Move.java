package org.rlmaterials.crystal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;

/**
 * One change of a crystal, with every number fixed: the same move on the same crystal gives the
 * same crystal, bit by bit. {@link Moves} draws moves at random or makes chosen ones.
 */
public sealed interface Move {
  /**
   * @param crystal where to start
   * @return the changed crystal, valid or not
   * @throws IllegalArgumentException if the change leaves no cell
   */
  Crystal apply(Crystal crystal);

  /**
   * @return the move and its numbers, for the provenance of a structure
   */
  ObjectNode toJson();

  /**
   * Shifts atoms.
   *
   * @param shifts change of the fractional positions, row-major n×3; not copied
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Displace(double[] shifts) implements Move {
    @Override
    public Crystal apply(Crystal crystal) {
      double[] f = crystal.toFractionalRows();
      for (int i = 0; i < f.length; i++) {
        f[i] += shifts[i];
      }
      return Crystal.of(crystal.lattice(), crystal.atomicNumbers(), f);
    }

    @Override
    public ObjectNode toJson() {
      ObjectNode node = JsonNodeFactory.instance.objectNode().put("move", "displace");
      ArrayNode rows = node.putArray("fractional_shifts");
      for (int i = 0; i < shifts.length; i += 3) {
        rows.addArray().add(shifts[i]).add(shifts[i + 1]).add(shifts[i + 2]);
      }
      return node;
    }
  }

  /**
   * Strains the cell: every lattice vector v (Å, a row) becomes v · (1 + ε) with a symmetric tensor
   * ε. Fractional positions stay.
   *
   * @param tensor ε as xx, yy, zz, yz, xz, xy (dimensionless; tensor, not engineering, shears); not
   *     copied
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Strain(double[] tensor) implements Move {
    @Override
    public Crystal apply(Crystal crystal) {
      double[] v = crystal.lattice().toRows();
      double[] strained = new double[9];
      for (int i = 0; i < 9; i += 3) {
        strained[i] = v[i] * (1 + tensor[0]) + v[i + 1] * tensor[5] + v[i + 2] * tensor[4];
        strained[i + 1] = v[i] * tensor[5] + v[i + 1] * (1 + tensor[1]) + v[i + 2] * tensor[3];
        strained[i + 2] = v[i] * tensor[4] + v[i + 1] * tensor[3] + v[i + 2] * (1 + tensor[2]);
      }
      return Crystal.of(
          Lattice.ofRows(strained), crystal.atomicNumbers(), crystal.toFractionalRows());
    }

    @Override
    public ObjectNode toJson() {
      ObjectNode node = JsonNodeFactory.instance.objectNode().put("move", "strain");
      ArrayNode components = node.putArray("strain_xx_yy_zz_yz_xz_xy");
      Arrays.stream(tensor).forEach(components::add);
      return node;
    }
  }

  /**
   * Puts another element on an atom's place.
   *
   * @param atom index of the atom, from 0
   * @param atomicNumber Z of the new element
   */
  record Substitute(int atom, int atomicNumber) implements Move {
    @Override
    public Crystal apply(Crystal crystal) {
      int[] numbers = crystal.atomicNumbers();
      numbers[atom] = atomicNumber;
      return Crystal.of(crystal.lattice(), numbers, crystal.toFractionalRows());
    }

    @Override
    public ObjectNode toJson() {
      return JsonNodeFactory.instance
          .objectNode()
          .put("move", "substitute")
          .put("atom", atom)
          .put("element", Element.of(atomicNumber).symbol());
    }
  }

  /**
   * A move, and then, if that left a valid crystal, the volume that suits its bonds ({@link
   * Bonding#settled}).
   *
   * @param move the move
   */
  record Settled(Move move) implements Move {
    @Override
    public Crystal apply(Crystal crystal) {
      Crystal moved = move.apply(crystal);
      return Validity.isValid(moved) ? Bonding.settled(moved) : moved;
    }

    @Override
    public ObjectNode toJson() {
      return move.toJson().put("settled", true);
    }
  }
}
