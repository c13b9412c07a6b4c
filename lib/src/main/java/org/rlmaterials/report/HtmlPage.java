package org.rlmaterials.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The report while it is being written, and the parts that its sections share. */
final class HtmlPage {
  private final StringBuilder out = new StringBuilder(1 << 20);

  /**
   * @param html HTML as it stands, or a number
   * @return this page
   */
  HtmlPage append(Object html) {
    out.append(html);
    return this;
  }

  /**
   * Opens a section; {@link #end} closes it.
   *
   * @param id anchor of the section
   * @param title its title, as HTML
   */
  void section(String id, String title) {
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

  /** Closes a section. */
  void end() {
    out.append("</section>\n");
  }

  /**
   * Says why a section has no content.
   *
   * @param text a sentence, as HTML
   */
  void nothing(String text) {
    out.append("<p class=\"note\">").append(text).append("</p>\n");
  }

  /**
   * The place of a chart that report.js draws.
   *
   * @param name name of the chart in report.js
   * @param caption what it shows, as HTML, without the full stop
   * @param size class of its height in report.css: short, tall; empty for the usual height
   */
  void chart(String name, String caption, String size) {
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

  /**
   * A table with a row for each object.
   *
   * @param rows objects with the same keys
   * @param caption title of the table, as HTML
   * @param keys key of each column
   * @param heads head of each column, as HTML
   */
  void table(JsonNode rows, String caption, List<String> keys, List<String> heads) {
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

  /**
   * A cell of a table that sorts by number.
   *
   * @param value the number; a dash is shown if it is not finite
   * @param digits digits after the point
   */
  void cell(double value, int digits) {
    out.append("<td class=\"number\" data-value=\"")
        .append(Double.isFinite(value) ? value : "")
        .append("\">")
        .append(Html.number(value, digits))
        .append("</td>");
  }

  /**
   * @return everything written so far
   */
  @Override
  public String toString() {
    return out.toString();
  }
}
