package org.rlmaterials.crystal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.rlmaterials.GoldenLines;
import org.rlmaterials.SharedData;
import org.rlmaterials.crystal.StructureMatcher.Tolerance;
import org.rlmaterials.files.StructureFiles;

class StructureMatcherTest {
  /** matches_pymatgen.jsonl.gz: see README.md beside it. */
  @Test
  void verdictsAreThoseOfPymatgen() {
    List<JsonNode> rows = GoldenLines.read(StructureMatcherTest.class, "matches_pymatgen.jsonl.gz");
    List<String> different = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      JsonNode row = rows.get(i);
      Crystal a = crystal(row.get("a"), i);
      Crystal b = crystal(row.get("b"), i);
      boolean expected = row.get("fit").booleanValue();
      if (StructureMatcher.same(a, b) != expected || StructureMatcher.same(b, a) != expected) {
        different.add(
            i
                + ": "
                + a.formula()
                + " / "
                + b.formula()
                + " moved by "
                + row.get("perturbation_angstrom")
                + " Å, pymatgen says "
                + expected);
      }
    }
    assertThat(rows).hasSizeGreaterThan(150);
    assertThat(different).isEmpty();
  }

  private static Crystal crystal(JsonNode node, int line) {
    ((ObjectNode) node).put("id", "x");
    return StructureJson.of(node, "golden", line).crystal();
  }

  @Property(tries = 60)
  void disguisesAreTheSame(@ForAll long seed) {
    Random random = new Random(seed);
    Crystal crystal = CrystalSamples.random(random);
    Crystal larger = crystal.supercell(1 + random.nextInt(2), 1, 1 + random.nextInt(2));
    Crystal other = CrystalSamples.jitter(CrystalSamples.disguise(larger, random), 0.01, random);
    assertThat(StructureMatcher.same(crystal, other)).isTrue();
  }

  @Property(tries = 100)
  void primitiveCellOfASupercellIsTheCell(@ForAll long seed) {
    Random random = new Random(seed);
    Crystal crystal = CrystalSamples.zincBlende("Ga", "As", 5.65);
    if (random.nextBoolean()) {
      crystal = PrimitiveCell.of(CrystalSamples.random(random), 1e-3);
    }
    Crystal larger =
        CrystalSamples.disguise(
            crystal.supercell(1 + random.nextInt(3), 1 + random.nextInt(3), 1 + random.nextInt(2)),
            random);
    Crystal found = PrimitiveCell.of(larger, 1e-3);
    assertThat(found.size()).isEqualTo(crystal.size());
    Lattice expected = Niggli.reduce(crystal.lattice());
    for (int i = 0; i < 3; i++) {
      assertThat(found.lattice().length(i)).isCloseTo(expected.length(i), within(1e-6));
      assertThat(found.lattice().angle(i)).isCloseTo(expected.angle(i), within(1e-5));
    }
  }

  @Test
  void speciesAndVolumeMatter() {
    Crystal gaas = CrystalSamples.zincBlende("Ga", "As", 5.65);
    assertThat(StructureMatcher.same(gaas, CrystalSamples.zincBlende("As", "Ga", 5.65))).isTrue();
    assertThat(StructureMatcher.same(gaas, CrystalSamples.zincBlende("Ga", "P", 5.65))).isFalse();
    assertThat(StructureMatcher.same(gaas, CrystalSamples.zincBlende("Ga", "As", 6.2))).isTrue();
    assertThat(StructureMatcher.same(gaas, CrystalSamples.zincBlende("Ga", "As", 7))).isFalse();
  }

  @Test
  void groupsNameTheirFirst() {
    Crystal gaas = CrystalSamples.zincBlende("Ga", "As", 5.65);
    Crystal sic = CrystalSamples.zincBlende("Si", "C", 4.36);
    int[] first =
        StructureMatcher.firstOfGroup(
            List.of(gaas, sic, gaas.supercell(1, 2, 1), sic.supercell(2, 1, 1), gaas));
    assertThat(first).containsExactly(0, 1, 0, 1, 0);
  }

  /** The figures of docs/physics.md: two entries of a database are two crystals. */
  @Test
  void theWideToleranceTellsMostCrystalsOfOneFormulaApart() {
    Map<String, List<Crystal>> byFormula;
    try (Stream<Structure> all = StructureFiles.stream(SharedData.file("mp_transport.jsonl.gz"))) {
      byFormula =
          all.map(Structure::crystal)
              .filter(c -> c.size() <= 8)
              .collect(Collectors.groupingBy(Crystal::reducedFormula));
    }
    int different = 0;
    int taken = 0;
    for (List<Crystal> crystals : byFormula.values()) {
      // Dozens of one formula are layered polytypes.
      for (int i = 0; crystals.size() <= 12 && i < crystals.size(); i++) {
        for (int j = 0; j < i; j++) {
          if (!same(crystals.get(j), crystals.get(i), Tolerance.SMALL)) {
            different++;
            taken += same(crystals.get(j), crystals.get(i), Tolerance.SHEARED) ? 1 : 0;
          }
        }
      }
    }
    assertThat(different).isEqualTo(1829);
    assertThat(taken).isEqualTo(73);
  }

  private static boolean same(Crystal a, Crystal b, Tolerance tolerance) {
    return StructureMatcher.same(
        StructureMatcher.prepare(a, tolerance), StructureMatcher.prepare(b, tolerance));
  }
}
