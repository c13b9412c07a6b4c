package org.rlmaterials.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.rlmaterials.bands.Outcome;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.espresso.DftRecord;

/**
 * Our own calculations: record.json files, one record a line in .jsonl, and folders of these.
 *
 * <p>Only converged records have labels; failed ones are counted by the kind of their failure. A
 * metal has the gap 0 and no mass: the 0 that stands in its record is a definition, not a mass.
 * Molecules in a box, the references of elements such as nitrogen, are no crystals to learn from.
 * The hole mass is {@code hole.m_star}, which records write positive at an ordinary valence
 * maximum, as the databases do. The round is the key {@code round} of the structure that was given
 * (the search writes it into its candidates), else the one given here.
 *
 * @param files record files and folders
 * @param round round of records that do not say
 */
record DftSource(List<Path> files, int round) implements Source {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private static final String GAP_FUNCTIONAL = "PBE";

  @Override
  public void read(SourceCounts counts, Consumer<SourceRecord> sink) {
    for (Path file : recordFiles()) {
      JsonRows.read(file, (row, line) -> read(row, file.toString(), line, counts, sink));
    }
  }

  private List<Path> recordFiles() {
    // A set: a folder and a file in it may both be named.
    TreeSet<Path> found = new TreeSet<>();
    for (Path path : files) {
      if (Files.isDirectory(path)) {
        try (Stream<Path> inside = Files.walk(path)) {
          inside
              .filter(Files::isRegularFile)
              .filter(p -> p.getFileName().toString().matches(".*\\.jsonl?(\\.gz)?"))
              .forEach(found::add);
        } catch (IOException e) {
          throw new BadInputException(path + ": cannot be read: " + e, e);
        }
      } else {
        found.add(path);
      }
    }
    return new ArrayList<>(found);
  }

  private void read(
      JsonNode row, String file, long line, SourceCounts counts, Consumer<SourceRecord> sink) {
    DftRecord record;
    try {
      record = MAPPER.treeToValue(row, DftRecord.class);
    } catch (JsonProcessingException e) {
      throw BadInputException.at(file, line, "not a record of 'dft': " + e.getOriginalMessage());
    }
    if (record.id() == null || record.status() == null) {
      throw BadInputException.at(
          file, line, "keys \"id\" and \"status\" are missing: expected a record of 'dft'");
    }
    counts.read();
    if (!record.status().equals(DftRecord.CONVERGED)) {
      counts.failed(record.error() == null ? "unknown" : record.error().kind());
      return;
    }
    if (isMolecule(record)) {
      counts.rejected("molecule");
      return;
    }
    if (record.structure() == null || !record.structure().isObject()) {
      throw BadInputException.at(
          file, line, "record '" + record.id() + "': key \"structure\" is missing");
    }
    ObjectNode structure = record.structure().deepCopy();
    structure.put("id", record.id());
    Crystal crystal = StructureJson.of(structure, file, line).crystal();
    sink.accept(new SourceRecord(crystal, labels(record)));
  }

  /** Levels of a molecule in a box are no bands: it has a gap, but no mass was looked for. */
  private static boolean isMolecule(DftRecord record) {
    return Outcome.SEMICONDUCTOR.label().equals(record.outcome()) && record.mStar() == null;
  }

  private Labels labels(DftRecord record) {
    double gap = orMissing(record.gapEv());
    boolean metal = Objects.equals(record.outcome(), "metal") || orMissing(record.mStar()) == 0;
    double electron = metal ? Double.NaN : orMissing(record.mStar());
    // Of a hole's mass that was not resolved the record says so; it is no label.
    double hole =
        metal || record.hole() == null || record.hole().stepError() > DftRecord.MOST_MASS_ERROR
            ? Double.NaN
            : record.hole().mStar();
    JsonNode given =
        record.initialStructure() == null ? null : record.initialStructure().get("round");
    return new Labels(
        SourceKind.DFT,
        record.id(),
        record.massKind() == null ? MassKind.CURVATURE : MassKind.ofLabel(record.massKind()),
        electron,
        hole,
        gap,
        GAP_FUNCTIONAL,
        Double.NaN,
        given != null && given.isInt() ? given.intValue() : round,
        record.provenance() == null || record.provenance().protocol() == null
            ? ""
            : record.provenance().protocol().toLowerCase(Locale.ROOT));
  }

  private static double orMissing(Double value) {
    return value == null || !Double.isFinite(value) ? Double.NaN : value;
  }
}
