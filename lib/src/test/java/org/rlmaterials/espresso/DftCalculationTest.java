package org.rlmaterials.espresso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.Structure;

class DftCalculationTest {
  @Test
  void troubleOfTheDiskIsNoRecord() {
    Checkpoint full =
        new Checkpoint() {
          @Override
          public Optional<JsonNode> read() {
            throw new UncheckedIOException(new IOException("No space left on device"));
          }

          @Override
          public void write(JsonNode state) {}
        };
    Structure silicon = new Structure("Si", RealPw.zincBlende(5.43, "Si", "Si"));
    assertThatThrownBy(() -> calculation(true).compute(silicon, full))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void aBugCostsItsStructureAlone() {
    Checkpoint broken =
        new Checkpoint() {
          @Override
          public Optional<JsonNode> read() {
            throw new IllegalStateException("a case nobody thought of");
          }

          @Override
          public void write(JsonNode state) {}
        };
    DftRecord record =
        calculation(true).compute(new Structure("Si", RealPw.zincBlende(5.43, "Si", "Si")), broken);
    assertThat(record.status()).isEqualTo(DftRecord.FAILED);
    assertThat(record.error().kind()).isEqualTo("internal_error");
    assertThat(record.error().message())
        .startsWith("a bug, please report it: ")
        .contains("nobody thought of", " at ");
  }

  /**
   * Displaced atoms in a doubled cell of fcc, whose shape has more symmetry than they and the mesh:
   * pw.x would add the images of the mesh that the operations of the cell do not map on itself.
   */
  @Test
  void aCrystalWithoutSymmetryHasTheMeshThatWasAskedFor() {
    Lattice doubled = Lattice.ofRows(0, 4.4, 4.4, 2.2, 0, 2.2, 2.2, 2.2, 0);
    Crystal crystal =
        Crystal.of(
            doubled,
            List.of("Al", "Al", "N", "N"),
            new double[][] {
              {0.0186, -0.0487, 0.0082}, {0.5337, -0.0544, -0.0192},
              {0.1522, 0.2109, 0.2884}, {0.6687, 0.2668, 0.2267}
            });
    DftRecord record = calculation(false).compute(new Structure("Al2N2", crystal), Checkpoint.NONE);
    assertThat(record.error()).isNull();
    List<Integer> mesh = record.provenance().kMesh();
    int own = 1;
    int all = 1;
    for (int n : mesh) {
      own *= n % 2 == 0 ? 2 : 1;
      all *= n;
    }
    assertThat(record.attempts().get(0).kPoints()).isEqualTo((all + own) / 2);
  }

  private static DftCalculation calculation(boolean relax) {
    return new DftCalculation(
        new PwRunner(RealPw.settings(List.of()), RealPw.library()),
        new DftParameters(Protocol.FAST, relax, false, 20.0, 0.7, false, false),
        "test",
        false);
  }
}
