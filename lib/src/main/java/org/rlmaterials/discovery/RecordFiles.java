package org.rlmaterials.discovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.espresso.DftRecord;

/** Reads DFT records from files and folders. */
public final class RecordFiles {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private RecordFiles() {}

  /**
   * @param paths record files ({@code .json}: one record; {@code .jsonl}: one a line; also with
   *     {@code .gz}) and folders that hold such files, searched to any depth; the validation.json
   *     and unusual_topology.json in them are passed over
   * @return the records, by path and then by line
   * @throws BadInputException if a file is not there or holds something else
   */
  public static List<DftRecord> read(List<Path> paths) {
    List<DftRecord> records = new ArrayList<>();
    for (Path path : paths) {
      for (Path file : files(path)) {
        readFile(file, records);
      }
    }
    return records;
  }

  /** What a validation writes beside its records. */
  private static final Set<String> OTHERS = Set.of("validation.json", "unusual_topology.json");

  private static List<Path> files(Path path) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> inside = Files.walk(path)) {
      return inside
          .filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().matches(".*\\.jsonl?(\\.gz)?"))
          .filter(file -> !OTHERS.contains(file.getFileName().toString()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new BadInputException(path + ": cannot be read: " + e, e);
    }
  }

  private static void readFile(Path file, List<DftRecord> records) {
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        MappingIterator<DftRecord> all = MAPPER.readerFor(DftRecord.class).readValues(in)) {
      while (all.hasNextValue()) {
        DftRecord record = all.nextValue();
        if (record.id() == null || record.status() == null) {
          throw new BadInputException(
              file + ": not a DFT record: expected the keys \"id\" and \"status\"");
        }
        records.add(record);
      }
    } catch (NoSuchFileException e) {
      throw new BadInputException(file + ": no such file: expected DFT records", e);
    } catch (JsonProcessingException e) {
      long line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new BadInputException(
          file + ":" + line + ": not a DFT record: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new BadInputException(file + ": cannot be read: " + e, e);
    }
  }
}
