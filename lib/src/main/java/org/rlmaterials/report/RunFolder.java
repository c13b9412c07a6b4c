package org.rlmaterials.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.files.CsvRows;
import org.rlmaterials.files.Digests;

/**
 * A results folder, in the layout of docs/output.md. Anything may be missing: what a stage has not
 * made is empty here. A file that is there but broken is an error.
 */
final class RunFolder {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern ROUND = Pattern.compile("round_(\\d+)");

  private final Path root;

  RunFolder(Path root) {
    this.root = root;
  }

  /** One round of the search: where its stages wrote. */
  record Round(int number, RunFolder folder) {}

  /**
   * @return the rounds in order: the folders round_1, round_2, ..., or the folder itself
   */
  List<Round> rounds() {
    List<Round> rounds = new ArrayList<>();
    for (Path path : children(root)) {
      Matcher name = ROUND.matcher(path.getFileName().toString());
      if (Files.isDirectory(path) && name.matches()) {
        rounds.add(new Round(Integer.parseInt(name.group(1)), new RunFolder(path)));
      }
    }
    rounds.sort(Comparator.comparingInt(Round::number));
    return rounds.isEmpty() ? List.of(new Round(1, this)) : rounds;
  }

  Path path(String relative) {
    return root.resolve(relative);
  }

  boolean has(String relative) {
    return Files.exists(root.resolve(relative));
  }

  /**
   * @param relative a folder inside
   * @return the folders in it, by name
   */
  Map<String, RunFolder> folders(String relative) {
    Map<String, RunFolder> folders = new LinkedHashMap<>();
    for (Path path : children(root.resolve(relative))) {
      if (Files.isDirectory(path)) {
        folders.put(path.getFileName().toString(), new RunFolder(path));
      }
    }
    return folders;
  }

  /**
   * @param relative a JSON file
   * @return its content, or a missing node if there is no such file
   */
  JsonNode json(String relative) {
    Path file = root.resolve(relative);
    if (!Files.isRegularFile(file)) {
      return MissingNode.getInstance();
    }
    try {
      return MAPPER.readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new BadInputException(file + ": not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * @param relative a file with one JSON object a line
   * @return the objects; none if there is no such file
   */
  List<JsonNode> jsonLines(String relative) {
    Path file = root.resolve(relative);
    List<JsonNode> lines = new ArrayList<>();
    if (!Files.isRegularFile(file)) {
      return lines;
    }
    try (BufferedReader in = reader(file)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (!line.isBlank()) {
          lines.add(MAPPER.readTree(line));
        }
      }
    } catch (JsonProcessingException e) {
      throw new BadInputException(
          file + ":" + (lines.size() + 1) + ": not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    return lines;
  }

  /**
   * @param relative a text file
   * @return number of lines that are not blank; -1 if there is no such file
   */
  long countLines(String relative) {
    Path file = root.resolve(relative);
    if (!Files.isRegularFile(file)) {
      return -1;
    }
    try (BufferedReader in = reader(file)) {
      return in.lines().filter(line -> !line.isBlank()).count();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * @param relative a file
   * @return SHA-256 of its bytes (64 hexadecimal digits)
   */
  String sha256(String relative) {
    Path file = root.resolve(relative);
    try {
      return Digests.sha256(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** A table as text. */
  record Table(List<String> columns, List<List<String>> rows) {
    static final Table EMPTY = new Table(List.of(), List.of());

    int column(String name) {
      return columns.indexOf(name);
    }
  }

  /**
   * @param relative a CSV file with a header
   * @return its content; empty if there is no such file
   */
  Table table(String relative) {
    Path file = root.resolve(relative);
    if (!Files.isRegularFile(file)) {
      return Table.EMPTY;
    }
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setAllowMissingColumnNames(true)
            .setCommentMarker('#')
            .get();
    try (BufferedReader in = reader(file);
        CSVParser csv = format.parse(in)) {
      List<List<String>> rows = new ArrayList<>();
      for (CSVRecord row : CsvRows.of(csv, file.toString())) {
        rows.add(row.toList());
      }
      return new Table(csv.getHeaderNames(), rows);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static BufferedReader reader(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    return new BufferedReader(
        new InputStreamReader(
            file.toString().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in,
            StandardCharsets.UTF_8));
  }

  private static List<Path> children(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> inside = Files.list(folder)) {
      return inside.sorted(Comparator.comparing(p -> p.getFileName().toString())).toList();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static BadInputException unreadable(Path file, IOException e) {
    return new BadInputException(file + ": cannot be read: " + e, e);
  }
}
