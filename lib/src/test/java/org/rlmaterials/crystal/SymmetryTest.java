package org.rlmaterials.crystal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rlmaterials.GoldenLines;

class SymmetryTest {
  @BeforeEach
  void needsSpglib() {
    assumeTrue(Symmetry.isAvailable(), "skipped: spglib (libsymspg1) is not installed");
  }

  /** cifs_pymatgen_ase.jsonl.gz: see README.md beside it. */
  @Test
  void groupsAreThoseOfPymatgen() {
    for (JsonNode row : GoldenLines.read(CifTest.class, "cifs_pymatgen_ase.jsonl.gz")) {
      Crystal crystal = Cif.parse(row.get("cif").asText(), "x.cif", "x").get(0).crystal();
      Symmetry symmetry = Symmetry.of(crystal, 0.01).orElseThrow();
      assertThat(symmetry.number()).isEqualTo(row.get("group").intValue());
      assertThat(symmetry.symbol()).isEqualTo(row.get("symbol").asText());
      assertThat(symmetry.operations()).hasSize(row.get("operations").intValue());
      Crystal primitive = Symmetry.standardPrimitive(crystal, 0.01).orElseThrow();
      assertThat(primitive.size()).isEqualTo(row.get("primitive_atoms").intValue());
      // Our own finder needs no library and must agree.
      Crystal own = PrimitiveCell.of(crystal, 0.01);
      assertThat(own.size()).as(symmetry.symbol()).isEqualTo(primitive.size());
      double volume = row.get("primitive_volume").doubleValue();
      assertThat(own.lattice().volume()).isCloseTo(volume, within(1e-3 * volume));
    }
  }

  @Test
  void operationsMapTheCrystalOnItself() {
    Crystal crystal =
        CrystalSamples.disguise(CrystalSamples.zincBlende("Ga", "As", 5.65), new Random(2));
    Symmetry symmetry = Symmetry.of(crystal, 0.01).orElseThrow();
    assertThat(symmetry.number()).isEqualTo(216);
    assertThat(symmetry.symbol()).isEqualTo("F-43m");
    assertThat(symmetry.operations()).hasSize(24);
    for (Symmetry.Operation operation : symmetry.operations()) {
      for (int i = 0; i < 2; i++) {
        double[] image = operation.apply(crystal.fractionalPositions()[i]);
        for (int x = 0; x < 3; x++) {
          double d = image[x] - crystal.fractional(i, x);
          assertThat(d).isCloseTo(Math.rint(d), within(1e-5));
        }
      }
    }
  }

  @Test
  void conventionalCellOfDiamondHasEightAtoms() {
    Crystal crystal = CrystalSamples.zincBlende("Si", "Si", 5.431);
    Crystal conventional = Symmetry.standardConventional(crystal, 0.01).orElseThrow();
    assertThat(conventional.size()).isEqualTo(8);
    assertThat(conventional.lattice().length(0)).isCloseTo(5.431, within(1e-6));
    assertThat(conventional.lattice().angle(0)).isCloseTo(90, within(1e-6));
  }

  @Test
  void atomsOnOnePlaceHaveNoSymmetry() {
    Crystal crystal =
        Crystal.of(Lattice.ofRows(3, 0, 0, 0, 3, 0, 0, 0, 3), new int[] {14, 14}, new double[6]);
    assertThat(Symmetry.of(crystal, 0.01)).isEmpty();
  }
}
