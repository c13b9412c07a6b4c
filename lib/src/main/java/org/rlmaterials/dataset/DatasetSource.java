package org.rlmaterials.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.errors.BadInputException;

/**
 * A dataset from an earlier merge, such as the records we ship or those of the last round. Every
 * label that went into a row comes back under its own source; fingerprints are computed anew from
 * the structures beside the table.
 */
record DatasetSource(Path file) implements Source {
  @Override
  public void read(SourceCounts counts, Consumer<SourceRecord> sink) {
    Dataset dataset = Dataset.read(file);
    List<Structure> structures = dataset.structures();
    for (int i = 0; i < structures.size(); i++) {
      Structure structure = structures.get(i);
      JsonNode labels = structure.properties().get("labels");
      if (labels == null || !labels.isArray() || labels.isEmpty()) {
        counts.read();
        sink.accept(new SourceRecord(structure.crystal(), labels(dataset.records().get(i), i)));
      } else {
        for (JsonNode label : labels) {
          counts.read();
          sink.accept(new SourceRecord(structure.crystal(), labels(label, i)));
        }
      }
    }
  }

  private Labels labels(JsonNode label, int row) {
    try {
      return Labels.ofJson(label);
    } catch (IllegalArgumentException e) {
      throw BadInputException.at(Dataset.structuresFile(file).toString(), row + 1, e.getMessage());
    }
  }

  private Labels labels(DatasetRecord record, int row) {
    SourceKind source;
    try {
      source = SourceKind.ofLabel(record.source());
    } catch (IllegalArgumentException e) {
      throw BadInputException.at(file.toString(), row + 2, e.getMessage());
    }
    return new Labels(
        source,
        record.id(),
        record.massKind(),
        record.mStar(),
        record.mHole(),
        record.gapEv(),
        record.gapFunctional(),
        record.formationEnergyEvPerAtom(),
        record.round(),
        "");
  }
}
