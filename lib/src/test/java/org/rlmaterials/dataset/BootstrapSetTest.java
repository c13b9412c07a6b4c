package org.rlmaterials.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rlmaterials.crystal.Palette;
import org.rlmaterials.crystal.Seeds;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.files.Progress;
import org.rlmaterials.fingerprint.Descriptors;

/** The set we ship (data/bootstrap.*) is what its records say, and as large as it is said to be. */
class BootstrapSetTest {
  private static final Path DATA = Path.of("../data");
  private static final Path RECORDS = DATA.resolve("bootstrap.records.jsonl.gz");

  private static final int LEAST_CONVERGED = 190;
  private static final int LEAST_OF_AN_ELEMENT = 20;
  private static final int LEAST_OF_A_SEED = 10;

  @TempDir private Path folder;

  private static List<JsonNode> records() {
    List<JsonNode> rows = new ArrayList<>();
    JsonRows.read(RECORDS, (row, line) -> rows.add(row));
    return rows;
  }

  @Test
  void filesHaveTheirChecksums() throws Exception {
    List<String> lines = Files.readAllLines(DATA.resolve("bootstrap.sha256"));
    assertThat(lines).hasSize(3);
    for (String line : lines) {
      String[] parts = line.split(" +", -1);
      byte[] content = Files.readAllBytes(DATA.resolve(parts[1]));
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      assertThat(HexFormat.of().formatHex(digest)).as(parts[1]).isEqualTo(parts[0]);
    }
  }

  @Test
  void theDatasetIsThatOfTheRecords() throws IOException {
    Progress silent = new Progress(new PrintWriter(Writer.nullWriter()));
    Merger merger =
        new Merger(
            new LabelFilter(50, 0, 20, 50, 0.1, 0.01), Descriptors.byName("fingerprint"), silent);
    merger.addRecords(List.of(RECORDS), 0);
    Merger.Result result = merger.merge();
    Path again = folder.resolve("bootstrap.csv.gz");
    Dataset.write(again, result.records(), result.structures());
    for (String name : List.of("bootstrap.csv.gz", "bootstrap.structures.jsonl.gz")) {
      assertThat(folder.resolve(name)).hasSameBinaryContentAs(DATA.resolve(name));
    }
  }

  @Test
  void everyElementAndSeedIsThere() {
    Map<String, Integer> elements = new TreeMap<>();
    Map<String, Integer> seeds = new TreeMap<>();
    int converged = 0;
    for (JsonNode record : records()) {
      if (!record.path("status").asText().equals("converged")) {
        continue;
      }
      converged++;
      LinkedHashSet<String> symbols = new LinkedHashSet<>();
      record.at("/structure/species").forEach(s -> symbols.add(s.asText()));
      symbols.forEach(s -> elements.merge(s, 1, Integer::sum));
      JsonNode parent = record.at("/initial_structure/parent_seed");
      seeds.merge(
          parent.isMissingNode() ? record.path("id").asText() : parent.asText(), 1, Integer::sum);
    }
    assertThat(converged).isGreaterThanOrEqualTo(LEAST_CONVERGED);
    assertThat(elements.keySet()).containsExactlyInAnyOrderElementsOf(Palette.SYMBOLS);
    assertThat(elements.values()).allMatch(n -> n >= LEAST_OF_AN_ELEMENT);
    assertThat(seeds.keySet())
        .containsExactlyInAnyOrderElementsOf(Seeds.standard().stream().map(Structure::id).toList());
    assertThat(seeds.values()).allMatch(n -> n >= LEAST_OF_A_SEED);
  }

  /** One code, one pw.x, one protocol; what failed says why, what converged has its evidence. */
  @Test
  void everyRecordSaysHowItWasMade() {
    List<JsonNode> records = records();
    assertThat(records.stream().map(r -> r.at("/provenance/stage_digest").asText()).distinct())
        .hasSize(1);
    assertThat(records.stream().map(r -> r.at("/provenance/qe_version").asText()).distinct())
        .hasSize(1);
    assertThat(records.stream().map(r -> r.path("id").asText())).doesNotHaveDuplicates();
    for (JsonNode record : records) {
      assertThat(record.at("/provenance/protocol").asText()).isEqualTo("balanced");
      if (record.path("status").asText().equals("failed")) {
        assertThat(record.at("/error/kind").asText()).isNotEmpty();
        continue;
      }
      assertThat(record.path("energy_ev").asDouble()).isNegative();
      assertThat(record.path("outcome").asText())
          .isIn("semiconductor", "metal", "pbe_inverted", "inverted");
      if (record.path("outcome").asText().equals("semiconductor")) {
        assertThat(record.path("gap_ev").asDouble()).isPositive();
        for (String carrier : List.of("electron", "hole")) {
          assertThat(record.path(carrier).path("tensor").size())
              .as(record.path("id").asText())
              .isEqualTo(3);
          assertThat(record.path(carrier).has("step_error")).isTrue();
        }
        assertThat(record.at("/band_inversion/reason").asText()).isNotEmpty();
      }
    }
  }
}
