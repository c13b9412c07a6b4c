package org.rlmaterials.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The DFT calculations: how many converged, what failed and what was recovered from. */
final class DftHtml {
  private final JsonNode json;
  private final HtmlPage page;

  /**
   * @param json content of report.json
   * @param page where to write
   */
  DftHtml(JsonNode json, HtmlPage page) {
    this.json = json;
    this.page = page;
  }

  void write() {
    page.section("dft", "DFT calculations");
    JsonNode dft = json.path("dft");
    JsonNode validated = json.path("validation_dft");
    if (dft.path("records").asInt() + validated.path("records").asInt() == 0) {
      page.nothing("This run holds no DFT records.");
      page.end();
      return;
    }
    page.append("<p>")
        .append(dft.path("converged").asInt())
        .append(" of ")
        .append(dft.path("records").asInt())
        .append(" structures for the dataset and ")
        .append(validated.path("converged").asInt())
        .append(" of ")
        .append(validated.path("records").asInt())
        .append(" for validation (with controls and elements) converged.</p>\n");
    if (dft.path("outcomes").size() > 0) {
      page.chart("outcomes", "What the converged structures of the dataset are", "short");
    }
    if (dft.path("failures").size() + validated.path("failures").size() == 0) {
      page.append("<p class=\"note\">No calculation failed.</p>\n");
    }
    failures("Failures in the first calculations", dft.path("failures"));
    failures("Failures in the validation", validated.path("failures"));
    recoveries("Troubles met in the first calculations", dft.path("recoveries"));
    recoveries("Troubles met in the validation", validated.path("recoveries"));
    page.end();
  }

  private void failures(String title, JsonNode failures) {
    if (failures.size() > 0) {
      page.table(
          failures,
          title,
          List.of("kind", "records", "example"),
          List.of("Kind", "Records", "Example"));
    }
  }

  private void recoveries(String title, JsonNode recoveries) {
    if (recoveries.size() > 0) {
      page.table(
          recoveries,
          title,
          List.of("trouble", "met", "recovered", "actions"),
          List.of("Trouble", "Times met", "Recovered", "What was changed"));
    }
  }
}
