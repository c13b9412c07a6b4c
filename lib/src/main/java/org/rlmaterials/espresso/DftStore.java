package org.rlmaterials.espresso;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.files.AtomicFiles;
import org.rlmaterials.files.Digests;

/**
 * Results of DFT, kept by what went into them: a folder that runs, profiles and machines share.
 * Writing is whole or not at all, so any number of programs may use it at once; reading checks a
 * digest, and an entry that is damaged is set aside and computed again.
 */
public final class DftStore {
  /** Kinds of failures that say little of the structure. */
  private static final Set<String> NOT_KEPT =
      Set.of(
          Trouble.INTERRUPTED.key(),
          Trouble.OUT_OF_TIME.key(),
          Trouble.MEMORY.key(),
          "pw_error",
          "internal_error");

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path folder;

  /**
   * @param folder where the entries are; made when the first is written
   */
  public DftStore(Path folder) {
    this.folder = folder;
  }

  /**
   * The key of a calculation: SHA-256 over everything that its result depends on.
   *
   * @param crystal the crystal; its name plays no part
   * @param parameters what is computed
   * @param library the pseudopotentials
   * @param pwVersion version of pw.x
   * @param stageDigest digest of this program's own code; may be null
   * @return 64 hexadecimal digits
   */
  public static String key(
      Crystal crystal,
      DftParameters parameters,
      PseudopotentialLibrary library,
      String pwVersion,
      String stageDigest) {
    Map<String, String> pseudopotentials = new TreeMap<>();
    for (String symbol : crystal.counts().keySet()) {
      PseudopotentialLibrary.Entry entry = library.of(symbol);
      // The cutoffs follow from the header or the manifest: a manifest may change them alone.
      pseudopotentials.put(
          symbol,
          entry.md5()
              + " "
              + entry.header().wavefunctionCutoffRy()
              + " "
              + entry.header().densityCutoffRy());
    }
    StringBuilder text = new StringBuilder("rl-materials dft 1\n");
    text.append(canonical(crystal)).append('\n');
    text.append(pseudopotentials).append('\n');
    text.append(parameters).append(' ').append(library.hardestCutoffRy()).append('\n');
    text.append(pwVersion).append('\n').append(stageDigest).append('\n');
    return Digests.sha256(text.toString());
  }

  /** The crystal as text: to 1e-8 Å, positions within the cell; order and basis as given. */
  private static String canonical(Crystal crystal) {
    StringBuilder text = new StringBuilder(String.join(" ", crystal.species()));
    for (double x : crystal.lattice().toRows()) {
      text.append(' ').append(rounded(x));
    }
    for (double x : crystal.toFractionalRows()) {
      double wrapped = x - Math.floor(x + 5e-9);
      text.append(' ').append(rounded(wrapped));
    }
    return text.toString();
  }

  private static String rounded(double x) {
    String text = String.format(Locale.ROOT, "%.8f", x);
    return text.equals("-0.00000000") ? "0.00000000" : text;
  }

  private Path file(String key) {
    return folder.resolve(key.substring(0, 2)).resolve(key + ".json");
  }

  private Path partial(String key) {
    return folder.resolve(key.substring(0, 2)).resolve(key + ".partial");
  }

  /**
   * Looks a result up.
   *
   * @param key key of the calculation
   * @param structure the structure asked for: the record gets its name, its initial structure the
   *     properties too
   * @return the record; empty if there is none, or it is damaged and was set aside
   */
  public Optional<JsonNode> find(String key, Structure structure) {
    return read(file(key), key)
        .filter(record -> !mayBeTheMachine(record))
        .map(record -> named((ObjectNode) record.deepCopy(), structure));
  }

  private static boolean mayBeTheMachine(JsonNode record) {
    return NOT_KEPT.contains(record.path("error").path("kind").asText());
  }

  private static Optional<JsonNode> read(Path file, String key) {
    try {
      JsonNode entry = MAPPER.readTree(Files.readString(file));
      JsonNode record = entry == null ? null : entry.get("record");
      if (record != null
          && key.equals(entry.path("key").asText())
          && digest(record).equals(entry.path("sha256").asText())) {
        return Optional.of(record);
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonProcessingException | CharacterCodingException e) {
      // Not JSON, or not even text: damaged.
    } catch (IOException e) {
      // Of the disk or the network; the entry may be good, and another may just be replacing it.
      return Optional.empty();
    }
    setAside(file);
    return Optional.empty();
  }

  private static void setAside(Path file) {
    try {
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + ".corrupt"),
          StandardCopyOption.REPLACE_EXISTING);
      System.err.println("rl-materials: " + file + " is damaged: set aside, computing again");
    } catch (IOException e) {
      // Another program set it aside or replaced it at the same moment.
    }
  }

  /**
   * The same crystal may stand under another name, and carry other properties. What comes out is
   * byte for byte what computing it again would give: tasks that read it stay cached.
   */
  private static JsonNode named(ObjectNode record, Structure structure) {
    record.put("id", structure.id());
    for (String key : new String[] {"structure", "initial_structure"}) {
      if (record.get(key) instanceof ObjectNode stored) {
        ObjectNode copy = MAPPER.createObjectNode();
        copy.put("id", structure.id());
        for (String part : new String[] {"lattice_angstrom", "species", "fractional_positions"}) {
          copy.set(part, stored.get(part));
        }
        record.set(key, copy);
      }
    }
    record.set("initial_structure", StructureJson.toJson(structure));
    return record;
  }

  /**
   * Keeps a result. What was kept of a calculation on its way is forgotten. A failure that may be
   * the machine's or this program's is not kept: the next run computes that structure again.
   *
   * @param key key of the calculation
   * @param record the record
   */
  public void put(String key, JsonNode record) {
    if (mayBeTheMachine(record)) {
      return;
    }
    write(file(key), key, record);
    try {
      Files.deleteIfExists(partial(key));
    } catch (IOException e) {
      // It is never read again.
    }
  }

  /**
   * Where a calculation that is stopped on its way leaves what it has reached.
   *
   * @param key key of the calculation
   * @return its checkpoint
   */
  public Checkpoint checkpoint(String key) {
    return new Checkpoint() {
      @Override
      public Optional<JsonNode> read() {
        return DftStore.read(partial(key), key);
      }

      @Override
      public void write(JsonNode state) {
        try {
          DftStore.write(partial(key), key, state);
        } catch (BadInputException e) {
          // A store of others, which cannot be written to: the calculation begins anew.
        }
      }
    };
  }

  private static void write(Path file, String key, JsonNode record) {
    ObjectNode entry = MAPPER.createObjectNode();
    entry.put("key", key);
    entry.put("sha256", digest(record));
    entry.set("record", record);
    AtomicFiles.writeString(file, entry + "\n");
  }

  private static String digest(JsonNode record) {
    try {
      return Digests.sha256(MAPPER.writeValueAsString(record));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
