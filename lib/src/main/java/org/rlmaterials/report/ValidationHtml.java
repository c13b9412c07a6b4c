package org.rlmaterials.report;

import com.fasterxml.jackson.databind.JsonNode;

/** What DFT made of the candidates: hit rates, controls, and the rounds side by side. */
final class ValidationHtml {
  private final JsonNode json;
  private final HtmlPage page;

  /**
   * @param json content of report.json
   * @param page where to write
   */
  ValidationHtml(JsonNode json, HtmlPage page) {
    this.json = json;
    this.page = page;
  }

  void write() {
    validation();
    rounds();
  }

  private void validation() {
    page.section("validation", "Validation by DFT");
    JsonNode validation = json.path("validation");
    if (!validation.isObject()) {
      page.nothing("No candidate was validated in this run.");
      page.end();
      return;
    }
    JsonNode t = validation.path("thresholds");
    page.append(
            "<p>A candidate is confirmed if it relaxes to a structure that is no known one, with")
        .append(" an electron mass above 0 and below ")
        .append(Html.escape(t.path("m_star_below_me").asText()))
        .append(" mₑ, a gap above ")
        .append(Html.escape(t.path("gap_above_ev").asText()))
        .append(" eV, at most ")
        .append(Html.escape(t.path("energy_above_hull_at_most_ev_per_atom").asText()))
        .append(" eV/atom above the hull of everything this run computed.</p>\n");
    page.chart("classes", "Number of candidates of each class", "short");
    page.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Hit rates\">")
        .append(
            "<table class=\"narrow\"><caption>Hit rates</caption><thead><tr><th"
                + " scope=\"col\">Structures</th>")
        .append(
            "<th scope=\"col\" class=\"number\">Mass below</th><th scope=\"col\""
                + " class=\"number\">Confirmed</th>")
        .append("<th scope=\"col\" class=\"number\">95 % interval</th></tr></thead><tbody>\n");
    rateRow("candidates", t.path("m_star_below_me").asText(), validation.path("hit_rate"));
    rateRow(
        "candidates",
        t.path("strict_m_star_below_me").asText(),
        validation.path("strict_hit_rate"));
    rateRow("by chance", t.path("m_star_below_me").asText(), validation.path("base_rate"));
    rateRow(
        "by chance",
        t.path("strict_m_star_below_me").asText(),
        validation.path("strict_base_rate"));
    page.append("</tbody></table></div>\n");
    if (validation.path("base_rate").isObject()) {
      page.append("<p>").append(Html.escape(Findings.lift(validation))).append("</p>\n");
    } else {
      page.append(
          "<p class=\"note\">No random structures were computed in this run: what chance would have"
              + " found is not known. --base_rate true computes as many.</p>\n");
    }
    page.append("<h3>Controls</h3>\n");
    page.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Controls\">")
        .append("<table><thead><tr><th scope=\"col\">Control</th><th scope=\"col\">Must be</th>")
        .append("<th scope=\"col\">Found</th><th scope=\"col\">Result</th></tr></thead><tbody>\n");
    for (JsonNode control : validation.path("controls")) {
      boolean passed = control.path("passed").asBoolean();
      page.append("<tr><td>")
          .append(Html.escape(control.path("id").asText()))
          .append("</td><td>")
          .append(Html.escape(control.path("expected").asText().replace('_', ' ')))
          .append("</td><td>")
          .append(Html.escape(control.path("reason").asText()))
          .append(
              control.path("formation_energy_ev_per_atom").isNumber()
                  ? ", formation energy "
                      + Html.number(control.path("formation_energy_ev_per_atom").asDouble(), 3)
                      + " eV/atom"
                  : "")
          .append("</td><td><span class=\"badge ")
          .append(passed ? "confirmed\">passed" : "dft_failed\">failed")
          .append("</span></td></tr>\n");
    }
    page.append("</tbody></table></div>\n");
    page.end();
  }

  private void rateRow(String what, String below, JsonNode rate) {
    if (!rate.isObject()) {
      return;
    }
    page.append("<tr><td>")
        .append(what)
        .append("</td><td class=\"number\">")
        .append(Html.escape(below))
        .append(" mₑ</td><td class=\"number\">")
        .append(rate.path("confirmed").asInt())
        .append(" of ")
        .append(rate.path("total").asInt())
        .append("</td><td class=\"number\">")
        .append(Findings.interval(rate))
        .append("</td></tr>\n");
  }

  private void rounds() {
    JsonNode rounds = json.path("rounds");
    if (rounds.size() < 2) {
      return;
    }
    page.section("rounds", "Rounds");
    page.append(
        "<p>Validated records of a round are data for the next. The surrogate's error is that of"
            + " the mass it predicted for the round's candidates, before DFT.</p>\n");
    page.append(
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Rounds\"><table>")
        .append("<thead><tr><th scope=\"col\">Round</th><th scope=\"col\">Dataset records</th>")
        .append("<th scope=\"col\">Confirmed</th><th scope=\"col\">95 % interval</th>")
        .append("<th scope=\"col\">Surrogate error (mₑ)</th>")
        .append("<th scope=\"col\">Best confirmed mass (mₑ)</th></tr></thead><tbody>\n");
    for (JsonNode round : rounds) {
      page.append("<tr>");
      page.cell(round.path("round").asDouble(), 0);
      page.cell(round.path("dataset_records").asDouble(Double.NaN), 0);
      page.append("<td class=\"number\">")
          .append(round.path("hit_rate").path("confirmed").asInt())
          .append(" of ")
          .append(round.path("hit_rate").path("total").asInt())
          .append(round.path("trustworthy").asBoolean(true) ? "" : " (not trustworthy)")
          .append("</td><td class=\"number\">")
          .append(Findings.interval(round.path("hit_rate")))
          .append("</td>");
      page.cell(round.path("surrogate_mae_me").asDouble(Double.NaN), 3);
      page.cell(round.path("best_confirmed_m_star").asDouble(Double.NaN), 3);
      page.append("</tr>\n");
    }
    page.append("</tbody></table></div>\n");
    page.end();
  }
}
