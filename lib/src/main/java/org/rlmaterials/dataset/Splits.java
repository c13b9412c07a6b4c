package org.rlmaterials.dataset;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The one definition of the split. The SHA-256 digest of the chemical system (sorted element
 * symbols joined by "-", UTF-8) starts with four bytes; read as an unsigned big-endian number and
 * divided by 2³² they give a fraction u. u below 0.70 is train, below 0.85 validation, else test.
 *
 * <p>It depends on nothing else: no row order, no seed, no other record. So a chemistry stays on
 * one side whatever is merged, in every training phase, ensemble member and round. The shares hold
 * for chemical systems; those of records vary around them, because systems differ in size.
 */
public final class Splits {
  /** Fraction of chemical systems in train. */
  public static final double TRAIN_FRACTION = 0.70;

  /** Fraction of chemical systems in validation; the rest is test. */
  public static final double VALIDATION_FRACTION = 0.15;

  private Splits() {}

  /**
   * @param chemicalSystem sorted element symbols joined by "-", as {@link
   *     org.rlmaterials.crystal.Crystal#chemicalSystem()} gives them
   * @return its side
   */
  public static Split of(String chemicalSystem) {
    double u = fraction(chemicalSystem);
    if (u < TRAIN_FRACTION) {
      return Split.TRAIN;
    }
    return u < TRAIN_FRACTION + VALIDATION_FRACTION ? Split.VALIDATION : Split.TEST;
  }

  private static double fraction(String chemicalSystem) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(chemicalSystem.getBytes(StandardCharsets.UTF_8));
      return Integer.toUnsignedLong(ByteBuffer.wrap(digest).getInt()) / 0x1p32;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
