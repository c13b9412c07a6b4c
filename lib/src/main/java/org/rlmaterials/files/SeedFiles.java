package org.rlmaterials.files;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.rlmaterials.crystal.Seeds;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.errors.BadInputException;

/** Reads the crystals a search starts from. */
public final class SeedFiles {
  private SeedFiles() {}

  /**
   * Those seeds that are small enough; moves keep the number of atoms.
   *
   * @param file as for {@link #read(Path)}
   * @param maxAtoms largest number of atoms; null for any
   * @return the seeds
   * @throws BadInputException if none is small enough, or as for {@link #read(Path)}
   */
  public static List<Structure> read(Path file, Integer maxAtoms) {
    List<Structure> seeds = read(file);
    if (maxAtoms == null) {
      return seeds;
    }
    List<Structure> small = seeds.stream().filter(s -> s.crystal().size() <= maxAtoms).toList();
    if (small.isEmpty()) {
      throw new BadInputException(
          (file == null ? "the standard seeds" : file.toString())
              + ": no seed has at most %d atoms, as --max-atoms wants".formatted(maxAtoms));
    }
    return small;
  }

  /**
   * @param file a table in the layout of data/seeds.csv (name ends in .csv), or structures in any
   *     format of {@link StructureFiles}; null for the 18 seeds of data/seeds.csv
   * @return the seeds, checked (see {@link Seeds#check})
   * @throws BadInputException if the file cannot be read or holds something that is no seed
   */
  public static List<Structure> read(Path file) {
    if (file == null) {
      return Seeds.standard();
    }
    String name = file.toString();
    if (!name.endsWith(".csv")) {
      List<Structure> seeds = StructureFiles.read(file);
      Seeds.check(seeds, Collections.nCopies(seeds.size(), name), name);
      return List.copyOf(seeds);
    }
    try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      return Seeds.parseCsv(text, name);
    } catch (CharacterCodingException e) {
      throw new BadInputException(name + ": not a text file (UTF-8): expected seeds", e);
    } catch (IOException e) {
      throw new BadInputException(name + ": cannot be read: " + e, e);
    }
  }
}
