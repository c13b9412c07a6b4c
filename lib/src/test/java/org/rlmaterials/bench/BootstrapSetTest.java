package org.rlmaterials.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rlmaterials.crystal.Palette;
import org.rlmaterials.crystal.Seeds;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.dataset.Dataset;
import org.rlmaterials.dataset.LabelFilter;
import org.rlmaterials.dataset.Merger;
import org.rlmaterials.dataset.Split;
import org.rlmaterials.discovery.RecordFiles;
import org.rlmaterials.espresso.DftRecord;
import org.rlmaterials.espresso.PseudopotentialGenerator;
import org.rlmaterials.espresso.PseudopotentialLibrary;
import org.rlmaterials.files.Progress;
import org.rlmaterials.fingerprint.Descriptors;

/** The set we ship (data/bootstrap.*) is what its records say, and as large as it is said to be. */
class BootstrapSetTest {
  private static final Path DATA = Path.of("../data");
  private static final Path RECORDS = DATA.resolve("bootstrap.records.jsonl.gz");

  /** What docs/bootstrap.md says. */
  private static final int LEAST_CONVERGED = 800;

  private static final int LEAST_OF_AN_ELEMENT = 80;
  private static final int LEAST_OF_A_SEED = 43;

  @TempDir private Path folder;

  private static List<DftRecord> records() {
    return RecordFiles.read(List.of(RECORDS));
  }

  private static boolean converged(DftRecord record) {
    return record.status().equals(DftRecord.CONVERGED);
  }

  @Test
  void filesHaveTheirChecksums() throws Exception {
    List<String> lines = Files.readAllLines(DATA.resolve("bootstrap.sha256"));
    assertThat(lines).hasSize(3);
    for (String line : lines) {
      String[] parts = line.split(" +", -1);
      assertThat(sha256(DATA.resolve(parts[1]))).as(parts[1]).isEqualTo(parts[0]);
    }
  }

  private static String sha256(Path file) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }

  @Test
  void theDatasetIsThatOfTheRecords() {
    Progress silent = new Progress(new PrintWriter(Writer.nullWriter()));
    Merger merger = new Merger(LabelFilter.DEFAULT, Descriptors.byName("fingerprint"), silent);
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
    List<DftRecord> converged = records().stream().filter(BootstrapSetTest::converged).toList();
    assertThat(converged).hasSizeGreaterThanOrEqualTo(LEAST_CONVERGED);
    Map<String, Integer> elements = BootstrapSummary.elements(converged);
    assertThat(elements.keySet()).containsExactlyInAnyOrderElementsOf(Palette.SYMBOLS);
    assertThat(elements.values()).allMatch(n -> n >= LEAST_OF_AN_ELEMENT);
    Map<String, Integer> seeds = BootstrapSummary.seeds(converged);
    assertThat(seeds.keySet())
        .containsExactlyInAnyOrderElementsOf(Seeds.standard().stream().map(Structure::id).toList());
    assertThat(seeds.values()).allMatch(n -> n >= LEAST_OF_A_SEED);
  }

  /**
   * The members we ship were trained on this set, and learnt from it: on crystals they were trained
   * on they tell semiconductors from metals, and light from heavy, better than by always giving the
   * more frequent answer. How they do on others is in docs/bootstrap.md.
   */
  @Test
  void modelsAreThoseOfTheSet() throws Exception {
    for (int k = 0; k < 5; k++) {
      Path member = DATA.resolve("models/member_" + k);
      JsonNode model = new ObjectMapper().readTree(member.resolve("model.json").toFile());
      assertThat(model.at("/provenance/dataset_sha256").asText())
          .isEqualTo(sha256(DATA.resolve("bootstrap.csv.gz")));
    }
    for (Map.Entry<Split, ModelAnswers> known :
        ModelAnswers.of(DATA.resolve("models"), records()).entrySet()) {
      if (known.getKey() != Split.TEST) {
        assertThat(known.getValue().semiconductor().gain()).isGreaterThan(0.2);
        assertThat(known.getValue().light().gain()).isGreaterThan(0.2);
      }
    }
  }

  /** On whatever processor: the DFT store goes by these checksums. */
  @Test
  void itsPseudopotentialsAreMadeHereToo() {
    Path decks = Path.of("../pseudopotentials");
    PseudopotentialLibrary here = PseudopotentialGenerator.generate(decks, folder, "ld1.x");
    List<DftRecord.Provenance> all = records().stream().map(DftRecord::provenance).toList();
    assumeThat(folder.resolve("Si.UPF")).content().contains("v." + all.get(0).qeVersion());
    for (DftRecord.Provenance provenance : all) {
      provenance
          .pseudopotentials()
          .forEach((symbol, file) -> assertThat(here.of(symbol).md5()).isEqualTo(file.md5()));
    }
  }

  /** One code, one pw.x, one protocol; what failed says why, what converged has its evidence. */
  @Test
  void everyRecordSaysHowItWasMade() {
    List<DftRecord> records = records();
    assertThat(records.stream().map(DftRecord::id)).doesNotHaveDuplicates();
    assertThat(records.stream().map(r -> r.provenance().stageDigest()).distinct()).hasSize(1);
    assertThat(records.stream().map(r -> r.provenance().qeVersion()).distinct()).hasSize(1);
    assertThat(records).allMatch(r -> r.provenance().protocol().equals("balanced"));
    for (DftRecord record : records) {
      if (!converged(record)) {
        assertThat(record.error().kind()).as(record.id()).isNotEmpty();
        continue;
      }
      assertThat(record.energyEv()).as(record.id()).isNegative();
      if (record.outcome().equals("semiconductor")) {
        assertThat(record.gapEv()).as(record.id()).isPositive();
        assertThat(record.electron().tensor())
            .as(record.id())
            .hasSize(3)
            .allMatch(row -> row.size() == 3);
        assertThat(record.hole().tensor())
            .as(record.id())
            .hasSize(3)
            .allMatch(row -> row.size() == 3);
        assertThat(record.electron().stepError()).as(record.id()).isBetween(0.0, 0.5);
        assertThat(record.bandInversion().reason()).as(record.id()).isNotEmpty();
      }
    }
  }
}
