package org.rlmaterials.crystal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rlmaterials.GoldenLines;
import org.rlmaterials.errors.BadInputException;

class CifTest {
  private static final String CELL =
      """
      data_test
      _cell_length_a    5.6535(4)
      _cell_length_b    5.6535
      _cell_length_c    5.6535
      _cell_angle_alpha 90
      _cell_angle_beta  90.0
      _cell_angle_gamma 90.00
      """;

  /** cifs_pymatgen_ase.jsonl.gz: see README.md beside it. */
  @Test
  void symmetricFilesAreReadAsPymatgenAndAseReadThem() {
    List<JsonNode> rows = GoldenLines.read(CifTest.class, "cifs_pymatgen_ase.jsonl.gz");
    assertThat(rows).hasSizeGreaterThanOrEqualTo(50);
    for (JsonNode row : rows) {
      String what = "space group " + row.get("group");
      Crystal crystal = parse(row.get("cif").asText());
      for (String other : List.of("", "ase_")) {
        double[] cell = GoldenLines.numbers(row.get(other + "cell"));
        for (int i = 0; i < 3; i++) {
          assertThat(crystal.lattice().length(i)).isCloseTo(cell[i], within(1e-6));
          assertThat(crystal.lattice().angle(i)).isCloseTo(cell[3 + i], within(1e-5));
        }
        double[][] positions = GoldenLines.matrix(row.get(other + "frac_coords"));
        assertThat(crystal.size()).as(what).isEqualTo(positions.length);
        boolean[] taken = new boolean[positions.length];
        for (int i = 0; i < crystal.size(); i++) {
          int found = -1;
          for (int j = 0; j < positions.length; j++) {
            String symbol = row.get(other + "species").get(j).asText();
            if (!taken[j] && symbol.equals(crystal.element(i).symbol())) {
              double worst = 0;
              for (int x = 0; x < 3; x++) {
                double d = crystal.fractional(i, x) - positions[j][x];
                worst = Math.max(worst, Math.abs(d - Math.rint(d)));
              }
              found = worst < 2e-5 ? j : found;
            }
          }
          assertThat(found).as(what + " " + other + " atom " + i).isNotNegative();
          taken[found] = true;
        }
      }
    }
  }

  @Test
  void quotationsTextFieldsAndCommentsAreUnderstood() {
    String cif =
        "# a comment\n"
            + CELL
            + """
            _chemical_name 'Ga's arsenide' # a quote inside a quotation
            _publ_text
            ;
            data_ and loop_ in a text field
            _cell_length_a 3
            ;
            _SYMMETRY_SPACE_GROUP_NAME_H-M "F -4 3 m"
            loop_
             _space_group_symop.id
             _space_group_symop.operation_xyz
            1 'x, y, z'
            2 x,1/2+Y,z+0.5
            3 "1/2+x, y, +1/2+z"
            4 x+1/2,y+1/2,z
            loop_
            _atom_site_label _atom_site_type_symbol
            _atom_site_fract_x _atom_site_fract_y _atom_site_fract_z
            Ga1 Ga3+ 0 0 0
            As1 As3- 0.25(1) 0.25 .25
            """;
    Crystal crystal = parse(cif);
    assertThat(crystal.formula()).isEqualTo("As4Ga4");
    assertThat(crystal.lattice().length(0)).isEqualTo(5.6535);
    assertThat(crystal.fractionalPositions()[5]).containsExactly(0.25, 0.75, 0.75);
  }

  @Test
  void roundedSpecialPositionsAreOneAtomAtTheSymmetricPlace() {
    Crystal crystal =
        parse(
            """
            data_x
            _cell_length_a 3.2
            _cell_length_b 3.2
            _cell_length_c 5.2
            _cell_angle_alpha 90
            _cell_angle_beta 90
            _cell_angle_gamma 120
            loop_
            _symmetry_equiv_pos_as_xyz
            x,y,z
            -y,x-y,z
            -x+y,-x,z
            loop_
            _atom_site_label
            _atom_site_fract_x
            _atom_site_fract_y
            _atom_site_fract_z
            Mg1 0.3333 0.6667 0.25
            """);
    assertThat(crystal.size()).isEqualTo(1);
    assertThat(crystal.fractional(0, 0)).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(crystal.fractional(0, 1)).isCloseTo(2 / 3.0, within(1e-12));
  }

