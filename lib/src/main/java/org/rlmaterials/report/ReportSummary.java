package org.rlmaterials.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a run found, in about ten lines for a terminal. */
public final class ReportSummary {
  private static final int MOST_CANDIDATES = 3;

  private ReportSummary() {}

  /**
   * @param data the content of the report
   * @return the lines
   */
  public static List<String> lines(ReportData data) {
    JsonNode json = data.json();
    List<String> lines = new ArrayList<>();
    JsonNode dft = json.path("dft");
    if (dft.path("records").asInt() > 0) {
      lines.add(
          "DFT: %d of %d structures converged%s"
              .formatted(
                  dft.path("converged").asInt(),
                  dft.path("records").asInt(),
                  dft.path("outcomes").isEmpty() ? "" : " (" + counts(dft.path("outcomes")) + ")"));
    }
    JsonNode dataset = json.path("dataset");
    if (dataset.has("records")) {
      lines.add(
          "Dataset: %d records, %d with an electron mass, %d with a gap"
              .formatted(
                  dataset.path("records").asInt(),
                  dataset.path("with_m_star").asInt(),
                  dataset.path("with_gap").asInt()));
    }
    int candidates = json.path("candidates").size();
    JsonNode validation = json.path("validation");
    if (!validation.isObject()) {
      lines.add("Candidates: " + candidates + ", none validated by DFT");
      return lines;
    }
    JsonNode rate = validation.path("hit_rate");
    String rounds = Findings.rounds(json);
    lines.add(
        String.format(
            Locale.ROOT,
            "Candidates%s: %d of %d confirmed (95 %% interval %.0f to %.0f %%): %s",
            rounds.isEmpty() ? "" : " of " + rounds,
            rate.path("confirmed").asInt(),
            rate.path("total").asInt(),
            100 * rate.path("interval_95").path(0).asDouble(),
            100 * rate.path("interval_95").path(1).asDouble(),
            counts(validation.path("classes"))));
    String lift = Findings.lift(validation);
    if (!lift.isEmpty()) {
      lines.add("Chance: " + lift);
    }
    lines.add(
        validation.path("trustworthy").asBoolean()
            ? "Controls: " + validation.path("trust_reason").asText()
            : "NOT TRUSTWORTHY: " + validation.path("trust_reason").asText());
    Findings.doubts(json).forEach(doubt -> lines.add("Note: " + doubt));
    String cost = Findings.cost(json);
    if (!cost.isEmpty()) {
      lines.add("Cost: " + cost);
    }
    List<JsonNode> best = new ArrayList<>();
    json.path("candidates")
        .forEach(
            c -> {
              if (c.path("m_star").asDouble() > 0) {
                best.add(c);
              }
            });
    best.sort(
        (a, b) -> {
          int byClass =
              Boolean.compare(
                  b.path("class").asText().equals("confirmed"),
                  a.path("class").asText().equals("confirmed"));
          return byClass != 0
              ? byClass
              : Double.compare(a.path("m_star").asDouble(), b.path("m_star").asDouble());
        });
    for (JsonNode c : best.subList(0, Math.min(MOST_CANDIDATES, best.size()))) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %s (%s): m* %.3f (predicted %.3f), gap %.2f eV, %s%s",
              Formula.of(c),
              c.path("space_group").asText("?"),
              c.path("m_star").asDouble(),
              c.path("predicted_m_star").asDouble(),
              c.path("gap_ev").asDouble(),
              c.path("class").asText().replace('_', ' '),
              Findings.round(json, c)));
    }
    return lines;
  }

  private static String counts(JsonNode object) {
    return object.properties().stream()
        .filter(e -> e.getValue().asInt() > 0)
        .map(e -> e.getValue().asInt() + " " + e.getKey().replace('_', ' '))
        .collect(Collectors.joining(", "));
  }
}
