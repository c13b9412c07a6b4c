package org.rlmaterials.crystal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A crystal with a name, as it stands in structure files.
 *
 * @param id name of the structure: any text; never used as a path or in a shell
 * @param crystal the crystal
 * @param properties everything else the file says of it, by key with units; not for the crystal
 */
public record Structure(String id, Crystal crystal, ObjectNode properties) {
  /**
   * A structure of which nothing else is known.
   *
   * @param id name
   * @param crystal the crystal
   */
  public Structure(String id, Crystal crystal) {
    this(id, crystal, JsonNodeFactory.instance.objectNode());
  }
}
