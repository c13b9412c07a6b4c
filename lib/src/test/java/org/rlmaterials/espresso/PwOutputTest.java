package org.rlmaterials.espresso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.xml.sax.SAXException;

/**
 * silicon_scf.xml: written by pw.x 6.7 for Si, a = 5.431 Å, 20/100 Ry, 4×4×4. The expected values
 * are those that ASE 3.22's parser reads from the printed log of the same run.
 */
class PwOutputTest {
  private static PwOutput silicon() throws IOException, SAXException {
    try (InputStream in = PwOutputTest.class.getResourceAsStream("silicon_scf.xml")) {
      return PwOutput.parse(in);
    }
  }

  @Test
  void readsASelfConsistentRun() throws IOException, SAXException {
    PwOutput si = silicon();
    assertThat(si.version()).isEqualTo("6.7MaX");
    assertThat(si.scfConverged()).isTrue();
    assertThat(si.electrons()).isEqualTo(8);
    assertThat(si.kPoints()).hasNumberOfRows(8);
    assertThat(si.eigenvaluesEv()).hasDimensions(8, 8);
    assertThat(si.crystal().lattice().volume()).isCloseTo(Math.pow(5.431, 3) / 4, within(1e-5));
    assertThat(si.crystal().species()).containsExactly("Si", "Si");
    assertThat(si.crystal().fractional(1, 2)).isCloseTo(0.25, within(1e-9));
    assertThat(si.energyEv()).isCloseTo(-277.8472709775031, within(1e-4));
    assertThat(si.pressureGpa()).isCloseTo(2.45694882, within(1e-3));
    assertThat(si.fermiEnergyEv()).isCloseTo(6.3896, within(1e-3));
    assertThat(si.eigenvaluesEv()[0][4] - si.eigenvaluesEv()[0][3])
        .isCloseTo(8.8095 - 6.2643, within(2e-4));
    assertThat(si.forcesEvPerAngstrom()).hasDimensions(2, 3);
    assertThat(si.processes()).isEqualTo(1);
    assertThat(si.cpuSeconds()).isPositive();
  }

  @Test
  void kPointsAreCartesian() throws IOException, SAXException {
    // All points of the mesh are multiples of b/4: k·a is a multiple of π/2.
    PwOutput si = silicon();
    for (double[] k : si.kPoints()) {
      for (int axis = 0; axis < 3; axis++) {
        double product = 0;
        for (int x = 0; x < 3; x++) {
          product += k[x] * si.crystal().lattice().at(axis, x);
        }
        assertThat(product / (Math.PI / 2))
            .isCloseTo(Math.rint(product / (Math.PI / 2)), within(1e-6));
      }
    }
  }

  @Test
  void rotationsAreTheWholePointGroup() throws IOException, SAXException {
    PwOutput si = silicon();
    assertThat(si.rotations()).hasSize(48);
    for (double[][] r : si.rotations()) {
      for (int x = 0; x < 3; x++) {
        // Cubic axes map onto cubic axes.
        assertThat(Math.abs(r[x][0]) + Math.abs(r[x][1]) + Math.abs(r[x][2]))
            .isCloseTo(1, within(1e-6));
      }
    }
  }

  @Test
  void hostileXmlReadsNoFile() {
    String xml =
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><x><output>&e;</output></x>";
    assertThatThrownBy(
            () -> PwOutput.parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8))))
        .isInstanceOf(SAXException.class);
  }

  @Test
  void cutFileIsNoOutput() {
    assertThat(PwOutput.read(Path.of("does-not-exist.xml"))).isEmpty();
  }
}
