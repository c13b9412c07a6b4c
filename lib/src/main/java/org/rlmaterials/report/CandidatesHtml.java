package org.rlmaterials.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** How structures became candidates, a table of them that sorts, and a card for each. */
final class CandidatesHtml {
  /** Classes of a candidate, in the order in which the table sorts them. */
  private static final String[] CLASSES = {
    "confirmed",
    "rediscovered",
    "heavier_than_predicted",
    "metal",
    "pbe_inverted",
    "inverted",
    "unstable",
    "dft_failed"
  };

  private final JsonNode json;
  private final HtmlPage page;

  /**
   * @param json content of report.json
   * @param page where to write
   */
  CandidatesHtml(JsonNode json, HtmlPage page) {
    this.json = json;
    this.page = page;
  }

  void write() {
    funnel();
    candidates();
  }

  private void funnel() {
    if (json.path("funnel").isEmpty()) {
      return;
    }
    page.section("funnel", "From structures to candidates");
    page.chart("funnel", "Number of structures after each stage", "short");
    page.append("<details><summary>The same as a table</summary>\n");
    page.table(
        json.path("funnel"),
        "Structures after each stage",
        List.of("stage", "count"),
        List.of("Stage", "Structures"));
    page.append("</details>\n");
    page.end();
  }

  private void candidates() {
    page.section("candidates", "Candidates");
    JsonNode candidates = json.path("candidates");
    if (candidates.isEmpty()) {
      page.nothing("No structure the agents met qualified, or none was selected in this run.");
      page.end();
      return;
    }
    page.append(
        """
        <p>Mass is the electron effective mass at the conduction-band minimum. The predicted mass is
        the surrogate's, with its standard deviation. Choose a column's head to sort by it.</p>
        """);
    page.append(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table of"
            + " candidates\">\n<table class=\"sortable\" id=\"candidate-table\">\n<thead><tr>");
    boolean severalRounds = json.path("round_count").asInt(1) > 1;
    String[] heads = {
      severalRounds ? "Round" : "",
      "Rank",
      "Formula",
      "Space group",
      "Predicted mass (mₑ)",
      "DFT mass (mₑ)",
      "Gap (eV)",
      "Formation energy (eV/atom)",
      "Above hull (eV/atom)",
      "Class"
    };
    for (String head : heads) {
      if (!head.isEmpty()) {
        page.append("<th scope=\"col\"><button type=\"button\">")
            .append(head)
            .append("</button></th>");
      }
    }
    page.append("</tr></thead>\n<tbody>\n");
    int number = 0;
    for (JsonNode c : candidates) {
      number++;
      page.append("<tr>");
      if (severalRounds) {
        page.cell(c.path("round").asDouble(), 0);
      }
      page.cell(c.path("rank").asDouble(number), 0);
      page.append("<td data-value=\"")
          .append(Html.escape(Formula.of(c)))
          .append("\"><a href=\"#candidate-")
          .append(number)
          .append("\">")
          .append(Html.formula(Formula.of(c)))
          .append("</a></td>");
      page.append("<td data-value=\"")
          .append(c.path("space_group_number").asInt(0))
          .append("\">")
          .append(Html.escape(c.path("space_group").asText("–")))
          .append("</td>");
      double predicted = c.path("predicted_m_star").asDouble(Double.NaN);
      page.append("<td class=\"number\" data-value=\"")
          .append(predicted)
          .append("\">")
          .append(Html.number(predicted, 3));
      if (c.path("predicted_m_star_std").isNumber()) {
        page.append(" ± ").append(Html.number(c.path("predicted_m_star_std").asDouble(), 3));
      }
      page.append("</td>");
      page.cell(isMetal(c) ? Double.NaN : c.path("m_star").asDouble(Double.NaN), 3);
      page.cell(c.path("gap_ev").asDouble(Double.NaN), 2);
      page.cell(c.path("formation_energy_ev_per_atom").asDouble(Double.NaN), 3);
      page.cell(c.path("energy_above_hull_ev_per_atom").asDouble(Double.NaN), 3);
      page.append("<td data-value=\"")
          .append(classRank(c))
          .append("\">")
          .append(badge(c))
          .append("</td></tr>\n");
    }
    page.append("</tbody></table></div>\n");
    page.append(
        "<p><button type=\"button\" class=\"download\" data-table=\"candidate-table\""
            + " data-name=\"candidates.csv\">Download this table (CSV)</button></p>\n");
    number = 0;
    for (JsonNode c : candidates) {
      card(c, ++number);
    }
    rejections();
    page.end();
  }

  private void rejections() {
    JsonNode rejected = json.path("rejected");
    if (rejected.isEmpty()) {
      return;
    }
    page.append("<h3>Why others were turned down</h3>\n");
    page.table(
        rejected,
        "Structures turned down, by reason",
        List.of("reason", "count"),
        List.of("Reason", "Structures"));
  }

