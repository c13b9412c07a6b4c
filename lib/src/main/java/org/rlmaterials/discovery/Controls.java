package org.rlmaterials.discovery;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;

/** The structures whose answer is known before a validation, data/references/controls.jsonl. */
public final class Controls {
  private static final String RESOURCE = "/org/rlmaterials/data/references/controls.jsonl";

  private Controls() {}

  /**
   * @return GaAs and InP, which must come out as light semiconductors, and Al, a metal; each with
   *     the property {@code expected}
   */
  public static List<Structure> standard() {
    List<Structure> controls = new ArrayList<>();
    try (InputStream in = Controls.class.getResourceAsStream(RESOURCE);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        controls.add(StructureJson.parse(line, "data/references/controls.jsonl", 1));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE + " is not readable in the jar", e);
    }
    return List.copyOf(controls);
  }
}
