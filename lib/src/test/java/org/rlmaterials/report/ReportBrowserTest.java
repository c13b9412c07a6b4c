package org.rlmaterials.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rlmaterials.cli.Main;

/**
 * The report in a real browser, opened from a file. Screenshots are kept in target/report. Skipped
 * where Debian's chromium is not installed.
 */
class ReportBrowserTest {
  private static final Path KEPT = Path.of("target", "report");

  @TempDir static Path folder;

  private static Path report;
  private static Chromium page;

  @BeforeAll
  static void open() throws Exception {
    assumeTrue(Chromium.isInstalled(), "chromium is not installed: apt-get install chromium");
    RunFixture.write(folder.resolve("run"));
    report = KEPT.resolve("report.html").toAbsolutePath();
    int status =
        Main.commandLine()
            .execute(
                "report", "--run", folder.resolve("run").toString(), "--out", report.toString());
    assertThat(status).isZero();
    page = new Chromium();
  }

  @AfterAll
  static void close() throws Exception {
    if (page != null) {
      page.close();
    }
  }

  /** Brings everything into view that is drawn only then, and waits for it. */
  private static void lookAtEverything() throws Exception {
    page.evaluate(
        """
        (async () => {
          document.querySelectorAll('details').forEach(d => { d.open = true; });
          for (const e of document.querySelectorAll('[data-chart], .viewer')) {
            e.scrollIntoView({behavior: 'instant', block: 'center'});
            for (let i = 0; i < 200 && !e.hasAttribute('data-drawn') && !e.querySelector('img'); i++)
              await new Promise(r => setTimeout(r, 50));
          }
          scrollTo({top: 0, behavior: 'instant'});
          await new Promise(r => setTimeout(r, 300));
        })()
        """);
  }

  private static void expectNoTrouble() {
    assertThat(page.troubles()).isEmpty();
    assertThat(page.requests()).allMatch(u -> u.matches("(file|data|blob):.*"));
  }

  @Test
  void drawsEveryChartAndStructure() throws Exception {
    page.open(report, 1280, 900, false);
    lookAtEverything();
    assertThat(page.evaluate("document.querySelectorAll('.chart').length").asInt())
        .isGreaterThan(8);
    assertThat(
            page.evaluate(
                    """
                [...document.querySelectorAll('.chart')]
                  .filter(c => c.querySelectorAll('svg path').length < 3)
                  .map(c => c.getAttribute('aria-label')).join('; ')
                """)
                .asText())
        .isEmpty();
    assertThat(
            page.evaluate("document.querySelectorAll('.viewer canvas, .viewer img').length")
                .asInt())
        .isEqualTo(page.evaluate("document.querySelectorAll('.viewer').length").asInt())
        .isEqualTo(8);
    page.screenshots(KEPT, "light");
    expectNoTrouble();
  }

  /** Of the first candidate: dots at the two edges, the dashed parabola over the solid bands. */
  @Test
  void bandsHaveTheirEdgesAndTheParabola() throws Exception {
    page.open(report, 1280, 900, false);
    lookAtEverything();
    String paths =
        "[...document.querySelectorAll('#candidate-1 [data-chart=bands] svg path')].filter(p => %s)"
            + ".length";
    assertThat(page.evaluate(paths.formatted("p.getAttribute('stroke-dasharray')")).asInt())
        .as("dashed lines")
        .isPositive();
    String red =
        page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--bad')")
            .asText()
            .strip();
    assertThat(page.evaluate(paths.formatted("p.getAttribute('fill') === '" + red + "'")).asInt())
        .as("edges, each at every place of the path where its k-point lies")
        .isGreaterThanOrEqualTo(2);
  }

  @Test
  void isReadableInDarkAndOnAPhone() throws Exception {
    page.open(report, 1280, 900, true);
    lookAtEverything();
    page.screenshots(KEPT, "dark");
    page.open(report, 390, 844, false);
    lookAtEverything();
    page.screenshots(KEPT, "phone");
    // Nothing but the tables, which scroll by themselves, is wider than the screen.
    assertThat(page.evaluate("document.documentElement.scrollWidth").asInt())
        .isLessThanOrEqualTo(390);
    expectNoTrouble();
  }

  @Test
  void textStandsOutFromItsGround() throws Exception {
    for (boolean dark : new boolean[] {false, true}) {
      page.open(report, 1280, 900, dark);
      JsonNode weak =
          page.evaluate(
              """
              (() => {
                const rgb = c => c.match(/[\\d.]+/g).map(Number);
                const lum = c => { const v = rgb(c).slice(0, 3).map(x => x / 255)
                  .map(x => x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
                  return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
                const ground = e => { for (; e; e = e.parentElement) {
                  const c = getComputedStyle(e).backgroundColor;
                  if (rgb(c).length === 3) return c; } return 'rgb(255, 255, 255)'; };
                return [...document.querySelectorAll('p, td, th, dt, dd, .badge, a, figcaption, button')]
                  .filter(e => e.offsetParent && e.textContent.trim())
                  .filter(e => { const a = lum(getComputedStyle(e).color), b = lum(ground(e));
                    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5; })
                  .map(e => e.textContent.trim().slice(0, 40));
              })()
              """);
      assertThat(weak).isEmpty();
    }
  }

