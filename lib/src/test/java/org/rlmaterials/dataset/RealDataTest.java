package org.rlmaterials.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.fingerprint.Descriptors;

/** The real files, where they are there: the sample of JARVIS-DFT beside Materials Project. */
class RealDataTest {
  private static Merger merger() {
    return new Merger(LabelFilter.DEFAULT, Descriptors.byName("fingerprint"), Samples.silent());
  }

  @Test
  void jarvisSample() {
    Merger merger = merger();
    merger.addJarvis(Samples.shared("jarvis_dft_3d_sample.json"));
    Merger.Result result = merger.merge();
    JsonNode counts = result.report().at("/inputs/jarvis");
    assertThat(counts.get("read").intValue()).isEqualTo(1009);
    assertThat(counts.at("/rejected/too_many_atoms").intValue()).isEqualTo(1);
    // Counted by hand: 233 of the 1,009 have a mass above zero, 7 of these below 0.01, 4 no gap.
    assertThat(counts.at("/labels_masked/m_star_zero").intValue()).isEqualTo(775);
    for (DatasetRecord record : result.records()) {
      assertThat(record.mStar()).isNotZero();
      assertThat(record.hasMass() && record.gapEv() < 0.1).isFalse();
    }
    assertThat(result.records().stream().filter(DatasetRecord::hasMass).count())
        .isBetween(215L, 222L);
  }

  @Test
  @Tag("slow")
  void crystalsThatBothDatabasesHaveAreOneRow() {
    Merger merger = merger();
    merger.addJarvis(Samples.shared("jarvis_dft_3d_sample.json"));
    merger.addMaterialsProject(Samples.shared("mp_transport.jsonl.gz"), null);
    Merger.Result result = merger.merge();
    Map<String, Split> sides = new HashMap<>();
    Set<String> ids = new HashSet<>();
    for (DatasetRecord record : result.records()) {
      assertThat(ids.add(record.id())).isTrue();
      assertThat(sides.putIfAbsent(record.chemicalSystem(), record.split()))
          .isIn(null, record.split());
    }
    Map<String, List<String>> groups = new HashMap<>();
    for (Structure structure : result.structures()) {
      List<String> group = structure.properties().get("labels").findValuesAsText("id");
      group.forEach(id -> groups.put(id, group));
    }
    int same = 0;
    int found = 0;
    int wrong = 0;
    for (Map.Entry<String, Set<String>> entry : pymatgen().entrySet()) {
      List<String> group = groups.get(entry.getKey());
      boolean joined = group.get(0).startsWith("mp-");
      same += entry.getValue().isEmpty() ? 0 : 1;
      found += joined && entry.getValue().contains(group.get(0)) ? 1 : 0;
      wrong += joined && !entry.getValue().contains(group.get(0)) ? 1 : 0;
    }
    assertThat(same).isGreaterThan(700);
    assertThat(found / (double) same).as("found of those pymatgen finds").isGreaterThan(0.97);
    assertThat(wrong).as("joined against pymatgen").isLessThan(5);
    assertThat(
            result.report().at("/duplicates/removed_by_sources/materials_project").isMissingNode())
        .as("entries of one database are apart on purpose")
        .isTrue();
  }

  /** JARVIS ids with the Materials Project ids of the same crystal, by pymatgen. */
  private static Map<String, Set<String>> pymatgen() {
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setCommentMarker('#')
            .setHeader()
            .setSkipHeaderRecord(true)
            .get();
    Map<String, Set<String>> pairs = new HashMap<>();
    try (InputStream in = RealDataTest.class.getResourceAsStream("jarvis_mp_same.csv");
        CSVParser rows = format.parse(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (CSVRecord row : rows) {
        String ids = row.get("mp_ids");
        pairs.put(
            row.get("jid"),
            ids.isEmpty() ? Set.of() : Set.copyOf(Arrays.asList(ids.split(" ", 0))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return pairs;
  }
}
