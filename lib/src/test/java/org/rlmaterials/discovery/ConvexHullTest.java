package org.rlmaterials.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ConvexHullTest {
  @Test
  void agreesWithPymatgenOnFourElements() throws Exception {
    JsonNode golden;
    try (InputStream in = getClass().getResourceAsStream("hull_pymatgen.json")) {
      golden = new ObjectMapper().readTree(in);
    }
    List<ConvexHull.Phase> phases = new ArrayList<>();
    for (JsonNode row : golden.path("phases")) {
      Map<String, Integer> counts = new TreeMap<>();
      row.path("counts").properties().forEach(e -> counts.put(e.getKey(), e.getValue().asInt()));
      phases.add(
          ConvexHull.Phase.of(
              row.path("name").asText(), counts, row.path("energy_ev_per_atom").asDouble()));
    }
    ConvexHull hull = new ConvexHull(phases);
    assertThat(phases).hasSize(64);
    for (int i = 0; i < phases.size(); i++) {
      ConvexHull.Point point = hull.at(phases.get(i).fractions()).orElseThrow();
      assertThat(phases.get(i).energyEvPerAtom() - point.energyEvPerAtom())
          .as(phases.get(i).name())
          .isCloseTo(
              golden.path("phases").path(i).path("above_hull_ev_per_atom").asDouble(),
              within(1e-7));
      assertThat(point.amounts().values().stream().mapToDouble(x -> x).sum())
          .isCloseTo(1, within(1e-6));
    }
  }

  @Test
  void totalEnergiesOfThousandsOfElectronvoltsLoseNothing() {
    ConvexHull hull =
        new ConvexHull(
            List.of(
                ConvexHull.Phase.of("Ga", Map.of("Ga", 4), -2500),
                ConvexHull.Phase.of("As", Map.of("As", 2), -300),
                ConvexHull.Phase.of("GaAs", Map.of("Ga", 1, "As", 1), -1400.4)));
    ConvexHull.Point point = hull.at(Map.of("Ga", 0.75, "As", 0.25)).orElseThrow();
    assertThat(point.energyEvPerAtom()).isCloseTo((-2500 - 1400.4) / 2, within(1e-6));
    assertThat(point.amounts()).containsOnlyKeys("Ga", "GaAs");
  }

  @Test
  void isEmptyWhereNoMixtureHasTheComposition() {
    ConvexHull hull = new ConvexHull(List.of(ConvexHull.Phase.of("Ga", Map.of("Ga", 1), -1)));
    assertThat(hull.at(Map.of("Ga", 0.5, "As", 0.5))).isEmpty();
    assertThat(hull.at(Map.of("As", 1.0))).isEmpty();
    assertThat(hull.at(Map.of("Ga", 1.0)).orElseThrow().energyEvPerAtom()).isEqualTo(-1);
  }
}
