package org.rlmaterials.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The report as one HTML file with everything inside: styles, scripts, data. Tables and text are
 * written by the classes of its sections and can be read without scripts; scripts draw the charts
 * and structures and sort the table.
 */
public final class HtmlReport {
  private HtmlReport() {}

  /**
   * @param data the content
   * @return the HTML file
   */
  public static String render(ReportData data) {
    JsonNode json = data.json();
    HtmlPage page = new HtmlPage();
    page.append(
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
    page.append(resource("report.css"));
    page.append("</style>\n</head>\n<body>\n");
    new HeaderHtml(json, page).write();
    page.append("<main id=\"main\">\n");
    new CandidatesHtml(json, page).write();
    new ValidationHtml(json, page).write();
    new DftHtml(json, page).write();
    new DatasetHtml(json, page).write();
    new LearningHtml(json, page).write();
    new ProvenanceHtml(json, page).write();
    page.append("</main>\n");
    page.append("<script type=\"application/json\" id=\"report-data\">")
        .append(Html.json(json.toString()))
        .append("\n</script>\n");
    script(page, "vendor/echarts.common.min.js");
    script(page, "vendor/3Dmol-min.js");
    script(page, "report.js");
    page.append("</body>\n</html>\n");
    return page.toString();
  }

  private static void script(HtmlPage page, String name) {
    page.append("<script type=\"text/javascript\">").append(resource(name)).append("\n</script>\n");
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
}
