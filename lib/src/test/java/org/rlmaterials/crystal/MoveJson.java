package org.rlmaterials.crystal;

import com.fasterxml.jackson.databind.JsonNode;

/** Reads the provenance of a structure back. */
final class MoveJson {
  private MoveJson() {}

  static Move parse(JsonNode node) {
    return switch (node.get("move").asText()) {
      case "displace" -> {
        JsonNode rows = node.get("fractional_shifts");
        double[] shifts = new double[3 * rows.size()];
        for (int i = 0; i < shifts.length; i++) {
          shifts[i] = rows.get(i / 3).get(i % 3).asDouble();
        }
        yield new Move.Displace(shifts);
      }
      case "strain" -> {
        double[] tensor = new double[6];
        for (int i = 0; i < 6; i++) {
          tensor[i] = node.get("strain_xx_yy_zz_yz_xz_xy").get(i).asDouble();
        }
        yield new Move.Strain(tensor);
      }
      default ->
          new Move.Substitute(
              node.get("atom").asInt(), Element.of(node.get("element").asText()).atomicNumber());
    };
  }
}
