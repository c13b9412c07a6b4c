package org.rlmaterials.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.espresso.DftParameters;
import org.rlmaterials.espresso.DftStore;
import org.rlmaterials.espresso.Protocol;
import org.rlmaterials.espresso.PseudopotentialLibrary;

/**
 * Puts the records of the bootstrap set back into a DFT store, so that the set can be gone on with
 * on another machine, by the code that made them: {@code FillStore RECORDS.jsonl.gz
 * PSEUDOPOTENTIALS STORE}. A record goes in only if the store would find it again.
 */
public final class FillStore {
  private FillStore() {}

  public static void main(String[] args) throws IOException {
    List<JsonNode> records;
    try (InputStream in = new GZIPInputStream(Files.newInputStream(Path.of(args[0])));
        MappingIterator<JsonNode> all =
            new ObjectMapper().readerFor(JsonNode.class).readValues(in)) {
      records = all.readAll();
    }
    Set<String> symbols = new TreeSet<>();
    records.forEach(r -> r.at("/structure/species").forEach(s -> symbols.add(s.asText())));
    PseudopotentialLibrary library = PseudopotentialLibrary.open(Path.of(args[1]), symbols);
    DftStore store = new DftStore(Path.of(args[2]));
    int put = 0;
    for (JsonNode record : records) {
      Structure structure = StructureJson.of(record.path("initial_structure"), args[0], 1);
      JsonNode provenance = record.path("provenance");
      boolean same = true;
      for (var used : provenance.path("pseudopotentials").properties()) {
        same &= library.of(used.getKey()).md5().equals(used.getValue().path("md5").asText());
      }
      String key =
          DftStore.key(
              structure.crystal(),
              new DftParameters(
                  Protocol.valueOf(provenance.path("protocol").asText().toUpperCase(Locale.ROOT)),
                  false,
                  false,
                  null,
                  null,
                  false,
                  true),
              library,
              provenance.path("qe_version").asText(),
              provenance.path("stage_digest").asText());
      if (same) {
        store.put(key, record);
        put += store.find(key, structure).filter(record::equals).isPresent() ? 1 : 0;
      }
    }
    System.out.printf("%d of %d records are in %s%n", put, records.size(), args[2]);
  }
}
