package org.rlmaterials.espresso;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.files.AtomicFiles;

/**
 * The list of files of a pseudopotential library: manifest.json.
 *
 * @param source where the library comes from
 * @param elements what belongs to each element, by chemical symbol
 */
public record PseudopotentialManifest(String source, Map<String, Entry> elements) {
  /** Name of the manifest in a folder of pseudopotentials. */
  public static final String FILE_NAME = "manifest.json";

  /**
   * One file.
   *
   * @param filename file name without folder
   * @param md5 MD5 of its bytes
   * @param wavefunctionCutoffRy suggested cutoff of the wavefunctions (Ry)
   * @param densityCutoffRy suggested cutoff of the density (Ry)
   */
  public record Entry(
      String filename,
      String md5,
      @JsonProperty("cutoff_wfc_ry") double wavefunctionCutoffRy,
      @JsonProperty("cutoff_rho_ry") double densityCutoffRy) {}

  /** Sorts the elements, for a stable file. */
  public PseudopotentialManifest {
    elements = elements == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(elements));
  }

  /**
   * Reads a manifest.
   *
   * @param file a JSON file
   * @return its content
   * @throws BadInputException if the file is not a manifest, or a file name in it leaves the folder
   */
  public static PseudopotentialManifest read(Path file) {
    PseudopotentialManifest manifest;
    try {
      manifest =
          new ObjectMapper().readValue(Files.readString(file), PseudopotentialManifest.class);
    } catch (JsonProcessingException e) {
      throw new BadInputException(
          file + ": not a manifest of pseudopotentials: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new BadInputException(file + ": the manifest cannot be read: " + e, e);
    }
    if (manifest.elements.isEmpty()) {
      throw new BadInputException(file + ": key \"elements\" is missing or empty");
    }
    manifest.elements.forEach(
        (symbol, entry) -> {
          if (entry.filename == null
              || entry.md5 == null
              || entry.filename.contains("/")
              || entry.filename.startsWith(".")) {
            throw new BadInputException(
                file + ": element " + symbol + ": expected a plain \"filename\" and an \"md5\"");
          }
        });
    return manifest;
  }

  /**
   * Writes the manifest.
   *
   * @param file where to
   */
  public void write(Path file) {
    try {
      String json =
          new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(this);
      AtomicFiles.writeString(file, json + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
