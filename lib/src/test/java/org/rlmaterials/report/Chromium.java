package org.rlmaterials.report;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Debian's Chromium, driven by Playwright. Collects everything that goes wrong in its pages:
 * console errors and warnings, exceptions, dialogs, and the addresses they ask for.
 */
final class Chromium implements AutoCloseable {
  private static final Path EXECUTABLE = Path.of("/usr/bin/chromium");
  private static final int TALLEST_PICTURE = 2000;

  private final Playwright playwright;
  private final Browser browser;
  private final List<String> troubles = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();
  private BrowserContext context;

  static boolean isInstalled() {
    return Files.isExecutable(EXECUTABLE);
  }

  Chromium() {
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(EXECUTABLE)
                    .setArgs(
                        List.of(
                            "--use-gl=angle",
                            "--use-angle=swiftshader",
                            "--enable-unsafe-swiftshader")));
  }

  /** Shows a file in a window of a size, in dark or light, once it says that it is ready. */
  Page open(Path file, int width, int height, boolean dark) {
    if (context != null) {
      context.close();
    }
    context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setIsMobile(width < 600)
                .setHasTouch(width < 600)
                .setColorScheme(dark ? ColorScheme.DARK : ColorScheme.LIGHT));
    Page page = context.newPage();
    page.onPageError(troubles::add);
    page.onConsoleMessage(
        message -> {
          if (List.of("error", "warning", "assert").contains(message.type())) {
            troubles.add(message.text());
          }
        });
    page.onDialog(
        dialog -> {
          troubles.add("a dialog opened: " + dialog.message());
          dialog.dismiss();
        });
    page.onRequest(request -> requests.add(request.url()));
    page.navigate(file.toUri().toString());
    // By locators: the page's own security policy forbids what waitForFunction does.
    page.locator("html[data-ready=true]").waitFor();
    return page;
  }

  /** The whole page as pictures NAME-1.png, NAME-2.png, ...: one would be too tall to be drawn. */
  static void screenshots(Page page, Path folder, String name) {
    int width = page.viewportSize().width;
    int height = (int) page.evaluate("document.documentElement.scrollHeight");
    for (int top = 0, number = 1; top < height; top += TALLEST_PICTURE, number++) {
      page.screenshot(
          new Page.ScreenshotOptions()
              .setFullPage(true)
              .setClip(0, top, width, Math.min(TALLEST_PICTURE, height - top))
              .setPath(folder.resolve(name + "-" + number + ".png")));
    }
  }

  List<String> troubles() {
    return troubles;
  }

  List<String> requests() {
    return requests;
  }

  @Override
  public void close() {
    playwright.close();
  }
}
