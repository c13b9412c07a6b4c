package org.rlmaterials.espresso;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;

/**
 * How far a relaxation has come: what a retry needs to go on after a stop at the wall time.
 *
 * @param crystal the last structure, in the basis of the one that was given
 * @param rounds rounds of vc-relax that were finished
 * @param ionicSteps ionic steps of these
 * @param finished whether the relaxation is at its end, so that only the rest remains
 * @param attempts every run of pw.x so far
 */
record RelaxationState(
    Crystal crystal,
    int rounds,
    int ionicSteps,
    boolean finished,
    List<DftRecord.Attempt> attempts) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Copies the list. */
  RelaxationState {
    attempts = List.copyOf(attempts);
  }

  JsonNode toJson() {
    ObjectNode json = StructureJson.toJson(new Structure("relaxation", crystal));
    json.put("rounds", rounds);
    json.put("ionic_steps", ionicSteps);
    json.put("finished", finished);
    json.set("attempts", MAPPER.valueToTree(attempts));
    return json;
  }

  /**
   * @param json what {@link #toJson()} gave
   * @return the state
   */
  static RelaxationState of(JsonNode json) {
    try {
      List<DftRecord.Attempt> attempts = new ArrayList<>();
      for (JsonNode attempt : json.path("attempts")) {
        attempts.add(MAPPER.treeToValue(attempt, DftRecord.Attempt.class));
      }
      return new RelaxationState(
          StructureJson.of(json, "a relaxation that was stopped", 1).crystal(),
          json.path("rounds").asInt(),
          json.path("ionic_steps").asInt(),
          json.path("finished").asBoolean(),
          attempts);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no state of a relaxation: " + json, e);
    }
  }
}
