package org.rlmaterials.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.rlmaterials.crystal.Palette;

/**
 * The report as one HTML file with everything inside: styles, scripts, data. Tables and text are
 * written here and can be read without scripts; scripts draw the charts and structures and sort the
 * table.
 */
public final class HtmlReport {
  /** Longer lists in metrics are data for plots, not for a table. */
  private static final int MOST_LISTED = 12;

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

  private final ObjectNode json;
  private final StringBuilder out = new StringBuilder(1 << 20);

  private HtmlReport(ReportData data) {
    this.json = data.json();
  }

  /**
   * @param data the content
   * @return the HTML file
   */
  public static String render(ReportData data) {
    return new HtmlReport(data).page();
  }

  private String page() {
    out.append(
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
        script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:">
        <title>Search for light-electron semiconductors</title>
        <link rel="icon" href="data:,">
        <style>
        """);
    out.append(resource("report.css"));
    out.append("</style>\n</head>\n<body>\n");
    header();
    out.append("<main id=\"main\">\n");
    funnel();
    candidates();
    validation();
    rounds();
    dft();
    dataset();
    surrogate();
    agents();
    provenance();
    out.append("</main>\n");
    script("application/json", "report-data", Html.json(json.toString()));
    script("text/javascript", null, resource("vendor/echarts.common.min.js"));
    script("text/javascript", null, resource("vendor/3Dmol-min.js"));
    script("text/javascript", null, resource("report.js"));
    out.append("</body>\n</html>\n");
    return out.toString();
  }

  private void script(String type, String id, String content) {
    out.append("<script type=\"").append(type).append('"');
    if (id != null) {
      out.append(" id=\"").append(id).append('"');
    }
    out.append('>').append(content).append("\n</script>\n");
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " is not readable in the jar", e);
    }
  }

  // Header: what was found, in one sentence and a few numbers.

  private void header() {
    out.append("<a class=\"skip\" href=\"#main\">Skip to the content</a>\n<header>\n");
    out.append("<div class=\"bar\"><p class=\"program\">rl-materials</p>");
    out.append(
        "<button type=\"button\" id=\"theme\" class=\"plain\">Dark or light</button></div>\n");
    out.append("<h1>Search for light-electron semiconductors</h1>\n<dl class=\"answers\">\n");
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
    out.append("</dl>\n");
    tiles();
    navigation();
    out.append("</header>\n");
  }

  private void answer(String question, String mood, String html) {
    out.append("<div class=\"")
        .append(mood)
        .append("\"><dt>")
        .append(question)
        .append("</dt><dd>")
        .append(html)
        .append("</dd></div>\n");
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

  /** The lightest confirmed candidate, in a sentence. */
  private String lightest() {
    JsonNode best = Findings.lightestConfirmed(json);
    return best == null
        ? ""
        : " Lightest: <strong>"
            + Html.formula(formulaOf(best))
            + "</strong>, "
            + Html.number(best.path("m_star").asDouble(), 3)
            + " mₑ, gap "
            + Html.number(best.path("gap_ev").asDouble(), 2)
            + " eV.";
  }

  private void funnel() {
    if (json.path("funnel").isEmpty()) {
      return;
    }
    section("funnel", "From structures to candidates");
    chart("funnel", "Number of structures after each stage", "short");
    out.append("<details><summary>The same as a table</summary>\n");
    tableOf(
        json.path("funnel"),
        "Structures after each stage",
        List.of("stage", "count"),
        List.of("Stage", "Structures"));
    out.append("</details>\n");
    end();
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
    StringBuilder text = new StringBuilder();
    text.append("DFT confirmed <strong>")
        .append(confirmed)
        .append(" of ")
        .append(rate.path("total").asInt())
        .append("</strong> candidates as light, stable, new semiconductors");
    if (rate.path("total").asInt() > 0) {
      text.append(" (95 % interval ").append(interval(rate)).append(")");
    }
    text.append('.');
    String lift = Findings.lift(validation);
    return lift.isEmpty() ? text.toString() : text + " " + Html.escape(lift);
  }

  private static String interval(JsonNode rate) {
    return "%d to %d %%"
        .formatted(
            Math.round(100 * rate.path("interval_95").path(0).asDouble()),
            Math.round(100 * rate.path("interval_95").path(1).asDouble()));
  }

  private void tiles() {
    List<String[]> tiles = new ArrayList<>();
    JsonNode validation = json.path("validation");
    JsonNode best = Findings.lightestConfirmed(json);
    if (best != null) {
      tiles.add(
          new String[] {
            Html.number(best.path("m_star").asDouble(), 3) + " mₑ",
            "lightest confirmed mass, " + Html.formula(formulaOf(best))
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
    out.append("<dl class=\"tiles\">\n");
    for (String[] tile : tiles) {
      out.append("<div><dt>")
          .append(tile[1])
          .append("</dt><dd>")
          .append(tile[0])
          .append("</dd></div>\n");
    }
    out.append("</dl>\n");
  }

  private void navigation() {
    out.append("<nav aria-label=\"Sections\"><ul>\n");
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
        out.append("<li><a href=\"#%s\">%s</a></li>\n".formatted(link[0], link[1]));
      }
    }
    out.append("</ul></nav>\n");
  }

  // Candidates: a table that sorts, and a card for each.

  private void candidates() {
    section("candidates", "Candidates");
    JsonNode candidates = json.path("candidates");
    if (candidates.isEmpty()) {
      nothing("No structure the agents met qualified, or none was selected in this run.");
      end();
      return;
    }
    out.append(
        """
        <p>Mass is the electron effective mass at the conduction-band minimum. The predicted mass is
        the surrogate's, with its standard deviation. Choose a column's head to sort by it.</p>
        """);
    out.append(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table of"
            + " candidates\">\n<table class=\"sortable\" id=\"candidate-table\">\n<thead><tr>");
    String[] heads = {
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
      out.append("<th scope=\"col\"><button type=\"button\">")
          .append(head)
          .append("</button></th>");
    }
    out.append("</tr></thead>\n<tbody>\n");
    int number = 0;
    for (JsonNode c : candidates) {
      number++;
      out.append("<tr>");
      cell(c.path("rank").asDouble(number), 0);
      out.append("<td data-value=\"")
          .append(Html.escape(formulaOf(c)))
          .append("\"><a href=\"#candidate-")
          .append(number)
          .append("\">")
          .append(Html.formula(formulaOf(c)))
          .append("</a></td>");
      out.append("<td data-value=\"")
          .append(c.path("space_group_number").asInt(0))
          .append("\">")
          .append(Html.escape(c.path("space_group").asText("–")))
          .append("</td>");
      double predicted = c.path("predicted_m_star").asDouble(Double.NaN);
      out.append("<td class=\"number\" data-value=\"")
          .append(predicted)
          .append("\">")
          .append(Html.number(predicted, 3));
      if (c.path("predicted_m_star_std").isNumber()) {
        out.append(" ± ").append(Html.number(c.path("predicted_m_star_std").asDouble(), 3));
      }
      out.append("</td>");
      cell(isMetal(c) ? Double.NaN : c.path("m_star").asDouble(Double.NaN), 3);
      cell(c.path("gap_ev").asDouble(Double.NaN), 2);
      cell(c.path("formation_energy_ev_per_atom").asDouble(Double.NaN), 3);
      cell(c.path("energy_above_hull_ev_per_atom").asDouble(Double.NaN), 3);
      out.append("<td data-value=\"")
          .append(classRank(c))
          .append("\">")
          .append(badge(c))
          .append("</td></tr>\n");
    }
    out.append("</tbody></table></div>\n");
    out.append(
        "<p><button type=\"button\" class=\"download\" data-table=\"candidate-table\""
            + " data-name=\"candidates.csv\">Download this table (CSV)</button></p>\n");
    number = 0;
    for (JsonNode c : candidates) {
      card(c, ++number);
    }
    rejections();
    end();
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

  private static String formulaOf(JsonNode candidate) {
    return Formula.forPeople(candidate.path("reduced_formula").asText());
  }

  /** A metal has no band edge: its mass is 0 by definition and says nothing. */
  private static boolean isMetal(JsonNode candidate) {
    return candidate.path("gap_ev").isNumber() && candidate.path("gap_ev").asDouble() == 0;
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

  private void cell(double value, int digits) {
    out.append("<td class=\"number\" data-value=\"")
        .append(Double.isFinite(value) ? value : "")
        .append("\">")
        .append(Html.number(value, digits))
        .append("</td>");
  }

  private void card(JsonNode c, int number) {
    boolean open = c.path("class").asText().equals("confirmed") || number <= 3;
    out.append("<details class=\"card\" id=\"candidate-")
        .append(number)
        .append("\" data-candidate=\"")
        .append(number - 1)
        .append('"')
        .append(open ? " open" : "")
        .append(">\n<summary><h3>")
        .append(number)
        .append(". ")
        .append(Html.formula(formulaOf(c)))
        .append("</h3> ")
        .append(badge(c))
        .append(" <span class=\"reason\">")
        .append(Html.escape(c.path("reason").asText("")))
        .append("</span></summary>\n<div class=\"card-body\">\n");
    out.append("<figure class=\"structure\"><div class=\"viewer\" tabindex=\"0\" role=\"img\"")
        .append(" aria-label=\"Structure of ")
        .append(Html.escape(formulaOf(c)))
        .append(", turn it with the arrow keys\"></div><figcaption>")
        .append(
            c.has("structure")
                ? "Structure as DFT computed it."
                : "Structure as the agent proposed it.")
        .append(" Drag or use the arrow keys to turn it.</figcaption></figure>\n");
    if (c.path("band_structure").isObject()) {
      out.append("<figure class=\"bands\">");
      out.append(
          "<div class=\"chart tall\" data-chart=\"bands\" role=\"img\" aria-label=\"Band structure"
              + " along the standard path\"></div>");
      out.append(
          "<figcaption>Band structure (PBE), zero at the valence-band maximum; dots mark the band"
              + " edges, the dashed line is the parabola of the effective mass.</figcaption>");
      out.append("</figure>\n");
    }
    out.append("<dl class=\"facts\">\n");
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
    factText("Name", c.path("id").asText());
    out.append("</dl>\n<p class=\"downloads\">");
    out.append("<button type=\"button\" class=\"download\" data-file=\"cif\">CIF</button> ");
    out.append("<button type=\"button\" class=\"download\" data-file=\"json\">JSON</button> ");
    if (c.path("pw_input").isTextual()) {
      out.append(
          "<button type=\"button\" class=\"download\" data-file=\"pw\">pw.x input</button> ");
    }
    out.append("</p>\n</div></details>\n");
  }

  private void fact(String name, JsonNode node, String key, int digits, String unit) {
    if (node.path(key).isNumber()) {
      factText(name, Html.number(node.path(key).asDouble(), digits) + " " + unit);
    }
  }

  private void factText(String name, String value) {
    out.append("<div><dt>")
        .append(Html.escape(name))
        .append("</dt><dd>")
        .append(Html.escape(value))
        .append("</dd></div>\n");
  }

  private void rejections() {
    JsonNode rejected = json.path("rejected");
    if (rejected.isEmpty()) {
      return;
    }
    out.append("<h3>Why others were turned down</h3>\n");
    tableOf(
        rejected,
        "Structures turned down, by reason",
        List.of("reason", "count"),
        List.of("Reason", "Structures"));
  }

  // Validation.

  private void validation() {
    section("validation", "Validation by DFT");
    JsonNode validation = json.path("validation");
    if (!validation.isObject()) {
      nothing("No candidate was validated in this run.");
      end();
      return;
    }
    JsonNode t = validation.path("thresholds");
    out.append(
            "<p>A candidate is confirmed if it relaxes to a structure that is no known one, with")
        .append(" an electron mass above 0 and below ")
        .append(t.path("m_star_below_me").asText())
        .append(" mₑ, a gap above ")
        .append(t.path("gap_above_ev").asText())
        .append(" eV, at most ")
        .append(t.path("energy_above_hull_at_most_ev_per_atom").asText())
        .append(" eV/atom above the hull of everything this run computed.</p>\n");
    chart("classes", "Number of candidates of each class", "short");
    out.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Hit rates\">")
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
    out.append("</tbody></table></div>\n");
    if (validation.path("base_rate").isObject()) {
      out.append("<p>").append(Html.escape(Findings.lift(validation))).append("</p>\n");
    } else {
      out.append(
          "<p class=\"note\">No random structures were computed in this run: what chance would have"
              + " found is not known. --base_rate true computes as many.</p>\n");
    }
    out.append("<h3>Controls</h3>\n");
    out.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Controls\">")
        .append("<table><thead><tr><th scope=\"col\">Control</th><th scope=\"col\">Must be</th>")
        .append("<th scope=\"col\">Found</th><th scope=\"col\">Result</th></tr></thead><tbody>\n");
    for (JsonNode control : validation.path("controls")) {
      boolean passed = control.path("passed").asBoolean();
      out.append("<tr><td>")
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
    out.append("</tbody></table></div>\n");
    end();
  }

  private void rateRow(String what, String below, JsonNode rate) {
    if (!rate.isObject()) {
      return;
    }
    out.append("<tr><td>")
        .append(what)
        .append("</td><td class=\"number\">")
        .append(Html.escape(below))
        .append(" mₑ</td><td class=\"number\">")
        .append(rate.path("confirmed").asInt())
        .append(" of ")
        .append(rate.path("total").asInt())
        .append("</td><td class=\"number\">")
        .append(interval(rate))
        .append("</td></tr>\n");
  }

  private void rounds() {
    JsonNode rounds = json.path("rounds");
    if (rounds.size() < 2) {
      return;
    }
    section("rounds", "Rounds");
    out.append(
        "<p>Validated records of a round are data for the next. The surrogate's error is that of"
            + " the mass it predicted for the round's candidates, before DFT.</p>\n");
    out.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Rounds\"><table>")
        .append("<thead><tr><th scope=\"col\">Round</th><th scope=\"col\">Dataset records</th>")
        .append("<th scope=\"col\">Confirmed</th><th scope=\"col\">95 % interval</th>")
        .append("<th scope=\"col\">Surrogate error (mₑ)</th>")
        .append("<th scope=\"col\">Best confirmed mass (mₑ)</th></tr></thead><tbody>\n");
    for (JsonNode round : rounds) {
      out.append("<tr>");
      cell(round.path("round").asDouble(), 0);
      cell(round.path("dataset_records").asDouble(Double.NaN), 0);
      out.append("<td class=\"number\">")
          .append(round.path("hit_rate").path("confirmed").asInt())
          .append(" of ")
          .append(round.path("hit_rate").path("total").asInt())
          .append(round.path("trustworthy").asBoolean(true) ? "" : " (not trustworthy)")
          .append("</td><td class=\"number\">")
          .append(interval(round.path("hit_rate")))
          .append("</td>");
      cell(round.path("surrogate_mae_me").asDouble(Double.NaN), 3);
      cell(round.path("best_confirmed_m_star").asDouble(Double.NaN), 3);
      out.append("</tr>\n");
    }
    out.append("</tbody></table></div>\n");
    end();
  }

  // DFT.

  private void dft() {
    section("dft", "DFT calculations");
    JsonNode dft = json.path("dft");
    JsonNode validated = json.path("validation_dft");
    if (dft.path("records").asInt() + validated.path("records").asInt() == 0) {
      nothing("This run holds no DFT records.");
      end();
      return;
    }
    out.append("<p>")
        .append(dft.path("converged").asInt())
        .append(" of ")
        .append(dft.path("records").asInt())
        .append(" structures for the dataset and ")
        .append(validated.path("converged").asInt())
        .append(" of ")
        .append(validated.path("records").asInt())
        .append(" for validation (with controls and elements) converged.</p>\n");
    if (dft.path("outcomes").size() > 0) {
      chart("outcomes", "What the converged structures of the dataset are", "short");
    }
    if (dft.path("failures").size() + validated.path("failures").size() == 0) {
      out.append("<p class=\"note\">No calculation failed.</p>\n");
    }
    failures("Failures in the first calculations", dft.path("failures"));
    failures("Failures in the validation", validated.path("failures"));
    recoveries("Troubles met in the first calculations", dft.path("recoveries"));
    recoveries("Troubles met in the validation", validated.path("recoveries"));
    end();
  }

  private void failures(String title, JsonNode failures) {
    if (failures.size() > 0) {
      tableOf(
          failures,
          title,
          List.of("kind", "records", "example"),
          List.of("Kind", "Records", "Example"));
    }
  }

  private void recoveries(String title, JsonNode recoveries) {
    if (recoveries.size() > 0) {
      tableOf(
          recoveries,
          title,
          List.of("trouble", "met", "recovered", "actions"),
          List.of("Trouble", "Times met", "Recovered", "What was changed"));
    }
  }

  // Dataset.

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

  private void dataset() {
    section("dataset", "Dataset");
    JsonNode dataset = json.path("dataset");
    if (!dataset.has("records")) {
      nothing("This run holds no dataset.");
      end();
      return;
    }
    out.append("<p>")
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
        .append(".</p>\n");
    periodicTable(dataset.path("by_element"));
    out.append("<div class=\"pair\">");
    chart("masses", "Electron masses in the dataset", "");
    chart("gaps", "Gaps in the dataset", "");
    out.append("</div>\n");
    end();
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
    out.append(
        "<figure><div class=\"periodic\" role=\"list\" aria-label=\"Records that hold each"
            + " element\">\n");
    for (String symbol : Palette.SYMBOLS) {
      int count = byElement.path(symbol).asInt();
      int[] place = PLACES.get(symbol);
      out.append(
          "<div role=\"listitem\" style=\"grid-column:%d;grid-row:%d;--share:%s\"><b>%s</b><span>%d</span></div>\n"
              .formatted(
                  place[0] - 12,
                  place[1] - 1,
                  String.format(Locale.ROOT, "%.3f", (double) count / most),
                  symbol,
                  count));
    }
    out.append(
        "</div><figcaption>Records that hold each element of the palette (groups 13 to 16).");
    int others = 0;
    for (Map.Entry<String, JsonNode> e : byElement.properties()) {
      if (!PLACES.containsKey(e.getKey())) {
        others++;
      }
    }
    if (others > 0) {
      out.append(" Other elements in the dataset: ").append(others).append('.');
    }
    out.append("</figcaption></figure>\n");
  }

  // Surrogate and agents.

  private void surrogate() {
    section("surrogate", "Surrogate");
    JsonNode surrogate = json.path("surrogate");
    if (!surrogate.has("metrics") && surrogate.path("runs").isEmpty()) {
      nothing("This run holds no surrogate.");
      end();
      return;
    }
    out.append("<div class=\"pair\" id=\"surrogate-plots\"></div>\n");
    if (surrogate.path("runs").size() > 0) {
      out.append("<h3>Learning curves</h3>\n<div class=\"pair\" id=\"surrogate-curves\"></div>\n");
    }
    if (surrogate.has("metrics")) {
      out.append("<h3>Metrics</h3>\n");
      metrics(surrogate.path("metrics"));
    }
    end();
  }

  private void agents() {
    section("agents", "Agents (PPO)");
    JsonNode agents = json.path("agents");
    if (agents.path("runs").isEmpty() && !agents.has("evaluation")) {
      nothing("This run holds no agents.");
      end();
      return;
    }
    if (agents.path("runs").size() > 0) {
      out.append("<div class=\"pair\" id=\"agent-curves\"></div>\n");
    }
    if (agents.has("evaluation")) {
      out.append("<h3>Evaluation</h3>\n");
      metrics(agents.path("evaluation"));
    }
    if (agents.path("search_comparison").size() > 0) {
      out.append("<h3>Comparison with other searches</h3>\n");
      out.append(
          "<p>Every search asked the surrogate about as many crystals; the score is the pessimistic"
              + " worth in 1/mₑ.</p>\n");
      chart(
          "search",
          "Best score and mean of the best 20 of each search, mean over its runs",
          "tall");
      tableOf(
          agents.path("search_comparison"),
          "Searches compared",
          List.of("search", "runs", "calls", "best_score", "top20_mean"),
          List.of("Search", "Runs", "Surrogate calls", "Best score", "Mean of top 20"));
    }
    end();
  }

  /** Numbers of a JSON object, nested keys joined; long lists are left to the JSON report. */
  private void metrics(JsonNode metrics) {
    List<String[]> rows = new ArrayList<>();
    flatten("", metrics, rows);
    if (rows.isEmpty()) {
      return;
    }
    out.append(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Metrics\"><table"
            + " class=\"narrow\"><thead><tr><th scope=\"col\">Quantity</th><th scope=\"col\""
            + " class=\"number\">Value</th><th scope=\"col\" class=\"number\">95 %"
            + " interval</th></tr></thead><tbody>\n");
    for (String[] row : rows) {
      out.append("<tr><td>")
          .append(Html.escape(row[0]))
          .append("</td><td class=\"number\">")
          .append(Html.escape(row[1]))
          .append("</td><td class=\"number\">")
          .append(Html.escape(row[2]))
          .append("</td></tr>\n");
    }
    out.append("</tbody></table></div>\n");
  }

  private static void flatten(String prefix, JsonNode node, List<String[]> rows) {
    if (node.isObject() && node.has("value")) {
      rows.add(
          new String[] {
            prefix,
            scalar(node.path("value")),
            node.has("low") ? scalar(node.path("low")) + " to " + scalar(node.path("high")) : ""
          });
    } else if (node.isObject()) {
      node.properties()
          .forEach(
              e -> {
                if (!e.getKey().equals("options")) {
                  flatten(
                      (prefix.isEmpty() ? "" : prefix + " › ") + e.getKey().replace('_', ' '),
                      e.getValue(),
                      rows);
                }
              });
    } else if (node.isArray() && node.size() <= MOST_LISTED) {
      for (int i = 0; i < node.size(); i++) {
        if (node.path(i).isObject()) {
          String name = node.path(i).path("agent").asText(node.path(i).path("name").asText(""));
          flatten(
              (prefix.isEmpty() ? "" : prefix + " › ") + (name.isEmpty() ? "" + (i + 1) : name),
              node.path(i),
              rows);
        }
      }
    } else if (node.isValueNode() && !node.isNull()) {
      rows.add(new String[] {prefix, scalar(node), ""});
    }
  }

  private static String scalar(JsonNode node) {
    if (!node.isFloatingPointNumber()) {
      return node.asText();
    }
    double value = node.asDouble();
    double size = Math.abs(value);
    return size != 0 && (size < 1e-3 || size >= 1e6)
        ? String.format(Locale.ROOT, "%.3g", value)
        : Html.number(value, size < 10 ? 3 : 1);
  }

  private void provenance() {
    section("provenance", "Provenance");
    JsonNode provenance = json.path("provenance");
    if (provenance.path("command_line").isTextual()) {
      out.append("<p>This run was started with</p>\n<pre class=\"command\">")
          .append(Html.escape(provenance.path("command_line").asText()))
          .append("</pre>\n");
    }
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"program", json.path("program").asText(), ""});
    for (Map.Entry<String, JsonNode> e : provenance.properties()) {
      if (e.getValue().isArray()) {
        List<String> values = new ArrayList<>();
        e.getValue().forEach(v -> values.add(v.asText()));
        if (!values.isEmpty()) {
          rows.add(new String[] {e.getKey().replace('_', ' '), String.join(", ", values), ""});
        }
      } else {
        flatten(e.getKey().replace('_', ' '), e.getValue(), rows);
      }
    }
    out.append("<details><summary>")
        .append(rows.size())
        .append(" facts: versions, digests, pseudopotentials, parameters</summary>\n")
        .append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Provenance\">")
        .append("<table class=\"provenance\"><tbody>\n");
    for (String[] row : rows) {
      out.append("<tr><th scope=\"row\">")
          .append(Html.escape(row[0]))
          .append("</th><td>")
          .append(Html.escape(row[1]))
          .append("</td></tr>\n");
    }
    out.append("</tbody></table></div></details>\n");
    out.append(
        "<p><button type=\"button\" class=\"download\" data-file=\"report\">Download everything in"
            + " this report (JSON)</button></p>\n");
    out.append(
        "<p class=\"note\">Charts: Apache ECharts (Apache License 2.0). Structures: 3Dmol.js"
            + " (BSD-3-Clause). Both are inside this file.</p>\n");
    end();
  }

  // Parts.

  private void section(String id, String title) {
    out.append("<section id=\"")
        .append(id)
        .append("\" aria-labelledby=\"")
        .append(id)
        .append("-title\">\n<h2 id=\"")
        .append(id)
        .append("-title\">")
        .append(title)
        .append("</h2>\n");
  }

  private void end() {
    out.append("</section>\n");
  }

  private void nothing(String text) {
    out.append("<p class=\"note\">").append(text).append("</p>\n");
  }

  private void chart(String name, String caption, String size) {
    out.append("<figure><div class=\"chart ")
        .append(size)
        .append("\" data-chart=\"")
        .append(name)
        .append("\" role=\"img\" aria-label=\"")
        .append(caption)
        .append("\"></div><figcaption>")
        .append(caption)
        .append(".</figcaption></figure>\n");
  }

  private void tableOf(JsonNode rows, String caption, List<String> keys, List<String> heads) {
    out.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
        .append(caption)
        .append("\"><table class=\"narrow\"><caption>")
        .append(caption)
        .append("</caption><thead><tr>");
    for (int i = 0; i < keys.size(); i++) {
      boolean number = rows.path(0).path(keys.get(i)).isNumber();
      out.append(number ? "<th scope=\"col\" class=\"number\">" : "<th scope=\"col\">")
          .append(heads.get(i))
          .append("</th>");
    }
    out.append("</tr></thead><tbody>\n");
    for (JsonNode row : rows) {
      out.append("<tr>");
      for (String key : keys) {
        JsonNode value = row.path(key);
        out.append(value.isNumber() ? "<td class=\"number\">" : "<td>")
            .append(Html.escape(value.asText().replace('_', ' ')))
            .append("</td>");
      }
      out.append("</tr>\n");
    }
    out.append("</tbody></table></div>\n");
  }
}
