package org.rlmaterials.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.crystal.StructureMatcher;
import org.rlmaterials.discovery.EnergyScale;
import org.rlmaterials.discovery.Lift;
import org.rlmaterials.discovery.Validation;
import org.rlmaterials.discovery.ValidationClass;
import org.rlmaterials.espresso.DftRecord;

/** The validations of all rounds of a search as one. */
final class AllRounds {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private AllRounds() {}

  /**
   * Rates over the candidates and the random structures of all rounds. As in one round, a crystal
   * counts once: who relaxed to what was confirmed in a round before is not new. And the hull is
   * one: what a later round computed may leave a candidate of an earlier one unstable.
   *
   * @param rounds the rounds, in order
   * @param records all DFT records, by id
   * @return validation.json of a single round; of several, the same for all of them, each entry
   *     with its round; null if none was validated
   */
  static JsonNode validation(List<RunFolder.Round> rounds, Map<String, DftRecord> records) {
    NavigableMap<Integer, JsonNode> validations = new TreeMap<>();
    for (RunFolder.Round round : rounds) {
      JsonNode validation = round.folder().json("validation/validation.json");
      if (validation.isObject()) {
        validations.put(round.number(), validation);
      }
    }
    if (validations.isEmpty()) {
      return null;
    }
    ObjectNode all = validations.lastEntry().getValue().deepCopy();
    if (rounds.size() == 1) {
      return all;
    }
    trust(all, validations);
    EnergyScale energies = new EnergyScale(records.values());
    double most =
        all.at("/thresholds/energy_above_hull_at_most_ev_per_atom")
            .asDouble(Double.POSITIVE_INFINITY);
    List<ObjectNode> candidates = entries(validations, "candidates", records, energies, most);
    List<ObjectNode> random = entries(validations, "random", records, energies, most);
    ObjectNode classes = all.putObject("classes");
    for (ValidationClass c : ValidationClass.values()) {
      classes.put(
          c.label(),
          candidates.stream().filter(e -> e.path("class").asText().equals(c.label())).count());
    }
    Validation.Rate hits = rate(candidates, false);
    all.set("hit_rate", MAPPER.valueToTree(hits));
    all.set("strict_hit_rate", MAPPER.valueToTree(rate(candidates, true)));
    all.remove(
        List.of(
            "base_rate",
            "strict_base_rate",
            "lift",
            "lift_interval_95",
            "lift_chance_probability"));
    if (!random.isEmpty()) {
      Validation.Rate base = rate(random, false);
      all.set("base_rate", MAPPER.valueToTree(base));
      all.set("strict_base_rate", MAPPER.valueToTree(rate(random, true)));
      lift(all, new Lift(hits.confirmed(), hits.total(), base.confirmed(), base.total()));
    }
    all.putArray("candidates").addAll(candidates);
    all.putArray("random").addAll(random);
    return all;
  }

  private static void trust(ObjectNode all, NavigableMap<Integer, JsonNode> validations) {
    List<String> wrong = new ArrayList<>();
    validations.forEach(
        (round, validation) -> {
          if (!validation.path("trustworthy").asBoolean()) {
            wrong.add("round " + round + ": " + validation.path("trust_reason").asText());
          }
        });
    all.put("trustworthy", wrong.isEmpty());
    if (!wrong.isEmpty()) {
      all.put("trust_reason", String.join("; ", wrong));
    } else if (validations.size() > 1) {
      all.put("trust_reason", all.path("trust_reason").asText() + " in each round");
    }
  }

  private static List<ObjectNode> entries(
      NavigableMap<Integer, JsonNode> validations,
      String key,
      Map<String, DftRecord> records,
      EnergyScale energies,
      double mostAboveHull) {
    List<ObjectNode> entries = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    Map<String, Crystal> confirmed = new LinkedHashMap<>();
    validations.forEach(
        (round, validation) -> {
          for (JsonNode verdict : validation.path(key)) {
            String id = verdict.path("id").asText();
            if (!verdict.isObject() || !ids.add(id)) {
              continue;
            }
            ObjectNode entry = verdict.deepCopy();
            entry.put("round", round);
            DftRecord record = records.get(id);
            if (record != null && record.energyEv() != null) {
              energies.of(record).ifPresent(now -> onHull(entry, now, mostAboveHull));
            }
            if (isConfirmed(entry) && record != null && record.structure() != null) {
              Crystal crystal =
                  StructureJson.of(record.structure(), "record of " + id, 1).crystal();
              confirmed.entrySet().stream()
                  .filter(before -> StructureMatcher.same(before.getValue(), crystal))
                  .findFirst()
                  .ifPresentOrElse(
                      before -> rediscovered(entry, before.getKey()),
                      () -> confirmed.put(id, crystal));
            }
            entries.add(entry);
          }
        });
    return entries;
  }

  /**
   * The hull of all rounds can only be lower than that of one; it lacks what other runs computed.
   */
  private static void onHull(
      ObjectNode entry, EnergyScale.Stability now, double mostAboveHullEvPerAtom) {
    double above = now.aboveHullEvPerAtom();
    if (!(above > entry.path("energy_above_hull_ev_per_atom").asDouble(above))) {
      return;
    }
    entry.put("energy_above_hull_ev_per_atom", above);
    entry.set("decomposition", MAPPER.valueToTree(now.decomposition()));
    if (isConfirmed(entry) && above > mostAboveHullEvPerAtom) {
      entry
          .put("class", ValidationClass.UNSTABLE.label())
          .put(
              "reason",
              String.format(
                  Locale.ROOT,
                  "%.3f eV/atom above the hull of all rounds, more than %s",
                  above,
                  mostAboveHullEvPerAtom))
          .put("confirmed_strict", false);
    }
  }

  private static void rediscovered(ObjectNode entry, String known) {
    entry
        .put("class", ValidationClass.REDISCOVERED.label())
        .put("reason", "it relaxed to " + known)
        .put("confirmed_strict", false)
        .put("known", known);
  }

  private static boolean isConfirmed(JsonNode entry) {
    return entry.path("class").asText().equals(ValidationClass.CONFIRMED.label());
  }

  private static Validation.Rate rate(List<ObjectNode> entries, boolean strict) {
    long confirmed =
        entries.stream()
            .filter(e -> strict ? e.path("confirmed_strict").asBoolean() : isConfirmed(e))
            .count();
    return Validation.Rate.of((int) confirmed, entries.size());
  }

  private static void lift(ObjectNode all, Lift lift) {
    if (Double.isFinite(lift.ratio())) {
      all.put("lift", lift.ratio());
    }
    ArrayNode interval = all.putArray("lift_interval_95").add(lift.lower());
    if (Double.isFinite(lift.upper())) {
      interval.add(lift.upper());
    } else {
      interval.addNull();
    }
    all.put("lift_chance_probability", lift.chanceProbability());
  }
}
