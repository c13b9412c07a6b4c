package org.rlmaterials.crystal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.rlmaterials.errors.BadInputException;

/**
 * The JSON form of a structure: {@code {"id", "lattice_angstrom", "species",
 * "fractional_positions", ...}}. The layout of Materials Project downloads ({@code mp_id}, {@code
 * cell} = a, b, c (Å), α, β, γ (degrees), {@code frac_coords}) is read too.
 */
public final class StructureJson {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private StructureJson() {}

  /**
   * Reads one structure.
   *
   * @param json one JSON object
   * @param source file name for messages
   * @param line line number for messages, counted from 1
   * @return the structure
   * @throws BadInputException if the text is not such a structure
   */
  public static Structure parse(String json, String source, long line) {
    try {
      return of(MAPPER.readTree(json), source, line);
    } catch (JsonProcessingException e) {
      throw BadInputException.at(source, line, "not valid JSON: " + e.getOriginalMessage());
    }
  }

  /**
   * Reads one structure.
   *
   * @param node a JSON object
   * @param source file name for messages
   * @param line line number for messages, counted from 1
   * @return the structure
   * @throws BadInputException if the object is not such a structure
   */
  public static Structure of(JsonNode node, String source, long line) {
    if (node == null || !node.isObject()) {
      throw BadInputException.at(source, line, "expected one JSON object, a structure");
    }
    ObjectNode rest = ((ObjectNode) node).deepCopy();
    JsonNode id = rest.remove(node.has("id") ? "id" : "mp_id");
    if (id == null || !id.isValueNode() || id.asText().isEmpty()) {
      throw BadInputException.at(source, line, "key \"id\" is missing: expected a name (text)");
    }
    try {
      Lattice lattice;
      if (node.has("lattice_angstrom")) {
        lattice = Lattice.of(matrix(rest.remove("lattice_angstrom"), "lattice_angstrom"));
      } else if (node.has("cell")) {
        double[] cell = numbers(rest.remove("cell"), "cell", 6);
        lattice = Lattice.ofParameters(cell[0], cell[1], cell[2], cell[3], cell[4], cell[5]);
      } else {
        throw new IllegalArgumentException(
            "key \"lattice_angstrom\" is missing: expected three vectors (Å)");
      }
      List<String> species = new ArrayList<>();
      JsonNode symbols = rest.remove("species");
      if (symbols == null || !symbols.isArray()) {
        throw new IllegalArgumentException("key \"species\" is missing: expected [\"Ga\", ...]");
      }
      symbols.forEach(s -> species.add(s.asText()));
      String positionsKey =
          node.has("fractional_positions") ? "fractional_positions" : "frac_coords";
      double[][] positions = matrix(rest.remove(positionsKey), "fractional_positions");
      return new Structure(id.asText(), Crystal.of(lattice, species, positions), rest);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          source + ":" + line + ": structure '" + id.asText() + "': " + e.getMessage(), e);
    }
  }

  private static double[][] matrix(JsonNode node, String key) {
    if (node == null || !node.isArray()) {
      throw new IllegalArgumentException(
          "key \"" + key + "\" is missing: expected [[x, y, z], ...]");
    }
    double[][] rows = new double[node.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = numbers(node.get(i), key, 3);
    }
    return rows;
  }

  private static double[] numbers(JsonNode node, String key, int count) {
    if (!node.isArray() || node.size() != count) {
      throw new IllegalArgumentException("key \"" + key + "\": expected " + count + " numbers");
    }
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      if (!node.get(i).isNumber()) {
        throw new IllegalArgumentException(
            "key \"" + key + "\": expected a number, found " + node.get(i));
      }
      values[i] = node.get(i).doubleValue();
    }
    return values;
  }

  /**
   * Writes one structure; its other properties follow the crystal.
   *
   * @param structure the structure
   * @return the JSON object
   */
  public static ObjectNode toJson(Structure structure) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("id", structure.id());
    Crystal crystal = structure.crystal();
    ArrayNode lattice = node.putArray("lattice_angstrom");
    for (double[] row : crystal.lattice().vectors()) {
      addAll(lattice.addArray(), row);
    }
    ArrayNode species = node.putArray("species");
    crystal.species().forEach(species::add);
    ArrayNode positions = node.putArray("fractional_positions");
    for (double[] row : crystal.fractionalPositions()) {
      addAll(positions.addArray(), row);
    }
    node.setAll(structure.properties());
    return node;
  }

  private static void addAll(ArrayNode array, double[] row) {
    for (double x : row) {
      array.add(x);
    }
  }
}
