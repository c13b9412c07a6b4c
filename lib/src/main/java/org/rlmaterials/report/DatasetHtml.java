package org.rlmaterials.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.rlmaterials.crystal.Palette;

/** The dataset: sources, elements, and the spread of masses and gaps. */
final class DatasetHtml {
  /** Group (column) and period (row) of each element of the palette. */
  private static final Map<String, int[]> PLACES =
      Map.ofEntries(
          Map.entry("C", new int[] {14, 2}),
          Map.entry("N", new int[] {15, 2}),
          Map.entry("Al", new int[] {13, 3}),
          Map.entry("Si", new int[] {14, 3}),
          Map.entry("P", new int[] {15, 3}),
          Map.entry("Ga", new int[] {13, 4}),
          Map.entry("Ge", new int[] {14, 4}),
          Map.entry("As", new int[] {15, 4}),
          Map.entry("Se", new int[] {16, 4}),
          Map.entry("In", new int[] {13, 5}),
          Map.entry("Sn", new int[] {14, 5}),
          Map.entry("Sb", new int[] {15, 5}),
          Map.entry("Te", new int[] {16, 5}),
          Map.entry("Bi", new int[] {15, 6}));

  private final JsonNode json;
  private final HtmlPage page;

  /**
   * @param json content of report.json
   * @param page where to write
   */
  DatasetHtml(JsonNode json, HtmlPage page) {
    this.json = json;
    this.page = page;
  }

  void write() {
    page.section("dataset", "Dataset");
    JsonNode dataset = json.path("dataset");
    if (!dataset.has("records")) {
      page.nothing("This run holds no dataset.");
      page.end();
      return;
    }
    page.append("<p>")
        .append(dataset.path("records").asInt())
        .append(" records: ")
        .append(dataset.path("with_m_star").asInt())
        .append(" with an electron mass (")
        .append(dataset.path("m_star_negative").asInt())
        .append(" of them negative), ")
        .append(dataset.path("with_gap").asInt())
        .append(" with a gap. Sources: ")
        .append(Html.escape(counts(dataset.path("by_source"))))
        .append(". Split by chemical system: ")
        .append(Html.escape(counts(dataset.path("by_split"))))
        .append(". ")
        .append(Findings.lastRound(json))
        .append("</p>\n");
    periodicTable(dataset.path("by_element"));
    page.append("<div class=\"pair\">");
    page.chart("masses", "Electron masses in the dataset", "");
    page.chart("gaps", "Gaps in the dataset", "");
    page.append("</div>\n");
    page.end();
  }

  private static String counts(JsonNode object) {
    return object.properties().stream()
        .map(e -> e.getValue().asText() + " " + e.getKey().replace('_', ' '))
        .collect(Collectors.joining(", "));
  }

  private void periodicTable(JsonNode byElement) {
    int most = 1;
    for (JsonNode count : byElement) {
      most = Math.max(most, count.asInt());
    }
    page.append(
        "<figure><div class=\"periodic\" role=\"list\" aria-label=\"Records that hold each"
            + " element\">\n");
    for (String symbol : Palette.SYMBOLS) {
      int count = byElement.path(symbol).asInt();
      int[] place = PLACES.get(symbol);
      page.append(
          "<div role=\"listitem\" style=\"grid-column:%d;grid-row:%d;--share:%s\"><b>%s</b><span>%d</span></div>\n"
              .formatted(
                  place[0] - 12,
                  place[1] - 1,
                  String.format(Locale.ROOT, "%.3f", (double) count / most),
                  symbol,
                  count));
    }
    page.append(
        "</div><figcaption>Records that hold each element of the palette (groups 13 to 16).");
    int others = 0;
    for (Map.Entry<String, JsonNode> e : byElement.properties()) {
      if (!PLACES.containsKey(e.getKey())) {
        others++;
      }
    }
    if (others > 0) {
      page.append(" Other elements in the dataset: ").append(others).append('.');
    }
    page.append("</figcaption></figure>\n");
  }
}
