package org.rlmaterials.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.rlmaterials.espresso.DftRecord;

/** The figure of a real band structure: GaAs, direct at Γ. */
class BandFigureTest {
  private final DftRecord record =
      new ObjectMapper()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .convertValue(RunFixture.gaas(), DftRecord.class);

  private final JsonNode figure = BandFigure.of(record);

  @Test
  void everyBandHasAnEnergyOrAGapAtEveryPoint() {
    int n = figure.path("distance_per_angstrom").size();
    assertThat(n).isEqualTo(record.bandStructure().distances().size() + 1); // one jump: U|K
    for (JsonNode band : figure.path("energies_ev")) {
      assertThat(band).hasSize(n);
      int gaps = 0;
      for (JsonNode energy : band) {
        gaps += energy.isNull() ? 1 : 0;
      }
      assertThat(gaps).isEqualTo(1);
    }
  }

  @Test
  void theEdgesAreAtGamma() {
    double gamma = -1;
    for (JsonNode label : figure.path("labels")) {
      if (label.path("label").asText().equals("Γ")
          && label.path("distance_per_angstrom").asDouble() > 0) {
        gamma = label.path("distance_per_angstrom").asDouble();
      }
    }
    assertThat(figure.path("edges")).hasSize(4); // both edges at both Γ of the path
    for (JsonNode edge : figure.path("edges")) {
      assertThat(edge.path("distance_per_angstrom").asDouble())
          .satisfiesAnyOf(
              d -> assertThat(d).isZero(),
              d ->
                  assertThat(d)
                      .isCloseTo(
                          figure.path("labels").get(3).path("distance_per_angstrom").asDouble(),
                          within(1e-9)));
    }
    assertThat(gamma).isPositive();
  }

  /** Close to Γ the parabola of the electron mass lies on the conduction band. */
  @Test
  void theParabolaTouchesTheBand() {
    JsonNode parabola = figure.path("parabolas").path(0);
    double edge = record.cbm().energyEv();
    assertThat(parabola.path("energy_ev").path(0).asDouble()).isCloseTo(edge, within(1e-6));
    double q =
        parabola.path("distance_per_angstrom").path(1).asDouble()
            - parabola.path("distance_per_angstrom").path(0).asDouble();
    double expected = 3.809982 / record.mStar() * q * q;
    assertThat(parabola.path("energy_ev").path(1).asDouble() - edge)
        .isCloseTo(expected, within(1e-6 + 0.01 * expected));
    // The conduction band is less steep than its parabola, and rises.
    double next =
        record.bandStructure().energiesEv().get(1).get(record.bandStructure().occupiedBands());
    double step = record.bandStructure().distances().get(1);
    assertThat(next).isGreaterThan(edge);
    assertThat(next - edge).isLessThan(3.809982 / record.mStar() * step * step);
  }
}
