package org.rlmaterials.crystal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.StringReader;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rlmaterials.errors.BadInputException;

class SeedsTest {
  private static final String HEADER =
      "seed_id,structure,species,lattice_constant_angstrom,repeats_a\n";

  @Test
  void theEighteenSeedsAreThereAndValid() {
    List<Structure> seeds = Seeds.standard();
    assertThat(seeds.stream().map(Structure::id))
        .containsExactly(
            "Si", "Ge", "C", "GaAs", "AlAs", "InAs", "GaP", "SiC", "InP", "AlN", "InSb", "GaSb",
            "Si4", "GaAs4", "InP4", "SiC4", "Ge4", "AlN4");
    for (Structure seed : seeds) {
      assertThat(seed.crystal().size()).isEqualTo(seed.id().endsWith("4") ? 4 : 2);
      assertThat(Validity.problem(seed.crystal())).isEmpty();
    }
  }

  @Test
  void bondsAreThoseOfTheCubeAndFourOfThem() {
    for (Structure seed : Seeds.standard()) {
      double a = seed.properties().get("lattice_constant_angstrom").asDouble();
      Crystal crystal = seed.crystal();
      // Eight atoms a cube.
      assertThat(crystal.volumePerAtom()).as(seed.id()).isCloseTo(a * a * a / 8, within(1e-9));
      double bond = a * Math.sqrt(3) / 4;
      double sum = 0;
      for (int i = 0; i < crystal.size(); i++) {
        sum += bond / (crystal.element(i).covalentRadius() + partner(crystal, i).covalentRadius());
      }
      assertThat(Bonding.meanLeastRatio(crystal))
          .as(seed.id())
          .isCloseTo(sum / crystal.size(), within(1e-9));
    }
  }

