package org.rlmaterials.discovery;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.errors.BadInputException;

/**
 * A structure an agent has met.
 *
 * @param agent which agent met it: the name of its folder
 * @param structure the structure; its properties hold what the archive says of it
 * @param prediction what the surrogate said
 */
public record ArchiveEntry(String agent, Structure structure, Prediction prediction) {

  /** The file in an agent's folder that holds the structures it met. */
  public static final String FILE = "archive.jsonl";

  /**
   * Reads the archives of some agents.
   *
   * @param agents folders that {@code ppo train} wrote, each with an archive.jsonl
   * @return the entries in file order
   * @throws BadInputException if an archive is missing or a line is not a structure
   */
  public static List<ArchiveEntry> read(List<Path> agents) {
    List<ArchiveEntry> entries = new ArrayList<>();
    for (Path agent : agents) {
      Path file = agent.resolve(FILE);
      if (!Files.isRegularFile(file)) {
        throw new BadInputException(
            file + ": not there: expected a folder written by 'ppo train' in --agent " + agent);
      }
      try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        long number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          number++;
          if (line.isBlank()) {
            continue;
          }
          Structure structure = StructureJson.parse(line, file.toString(), number);
          entries.add(
              new ArchiveEntry(
                  String.valueOf(agent.getFileName()),
                  structure,
                  Prediction.of(structure.properties())));
        }
      } catch (IOException e) {
        throw new BadInputException(file + ": cannot be read: " + e, e);
      }
    }
    return entries;
  }
}
