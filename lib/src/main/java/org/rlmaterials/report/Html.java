package org.rlmaterials.report;

import java.util.Locale;

/** Text for HTML. Everything that does not stand in our source goes through {@link #escape}. */
final class Html {
  private Html() {}

  /**
   * @param text any text, or null
   * @return the same for element content and quoted attributes; empty for null
   */
  static String escape(String text) {
    if (text == null) {
      return "";
    }
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(c < ' ' && c != '\n' && c != '\t' ? '\uFFFD' : c);
      }
    }
    return escaped.toString();
  }

  /**
   * @param json JSON text
   * @return the same JSON, harmless inside a script element
   */
  static String json(String json) {
    return json.replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029");
  }

  /**
   * @param formula a formula: As2Ga
   * @return the same with subscripts, escaped
   */
  static String formula(String formula) {
    return escape(formula).replaceAll("(?<=[A-Za-z)])(\\d+)", "<sub>$1</sub>");
  }

  /**
   * @param value a number
   * @param digits digits after the point
   * @return the number with a true minus sign; a dash if it is not finite
   */
  static String number(double value, int digits) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    return String.format(Locale.ROOT, "%." + digits + "f", value).replace('-', '\u2212');
  }
}