  private static Element partner(Crystal crystal, int i) {
    return crystal.element(i < crystal.size() / 2 ? crystal.size() - 1 : 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X,diamond,Xx,5.4,1 | unknown element 'Xx'",
        "X,diamond,Zn,5.4,1 | element Zn is not in the palette",
        "X,diamond,Si,2.8,1 | outside the valid 3 to 500",
        "X,zinc_blende,In Bi,3.9,1 | overlapping atoms",
        "X,diamond,Si,NaN,1 | lattice_constant_angstrom is NaN",
        "X,diamond,Si,0,1 | lattice_constant_angstrom is 0",
        "X,diamond,Si,-5.4,1 | expected a length above 0",
        "X,diamond,Si,abc,1 | expected a number",
        "X,diamond,Si Ge,5.4,1 | 2 species, expected 1",
        "X,zinc_blende,Si,5.4,1 | 1 species, expected 2",
        "X,wurtzite,Si,5.4,1 | expected diamond or zinc_blende",
        "X,diamond,Si,5.4,1.5 | repeats_a",
        "X,diamond,Si,5.4 | 4 cells, expected 5",
        ",diamond,Si,5.4,1 | seed_id is empty",
      })
  void badRowsAreNamedByFileAndLine(String row, String expected) {
    assertThatThrownBy(
            () ->
                Seeds.parseCsv(new StringReader(HEADER + "Ok,diamond,Ge,5.65,1\n" + row), "my.csv"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("my.csv:3: ")
        .hasMessageContaining(expected)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void badTablesAreRefused() {
    assertThatThrownBy(() -> Seeds.parseCsv(new StringReader(HEADER), "my.csv"))
        .hasMessageContaining("no seeds");
    assertThatThrownBy(() -> Seeds.parseCsv(new StringReader("a,b\n1,2\n"), "my.csv"))
        .hasMessageContaining("column \"seed_id\" is missing");
    assertThatThrownBy(
            () ->
                Seeds.parseCsv(
                    new StringReader(HEADER.strip() + ",\nA,diamond,Si,5.4,1\n"), "my.csv"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("my.csv:2: 5 cells, expected 6");
    assertThatThrownBy(
            () -> Seeds.parseCsv(new StringReader(HEADER + "\"A\"x,diamond,Si,5.4,1\n"), "my.csv"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("my.csv:2: not a row of CSV");
    String twice = "A,diamond,Si,5.4,1\nA,diamond,Ge,5.6,1\n";
    assertThatThrownBy(() -> Seeds.parseCsv(new StringReader(HEADER + twice), "my.csv"))
        .hasMessageContaining("used twice");
  }

  @Test
  void structuresAreAPrefixOfALongerList() {
    List<Structure> fifty = new StructureGenerator(Seeds.standard(), 3).first(50);
    List<Structure> hundred = new StructureGenerator(Seeds.standard(), 3).first(100);
    assertThat(hundred.subList(0, 50)).isEqualTo(fifty);
    assertThat(new StructureGenerator(Seeds.standard(), 4).first(50)).isNotEqualTo(fifty);
    assertThat(hundred.subList(0, 18)).isEqualTo(Seeds.standard());
  }

  @Test
  void structuresAreValidDistinctAndEven() {
    List<Structure> all = new StructureGenerator(Seeds.standard(), 0).first(18 * 17);
    Set<String> ids = new HashSet<>();
    Set<Crystal> crystals = new HashSet<>();
    Map<String, Integer> parents = new java.util.TreeMap<>();
    int[] uses = new int[Palette.size()];
    for (Structure structure : all) {
      assertThat(ids.add(structure.id())).isTrue();
      assertThat(crystals.add(structure.crystal())).isTrue();
      assertThat(Validity.problem(structure.crystal())).isEmpty();
      if (structure.properties().has("parent_seed")) {
        parents.merge(structure.properties().get("parent_seed").asText(), 1, Integer::sum);
        assertThat(structure.properties().get("moves")).isNotEmpty();
      }
      for (int i = 0; i < Palette.size(); i++) {
        uses[i] += structure.crystal().counts().containsKey(Palette.SYMBOLS.get(i)) ? 1 : 0;
      }
    }
    assertThat(parents).hasSize(18);
    assertThat(parents.values()).containsOnly(16);
    // 306 structures of one to four elements: every element in at least 25 of them.
    for (int i = 0; i < Palette.size(); i++) {
      assertThat(uses[i]).as(Palette.SYMBOLS.get(i)).isGreaterThanOrEqualTo(25);
    }
  }

  @Test
  void halfOfTheSwappedStructuresKeepTheirSymmetry() {
    List<Structure> all = new StructureGenerator(Seeds.standard(), 5).first(18 * 9);
    for (int i = 18; i < all.size(); i++) {
      Crystal crystal = all.get(i).crystal();
      Crystal parent = Seeds.standard().get(i % 18).crystal();
      if (i / 18 % 4 == 0) {
        // Eight electrons a pair: the same sites in another volume.
        assertThat(crystal.fractionalPositions()).isEqualTo(parent.fractionalPositions());
        assertThat(crystal.atomicNumbers()).isNotEqualTo(parent.atomicNumbers());
      } else if (i / 18 % 2 == 0) {
        assertThat(crystal.fractionalPositions()).isNotEqualTo(parent.fractionalPositions());
      }
    }
  }

  @Test
  void theProvenanceRebuildsTheStructure() throws IOException {
    Map<String, Crystal> seeds = new java.util.TreeMap<>();
    Seeds.standard().forEach(s -> seeds.put(s.id(), s.crystal()));
    for (Structure structure : new StructureGenerator(Seeds.standard(), 9).first(120)) {
      if (!structure.properties().has("parent_seed")) {
        continue;
      }
      Crystal crystal = seeds.get(structure.properties().get("parent_seed").asText());
      for (var move : structure.properties().get("moves")) {
        crystal = MoveJson.parse(move).apply(crystal);
      }
      assertThat(crystal).isEqualTo(structure.crystal());
    }
  }
}
