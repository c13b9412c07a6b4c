package org.rlmaterials.crystal;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A short name for a structure as it is written down: safe in file names, the same on every
 * machine. Two descriptions of one crystal (another cell, another order of atoms) have different
 * hashes; whether crystals are the same is not for a hash to say.
 */
public final class StructureHash {
  /** Rounding of lattice vectors (Å) and fractional positions before hashing. */
  private static final double STEP = 1e-6;

  private StructureHash() {}

  /**
   * The first 16 hexadecimal digits of the SHA-256 of atomic numbers, lattice vectors (Å, in steps
   * of 1e-6 Å) and fractional positions (in steps of 1e-6, within the cell), in the order given.
   *
   * @param crystal the crystal
   * @return 16 characters of 0-9a-f
   */
  public static String of(Crystal crystal) {
    int n = crystal.size();
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * n + 8 * (9 + 3 * n));
    bytes.putInt(n);
    for (int z : crystal.atomicNumbers()) {
      bytes.putInt(z);
    }
    for (double x : crystal.lattice().toRows()) {
      bytes.putLong(Math.round(x / STEP));
    }
    long period = Math.round(1 / STEP);
    for (double x : crystal.toFractionalRows()) {
      bytes.putLong(Math.floorMod(Math.round(x / STEP), period));
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
