package org.rlmaterials.crystal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The hash names one description of a structure. */
class StructureHashTest {
  private static Crystal crystal(double a, double x) {
    return Crystal.of(
        Lattice.ofRows(a, 0, 0, 0, a, 0, 0, 0, a),
        List.of("Cs", "Cl"),
        new double[][] {{0, 0, 0}, {x, 0.5, 0.5}});
  }

  @Test
  void goldenValue() {
    // python3: sha256(struct.pack('>iii9q6q', 2, 55, 17, 4123000,0,0, 0,4123000,0, 0,0,4123000,
    //   0,0,0, 500000,500000,500000)).hexdigest()[:16]
    assertThat(StructureHash.of(crystal(4.123, 0.5))).isEqualTo("651ecf4483abbac8");
  }

  @Test
  void noiseAndWholeCellsDoNotCount() {
    String hash = StructureHash.of(crystal(4.123, 0.5));
    assertThat(StructureHash.of(crystal(4.123 + 1e-9, 0.5 - 1e-9))).isEqualTo(hash);
    assertThat(StructureHash.of(crystal(4.123, -0.5))).isEqualTo(hash);
    assertThat(StructureHash.of(crystal(4.123, 0))).isEqualTo(StructureHash.of(crystal(4.123, 1)));
  }

  @Test
  void anotherStructureHasAnotherHash() {
    String hash = StructureHash.of(crystal(4.123, 0.5));
    assertThat(StructureHash.of(crystal(4.1231, 0.5))).isNotEqualTo(hash);
    assertThat(StructureHash.of(crystal(4.123, 0.5001))).isNotEqualTo(hash);
  }
}