  private void card(JsonNode c, int number) {
    boolean open = c.path("class").asText().equals("confirmed") || number <= 3;
    page.append("<details class=\"card\" id=\"candidate-")
        .append(number)
        .append("\" data-candidate=\"")
        .append(number - 1)
        .append('"')
        .append(open ? " open" : "")
        .append(">\n<summary><h3>")
        .append(number)
        .append(". ")
        .append(Html.formula(Formula.of(c)))
        .append("</h3> ")
        .append(badge(c))
        .append(" <span class=\"reason\">")
        .append(Html.escape(c.path("reason").asText("")))
        .append("</span></summary>\n<div class=\"card-body\">\n");
    page.append("<figure class=\"structure\"><div class=\"viewer\" tabindex=\"0\" role=\"img\"")
        .append(" aria-label=\"Structure of ")
        .append(Html.escape(Formula.of(c)))
        .append(", turn it with the arrow keys\"></div><figcaption>")
        .append(
            c.has("structure")
                ? "Structure as DFT computed it."
                : "Structure as the agent proposed it.")
        .append(" Drag or use the arrow keys to turn it.</figcaption></figure>\n");
    if (c.path("band_structure").isObject()) {
      page.append("<figure class=\"bands\">");
      page.append(
          "<div class=\"chart tall\" data-chart=\"bands\" role=\"img\" aria-label=\"Band structure"
              + " along the standard path\"></div>");
      page.append(
          "<figcaption>Band structure (PBE), zero at the valence-band maximum; dots mark the band"
              + " edges, the dashed line is the parabola of the effective mass.</figcaption>");
      page.append("</figure>\n");
    }
    page.append("<dl class=\"facts\">\n");
    if (!isMetal(c)) {
      fact("Electron mass (DFT)", c, "m_star", 3, "mₑ");
      fact("Hole mass (DFT)", c, "m_hole", 3, "mₑ");
    }
    fact("Gap (DFT, PBE)", c, "gap_ev", 3, "eV");
    if (c.path("direct").isBoolean() && !isMetal(c)) {
      factText("Gap is", c.path("direct").asBoolean() ? "direct" : "indirect");
    }
    if (c.path("predicted_m_star").isNumber()) {
      factText(
          "Predicted mass",
          Html.number(c.path("predicted_m_star").asDouble(), 3)
              + (c.path("predicted_m_star_std").isNumber()
                  ? " ± " + Html.number(c.path("predicted_m_star_std").asDouble(), 3)
                  : "")
              + " mₑ");
    }
    fact("Predicted gap", c, "predicted_gap_ev", 2, "eV");
    fact("Formation energy", c, "formation_energy_ev_per_atom", 3, "eV/atom");
    fact("Above hull", c, "energy_above_hull_ev_per_atom", 3, "eV/atom");
    if (c.path("decomposition").isObject()) {
      List<String> parts = new ArrayList<>();
      c.path("decomposition")
          .properties()
          .forEach(
              e ->
                  parts.add(
                      e.getKey().equals(c.path("id").asText())
                          ? "this structure"
                          : Html.number(100 * e.getValue().asDouble(), 0) + " % " + e.getKey()));
      factText("Hull there is", String.join(", ", parts));
    }
    JsonNode drift = c.path("drift");
    if (drift.isObject()) {
      factText(
          "Relaxation",
          "volume %s%s %%, atoms up to %s Å, %s"
              .formatted(
                  drift.path("volume_change").asDouble() > 0 ? "+" : "",
                  Html.number(100 * drift.path("volume_change").asDouble(), 1),
                  Html.number(drift.path("max_displacement_angstrom").asDouble(), 2),
                  drift.path("same_crystal").asBoolean()
                      ? "still the crystal that was proposed"
                      : "another crystal than was proposed"));
    }
    if (c.path("known").isTextual()) {
      factText("Same as", c.path("known").asText());
    }
    if (c.path("seed_id").isTextual()) {
      factText("Began as seed", c.path("seed_id").asText());
    }
    if (c.path("failed_rules").size() > 0) {
      List<String> rules = new ArrayList<>();
      c.path("failed_rules").forEach(r -> rules.add(r.asText().replace('_', ' ')));
      factText("Fails the rules of thumb", String.join(", ", rules));
    }
    if (json.path("round_count").asInt(1) > 1) {
      factText("Round", c.path("round").asText() + " of " + json.path("round_count").asText());
    }
    factText("Name", c.path("id").asText());
    page.append("</dl>\n<p class=\"downloads\">");
    page.append("<button type=\"button\" class=\"download\" data-file=\"cif\">CIF</button> ");
    page.append("<button type=\"button\" class=\"download\" data-file=\"json\">JSON</button> ");
    if (c.path("pw_input").isTextual()) {
      page.append(
          "<button type=\"button\" class=\"download\" data-file=\"pw\">pw.x input</button> ");
    }
    page.append("</p>\n</div></details>\n");
  }

  private void fact(String name, JsonNode node, String key, int digits, String unit) {
    if (node.path(key).isNumber()) {
      factText(name, Html.number(node.path(key).asDouble(), digits) + " " + unit);
    }
  }

  private void factText(String name, String value) {
    page.append("<div><dt>")
        .append(Html.escape(name))
        .append("</dt><dd>")
        .append(Html.escape(value))
        .append("</dd></div>\n");
  }

  private static String badge(JsonNode candidate) {
    String name = candidate.path("class").asText("");
    if (name.isEmpty()) {
      return "<span class=\"badge\">not validated</span>";
    }
    int rank = classRank(candidate);
    return "<span class=\"badge %s\">%s</span>"
        .formatted(rank < CLASSES.length ? CLASSES[rank] : "", Html.escape(name.replace('_', ' ')));
  }

  private static int classRank(JsonNode candidate) {
    String name = candidate.path("class").asText();
    for (int i = 0; i < CLASSES.length; i++) {
      if (CLASSES[i].equals(name)) {
        return i;
      }
    }
    return CLASSES.length;
  }

  /** A metal has no band edge: its mass is 0 by definition and says nothing. */
  private static boolean isMetal(JsonNode candidate) {
    return candidate.path("gap_ev").isNumber() && candidate.path("gap_ev").asDouble() == 0;
  }
}
