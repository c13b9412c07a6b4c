package org.rlmaterials.files;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rlmaterials.crystal.Seeds;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.errors.BadInputException;

/** Reads the crystals a search starts from. */
public final class SeedFiles {
  private SeedFiles() {}

  /**
   * @param file a table in the layout of data/seeds.csv (name ends in .csv), or structures as JSON,
   *     one object a line; null for the 18 seeds of data/seeds.csv
   * @return the seeds, checked (see {@link Seeds#check})
   * @throws BadInputException if the file cannot be read or holds something that is no seed
   */
  public static List<Structure> read(Path file) {
    if (file == null) {
      return Seeds.standard();
    }
    try (BufferedReader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      if (file.toString().endsWith(".csv")) {
        return Seeds.parseCsv(text, file.toString());
      }
      List<Structure> seeds = new ArrayList<>();
      List<Long> lines = new ArrayList<>();
      long number = 0;
      for (String line = text.readLine(); line != null; line = text.readLine()) {
        number++;
        if (!line.isBlank()) {
          seeds.add(StructureJson.parse(line, file.toString(), number));
          lines.add(number);
        }
      }
      Seeds.check(seeds, lines, file.toString());
      return List.copyOf(seeds);
    } catch (CharacterCodingException e) {
      throw new BadInputException(file + ": not a text file (UTF-8): expected seeds", e);
    } catch (IOException e) {
      throw new BadInputException(file + ": cannot be read: " + e, e);
    }
  }
}
