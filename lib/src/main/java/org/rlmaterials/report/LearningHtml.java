package org.rlmaterials.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What the surrogate and the agents learned: curves, metrics and the comparison of searches. */
final class LearningHtml {
  private final JsonNode json;
  private final HtmlPage page;

  /**
   * @param json content of report.json
   * @param page where to write
   */
  LearningHtml(JsonNode json, HtmlPage page) {
    this.json = json;
    this.page = page;
  }

  void write() {
    surrogate();
    agents();
  }

  private void surrogate() {
    page.section("surrogate", "Surrogate");
    JsonNode surrogate = json.path("surrogate");
    if (!surrogate.has("metrics") && surrogate.path("runs").isEmpty()) {
      page.nothing("This run holds no surrogate.");
      page.end();
      return;
    }
    lastRound();
    page.append("<div class=\"pair\" id=\"surrogate-plots\"></div>\n");
    if (surrogate.path("runs").size() > 0) {
      page.append("<h3>Learning curves</h3>\n<div class=\"pair\" id=\"surrogate-curves\"></div>\n");
    }
    if (surrogate.has("metrics")) {
      page.append("<h3>Metrics</h3>\n");
      metrics(surrogate.path("metrics"));
    }
    page.end();
  }

  private void lastRound() {
    if (!Findings.lastRound(json).isEmpty()) {
      page.append("<p>").append(Findings.lastRound(json)).append("</p>\n");
    }
  }

  private void agents() {
    page.section("agents", "Agents (PPO)");
    JsonNode agents = json.path("agents");
    if (agents.path("runs").isEmpty() && !agents.has("evaluation")) {
      page.nothing("This run holds no agents.");
      page.end();
      return;
    }
    lastRound();
    if (agents.path("runs").size() > 0) {
      page.append("<div class=\"pair\" id=\"agent-curves\"></div>\n");
    }
    if (agents.has("evaluation")) {
      page.append("<h3>Evaluation</h3>\n");
      metrics(agents.path("evaluation"));
    }
    if (agents.path("search_comparison").size() > 0) {
      page.append("<h3>Comparison with other searches</h3>\n");
      page.append(
          "<p>Every search asked the surrogate about as many crystals; the score is the pessimistic"
              + " worth in 1/mₑ.</p>\n");
      page.chart(
          "search",
          "Best score and mean of the best 20 of each search, mean over its runs",
          "tall");
      page.table(
          agents.path("search_comparison"),
          "Searches compared",
          List.of("search", "runs", "calls", "best_score", "top20_mean"),
          List.of("Search", "Runs", "Surrogate calls", "Best score", "Mean of top 20"));
    }
    page.end();
  }

  /** Numbers of a JSON object, nested keys joined; long lists are left to the JSON report. */
  private void metrics(JsonNode metrics) {
    List<JsonRow> rows = JsonRow.of("", metrics);
    if (rows.isEmpty()) {
      return;
    }
    page.append(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Metrics\"><table"
            + " class=\"narrow\"><thead><tr><th scope=\"col\">Quantity</th><th scope=\"col\""
            + " class=\"number\">Value</th><th scope=\"col\" class=\"number\">95 %"
            + " interval</th></tr></thead><tbody>\n");
    for (JsonRow row : rows) {
      page.append("<tr><td>")
          .append(Html.escape(row.name()))
          .append("</td><td class=\"number\">")
          .append(Html.escape(row.value()))
          .append("</td><td class=\"number\">")
          .append(Html.escape(row.interval()))
          .append("</td></tr>\n");
    }
    page.append("</tbody></table></div>\n");
  }
}
