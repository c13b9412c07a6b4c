package org.rlmaterials;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Reference data that lie beside the project, not in it. */
public final class SharedData {
  private SharedData() {}

  /**
   * @param name file name in shared/data
   * @return its path; without the file the test that asks is skipped, with a message
   */
  public static Path file(String name) {
    Path project = Path.of(System.getProperty("rlmaterials.project", "..")).toAbsolutePath();
    for (Path folder = project.normalize(); folder != null; folder = folder.getParent()) {
      Path file = folder.resolve("shared").resolve("data").resolve(name);
      if (Files.exists(file)) {
        return file;
      }
    }
    assumeTrue(false, "skipped: ../shared/data/" + name + " is not there");
    throw new AssertionError("not reached");
  }
}
