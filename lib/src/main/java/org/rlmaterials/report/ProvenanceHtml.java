package org.rlmaterials.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Where the numbers come from: command line, versions, digests, parameters. */
final class ProvenanceHtml {
  private final JsonNode json;
  private final HtmlPage page;

  /**
   * @param json content of report.json
   * @param page where to write
   */
  ProvenanceHtml(JsonNode json, HtmlPage page) {
    this.json = json;
    this.page = page;
  }

  void write() {
    page.section("provenance", "Provenance");
    JsonNode provenance = json.path("provenance");
    if (provenance.path("command_line").isTextual()) {
      page.append("<p>This run was started with</p>\n<pre class=\"command\">")
          .append(Html.escape(provenance.path("command_line").asText()))
          .append("</pre>\n");
    }
    List<JsonRow> rows = new ArrayList<>();
    rows.add(new JsonRow("program", json.path("program").asText(), ""));
    for (Map.Entry<String, JsonNode> e : provenance.properties()) {
      if (e.getValue().isArray()) {
        List<String> values = new ArrayList<>();
        e.getValue().forEach(v -> values.add(v.asText()));
        if (!values.isEmpty()) {
          rows.add(new JsonRow(e.getKey().replace('_', ' '), String.join(", ", values), ""));
        }
      } else {
        rows.addAll(JsonRow.of(e.getKey().replace('_', ' '), e.getValue()));
      }
    }
    page.append("<details><summary>")
        .append(rows.size())
        .append(" facts: versions, digests, pseudopotentials, parameters</summary>\n")
        .append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Provenance\">")
        .append("<table class=\"provenance\"><tbody>\n");
    for (JsonRow row : rows) {
      page.append("<tr><th scope=\"row\">")
          .append(Html.escape(row.name()))
          .append("</th><td>")
          .append(Html.escape(row.value()))
          .append("</td></tr>\n");
    }
    page.append("</tbody></table></div></details>\n");
    page.append(
        "<p><button type=\"button\" class=\"download\" data-file=\"report\">Download everything in"
            + " this report (JSON)</button></p>\n");
    page.append(
        "<p class=\"note\">Charts: Apache ECharts (Apache License 2.0). Structures: 3Dmol.js"
            + " (BSD-3-Clause). Both are inside this file.</p>\n");
    page.end();
  }
}
