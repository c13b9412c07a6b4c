package org.rlmaterials.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What one source says of one structure. What it does not say is NaN or null, never zero.
 *
 * @param source who says so
 * @param id name of the structure in that source
 * @param massKind what kind of mass mStar and mHole are; null where both are missing
 * @param mStar electron effective mass (mₑ), signed; NaN where missing
 * @param mHole hole effective mass (mₑ), positive at an ordinary valence maximum; NaN where missing
 * @param gapEv band gap (eV), 0 for a metal; NaN where missing
 * @param gapFunctional functional of the gap; empty where the gap is missing
 * @param formationEnergyEvPerAtom formation energy (eV per atom); NaN where missing
 * @param round round of the search, 0 before the first
 * @param protocol protocol of our own DFT: stringent, balanced, fast; empty for other sources
 */
record Labels(
    SourceKind source,
    String id,
    MassKind massKind,
    double mStar,
    double mHole,
    double gapEv,
    String gapFunctional,
    double formationEnergyEvPerAtom,
    int round,
    String protocol) {

  /** From the most careful protocol on; what says none comes last. */
  private static final List<String> PROTOCOLS = List.of("stringent", "balanced", "fast");

  Labels {
    if (Double.isNaN(mStar) && Double.isNaN(mHole)) {
      massKind = null;
    }
    if (Double.isNaN(gapEv)) {
      gapFunctional = "";
    }
  }

  boolean hasMass() {
    return !Double.isNaN(mStar) || !Double.isNaN(mHole);
  }

  boolean hasGap() {
    return !Double.isNaN(gapEv);
  }

  Labels withMasses(double electron, double hole) {
    return new Labels(
        source,
        id,
        massKind,
        electron,
        hole,
        gapEv,
        gapFunctional,
        formationEnergyEvPerAtom,
        round,
        protocol);
  }

  Labels withoutGap() {
    return new Labels(
        source,
        id,
        massKind,
        mStar,
        mHole,
        Double.NaN,
        "",
        formationEnergyEvPerAtom,
        round,
        protocol);
  }

  /**
   * @return place of the protocol, 0 for the most careful
   */
  int protocolRank() {
    int rank = PROTOCOLS.indexOf(protocol);
    return rank < 0 ? PROTOCOLS.size() : rank;
  }

  ObjectNode toJson() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("source", source.label()).put("id", id);
    if (massKind != null) {
      node.put("mass_kind", massKind.label());
    }
    put(node, "m_star", mStar);
    put(node, "m_hole", mHole);
    put(node, "gap_ev", gapEv);
    if (hasGap()) {
      node.put("gap_functional", gapFunctional);
    }
    put(node, "formation_energy_ev_per_atom", formationEnergyEvPerAtom);
    node.put("round", round);
    if (!protocol.isEmpty()) {
      node.put("protocol", protocol);
    }
    return node;
  }

  /**
   * @throws IllegalArgumentException if the object is not such labels
   */
  static Labels ofJson(JsonNode node) {
    return new Labels(
        SourceKind.ofLabel(node.path("source").asText()),
        node.path("id").asText(),
        node.has("mass_kind") ? MassKind.ofLabel(node.get("mass_kind").asText()) : null,
        number(node, "m_star"),
        number(node, "m_hole"),
        number(node, "gap_ev"),
        node.path("gap_functional").asText(""),
        number(node, "formation_energy_ev_per_atom"),
        node.path("round").asInt(0),
        node.path("protocol").asText(""));
  }

  /**
   * @return the number under a key; NaN where it is missing, null, "na" or not finite
   */
  static double number(JsonNode node, String key) {
    JsonNode value = node.get(key);
    if (value == null || !value.isNumber() || !Double.isFinite(value.doubleValue())) {
      return Double.NaN;
    }
    return value.doubleValue();
  }

  private static void put(ObjectNode node, String key, double value) {
    if (!Double.isNaN(value)) {
      node.put(key, value);
    }
  }
}
