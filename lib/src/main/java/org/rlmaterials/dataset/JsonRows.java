package org.rlmaterials.dataset;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.rlmaterials.errors.BadInputException;

/**
 * JSON objects out of a file, one at a time, however large the file: an array of objects, one
 * object a line, or objects one after the other; plain, {@code .gz}, or the one {@code .json} entry
 * of a {@code .zip}.
 */
final class JsonRows {
  // JARVIS-DFT is written by Python: NaN stands where a value is not known.
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private JsonRows() {}

  /** Takes the objects of a file. */
  @FunctionalInterface
  interface Sink {
    /**
     * @param row one JSON object
     * @param line line of the file it starts on, counted from 1
     */
    void accept(JsonNode row, long line);
  }

  /**
   * Reads a file to its end.
   *
   * @param file the file
   * @param sink takes each object
   * @throws BadInputException if the file is missing, damaged or holds something else than objects
   */
  static void read(Path file, Sink sink) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    try {
      if (name.endsWith(".zip")) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
          ZipEntry entry = onlyJson(zip, file);
          try (InputStream in = zip.getInputStream(entry)) {
            read(in, file + "!" + entry.getName(), sink);
          }
        }
      } else {
        try (InputStream in = open(file, name.endsWith(".gz"))) {
          read(in, file.toString(), sink);
        }
      }
    } catch (NoSuchFileException e) {
      throw new BadInputException(file + ": no such file", e);
    } catch (EOFException | ZipException e) {
      throw new BadInputException(
          file + ": damaged or cut short (" + e.getMessage() + "): fetch it again", e);
    } catch (IOException e) {
      throw new BadInputException(file + ": cannot be read: " + e, e);
    }
  }

  private static InputStream open(Path file, boolean compressed) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    if (!compressed) {
      return in;
    }
    try {
      return new GZIPInputStream(in, 1 << 16);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static ZipEntry onlyJson(ZipFile zip, Path file) {
    List<? extends ZipEntry> entries = zip.stream().filter(e -> !e.isDirectory()).toList();
    for (ZipEntry entry : entries) {
      // Nothing is unpacked by name here; an archive that tries to escape is not to be trusted.
      String path = entry.getName().replace('\\', '/');
      if (path.startsWith("/") || path.matches("^[A-Za-z]:.*") || hasParent(path)) {
        throw new BadInputException(
            file
                + ": entry '"
                + entry.getName()
                + "' points outside the archive: not a file to trust, fetch it from its publisher");
      }
    }
    List<? extends ZipEntry> json =
        entries.stream().filter(e -> e.getName().endsWith(".json")).toList();
    if (json.size() != 1) {
      throw new BadInputException(
          file + ": holds " + json.size() + " .json files, expected one: is it the right archive?");
    }
    return json.get(0);
  }

  private static boolean hasParent(String path) {
    return ("/" + path + "/").contains("/../");
  }

  private static void read(InputStream in, String source, Sink sink) throws IOException {
    try (JsonParser parser = MAPPER.createParser(in)) {
      JsonToken token = parser.nextToken();
      boolean array = token == JsonToken.START_ARRAY;
      if (array) {
        token = parser.nextToken();
      }
      while (token != null && token != JsonToken.END_ARRAY) {
        long line = parser.currentTokenLocation().getLineNr();
        if (token != JsonToken.START_OBJECT) {
          throw BadInputException.at(source, line, "expected JSON objects, found " + token);
        }
        sink.accept(MAPPER.readTree(parser), line);
        token = parser.nextToken();
      }
      if (array && token == null) {
        throw new BadInputException(source + ": ends inside its array: fetch it again");
      }
    } catch (JsonProcessingException e) {
      long line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new BadInputException(
          source + ":" + line + ": not valid JSON: " + e.getOriginalMessage(), e);
    }
  }
}
