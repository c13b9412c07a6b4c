package org.rlmaterials.crystal;

import java.math.BigDecimal;
import org.rlmaterials.errors.BadInputException;

/** Numbers in text files of structures. */
final class TextNumbers {
  private TextNumbers() {}

  /** A finite number, or an error that names the place. */
  static double parse(String text, String source, int line, String what) {
    double value;
    try {
      // Fortran programs write 1.0D-3.
      value = Double.parseDouble(text.replace('D', 'E').replace('d', 'e'));
    } catch (NumberFormatException e) {
      throw BadInputException.at(
          source, line, "expected a number for " + what + ", found '" + text + "'");
    }
    if (!Double.isFinite(value)) {
      throw BadInputException.at(source, line, what + " is " + text + ", not a finite number");
    }
    return value;
  }

  /** The shortest decimal text that reads back as the same number, without exponent. */
  static String format(double value) {
    return new BigDecimal(Double.toString(value + 0.0)).toPlainString();
  }

  /** The element of a symbol, or an error that names the place. */
  static Element element(String symbol, String source, int line) {
    try {
      return Element.of(symbol);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          source + ":" + line + ": " + e.getMessage() + ", expected a symbol as Ga", e);
    }
  }
}
