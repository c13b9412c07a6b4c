package org.rlmaterials.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The head of the report: what was found, whether to believe it and what it cost, in sentences and
 * in a few numbers, and links to the sections.
 */
final class HeaderHtml {
  private final JsonNode json;
  private final HtmlPage page;

  /**
   * @param json content of report.json
   * @param page where to write
   */
  HeaderHtml(JsonNode json, HtmlPage page) {
    this.json = json;
    this.page = page;
  }

  void write() {
    page.append("<a class=\"skip\" href=\"#main\">Skip to the content</a>\n<header>\n");
    page.append("<div class=\"bar\"><p class=\"program\">rl-materials</p>");
    page.append(
        "<button type=\"button\" id=\"theme\" class=\"plain\">Dark or light</button></div>\n");
    page.append("<h1>Search for light-electron semiconductors</h1>\n<dl class=\"answers\">\n");
    answer("Found", "", headline() + lightest());
    JsonNode validation = json.path("validation");
    if (validation.isObject()) {
      boolean trusted = validation.path("trustworthy").asBoolean();
      answer("To be believed?", trusted ? "good" : "bad", trust(validation, trusted));
    }
    String cost = Findings.cost(json);
    if (!cost.isEmpty()) {
      answer("Cost", "", Html.escape(cost));
    }
    page.append("</dl>\n");
    tiles();
    navigation();
    page.append("</header>\n");
  }

  private void answer(String question, String mood, String html) {
    page.append("<div class=\"")
        .append(mood)
        .append("\"><dt>")
        .append(question)
        .append("</dt><dd>")
        .append(html)
        .append("</dd></div>\n");
  }

  private String headline() {
    JsonNode validation = json.path("validation");
    if (!validation.isObject()) {
      int selected = json.path("candidates").size();
      return selected == 0
          ? "No candidates were selected and validated in this run."
          : selected + " candidates were selected; none has been validated by DFT.";
    }
    JsonNode rate = validation.path("hit_rate");
    int confirmed = rate.path("confirmed").asInt();
    String rounds = Findings.rounds(json);
    StringBuilder text = new StringBuilder();
    text.append(rounds.isEmpty() ? "" : "In " + rounds + " ")
        .append("DFT confirmed <strong>")
        .append(confirmed)
        .append(" of ")
        .append(rate.path("total").asInt())
        .append("</strong> candidates as light, stable, new semiconductors");
    if (rate.path("total").asInt() > 0) {
      text.append(" (95 % interval ").append(Findings.interval(rate)).append(")");
    }
    text.append('.');
    String lift = Findings.lift(validation);
    return lift.isEmpty() ? text.toString() : text + " " + Html.escape(lift);
  }

  /** The lightest confirmed candidate, in a sentence. */
  private String lightest() {
    JsonNode best = Findings.lightestConfirmed(json);
    return best == null
        ? ""
        : " Lightest: <strong>"
            + Html.formula(Formula.of(best))
            + "</strong>, "
            + Html.number(best.path("m_star").asDouble(), 3)
            + " mₑ, gap "
            + Html.number(best.path("gap_ev").asDouble(), 2)
            + " eV"
            + Findings.round(json, best)
            + ".";
  }

  private String trust(JsonNode validation, boolean trusted) {
    StringBuilder text = new StringBuilder();
    if (trusted) {
      text.append("<strong>Yes, as far as PBE goes:</strong> ")
          .append(Html.escape(validation.path("trust_reason").asText()))
          .append('.');
    } else {
      text.append("<strong role=\"alert\">Not trustworthy.</strong> ")
          .append("The controls did not come out as they must, so the classes say little: ")
          .append(Html.escape(validation.path("trust_reason").asText()))
          .append('.');
    }
    for (String doubt : Findings.doubts(json)) {
      text.append(' ').append(Html.escape(doubt));
    }
    return text.toString();
  }

  private void tiles() {
    List<String[]> tiles = new ArrayList<>();
    JsonNode validation = json.path("validation");
    JsonNode best = Findings.lightestConfirmed(json);
    if (best != null) {
      tiles.add(
          new String[] {
            Html.number(best.path("m_star").asDouble(), 3) + " mₑ",
            "lightest confirmed mass, " + Html.formula(Formula.of(best))
          });
    }
    if (validation.path("lift").isNumber()) {
      tiles.add(
          new String[] {
            Html.number(validation.path("lift").asDouble(), 1) + " ×", "hit rate over chance"
          });
    }
    if (json.path("dft").path("records").asInt() > 0) {
      tiles.add(
          new String[] {
            json.path("dft").path("converged").asInt()
                + " / "
                + json.path("dft").path("records").asInt(),
            "structures converged by DFT"
          });
    }
    if (json.path("dataset").has("records")) {
      tiles.add(
          new String[] {
            String.valueOf(json.path("dataset").path("records").asInt()), "records in the dataset"
          });
    }
    double hours =
        (json.path("dft").path("pw_core_seconds").asDouble()
                + json.path("validation_dft").path("pw_core_seconds").asDouble())
            / 3600;
    if (hours > 0) {
      tiles.add(new String[] {Html.number(hours, hours < 10 ? 2 : 0) + " h", "core time of pw.x"});
    }
    if (tiles.isEmpty()) {
      return;
    }
    page.append("<dl class=\"tiles\">\n");
    for (String[] tile : tiles) {
      page.append("<div><dt>")
          .append(tile[1])
          .append("</dt><dd>")
          .append(tile[0])
          .append("</dd></div>\n");
    }
    page.append("</dl>\n");
  }

  private void navigation() {
    page.append("<nav aria-label=\"Sections\"><ul>\n");
    String[][] links = {
      {"candidates", "Candidates"},
      {"validation", "Validation"},
      {"rounds", "Rounds"},
      {"dft", "DFT"},
      {"dataset", "Dataset"},
      {"surrogate", "Surrogate"},
      {"agents", "Agents"},
      {"provenance", "Provenance"}
    };
    for (String[] link : links) {
      if (!link[0].equals("rounds") || json.path("rounds").size() > 1) {
        page.append("<li><a href=\"#%s\">%s</a></li>\n".formatted(link[0], link[1]));
      }
    }
    page.append("</ul></nav>\n");
  }
}
