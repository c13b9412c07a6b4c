package org.rlmaterials.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.errors.BadInputException;

/** What is written is what is read, and a file that is not a dataset says so. */
class DatasetTest {
  @TempDir Path folder;

  private static Structure zincBlende(String id, String cation, String anion, double a) {
    return new Structure(
        id,
        Crystal.of(
            Lattice.ofRows(0, a / 2, a / 2, a / 2, 0, a / 2, a / 2, a / 2, 0),
            List.of(cation, anion),
            new double[][] {{0, 0, 0}, {0.25, 0.25, 0.25}}));
  }

  private static DatasetRecord record(String id, double mStar, double gapEv) {
    float[] fingerprint = new float[Dataset.FINGERPRINT_SIZE];
    for (int i = 0; i < fingerprint.length; i++) {
      fingerprint[i] = i % 3 == 0 ? 0 : (float) Math.sin(i) / 3;
    }
    return new DatasetRecord(
        id,
        "dft",
        "AsGa",
        "As-Ga",
        Split.TRAIN,
        "0123",
        2,
        Double.isNaN(mStar) ? null : MassKind.CURVATURE,
        mStar,
        Double.NaN,
        gapEv,
        Double.isNaN(gapEv) ? "" : "PBE",
        Double.NaN,
        1,
        fingerprint);
  }

  private Path written() {
    Path file = folder.resolve("d.csv.gz");
    Dataset.write(
        file,
        List.of(record("a,\"b\"", -0.25, 0.5), record("c", Double.NaN, 0)),
        List.of(zincBlende("a,\"b\"", "Ga", "As", 5.653), zincBlende("c", "Ga", "As", 6)));
    return file;
  }

  @Test
  void roundTrip() {
    Dataset dataset = Dataset.read(written());
    assertThat(dataset.records()).hasSize(2);
    DatasetRecord first = dataset.records().get(0);
    assertThat(first)
        .usingRecursiveComparison()
        .withComparatorForType(Double::compare, Double.class)
        .withComparatorForType(Float::compare, Float.class)
        .isEqualTo(record("a,\"b\"", -0.25, 0.5));
    DatasetRecord second = dataset.records().get(1);
    assertThat(second.hasMass()).isFalse();
    assertThat(second.massKind()).isNull();
    assertThat(second.gapEv()).isZero();
    assertThat(dataset.structures().get(1).crystal())
        .isEqualTo(zincBlende("c", "Ga", "As", 6).crystal());
  }

  @Test
  void missingLabelsAreEmptyCells() throws Exception {
    String text;
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(written()))) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(text.lines().skip(2).findFirst().orElseThrow())
        .startsWith("c,dft,AsGa,As-Ga,train,0123,2,,,,0,PBE,,1,0,");
  }

  @Test
  void sameContentIsTheSameBytes() throws Exception {
    byte[] once = Files.readAllBytes(written());
    assertThat(Files.readAllBytes(written())).isEqualTo(once);
  }

  @Test
  void structuresOfAnotherMergeAreRefused() {
    Path file = written();
    Dataset dataset = Dataset.read(file);
    Dataset.write(file, List.of(record("x", 1, 1)), List.of(zincBlende("x", "Ga", "As", 6)));
    assertThatThrownBy(dataset::structures)
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("d.structures.jsonl.gz:1: structure 'x' is not row 1 of d.csv.gz");
  }

  @Test
  void filesThatAreNoDatasets() throws Exception {
    assertThatThrownBy(() -> Dataset.read(folder.resolve("no.csv.gz")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("no.csv.gz: no such file");
    assertThatThrownBy(() -> Dataset.read(folder.resolve("d.csv")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("ends in .csv.gz");
    Path plain = folder.resolve("plain.csv.gz");
    Files.writeString(plain, "id,source\n");
    assertThatThrownBy(() -> Dataset.read(plain))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("plain.csv.gz: cannot be read");
    Path other = folder.resolve("other.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(other))) {
      out.write("id,source\n1,2\n".getBytes(StandardCharsets.UTF_8));
    }
    assertThatThrownBy(() -> Dataset.read(other))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("other.csv.gz:1: not the columns of a dataset");
  }

  @Test
  void aWrongNumberNamesItsLine() throws Exception {
    Path file = written();
    String text;
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(
          text.replace("c,dft,AsGa,As-Ga,train", "c,dft,AsGa,As-Ga,trian")
              .getBytes(StandardCharsets.UTF_8));
    }
    assertThatThrownBy(() -> Dataset.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("d.csv.gz:3: split 'trian': expected train, validation or test");
  }
}
