package org.rlmaterials.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rlmaterials.SharedData;
import org.rlmaterials.crystal.Cif;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.CrystalSamples;
import org.rlmaterials.crystal.Poscar;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.errors.BadInputException;

class StructureFilesTest {
  private static final Structure GAAS =
      new Structure("GaAs", CrystalSamples.zincBlende("Ga", "As", 5.653));
  private static final Structure SIC =
      new Structure("SiC", CrystalSamples.zincBlende("Si", "C", 4.36));

  @TempDir private Path folder;

  @Test
  void everyFormatIsReadBackByItsName() {
    for (String name :
        List.of(
            "GaAs.cif",
            "GaAs.cif.gz",
            "GaAs.vasp",
            "POSCAR",
            "CONTCAR.gz",
            "POSCAR_GaAs",
            "a.json",
            "a.jsonl",
            "a.jsonl.gz",
            "a.JSONL")) {
      Path file = folder.resolve(name);
      StructureFiles.write(file, List.of(GAAS));
      List<Structure> read = StructureFiles.read(file);
      assertThat(read).as(name).hasSize(1);
      if (!name.startsWith("POSCAR_")) {
        assertThat(read.get(0).id()).as(name).isEqualTo("GaAs");
      }
      assertSame(read.get(0).crystal(), GAAS.crystal(), name);
    }
  }

  @Test
  void severalStructuresKeepTheirOrder() {
    for (String name : List.of("a.cif", "a.json", "a.jsonl.gz")) {
      Path file = folder.resolve(name);
      StructureFiles.write(file, List.of(GAAS, SIC));
      assertThat(StructureFiles.read(file))
          .as(name)
          .extracting(Structure::id)
          .containsExactly("GaAs", "SiC");
    }
    assertThatThrownBy(() -> StructureFiles.write(folder.resolve("a.vasp"), List.of(GAAS, SIC)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("exactly one structure");
  }

  @Test
  void extendedXyzFramesAreRead() throws IOException {
    Path file = folder.resolve("frames.extxyz");
    String frame =
        """
        2
        Lattice="0 2.8 2.8 2.8 0 2.8 2.8 2.8 0" Properties=id:I:1:species:S:1:pos:R:3:forces:R:3 pbc="T T T"
        1 Ga 0 0 0 0 0 0
        2 As 1.4 1.4 1.4 0 0 0
        """;
    Files.writeString(file, frame + frame);
    List<Structure> structures = StructureFiles.read(file);
    assertThat(structures).extracting(Structure::id).containsExactly("frames-1", "frames-2");
    assertSame(structures.get(1).crystal(), CrystalSamples.zincBlende("Ga", "As", 5.6), "xyz");
    Files.writeString(file, frame.replace("Lattice", "Cell"));
    assertMistake(file, "frames.extxyz:2: expected Lattice=");
    Files.writeString(file, frame.replace("As", "Qq"));
    assertMistake(file, "frames.extxyz:4: unknown element 'Qq'");
    Files.writeString(file, frame.replace("2\nL", "3\nL"));
    assertMistake(file, "frames.extxyz:4: the file ends here");
  }

  @Test
  void mistakesNameTheFile() throws IOException {
    assertMistake(folder.resolve("none.cif"), "none.cif: no such file");
    assertMistake(folder.resolve("a.txt"), "a.txt: the format is not known");
    Path file = folder.resolve("a.jsonl");
    Files.writeString(file, "\n{\"id\": \"x\"}\n");
    assertMistake(file, "a.jsonl:2: structure 'x': key \"lattice_angstrom\" is missing");
    Files.writeString(file, "{\"id\": \"x\"\n");
    assertMistake(file, "a.jsonl:1: not valid JSON");
    Files.writeString(file, "");
    assertMistake(file, "a.jsonl:1: the file holds no structure");
    Path json = folder.resolve("a.json");
    Files.writeString(json, "{\n\"id\": \"x\",\n}");
    assertMistake(json, "a.json:3: not valid JSON");
    Path notZip = folder.resolve("b.cif.gz");
    Files.writeString(notZip, "data_x");
    assertMistake(notZip, "b.cif.gz: not a whole .gz file");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(Cif.write(GAAS).getBytes(StandardCharsets.UTF_8));
    }
    Files.write(notZip, Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2));
    assertMistake(notZip, "b.cif.gz: not a whole .gz file");
    Path binary = folder.resolve("c.cif");
    Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    assertMistake(binary, "c.cif: not UTF-8 text");
  }

  private static void assertMistake(Path file, String message) {
    assertThatThrownBy(() -> StructureFiles.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void twoThousandRealCrystalsSurviveCifAndPoscar() {
    Path file = SharedData.file("mp_transport.jsonl.gz");
    List<Structure> structures = new ArrayList<>();
    try (Stream<Structure> all = StructureFiles.stream(file)) {
      long[] count = {0};
      // Every 15th of the 37,961: all sizes, all crystal systems.
      all.filter(s -> count[0]++ % 15 == 0).forEach(structures::add);
    }
    assertThat(structures).hasSizeGreaterThan(2000);
    for (Structure structure : structures) {
      String id = structure.id();
      Crystal crystal = structure.crystal();
      List<Structure> cif = Cif.parse(Cif.write(structure), id, id);
      assertThat(cif).hasSize(1);
      assertSame(cif.get(0).crystal(), crystal, id);
      Crystal poscar = Poscar.parse(Poscar.write(structure), id, id).crystal();
      assertThat(poscar.lattice()).isEqualTo(crystal.lattice());
      assertThat(poscar.size()).isEqualTo(crystal.size());
      // The format groups atoms by element; within an element the order stays.
      List<Integer> order = new ArrayList<>();
      crystal.species().stream()
          .distinct()
          .forEach(
              s -> {
                for (int i = 0; i < crystal.size(); i++) {
                  if (crystal.element(i).symbol().equals(s)) {
                    order.add(i);
                  }
                }
              });
      double[][] actual = poscar.fractionalPositions();
      double[][] expected = crystal.fractionalPositions();
      for (int i = 0; i < order.size(); i++) {
        assertThat(poscar.atomicNumber(i)).isEqualTo(crystal.atomicNumber(order.get(i)));
        assertPositions(actual[i], expected[order.get(i)], 1e-15, id);
      }
    }
  }

  /** The same atoms in the same order, the cell perhaps turned. */
  private static void assertSame(Crystal actual, Crystal expected, String what) {
    assertThat(actual.species()).as(what).isEqualTo(expected.species());
    for (int i = 0; i < 3; i++) {
      assertThat(actual.lattice().length(i))
          .as(what)
          .isCloseTo(expected.lattice().length(i), within(1e-9));
      assertThat(actual.lattice().angle(i))
          .as(what)
          .isCloseTo(expected.lattice().angle(i), within(1e-7));
    }
    double[][] a = actual.fractionalPositions();
    double[][] b = expected.fractionalPositions();
    for (int i = 0; i < a.length; i++) {
      assertPositions(a[i], b[i], 1e-9, what);
    }
  }

  private static void assertPositions(double[] a, double[] b, double tolerance, String what) {
    for (int x = 0; x < 3; x++) {
      if (!(Math.abs(a[x] - b[x]) <= tolerance)) {
        throw new AssertionError(
            what + ": " + Arrays.toString(a) + " is not " + Arrays.toString(b));
      }
    }
  }
}
