package org.rlmaterials.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.rlmaterials.crystal.Cif;
import org.rlmaterials.crystal.ExtendedXyz;
import org.rlmaterials.crystal.Poscar;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.errors.BadInputException;

/**
 * Files of structures, by name: CIF ({@code .cif}), POSCAR ({@code .vasp}, {@code .poscar}, {@code
 * POSCAR*}, {@code CONTCAR*}), extended XYZ ({@code .xyz}, {@code .extxyz}, read only), JSON
 * ({@code .json}: one object or an array; {@code .jsonl}: one object a line), each also with {@code
 * .gz}.
 *
 * <p>Formats without a name for the structure use the file name without its extension as id.
 */
public final class StructureFiles {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private StructureFiles() {}

  private enum Format {
    CIF,
    POSCAR,
    XYZ,
    JSON,
    JSON_LINES
  }

  /**
   * Reads all structures of a file.
   *
   * @param file the file
   * @return its structures, in file order, at least one
   * @throws BadInputException with file and line if it cannot be read
   */
  public static List<Structure> read(Path file) {
    try (Stream<Structure> structures = stream(file)) {
      List<Structure> list = structures.collect(Collectors.toCollection(ArrayList::new));
      if (list.isEmpty()) {
        throw BadInputException.at(file.toString(), 1, "the file holds no structure");
      }
      return list;
    }
  }

