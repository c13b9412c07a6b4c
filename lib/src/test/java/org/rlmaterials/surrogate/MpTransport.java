package org.rlmaterials.surrogate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.dataset.Splits;
import org.rlmaterials.fingerprint.Descriptor;

/**
 * The benchmark data: Materials Project structures with gaps and transport masses. Semiconductors
 * with a gap of at least 0.1 eV, and all metals; masses between 0.01 and 5 mₑ.
 */
public final class MpTransport {
  /** The file, absent on most machines. */
  public static final Path FILE =
      Path.of(System.getProperty("rlmaterials.shared", "../shared"), "data/mp_transport.jsonl.gz");

  private MpTransport() {}

  /**
   * @param descriptor what to describe crystals with
   * @param maxAtoms largest cells to take
   * @return the table; sides by the one split rule
   */
  public static TrainingTable read(Descriptor descriptor, int maxAtoms) {
    ObjectMapper mapper = new ObjectMapper();
    List<TrainingTable.Row> rows = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(FILE)), StandardCharsets.UTF_8))) {
      String line;
      long number = 0;
      while ((line = in.readLine()) != null) {
        JsonNode json = mapper.readTree(line);
        double gap = json.get("band_gap").asDouble();
        if (json.get("species").size() > maxAtoms || (gap > 0 && gap < 0.1)) {
          continue;
        }
        Crystal crystal = StructureJson.of(json, FILE.toString(), ++number).crystal();
        rows.add(
            new TrainingTable.Row(
                json.get("mp_id").asText(),
                "materials_project",
                crystal.chemicalSystem(),
                Splits.of(crystal.chemicalSystem()),
                descriptor.of(crystal),
                Labels.of(
                    number(json, "m_n"),
                    number(json, "m_p"),
                    false,
                    gap,
                    number(json, "e_form_per_atom"),
                    0.01,
                    5),
                crystal));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new TrainingTable(descriptor, rows);
  }

  private static double number(JsonNode json, String key) {
    return json.hasNonNull(key) ? json.get(key).asDouble() : Double.NaN;
  }
}