  @Test
  void tableSortsByMouseAndByKeyboard() throws Exception {
    page.open(report, 1280, 900, false);
    String masses =
        "[...document.querySelectorAll('#candidate-table tbody tr')]"
            + ".map(r => r.cells[4].dataset.value).filter(v => v !== '').map(Number)";
    page.evaluate("document.querySelectorAll('#candidate-table th button')[4].click()");
    List<Double> ascending = numbers(page.evaluate(masses));
    assertThat(ascending).hasSizeGreaterThan(4).isSorted();
    page.evaluate("document.querySelectorAll('#candidate-table th button')[4].focus()");
    page.key("Enter");
    assertThat(numbers(page.evaluate(masses))).isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(
            page.evaluate("document.querySelectorAll('#candidate-table th')[4].ariaSort").asText())
        .isEqualTo("descending");
    // What is not known comes last either way.
    assertThat(
            page.evaluate(
                    "document.querySelector('#candidate-table tbody tr:last-child').cells[4]"
                        + ".dataset.value")
                .asText())
        .isEmpty();
    expectNoTrouble();
  }

  private static List<Double> numbers(JsonNode array) {
    List<Double> numbers = new ArrayList<>();
    array.forEach(n -> numbers.add(n.asDouble()));
    return numbers;
  }

  @Test
  void structureTurnsByKeyboardAndMouse() throws Exception {
    page.open(report, 1280, 900, false);
    page.evaluate("document.querySelector('.viewer').scrollIntoView({behavior: 'instant'})");
    page.waitFor("document.querySelector('.viewer').viewer");
    String view = "JSON.stringify(document.querySelector('.viewer').viewer.getView())";
    String before = page.evaluate(view).asText();
    page.evaluate("document.querySelector('.viewer').focus()");
    page.key("ArrowRight");
    String turned = page.evaluate(view).asText();
    assertThat(turned).isNotEqualTo(before);
    drag();
    assertThat(page.evaluate(view).asText()).isNotEqualTo(turned);
    // Atoms are drawn: the picture is not of one colour.
    assertThat(
            page.evaluate(
                    """
                    (async () => {
                      const image = new Image();
                      image.src = document.querySelector('.viewer').viewer.pngURI();
                      await image.decode();
                      const canvas = document.createElement('canvas');
                      canvas.width = image.width; canvas.height = image.height;
                      const c = canvas.getContext('2d');
                      c.drawImage(image, 0, 0);
                      const d = c.getImageData(0, 0, canvas.width, canvas.height).data;
                      const colours = new Set();
                      for (let i = 0; i < d.length; i += 4)
                        colours.add(d[i] >> 4 | d[i + 1] >> 4 << 4 | d[i + 2] >> 4 << 8);
                      return colours.size;
                    })()
                    """)
                .asInt())
        .isGreaterThan(20);
    expectNoTrouble();
  }

  private static void drag() throws Exception {
    JsonNode box =
        page.evaluate(
            "(() => { const r = document.querySelector('.viewer').getBoundingClientRect();"
                + " return {x: r.x + r.width / 2, y: r.y + r.height / 2}; })()");
    double x = box.path("x").asDouble();
    double y = box.path("y").asDouble();
    mouse("mousePressed", x, y);
    mouse("mouseMoved", x + 30, y + 12);
    mouse("mouseMoved", x + 60, y + 24);
    mouse("mouseReleased", x + 60, y + 24);
  }

  private static void mouse(String type, double x, double y) throws Exception {
    ObjectNode event = JsonNodeFactory.instance.objectNode().put("type", type);
    event.put("x", x).put("y", y).put("button", "left").put("buttons", 1).put("clickCount", 1);
    page.send("Input.dispatchMouseEvent", event);
  }

  @Test
  void downloadsAreTheFilesTheySay() throws Exception {
    Path downloads = Files.createDirectories(folder.resolve("downloads"));
    page.open(report, 1280, 900, false);
    page.send(
        "Browser.setDownloadBehavior",
        JsonNodeFactory.instance
            .objectNode()
            .put("behavior", "allow")
            .put("downloadPath", downloads.toString()));
    page.evaluate("document.querySelector('#candidate-1 [data-file=cif]').click()");
    page.evaluate("document.querySelector('#candidate-1 [data-file=pw]').click()");
    page.evaluate("document.querySelector('[data-table=candidate-table]').click()");
    page.evaluate("document.querySelector('[data-file=report]').click()");
    Path cif = await(downloads, ".cif");
    assertThat(Files.readString(cif)).contains("_cell_length_a", "_atom_site_fract_x");
    assertThat(Files.readString(await(downloads, ".in")))
        .contains("&control", "ATOMIC_SPECIES", "K_POINTS");
    assertThat(Files.readString(await(downloads, ".csv"))).startsWith("Rank,Formula,");
    assertThat(Files.readString(await(downloads, ".json"))).contains("\"funnel\"");
    expectNoTrouble();
  }

  private static Path await(Path folder, String ending) throws Exception {
    for (int i = 0; i < 200; i++) {
      try (Stream<Path> files = Files.list(folder)) {
        List<Path> found = files.filter(f -> f.toString().endsWith(ending)).toList();
        if (!found.isEmpty()) {
          return found.get(0);
        }
      }
      Thread.sleep(50);
    }
    throw new AssertionError("no " + ending + " was downloaded");
  }

  @Test
  void hostileNamesStayText() throws Exception {
    page.open(report, 1280, 900, false);
    lookAtEverything();
    assertThat(page.evaluate("document.querySelectorAll('img[src=x]').length").asInt()).isZero();
    assertThat(page.evaluate("document.body.textContent").asText()).contains(RunFixture.HOSTILE);
    expectNoTrouble();
  }

  @Test
  void prints() throws Exception {
    page.open(report, 1280, 900, true);
    page.pdf(KEPT.resolve("print.pdf"));
    assertThat(Files.size(KEPT.resolve("print.pdf"))).isBetween(20_000L, 20_000_000L);
    expectNoTrouble();
  }
}
