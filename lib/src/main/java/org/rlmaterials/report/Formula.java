package org.rlmaterials.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rlmaterials.crystal.Element;

/** Formulas as people write them. */
final class Formula {
  private static final Pattern PART = Pattern.compile("([A-Z][a-z]?)(\\d*)");

  private Formula() {}

  /**
   * @param candidate a candidate of report.json
   * @return its formula as people write it
   */
  static String of(JsonNode candidate) {
    return forPeople(candidate.path("reduced_formula").asText());
  }

  /**
   * @param alphabetical a formula with its symbols in alphabetical order: AsIn
   * @return the same with the least electronegative element first: InAs; unchanged if it is no
   *     formula
   */
  static String forPeople(String alphabetical) {
    List<String[]> parts = new ArrayList<>();
    Matcher part = PART.matcher(alphabetical);
    int end = 0;
    while (part.find() && part.start() == end) {
      parts.add(new String[] {part.group(1), part.group(2)});
      end = part.end();
    }
    if (end != alphabetical.length()) {
      return alphabetical;
    }
    try {
      parts.sort(Comparator.comparingDouble(p -> Element.of(p[0]).electronegativity()));
    } catch (IllegalArgumentException e) {
      return alphabetical;
    }
    StringBuilder text = new StringBuilder();
    parts.forEach(p -> text.append(p[0]).append(p[1]));
    return text.toString();
  }
}
