package org.rlmaterials.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
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
  private static Chromium browser;

  private Page page;

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
    browser = new Chromium();
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
  }

  /** Brings everything into view that is drawn only then, and waits for it. */
  private void lookAtEverything() {
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
    assertThat(browser.troubles()).isEmpty();
    assertThat(browser.requests()).allMatch(u -> u.matches("(file|data|blob):.*"));
  }

  @Test
  void drawsEveryChartAndStructure() throws Exception {
    page = browser.open(report, 1280, 900, false);
    lookAtEverything();
    assertThat(integer("document.querySelectorAll('.chart').length")).isGreaterThan(8);
    assertThat(
            text(
                """
                [...document.querySelectorAll('.chart')]
                  .filter(c => c.querySelectorAll('svg path').length < 3)
                  .map(c => c.getAttribute('aria-label')).join('; ')
                """))
        .isEmpty();
    assertThat(integer("document.querySelectorAll('.viewer canvas, .viewer img').length"))
        .isEqualTo(integer("document.querySelectorAll('.viewer').length"))
        .isEqualTo(8);
    Chromium.screenshots(page, KEPT, "light");
    expectNoTrouble();
  }

  /** Of the first candidate: dots at the two edges, the dashed parabola over the solid bands. */
  @Test
  void bandsHaveTheirEdgesAndTheParabola() throws Exception {
    page = browser.open(report, 1280, 900, false);
    lookAtEverything();
    String paths =
        "[...document.querySelectorAll('#candidate-1 [data-chart=bands] svg path')].filter(p => %s)"
            + ".length";
    assertThat(integer(paths.formatted("p.getAttribute('stroke-dasharray')")))
        .as("dashed lines")
        .isPositive();
    String red =
        text("getComputedStyle(document.documentElement).getPropertyValue('--bad')").strip();
    assertThat(integer(paths.formatted("p.getAttribute('fill') === '" + red + "'")))
        .as("edges, each at every place of the path where its k-point lies")
        .isGreaterThanOrEqualTo(2);
  }

  @Test
  void isReadableInDarkAndOnAPhone() throws Exception {
    page = browser.open(report, 1280, 900, true);
    lookAtEverything();
    Chromium.screenshots(page, KEPT, "dark");
    page = browser.open(report, 390, 844, false);
    lookAtEverything();
    Chromium.screenshots(page, KEPT, "phone");
    // Nothing but the tables, which scroll by themselves, is wider than the screen.
    assertThat(integer("document.documentElement.scrollWidth")).isLessThanOrEqualTo(390);
    expectNoTrouble();
  }

  @Test
  void textStandsOutFromItsGround() throws Exception {
    for (boolean dark : new boolean[] {false, true}) {
      page = browser.open(report, 1280, 900, dark);
      Object weak =
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
      assertThat((List<?>) weak).isEmpty();
    }
  }

  @Test
  void tableSortsByMouseAndByKeyboard() throws Exception {
    page = browser.open(report, 1280, 900, false);
    String masses =
        "[...document.querySelectorAll('#candidate-table tbody tr')]"
            + ".map(r => r.cells[4].dataset.value).filter(v => v !== '').map(Number)";
    Locator byMass = page.locator("#candidate-table th button").nth(4);
    byMass.click();
    List<Double> ascending = numbers(masses);
    assertThat(ascending).hasSizeGreaterThan(4).isSorted();
    byMass.focus();
    page.keyboard().press("Enter");
    assertThat(numbers(masses)).isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(text("document.querySelectorAll('#candidate-table th')[4].ariaSort"))
        .isEqualTo("descending");
    // What is not known comes last either way.
    assertThat(
            text(
                "document.querySelector('#candidate-table tbody tr:last-child').cells[4]"
                    + ".dataset.value"))
        .isEmpty();
    expectNoTrouble();
  }

  private List<Double> numbers(String expression) {
    return ((List<?>) page.evaluate(expression))
        .stream().map(n -> ((Number) n).doubleValue()).toList();
  }

  private int integer(String expression) {
    return (Integer) page.evaluate(expression);
  }

  private String text(String expression) {
    return (String) page.evaluate(expression);
  }

  @Test
  void structureTurnsByKeyboardAndMouse() throws Exception {
    page = browser.open(report, 1280, 900, false);
    Locator viewer = page.locator(".viewer").first();
    viewer.scrollIntoViewIfNeeded();
    viewer.locator("canvas").waitFor();
    String view = "JSON.stringify(document.querySelector('.viewer').viewer.getView())";
    String before = text(view);
    viewer.focus();
    page.keyboard().press("ArrowRight");
    String turned = text(view);
    assertThat(turned).isNotEqualTo(before);
    BoundingBox box = viewer.boundingBox();
    page.mouse().move(box.x + box.width / 2, box.y + box.height / 2);
    page.mouse().down();
    page.mouse().move(box.x + box.width / 2 + 60, box.y + box.height / 2 + 24);
    page.mouse().up();
    assertThat(text(view)).isNotEqualTo(turned);
    // Atoms are drawn: the picture is not of one colour.
    assertThat(
            integer(
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
                    """))
        .isGreaterThan(20);
    expectNoTrouble();
  }

  @Test
  void downloadsAreTheFilesTheySay() throws Exception {
    page = browser.open(report, 1280, 900, false);
    lookAtEverything();
    assertThat(download("#candidate-1 [data-file=cif]", ".cif"))
        .contains("_cell_length_a", "_atom_site_fract_x");
    assertThat(download("#candidate-1 [data-file=pw]", ".in"))
        .contains("&control", "ATOMIC_SPECIES", "K_POINTS");
    assertThat(download("[data-table=candidate-table]", ".csv")).startsWith("Rank,Formula,");
    assertThat(download("[data-file=report]", ".json")).contains("\"funnel\"");
    expectNoTrouble();
  }

  private String download(String button, String ending) throws Exception {
    Download file = page.waitForDownload(() -> page.locator(button).click());
    assertThat(file.suggestedFilename()).endsWith(ending);
    return Files.readString(file.path());
  }

  @Test
  void hostileNamesStayText() throws Exception {
    page = browser.open(report, 1280, 900, false);
    lookAtEverything();
    assertThat(integer("document.querySelectorAll('img[src=x]').length")).isZero();
    assertThat(text("document.body.textContent")).contains(RunFixture.HOSTILE);
    expectNoTrouble();
  }

  @Test
  void prints() throws Exception {
    page = browser.open(report, 1280, 900, true);
    page.pdf(new Page.PdfOptions().setPath(KEPT.resolve("print.pdf")).setPrintBackground(true));
    assertThat(Files.size(KEPT.resolve("print.pdf"))).isBetween(20_000L, 20_000_000L);
    expectNoTrouble();
  }
}