  /**
   * Reads structures one after another; {@code .jsonl} files may be larger than memory.
   *
   * @param file the file
   * @return its structures, in file order; to be closed. Reading it throws BadInputException with
   *     file and line where the file is wrong
   * @throws BadInputException if the file cannot be opened or its format is not known
   */
  public static Stream<Structure> stream(Path file) {
    String source = file.toString();
    Format format = format(file);
    try {
      if (format == Format.JSON_LINES) {
        BufferedReader lines = open(file);
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(
                    new JsonLines(lines, source), Spliterator.ORDERED | Spliterator.NONNULL),
                false)
            .onClose(() -> closeQuietly(lines));
      }
      String text;
      try (BufferedReader reader = open(file)) {
        StringBuilder builder = new StringBuilder();
        char[] buffer = new char[1 << 16];
        for (int n = reader.read(buffer); n >= 0; n = reader.read(buffer)) {
          builder.append(buffer, 0, n);
        }
        text = builder.toString();
      }
      String id = stem(file);
      return switch (format) {
        case CIF -> Cif.parse(text, source, id).stream();
        case XYZ -> ExtendedXyz.parse(text, source, id).stream();
        case POSCAR -> {
          String comment = text.lines().findFirst().orElse("").strip();
          boolean nameless = id.equals("POSCAR") || id.equals("CONTCAR");
          yield Stream.of(
              Poscar.parse(text, source, nameless && !comment.isEmpty() ? comment : id));
        }
        default -> json(text, source).stream();
      };
    } catch (IOException e) {
      throw unreadable(source, e);
    }
  }

  private static List<Structure> json(String text, String source) {
    try {
      JsonNode node = MAPPER.readTree(text);
      List<Structure> structures = new ArrayList<>();
      if (node.isArray()) {
        node.forEach(n -> structures.add(StructureJson.of(n, source, 1)));
      } else {
        structures.add(StructureJson.of(node, source, 1));
      }
      return structures;
    } catch (JsonProcessingException e) {
      long line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      throw BadInputException.at(source, line, "not valid JSON: " + e.getOriginalMessage());
    }
  }

  /**
   * Writes structures, whole or not at all, in the format of the file's name. CIF, POSCAR and XYZ
   * keep no properties; POSCAR holds one structure.
   *
   * @param file the file
   * @param structures what to write
   * @throws BadInputException if the format cannot be written or does not hold so many structures
   */
  public static void write(Path file, Iterable<Structure> structures) {
    Format format = format(file);
    if (format == Format.XYZ) {
      throw new BadInputException(
          file + ": .xyz is read but not written: use .jsonl, .cif or .vasp");
    }
    if (format == Format.POSCAR) {
      Iterator<Structure> iterator = structures.iterator();
      if (!iterator.hasNext() || hasSecond(iterator)) {
        throw new BadInputException(file + ": a POSCAR file holds exactly one structure");
      }
    }
    AtomicFiles.write(
        file,
        out -> {
          if (format == Format.JSON) {
            writeJson(out, structures);
            return;
          }
          for (Structure structure : structures) {
            String text =
                switch (format) {
                  case CIF -> Cif.write(structure);
                  case POSCAR -> Poscar.write(structure);
                  default -> StructureJson.toJson(structure) + "\n";
                };
            out.write(text.getBytes(StandardCharsets.UTF_8));
          }
        });
  }

  private static boolean hasSecond(Iterator<Structure> iterator) {
    iterator.next();
    return iterator.hasNext();
  }

  private static void writeJson(OutputStream out, Iterable<Structure> structures)
      throws IOException {
    List<String> objects = new ArrayList<>();
    structures.forEach(s -> objects.add(StructureJson.toJson(s).toString()));
    String text =
        objects.size() == 1 ? objects.get(0) : "[\n" + String.join(",\n", objects) + "\n]";
    out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static Format format(Path file) {
    String name = plainName(file);
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".cif")) {
      return Format.CIF;
    }
    if (lower.endsWith(".jsonl")) {
      return Format.JSON_LINES;
    }
    if (lower.endsWith(".json")) {
      return Format.JSON;
    }
    if (lower.endsWith(".xyz") || lower.endsWith(".extxyz")) {
      return Format.XYZ;
    }
    if (lower.endsWith(".vasp")
        || lower.endsWith(".poscar")
        || name.startsWith("POSCAR")
        || name.startsWith("CONTCAR")) {
      return Format.POSCAR;
    }
    throw new BadInputException(
        file
            + ": the format is not known from the name: expected .cif, .vasp, POSCAR, .xyz, .json or"
            + " .jsonl, also with .gz");
  }

  private static String plainName(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.toLowerCase(Locale.ROOT).endsWith(".gz")
        ? name.substring(0, name.length() - 3)
        : name;
  }

  private static String stem(Path file) {
    return plainName(file).replaceFirst("(?i)\\.(cif|vasp|poscar|xyz|extxyz)$", "");
  }

  private static BufferedReader open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    try {
      if (file.toString().toLowerCase(Locale.ROOT).endsWith(".gz")) {
        in = new GZIPInputStream(in, 1 << 16);
      }
      // A decoder, not a charset: malformed text must be an error, not a replacement character.
      return new BufferedReader(
          new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()), 1 << 16);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static BadInputException unreadable(String source, IOException e) {
    if (e instanceof NoSuchFileException) {
      return new BadInputException(source + ": no such file", e);
    }
    if (e instanceof CharacterCodingException) {
      return new BadInputException(source + ": not UTF-8 text", e);
    }
    if (e instanceof ZipException || e instanceof EOFException) {
      return new BadInputException(
          source + ": not a whole .gz file (" + e.getMessage() + "): copy it again", e);
    }
    return new BadInputException(source + ": cannot be read: " + e, e);
  }

  private static void closeQuietly(BufferedReader reader) {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The structures of a .jsonl file. */
  private static final class JsonLines implements Iterator<Structure> {
    private final BufferedReader lines;
    private final String source;
    private long number;
    private String line;

    JsonLines(BufferedReader lines, String source) {
      this.lines = lines;
      this.source = source;
    }

    @Override
    public boolean hasNext() {
      try {
        while (line == null || line.isBlank()) {
          line = lines.readLine();
          number++;
          if (line == null) {
            return false;
          }
        }
        return true;
      } catch (IOException e) {
        throw unreadable(source, e);
      }
    }

    @Override
    public Structure next() {
      if (!hasNext()) {
        throw new NoSuchElementException(source);
      }
      Structure structure = StructureJson.parse(line, source, number);
      line = null;
      return structure;
    }
  }
}
