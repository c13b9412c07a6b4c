package org.rlmaterials.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.CrystalSamples;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.espresso.DftRecord;

class EnergyScaleTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static DftRecord record(String id, String first, String second, double energyEv)
      throws Exception {
    ObjectNode record = MAPPER.createObjectNode();
    record.put("id", id).put("status", "converged").put("energy_ev", energyEv);
    record.set(
        "structure",
        StructureJson.toJson(new Structure(id, CrystalSamples.zincBlende(first, second, 6))));
    return MAPPER.treeToValue(record, DftRecord.class);
  }

  /** Two runs count their structures alike; a mixture of both must name both. */
  @Test
  void recordsOfOneNameAreToldApart() throws Exception {
    EnergyScale.Stability stability =
        new EnergyScale(
                List.of(
                    record("Ga", "Ga", "Ga", -2),
                    record("As", "As", "As", -2),
                    record("In", "In", "In", -2),
                    record("x_00001", "Ga", "As", -4),
                    record("x_00001", "In", "As", -4)))
            .of(four())
            .orElseThrow();
    assertThat(stability.decomposition()).hasSize(2).containsKey("x_00001");
    assertThat(stability.decomposition().keySet()).anyMatch(n -> n.matches("x_00001~[0-9a-f]{8}"));
    assertThat(stability.decomposition().values()).allMatch(x -> Math.abs(x - 0.5) < 1e-9);
    assertThat(stability.aboveHullEvPerAtom()).isCloseTo(0.25, within(1e-9));
  }

  /** An energy of a failed record counts: only its mass was not resolved. */
  @Test
  void anEnergyWithoutAMassCounts() throws Exception {
    ObjectNode failed = MAPPER.valueToTree(record("Ga", "Ga", "Ga", -2));
    failed.put("status", "failed");
    EnergyScale scale =
        new EnergyScale(
            List.of(MAPPER.treeToValue(failed, DftRecord.class), record("As", "As", "As", -2)));
    assertThat(scale.of(record("GaAs", "Ga", "As", -4)).orElseThrow().formationEnergyEvPerAtom())
        .isCloseTo(-1, within(1e-9));
  }

  private static DftRecord four() throws Exception {
    ObjectNode record = MAPPER.createObjectNode();
    record.put("id", "GaInAs2").put("status", "converged").put("energy_ev", -7.0);
    Crystal pair = CrystalSamples.zincBlende("Ga", "As", 6).supercell(2, 1, 1);
    List<String> species = new ArrayList<>(pair.species());
    species.set(species.indexOf("Ga"), "In");
    Crystal crystal = Crystal.of(pair.lattice(), species, pair.fractionalPositions());
    record.set("structure", StructureJson.toJson(new Structure("GaInAs2", crystal)));
    return MAPPER.treeToValue(record, DftRecord.class);
  }
}
