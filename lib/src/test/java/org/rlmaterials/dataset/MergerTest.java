package org.rlmaterials.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.fingerprint.Descriptors;

/** What goes into a merge, what comes out, and that nothing depends on the order. */
class MergerTest {
  @TempDir Path folder;

  private static Merger merger() {
    return new Merger(LabelFilter.DEFAULT, Descriptors.byName("fingerprint"), Samples.silent());
  }

  private Path file(String name, Object... rows) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, String.join("\n", Arrays.stream(rows).map(Object::toString).toList()));
    return file;
  }

  private static Merger.Result merge(Consumer<Merger> adds) {
    Merger merger = merger();
    adds.accept(merger);
    return merger.merge();
  }

  private static DatasetRecord only(Merger.Result result) {
    assertThat(result.records()).hasSize(1);
    return result.records().get(0);
  }

  @Test
  void aHoleMassThatWasNotResolvedIsNoLabel() throws IOException {
    ObjectNode row = Samples.dft("a", Samples.zincBlende("Ga", "As", 5.75), 0.06, 0.4, 0.2);
    ((ObjectNode) row.get("hole")).put("step_error", 9.99);
    Path file = file("d.jsonl", row);
    DatasetRecord record = only(merge(m -> m.addRecords(List.of(file), 0)));
    assertThat(record.mStar()).isEqualTo(0.06);
    assertThat(record.mHole()).isNaN();
  }

  @Test
  void jarvisZeroIsNoMass() throws IOException {
    Crystal gaas = Samples.zincBlende("Ga", "As", 5.75);
    Path file = file("j.json", Samples.jarvis("JVASP-1", gaas, 0.0, 0.0, 0.2));
    Merger.Result result = merge(m -> m.addJarvis(file));
    DatasetRecord record = only(result);
    assertThat(record.mStar()).isNaN();
    assertThat(record.mHole()).isNaN();
    assertThat(record.massKind()).isNull();
    assertThat(record.gapEv()).isEqualTo(0.2);
    assertThat(record.gapFunctional()).isEqualTo("OptB88vdW");
    assertThat(record.formationEnergyEvPerAtom()).isEqualTo(-0.5);
    JsonNode masked = result.report().at("/inputs/jarvis/labels_masked");
    assertThat(masked.get("m_star_zero").intValue()).isEqualTo(1);
    assertThat(masked.get("m_hole_zero").intValue()).isEqualTo(1);
  }

  @Test
  void jarvisNaAndNanAreMissing() throws IOException {
    Crystal gaas = Samples.zincBlende("Ga", "As", 5.75);
    String row = Samples.jarvis("JVASP-1", gaas, "na", 0.5, 1.5).toString();
    String nan =
        Samples.jarvis("JVASP-2", Samples.zincBlende("In", "P", 5.9), 0.1, "x", 1.5)
            .toString()
            .replace("\"x\"", "NaN");
    Path file = file("j.json", "[" + row + ",\n" + nan + "]");
    Merger.Result result = merge(m -> m.addJarvis(file));
    assertThat(result.records()).hasSize(2);
    DatasetRecord na = byFormula(result, "AsGa");
    assertThat(na.mStar()).isNaN();
    assertThat(na.mHole()).isEqualTo(0.5);
    assertThat(na.massKind()).isEqualTo(MassKind.CONDUCTIVITY_300K);
    assertThat(byFormula(result, "InP").mHole()).isNaN();
  }

  private static DatasetRecord byFormula(Merger.Result result, String formula) {
    return result.records().stream()
        .filter(r -> r.formula().equals(formula))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void filtersCountWhatTheyReject() throws IOException {
    Crystal big = Samples.zincBlende("Zn", "O", 4.6).supercell(3, 3, 3);
    Path file =
        file(
            "j.json",
            Samples.jarvis("JVASP-1", big, 0.2, 0.2, 1.0),
            Samples.jarvis("JVASP-2", Samples.zincBlende("Zn", "S", 5.4), 60.0, 0.2, 1.0),
            Samples.jarvis("JVASP-3", Samples.zincBlende("Zn", "Se", 5.7), -0.2, "na", 21.0),
            Samples.jarvis("JVASP-4", Samples.zincBlende("Zn", "Te", 6.1), "na", "na", -0.1),
            Samples.jarvis("JVASP-5", Samples.zincBlende("Cd", "Te", 6.6), 0.2, 0.2, 0.0),
            Samples.jarvis("JVASP-6", Samples.zincBlende("Cd", "Se", 6.2), 0.2, 0.2, 0.04),
            Samples.jarvis("JVASP-7", Samples.zincBlende("Cd", "S", 5.9), 0.001, 0.2, 0.4));
    Merger.Result result = merge(m -> m.addJarvis(file));
    JsonNode counts = result.report().at("/inputs/jarvis");
    assertThat(counts.get("read").intValue()).isEqualTo(7);
    assertThat(counts.get("kept").intValue()).isEqualTo(5);
    assertThat(counts.at("/rejected/too_many_atoms").intValue()).isEqualTo(1);
    assertThat(counts.at("/rejected/no_label").intValue()).isEqualTo(1);
    JsonNode masked = counts.get("labels_masked");
    assertThat(masked.get("m_star_too_heavy").intValue()).isEqualTo(1);
    assertThat(masked.get("gap_out_of_range").intValue()).isEqualTo(2);
    assertThat(masked.get("m_star_of_metal").intValue()).isEqualTo(1);
    assertThat(masked.get("m_hole_gap_too_small").intValue()).isEqualTo(1);
    assertThat(masked.get("m_star_too_light").intValue()).isEqualTo(1);
    // Out of range is missing; the rest of the record stays.
    assertThat(byFormula(result, "SZn").mStar()).isNaN();
    assertThat(byFormula(result, "SZn").mHole()).isEqualTo(0.2);
    assertThat(byFormula(result, "SeZn").mStar()).isEqualTo(-0.2);
    assertThat(byFormula(result, "SeZn").gapEv()).isNaN();
    assertThat(byFormula(result, "CdTe").gapEv()).isZero();
    assertThat(byFormula(result, "CdTe").hasMass()).isFalse();
  }

  @Test
  void recordsOfDft() throws IOException {
    ObjectNode inverted = Samples.dft("c", Samples.zincBlende("Hg", "Te", 6.5), -0.03, 0.3, 0.0);
    inverted.put("outcome", "inverted");
    ObjectNode later = Samples.dft("e", Samples.zincBlende("Ga", "P", 5.5), 0.2, 0.4, 1.6);
    later.putObject("initial_structure").put("round", 3);
    Path file =
        file(
            "r.jsonl",
            Samples.dft("a", Samples.zincBlende("Ga", "As", 5.65), 0.03, 0.32, 0.5),
            Samples.dft("b", Samples.rockSalt("Sn", "Te", 6.3), 0.0, 0.5, 0.0),
            inverted,
            Samples.failed("d", Samples.zincBlende("In", "Sb", 6.5), "scf_not_converged"),
            later);
    Merger.Result result = merge(m -> m.addRecords(List.of(file), 1));
    assertThat(result.report().at("/inputs/records/failed/scf_not_converged").intValue())
        .isEqualTo(1);
    assertThat(result.records()).hasSize(4);
    DatasetRecord gaas = byFormula(result, "AsGa");
    assertThat(gaas.massKind()).isEqualTo(MassKind.CURVATURE);
    assertThat(gaas.mStar()).isEqualTo(0.03);
    assertThat(gaas.mHole()).isEqualTo(0.32);
    assertThat(gaas.gapFunctional()).isEqualTo("PBE");
    assertThat(gaas.round()).isEqualTo(1);
    assertThat(byFormula(result, "GaP").round()).isEqualTo(3);
    DatasetRecord metal = byFormula(result, "SnTe");
    assertThat(metal.gapEv()).isZero();
    assertThat(metal.mStar()).isNaN();
    assertThat(metal.mHole()).isNaN();
    assertThat(byFormula(result, "HgTe").mStar()).isEqualTo(-0.03);
  }

  @Test
  void ofTwoCalculationsOfOneStructureTheMoreCarefulIsTheLabel() throws IOException {
    Crystal gaas = Samples.zincBlende("Ga", "As", 5.65);
    // By their text alone the fast one comes first, and that without a protocol before the others.
    ObjectNode fast = protocol(Samples.dft("a", gaas, 0.02, 0.3, 0.1), "fast");
    ObjectNode balanced = protocol(Samples.dft("b", gaas, 0.03, 0.35, 0.5), "balanced");
    ObjectNode stringent = protocol(Samples.dft("c", gaas, 0.04, 0.4, 0.6), "stringent");
    ObjectNode unknown = Samples.dft("0", gaas, 0.01, 0.2, 0.05);
    Path all = file("r.jsonl", fast, balanced, stringent, unknown);
    Merger.Result result = merge(m -> m.addRecords(List.of(all), 0));
    DatasetRecord record = only(result);
    assertThat(record.id()).isEqualTo("c");
    assertThat(record.mStar()).isEqualTo(0.04);
    assertThat(record.gapEv()).isEqualTo(0.6);
    JsonNode labels = result.structures().get(0).properties().get("labels");
    assertThat(labels.findValuesAsText("id")).containsExactly("c", "b", "a", "0");
    assertThat(labels.get(1).get("protocol").asText()).isEqualTo("balanced");
    assertThat(labels.get(3).has("protocol")).isFalse();
    // And after they came back from a dataset.
    Path dataset = folder.resolve("d.csv.gz");
    Dataset.write(dataset, result.records(), result.structures());
    assertThat(only(merge(m -> m.addDataset(dataset))).mStar()).isEqualTo(0.04);
  }

  private static ObjectNode protocol(ObjectNode record, String protocol) {
    record.putObject("provenance").put("protocol", protocol);
    return record;
  }

  @Test
  void moleculesInABoxAreNoCrystalsToLearnFrom() throws IOException {
    Crystal nitrogen =
        Crystal.of(
            Lattice.ofRows(7, 0, 0, 0, 7, 0, 0, 0, 8),
            List.of("N", "N"),
            new double[][] {{0.5, 0.5, 0.431}, {0.5, 0.5, 0.569}});
    Path file =
        file(
            "r.jsonl",
            Samples.dft("reference:N", nitrogen, null, null, 8.2),
            Samples.dft("a", Samples.zincBlende("Ga", "As", 5.65), 0.03, 0.3, 0.5));
    Merger.Result result = merge(m -> m.addRecords(List.of(file), 0));
    assertThat(only(result).id()).isEqualTo("a");
    assertThat(result.report().at("/inputs/records/rejected/molecule").intValue()).isEqualTo(1);
  }

  @Test
  void aGapThatIsTakenOffLeavesNoMassOfAMetal() throws IOException {
    Files.createDirectories(folder.resolve("mine"));
    Files.writeString(
        folder.resolve("mine/id_prop.csv"),
        "id,m_star,gap_ev\n1,0.02,0\n2,0.03,0.05\n3,0.2,0.3\n4,0.3,\n");
    file("mine/1.json", structure("any", Samples.zincBlende("In", "Bi", 6.8)));
    file("mine/2.json", structure("any", Samples.zincBlende("In", "Sb", 6.5)));
    file("mine/3.json", structure("any", Samples.zincBlende("Ga", "As", 5.7)));
    file("mine/4.json", structure("any", Samples.zincBlende("Ga", "P", 5.5)));
    Merger merger =
        new Merger(
            new LabelFilter(50, 0.5, 20, 50, 0.1, 0.01),
            Descriptors.byName("fingerprint"),
            Samples.silent());
    merger.addIdProp(folder.resolve("mine"));
    Merger.Result result = merger.merge();
    JsonNode counts = result.report().at("/inputs/id_prop");
    assertThat(counts.at("/labels_masked/m_star_of_metal").intValue()).isEqualTo(1);
    assertThat(counts.at("/labels_masked/m_star_gap_too_small").intValue()).isEqualTo(1);
    assertThat(counts.at("/labels_masked/gap_out_of_range").intValue()).isEqualTo(3);
    assertThat(counts.at("/rejected/no_label").intValue()).isEqualTo(2);
    assertThat(byFormula(result, "AsGa").mStar()).isEqualTo(0.2);
    assertThat(byFormula(result, "AsGa").hasGap()).isFalse();
    assertThat(byFormula(result, "GaP").mStar()).isEqualTo(0.3);
  }

  @Test
  void foldersOfRecords() throws IOException {
    Files.createDirectories(folder.resolve("dft/inner"));
    file("dft/one.json", Samples.dft("a", Samples.zincBlende("Ga", "As", 5.65), 0.03, 0.3, 0.5));
    file("dft/inner/two.jsonl", Samples.dft("b", Samples.rockSalt("Mg", "O", 4.2), 0.3, 2.0, 4.5));
    Files.writeString(folder.resolve("dft/log.txt"), "not a record");
    Path dft = folder.resolve("dft");
    Merger.Result result = merge(m -> m.addRecords(List.of(dft, dft.resolve("one.json")), 0));
    assertThat(result.records()).hasSize(2);
  }

  @Test
  void oneStructureOfThreeSourcesIsOneRow() throws IOException {
    Path own =
        file("r.json", Samples.dft("own", Samples.zincBlende("Ga", "As", 5.75), 0.03, 0.3, 0.2));
    Path mp =
        file(
            "mp.jsonl",
            Samples.materialsProject(
                "mp-2534", Samples.zincBlendeCubic("Ga", "As", 5.76), 0.012, 0.2, 0.19));
    Path jarvis =
        file(
            "j.json",
            Samples.jarvis("JVASP-1174", Samples.zincBlende("Ga", "As", 5.74), 0.07, 0.4, 0.16));
    Merger.Result result =
        merge(
            m -> {
              m.addJarvis(jarvis);
              m.addMaterialsProject(mp, null);
              m.addRecords(List.of(own), 0);
            });
    DatasetRecord record = only(result);
    assertThat(record.id()).isEqualTo("own");
    assertThat(record.source()).isEqualTo("dft");
    assertThat(record.massKind()).isEqualTo(MassKind.CURVATURE);
    assertThat(record.mStar()).isEqualTo(0.03);
    assertThat(record.atomCount()).isEqualTo(2);
    // What own DFT does not say is Materials Project's.
    assertThat(record.formationEnergyEvPerAtom()).isEqualTo(-0.4);
    JsonNode labels = result.structures().get(0).properties().get("labels");
    assertThat(labels.findValuesAsText("id")).containsExactly("own", "mp-2534", "JVASP-1174");
    assertThat(labels.findValuesAsText("mass_kind"))
        .containsExactly("curvature", "conductivity_300K", "conductivity_300K");
    assertThat(labels.get(2).get("gap_functional").asText()).isEqualTo("OptB88vdW");
    assertThat(result.report().at("/duplicates/records_removed").intValue()).isEqualTo(2);
    assertThat(
            result
                .report()
                .at("/duplicates/removed_by_sources/dft+materials_project+jarvis")
                .intValue())
        .isEqualTo(2);
  }

  @Test
  void massAndGapMayComeFromTwoSources() throws IOException {
    Path mp =
        file(
            "mp.jsonl",
            Samples.materialsProject(
                "mp-1", Samples.zincBlende("In", "P", 5.96), null, null, 0.45));
    Path jarvis =
        file(
            "j.json",
            Samples.jarvis("JVASP-1", Samples.zincBlendeCubic("In", "P", 5.9), 0.09, 0.4, 0.7));
    DatasetRecord record =
        only(
            merge(
                m -> {
                  m.addMaterialsProject(mp, null);
                  m.addJarvis(jarvis);
                }));
    assertThat(record.id()).isEqualTo("mp-1");
    assertThat(record.gapEv()).isEqualTo(0.45);
    assertThat(record.gapFunctional()).isEqualTo("PBE");
    assertThat(record.mStar()).isEqualTo(0.09);
    assertThat(record.massKind()).isEqualTo(MassKind.CONDUCTIVITY_300K);
  }

  @Test
  void aMetalTakesNoMassFromAnotherSource() throws IOException {
    Path own =
        file("r.json", Samples.dft("own", Samples.zincBlende("In", "As", 6.19), 0.0, null, 0.0));
    Path jarvis =
        file(
            "j.json",
            Samples.jarvis("JVASP-1", Samples.zincBlende("In", "As", 6.18), 0.03, 0.03, 0.3));
    DatasetRecord record =
        only(
            merge(
                m -> {
                  m.addRecords(List.of(own), 0);
                  m.addJarvis(jarvis);
                }));
    assertThat(record.gapEv()).isZero();
    assertThat(record.hasMass()).isFalse();
  }

  @Test
  void sameFormulaIsNotTheSameStructure() throws IOException {
    Path mp =
        file(
            "mp.jsonl",
            Samples.materialsProject("mp-1", Samples.zincBlende("Zn", "O", 4.63), 0.2, 0.5, 0.7));
    Path jarvis =
        file("j.json", Samples.jarvis("JVASP-1", Samples.rockSalt("Zn", "O", 4.63), 0.2, 0.5, 0.7));
    assertThat(
            merge(
                    m -> {
                      m.addMaterialsProject(mp, null);
                      m.addJarvis(jarvis);
                    })
                .records())
        .hasSize(2);
  }

  @Test
  void ourOwnStrainedCellsStayApart() throws IOException {
    List<ObjectNode> rows = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      rows.add(
          Samples.dft("s" + i, Samples.zincBlende("Ga", "As", 5.6 + 0.02 * i), 0.03, 0.3, 0.5));
    }
    // One displaced by 0.01 Å, and the same structure computed twice, in two cells.
    Crystal displaced =
        Crystal.of(
            Samples.zincBlende("Ga", "As", 5.6).lattice(),
            List.of("Ga", "As"),
            new double[][] {{0, 0, 0}, {0.2525, 0.25, 0.25}});
    rows.add(Samples.dft("d", displaced, 0.03, 0.3, 0.5));
    rows.add(Samples.dft("again", Samples.zincBlendeCubic("Ga", "As", 5.6), 0.03, 0.3, 0.5));
    Path file = file("r.jsonl", rows.toArray());
    Merger.Result result = merge(m -> m.addRecords(List.of(file), 0));
    assertThat(result.records()).hasSize(6);
    assertThat(result.report().at("/duplicates/removed_by_sources/dft").intValue()).isEqualTo(1);
  }

  @Test
  void idsAreUniqueInTheDataset() throws IOException {
    Path file =
        file(
            "r.jsonl",
            Samples.dft("x", Samples.zincBlende("Ga", "As", 5.6), 0.03, 0.3, 0.5),
            Samples.dft("x", Samples.zincBlende("Ga", "As", 5.7), 0.03, 0.3, 0.5),
            Samples.dft("y", Samples.zincBlende("Ga", "As", 5.8), 0.03, 0.3, 0.5));
    List<String> ids =
        merge(m -> m.addRecords(List.of(file), 0)).records().stream()
            .map(DatasetRecord::id)
            .toList();
    assertThat(ids).doesNotHaveDuplicates().hasSize(3).contains("y");
    assertThat(ids.stream().filter(id -> id.startsWith("x~"))).hasSize(2);
  }

  /** Many small crystals, so that every order of files and rows can be tried. */
  private List<ObjectNode> manyJarvis(Random random) {
    String[] cations = {"Al", "Ga", "In", "Zn", "Cd", "Mg"};
    String[] anions = {"N", "P", "As", "Sb", "O", "S", "Se", "Te"};
    List<ObjectNode> rows = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      String cation = cations[random.nextInt(cations.length)];
      String anion = anions[random.nextInt(anions.length)];
      double a = 5 + 0.3 * random.nextInt(4) + 0.01 * random.nextDouble();
      Crystal crystal =
          random.nextBoolean()
              ? Samples.zincBlende(cation, anion, a)
              : Samples.zincBlendeCubic(cation, anion, a);
      rows.add(
          Samples.jarvis("JVASP-" + i, crystal, random.nextDouble(), random.nextDouble(), 1.0));
    }
    return rows;
  }

  @Test
  void theOrderOfInputsChangesNothingAndNoSystemIsOnTwoSides() throws IOException {
    Random random = new Random(7);
    List<ObjectNode> jarvis = manyJarvis(random);
    List<ObjectNode> mp = new ArrayList<>();
    List<ObjectNode> own = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      Crystal crystal = Samples.zincBlende("Ga", "As", 5.2 + 0.02 * i);
      mp.add(Samples.materialsProject("mp-" + i, crystal, 0.1 + i, 0.2, 0.5));
      own.add(
          Samples.dft(
              "own" + i % 50, Samples.zincBlende("Al", "As", 5.2 + 0.005 * i), 0.2, 0.5, 1.5));
    }
    Path previous = folder.resolve("previous.csv.gz");
    byte[] first = null;
    byte[] firstStructures = null;
    Map<String, Split> sides = new HashMap<>();
    for (int order = 0; order < 4; order++) {
      Collections.shuffle(jarvis, random);
      Collections.shuffle(mp, random);
      Collections.shuffle(own, random);
      Path j = file("j.json", jarvis.toArray());
      Path m = file("m.jsonl", mp.toArray());
      Path half = file("r1.jsonl", own.subList(0, 30).toArray());
      Path rest = file("r2.jsonl", own.subList(30, 60).toArray());
      List<Consumer<Merger>> adds =
          new ArrayList<>(
              List.of(
                  x -> x.addJarvis(j),
                  x -> x.addMaterialsProject(m, null),
                  x -> x.addRecords(List.of(half), 0),
                  x -> x.addRecords(List.of(rest), 0)));
      Collections.shuffle(adds, random);
      Merger.Result result = merge(x -> adds.forEach(add -> add.accept(x)));
      Path out = folder.resolve("out.csv.gz");
      Dataset.write(out, result.records(), result.structures());
      byte[] bytes = Files.readAllBytes(out);
      byte[] structures = Files.readAllBytes(Dataset.structuresFile(out));
      if (first == null) {
        first = bytes;
        firstStructures = structures;
        Dataset.write(previous, result.records(), result.structures());
      }
      assertThat(bytes).isEqualTo(first);
      assertThat(structures).isEqualTo(firstStructures);
      // A merge of only some of the sources agrees on the side of every system.
      for (Consumer<Merger> add : adds) {
        for (DatasetRecord record : merge(add).records()) {
          Split side = sides.putIfAbsent(record.chemicalSystem(), record.split());
          assertThat(side == null || side == record.split()).isTrue();
        }
      }
    }
    assertThat(sides.values()).contains(Split.TRAIN, Split.VALIDATION, Split.TEST);
    // A dataset merged again with what it was made of is the same dataset.
    Path j = file("j.json", jarvis.toArray());
    Path m = file("m.jsonl", mp.toArray());
    Merger.Result again =
        merge(
            x -> {
              x.addDataset(previous);
              x.addJarvis(j);
              x.addMaterialsProject(m, null);
            });
    Path out = folder.resolve("again.csv.gz");
    Dataset.write(out, again.records(), again.structures());
    assertThat(Files.readAllBytes(out)).isEqualTo(first);
  }

  @Test
  void aUsersFolder() throws IOException {
    Files.createDirectories(folder.resolve("mine"));
    Files.writeString(folder.resolve("mine/id_prop.csv"), "7,0.25\nsecond, 1.5\n");
    file("mine/7.json", structure("any", Samples.zincBlende("Ga", "N", 4.5)));
    Files.writeString(
        folder.resolve("mine/second.vasp"),
        "MgO\n1.0\n0 2.1 2.1\n2.1 0 2.1\n2.1 2.1 0\nMg O\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n");
    Merger.Result result = merge(m -> m.addIdProp(folder.resolve("mine")));
    assertThat(byFormula(result, "GaN").mStar()).isEqualTo(0.25);
    assertThat(byFormula(result, "GaN").id()).isEqualTo("7");
    assertThat(byFormula(result, "GaN").massKind()).isEqualTo(MassKind.UNSPECIFIED);
    assertThat(byFormula(result, "GaN").hasGap()).isFalse();
    assertThat(byFormula(result, "MgO").mStar()).isEqualTo(1.5);
  }

  private static ObjectNode structure(String id, Crystal crystal) {
    return StructureJson.toJson(new Structure(id, crystal));
  }

  @Test
  void aUsersFolderWithColumns() throws IOException {
    Files.createDirectories(folder.resolve("mine"));
    Files.writeString(
        folder.resolve("mine/id_prop.csv"),
        "id,gap_ev,m_star,mass_kind,gap_functional\n1.json,2.5,,,HSE06\n2,,0.3,curvature,\n");
    file("mine/1.json", structure("any", Samples.zincBlende("Ga", "N", 4.5)));
    file("mine/2.json", structure("any", Samples.zincBlende("Ga", "P", 5.5)));
    Merger.Result result = merge(m -> m.addIdProp(folder.resolve("mine")));
    DatasetRecord gan = byFormula(result, "GaN");
    assertThat(gan.gapEv()).isEqualTo(2.5);
    assertThat(gan.gapFunctional()).isEqualTo("HSE06");
    assertThat(gan.massKind()).isNull();
    DatasetRecord gap = byFormula(result, "GaP");
    assertThat(gap.mStar()).isEqualTo(0.3);
    assertThat(gap.massKind()).isEqualTo(MassKind.CURVATURE);
    assertThat(gap.gapFunctional()).isEmpty();
  }

  @Test
  void aUsersMistakes() throws IOException {
    Path mine = Files.createDirectories(folder.resolve("mine"));
    assertThatThrownBy(() -> merge(m -> m.addIdProp(mine)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("id_prop.csv: no such file");
    mistake(
        mine, "../../etc/passwd,1\n", "id_prop.csv:1: id '../../etc/passwd': 0 structure files");
    mistake(mine, "a,1,2\n", "id_prop.csv:1: 3 cells and no header");
    mistake(mine, "id,mass\na,1\n", "id_prop.csv:1: column 'mass'");
    file("mine/a.json", structure("any", Samples.zincBlende("Ga", "N", 4.5)));
    mistake(mine, "id,m_star\na,heavy\n", "id_prop.csv:2: m_star 'heavy': expected a number");
    mistake(mine, "a,1\na,2\n", "id_prop.csv:2: id 'a' stands here for the second time");
    mistake(mine, "id,m_star,gap_ev\na,1\n", "id_prop.csv:2: 2 cells, expected 3");
  }

  private static void mistake(Path mine, String table, String message) throws IOException {
    Files.writeString(mine.resolve("id_prop.csv"), table);
    assertThatThrownBy(() -> merge(m -> m.addIdProp(mine)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aStructureOfAUsersThatCannotBeUsedIsCounted() throws IOException {
    Files.createDirectories(folder.resolve("mine"));
    Files.writeString(folder.resolve("mine/id_prop.csv"), "7,0.25\nalloy,0.1\n");
    file("mine/7.json", structure("any", Samples.zincBlende("Ga", "N", 4.5)));
    Files.writeString(
        folder.resolve("mine/alloy.cif"),
        """
        data_alloy
        _cell_length_a 5
        _cell_length_b 5
        _cell_length_c 5
        _cell_angle_alpha 90
        _cell_angle_beta 90
        _cell_angle_gamma 90
        loop_
        _atom_site_label
        _atom_site_type_symbol
        _atom_site_fract_x
        _atom_site_fract_y
        _atom_site_fract_z
        _atom_site_occupancy
        Ga1 Ga 0 0 0 0.5
        As1 As 0.5 0.5 0.5 1
        """);
    Merger.Result result = merge(m -> m.addIdProp(folder.resolve("mine")));
    assertThat(only(result).id()).isEqualTo("7");
    JsonNode counts = result.report().at("/inputs/id_prop");
    assertThat(counts.get("read").intValue()).isEqualTo(2);
    assertThat(counts.at("/rejected/invalid_structure").intValue()).isEqualTo(1);
  }

  @Test
  void flawsOfATableAreNamedByFileAndLine() throws IOException {
    Path csv = folder.resolve("t.csv");
    // As pandas writes it, with its index.
    Files.writeString(csv, ",mp_id,m_n,m_p\n0,mp-1,0.08,0.5\n");
    assertThat(TransportTable.read(csv).of("mp-1").electron()).isEqualTo(0.08);
    Files.writeString(csv, "mp_id,m_n,m_p\nmp-1,0.08,0.5\nmp-2,0.1\n");
    assertThatThrownBy(() -> TransportTable.read(csv))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("t.csv:3: 2 cells, expected 3");
    Files.writeString(csv, "mp_id,m_n,m_p\n\"mp-1\"x,0.08,0.5\n");
    assertThatThrownBy(() -> TransportTable.read(csv))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("t.csv:2: not a row of CSV");
    Path mine = Files.createDirectories(folder.resolve("mine"));
    mistake(mine, "\"a\"b,1\n", "id_prop.csv:1: not a row of CSV");
  }

  @Test
  void massesJoinedById() throws IOException {
    Path mp =
        file(
            "mp.jsonl",
            Samples.materialsProject("mp-1", Samples.zincBlende("In", "P", 5.96), null, null, 0.45),
            Samples.materialsProject("mp-2", Samples.zincBlende("Ga", "P", 5.5), null, null, 1.6));
    Path csv = folder.resolve("t.csv");
    Files.writeString(csv, "mp_id,other,m_n,m_p\nmp-1,x,0.08,0.5\nmp-3,x,1,\n");
    Merger.Result result = merge(m -> m.addMaterialsProject(mp, TransportTable.read(csv)));
    assertThat(byFormula(result, "InP").mStar()).isEqualTo(0.08);
    assertThat(byFormula(result, "InP").mHole()).isEqualTo(0.5);
    assertThat(byFormula(result, "GaP").hasMass()).isFalse();
  }

  @Test
  void structuresThatCannotBeUsedAreCounted() throws IOException {
    ObjectNode unknown =
        Samples.materialsProject("mp-1", Samples.zincBlende("In", "P", 5.96), null, null, 0.45);
    unknown.putArray("species").add("In").add("Xx");
    ObjectNode flat = Samples.jarvis("JVASP-1", Samples.zincBlende("In", "P", 5.96), 1.0, 1.0, 1.0);
    ((ObjectNode) flat.get("atoms")).putArray("lattice_mat").addArray().add(1).add(0).add(0);
    Path mp =
        file(
            "mp.jsonl",
            unknown,
            Samples.materialsProject("mp-2", Samples.zincBlende("Ga", "P", 5.5), null, null, 1.6));
    Path jarvis = file("j.json", flat);
    Merger.Result result =
        merge(
            m -> {
              m.addMaterialsProject(mp, null);
              m.addJarvis(jarvis);
            });
    assertThat(result.records()).hasSize(1);
    assertThat(
            result.report().at("/inputs/materials_project/rejected/invalid_structure").intValue())
        .isEqualTo(1);
    assertThat(result.report().at("/inputs/jarvis/rejected/invalid_structure").intValue())
        .isEqualTo(1);
  }

  @Test
  void nobleGasesHaveNoFingerprint() throws IOException {
    Crystal neon =
        Crystal.of(
            Lattice.ofRows(0, 2.2, 2.2, 2.2, 0, 2.2, 2.2, 2.2, 0),
            List.of("Ne"),
            new double[][] {{0, 0, 0}});
    Path file =
        file(
            "j.json",
            Samples.jarvis("JVASP-1", neon, "na", "na", 11.0),
            Samples.jarvis("JVASP-2", Samples.zincBlende("Ga", "P", 5.5), 0.2, 0.2, 1.6));
    Merger.Result result = merge(m -> m.addJarvis(file));
    assertThat(
            result.records().size()
                + result.report().get("rejected_without_fingerprint").intValue())
        .isEqualTo(2);
    for (DatasetRecord record : result.records()) {
      for (float x : record.fingerprint()) {
        assertThat(x).isFinite();
      }
    }
  }

  @Test
  void filesThatAreSomethingElse() throws IOException {
    Path object = file("x.json", "{\"a\": 1}");
    assertThatThrownBy(() -> merge(m -> m.addJarvis(object)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("x.json:1: keys \"jid\" and \"atoms\" are missing");
    assertThatThrownBy(() -> merge(m -> m.addMaterialsProject(object, null)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("x.json:1: keys \"mp_id\" and \"species\" are missing");
    assertThatThrownBy(() -> merge(m -> m.addRecords(List.of(object), 0)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("x.json:1: keys \"id\" and \"status\" are missing");
    Path broken = file("b.json", "[{\"jid\": \"a\",", "  \"atoms\": }]");
    assertThatThrownBy(() -> merge(m -> m.addJarvis(broken)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("b.json:2: not valid JSON");
    Path cut = folder.resolve("cut.jsonl.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(cut))) {
      out.write("{\"a\":1}\n".repeat(1000).getBytes(StandardCharsets.UTF_8));
    }
    byte[] bytes = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(bytes, bytes.length - 9));
    assertThatThrownBy(() -> JsonRows.read(cut, (row, line) -> {}))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("cut.jsonl.gz: damaged or cut short");
    assertThatThrownBy(() -> merge(m -> m.addJarvis(folder.resolve("no.json"))))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("no.json: no such file");
  }
}
