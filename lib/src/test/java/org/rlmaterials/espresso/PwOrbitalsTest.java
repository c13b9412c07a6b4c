package org.rlmaterials.espresso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.xml.sax.SAXException;

/** silicon_projwfc.log and silicon_atomic_proj.xml: projwfc.x 6.7 on Si at Γ, 20/100 Ry. */
class PwOrbitalsTest {
  @Test
  void siliconAtGamma() throws IOException, SAXException {
    List<Map<String, Double>> bands;
    try (InputStream log = PwOrbitalsTest.class.getResourceAsStream("silicon_projwfc.log");
        InputStream xml = PwOrbitalsTest.class.getResourceAsStream("silicon_atomic_proj.xml")) {
      bands = PwOrbitals.weights(new String(log.readAllBytes(), StandardCharsets.UTF_8), xml);
    }
    assertThat(bands).hasSize(8);
    // By symmetry: Γ1 and Γ2' are pure s, Γ25' and Γ15 pure p. The log says 0.996 for the first.
    assertThat(bands.get(0).get("s")).isCloseTo(0.996, within(6e-4));
    assertThat(bands.get(0).get("p")).isCloseTo(0, within(1e-6));
    for (int b = 1; b < 7; b++) {
      assertThat(bands.get(b).get("s")).isCloseTo(0, within(1e-6));
      assertThat(bands.get(b).get("p")).isBetween(0.9, 1.0);
    }
    assertThat(bands.get(7).get("s")).isBetween(0.8, 1.0);
  }
}
