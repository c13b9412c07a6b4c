package org.rlmaterials.espresso;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.rlmaterials.crystal.Palette;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.files.Digests;

/**
 * A folder of pseudopotentials, one file an element, checked.
 *
 * @param folder the folder
 * @param elements the files by chemical symbol
 * @param hardestCutoffRy the largest suggested cutoff of the wavefunctions (Ry) of all elements of
 *     the {@link Palette} that the folder has, those left out of {@code elements} included
 */
public record PseudopotentialLibrary(
    Path folder, Map<String, Entry> elements, double hardestCutoffRy) {
  /**
   * One pseudopotential.
   *
   * @param file its file name without folder
   * @param md5 MD5 of its bytes
   * @param header its header, with the manifest's cutoffs if there is a manifest
   */
  public record Entry(String file, String md5, UpfHeader header) {}

  /** Keeps the map in order of the symbols. */
  public PseudopotentialLibrary {
    elements = Collections.unmodifiableMap(new TreeMap<>(elements));
  }

  /**
   * A folder of which every file is known.
   *
   * @param folder the folder
   * @param elements the files by chemical symbol
   */
  public PseudopotentialLibrary(Path folder, Map<String, Entry> elements) {
    this(
        folder,
        elements,
        elements.entrySet().stream()
            .filter(e -> isOfPalette(e.getKey()))
            .mapToDouble(e -> e.getValue().header.wavefunctionCutoffRy())
            .max()
            .orElse(0));
  }

  private static boolean isOfPalette(String symbol) {
    return Palette.SYMBOLS.contains(symbol);
  }

  /**
   * Opens a folder. If it holds a manifest.json, the files are those it names and their MD5 must
   * agree; else every UPF file counts, for the element that its header names.
   *
   * @param folder a folder
   * @return the library
   * @throws BadInputException if a file is missing, changed, unreadable, or an element has two
   */
  public static PseudopotentialLibrary open(Path folder) {
    Path manifest = folder.resolve(PseudopotentialManifest.FILE_NAME);
    if (Files.isRegularFile(manifest)) {
      PseudopotentialManifest content = PseudopotentialManifest.read(manifest);
      return open(folder, content, content.elements().keySet());
    }
    Map<String, Entry> elements = new TreeMap<>();
    for (Path file : upfFiles(folder)) {
      UpfHeader header = UpfHeader.read(file);
      Entry entry = new Entry(file.getFileName().toString(), md5(file), header);
      Entry other = elements.put(header.element(), entry);
      if (other != null) {
        throw new BadInputException(
            folder
                + ": two pseudopotentials for "
                + header.element()
                + ": "
                + other.file
                + " and "
                + entry.file
                + "; keep one, or add a manifest.json that says which");
      }
    }
    return new PseudopotentialLibrary(folder, elements);
  }

  /**
   * Opens a folder for some elements: where there is a manifest, no other file is read. (A task of
   * one crystal would else read, and take the MD5 of, files of several megabytes for nothing.)
   *
   * @param folder a folder
   * @param symbols the elements that are needed
   * @return a library that has at least those of them that the folder has
   * @throws BadInputException as {@link #open(Path)}
   */
  public static PseudopotentialLibrary open(Path folder, Set<String> symbols) {
    Path manifest = folder.resolve(PseudopotentialManifest.FILE_NAME);
    if (Files.isRegularFile(manifest)) {
      PseudopotentialManifest content = PseudopotentialManifest.read(manifest);
      if (content.elements().keySet().containsAll(symbols)) {
        return open(folder, content, symbols);
      }
    }
    return open(folder);
  }

  /**
   * Opens a folder whose content must be as a manifest says.
   *
   * @param folder a folder
   * @param manifest what is expected
   * @param symbols the elements that are needed
   * @return the library of these elements
   * @throws BadInputException naming all files that are missing or changed
   */
  public static PseudopotentialLibrary open(
      Path folder, PseudopotentialManifest manifest, Set<String> symbols) {
    Map<String, Entry> elements = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    for (String symbol : new TreeSet<>(symbols)) {
      PseudopotentialManifest.Entry expected = manifest.elements().get(symbol);
      if (expected == null) {
        problems.add("element " + symbol + " is not in the manifest");
        continue;
      }
      Path file = folder.resolve(expected.filename());
      if (!Files.isRegularFile(file)) {
        problems.add(file + " is missing (element " + symbol + ")");
        continue;
      }
      String md5 = md5(file);
      if (!md5.equals(expected.md5())) {
        problems.add(
            file
                + " has MD5 "
                + md5
                + ", expected "
                + expected.md5()
                + " (element "
                + symbol
                + ")");
        continue;
      }
      UpfHeader header = UpfHeader.read(file);
      if (!header.element().equals(symbol)) {
        problems.add(file + " is for element " + header.element() + ", expected " + symbol);
        continue;
      }
      elements.put(
          symbol,
          new Entry(
              expected.filename(),
              md5,
              header.withCutoffs(expected.wavefunctionCutoffRy(), expected.densityCutoffRy())));
    }
    if (!problems.isEmpty()) {
      throw new BadInputException("pseudopotentials: " + String.join("; ", problems));
    }
    PseudopotentialLibrary read = new PseudopotentialLibrary(folder, elements);
    double hardest =
        manifest.elements().entrySet().stream()
            .filter(e -> isOfPalette(e.getKey()))
            .mapToDouble(e -> e.getValue().wavefunctionCutoffRy())
            .max()
            .orElse(0);
    return new PseudopotentialLibrary(folder, elements, Math.max(hardest, read.hardestCutoffRy));
  }

  /**
   * The entry of an element.
   *
   * @param symbol chemical symbol
   * @return its pseudopotential
   * @throws BadInputException if there is none, its cutoffs are unknown, or it is not for PBE
   */
  public Entry of(String symbol) {
    Entry entry = elements.get(symbol);
    if (entry == null) {
      throw new BadInputException(
          folder
              + ": no pseudopotential for element "
              + symbol
              + ": there are "
              + String.join(", ", elements.keySet()));
    }
    if (!(entry.header.wavefunctionCutoffRy() > 0)) {
      throw new BadInputException(
          folder.resolve(entry.file)
              + ": the header has no cutoffs; add a manifest.json with cutoff_wfc_ry and"
              + " cutoff_rho_ry");
    }
    if (!entry.header.isPbe()) {
      throw new BadInputException(
          folder.resolve(entry.file)
              + ": made for the functional "
              + entry.header.functional()
              + "; expected one for PBE");
    }
    return entry;
  }

  /**
   * @param source what the manifest says of the origin
   * @return the manifest of this library
   */
  public PseudopotentialManifest manifest(String source) {
    Map<String, PseudopotentialManifest.Entry> entries = new TreeMap<>();
    elements.forEach(
        (symbol, entry) ->
            entries.put(
                symbol,
                new PseudopotentialManifest.Entry(
                    entry.file,
                    entry.md5,
                    entry.header.wavefunctionCutoffRy(),
                    entry.header.densityCutoffRy())));
    return new PseudopotentialManifest(source, entries);
  }

  private static List<Path> upfFiles(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> upf =
          files
              .filter(f -> f.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".upf"))
              .sorted()
              .toList();
      if (upf.isEmpty()) {
        throw new BadInputException(
            folder
                + ": no pseudopotentials (*.UPF) in this folder; make them with 'rl-materials"
                + " pseudopotentials generate'");
      }
      return upf;
    } catch (IOException e) {
      throw new BadInputException(folder + ": the folder of pseudopotentials cannot be read", e);
    }
  }

  private static String md5(Path file) {
    try {
      return Digests.md5(file);
    } catch (IOException e) {
      throw new BadInputException(file + ": the pseudopotential cannot be read: " + e, e);
    }
  }
}
