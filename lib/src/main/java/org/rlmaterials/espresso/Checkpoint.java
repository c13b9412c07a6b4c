package org.rlmaterials.espresso;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** Where a calculation leaves what it has reached, so that another run can go on from there. */
public interface Checkpoint {
  /** Remembers nothing. */
  Checkpoint NONE =
      new Checkpoint() {
        @Override
        public Optional<JsonNode> read() {
          return Optional.empty();
        }

        @Override
        public void write(JsonNode state) {}
      };

  /**
   * @return what an earlier run of the same calculation left; empty if it left nothing
   */
  Optional<JsonNode> read();

  /**
   * @param state what this run has reached
   */
  void write(JsonNode state);
}