  @Test
  void severalBlocksAreSeveralStructures() {
    String site =
        """
        _atom_site_label Si
        _atom_site_fract_x 0
        _atom_site_fract_y 0
        _atom_site_fract_z 0
        """;
    String text =
        "data_global\n_journal x\n" + CELL + site + CELL.replace("data_test", "data_two") + site;
    List<Structure> structures = Cif.parse(text, "x.cif", "x");
    assertThat(structures).extracting(Structure::id).containsExactly("test", "two");
  }

  @Test
  void whatIsWrittenIsReadBack() {
    Crystal crystal = CrystalSamples.zincBlende("Ga", "As", 5.653).supercell(1, 2, 1);
    String text = Cif.write(new Structure("a b;c'd", crystal));
    assertThat(text).startsWith("data_a_b;c'd\n");
    assertThat(parse(text).fractionalPositions()).isDeepEqualTo(crystal.fractionalPositions());
  }

  @Test
  void mistakesAreNamedWithTheirLine() {
    String sites =
        """
        loop_
        _atom_site_label
        _atom_site_occupancy
        _atom_site_fract_x
        _atom_site_fract_y
        _atom_site_fract_z
        """;
    assertMistake(CELL + sites + "Ga1 0.5 0 0 0\n", "x.cif:14: site 'Ga1' has occupancy 0.5");
    assertMistake(CELL + sites + "Xx1 1 0 0 0\n", "x.cif:14: unknown element 'Xx1'");
    assertMistake(
        CELL + sites + "Ga1 1 0 ? 0\n", "x.cif:14: expected a number for _atom_site_fract_y");
    assertMistake(CELL + sites + "Ga1 1 0 nan 0\n", "x.cif:14: expected a number");
    assertMistake(CELL + sites + "Ga1 1 0 NaN 0\n", "x.cif:14: _atom_site_fract_y is NaN");
    assertMistake(CELL + sites + "Ga1 1 0 0\n", "x.cif:14: the loop that starts in line 8 has 5");
    assertMistake(CELL, "x.cif:1: _atom_site_fract_x is missing");
    assertMistake(
        CELL + "_space_group_IT_number 216\n" + sites + "Ga1 1 0 0 0\n",
        "x.cif:8: space group '216' without its operations");
    assertMistake(
        CELL + "_symmetry_equiv_pos_as_xyz x,y,q\n" + sites + "Ga1 1 0 0 0\n",
        "x.cif:8: 'x,y,q' is not a symmetry operation");
    assertMistake(
        CELL.replace("_alpha 90", "_alpha 190") + sites + "Ga1 1 0 0 0\n", "x.cif:2: no cell");
    assertMistake(
        CELL.replace("_cell_length_b    5.6535\n", ""), "x.cif:1: _cell_length_b is missing");
    assertMistake(CELL + "_chemical_name 'open\n", "x.cif:8: the quotation");
    assertMistake(CELL + "_chemical_name\n;open\n", "x.cif:9: the text field");
    assertMistake("hello", "x.cif:1: expected data_");
    assertMistake("data_x\n_a b\n", "x.cif:1: no data block with a cell");
    assertMistake("", "x.cif:1: no data block");
  }

  private static void assertMistake(String cif, String message) {
    assertThatThrownBy(() -> parse(cif))
        .isInstanceOf(BadInputException.class)
        .message()
        .startsWith(message)
        .doesNotContain("\n");
  }

  private static Crystal parse(String cif) {
    List<Structure> structures = Cif.parse(cif, "x.cif", "x");
    assertThat(structures).hasSize(1);
    return structures.get(0).crystal();
  }
}
