package org.rlmaterials.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.rlmaterials.espresso.DftRecord;
import org.rlmaterials.espresso.DftRecord.Attempt;

/** What DFT did: outcomes, failures by kind, which troubles were recovered from. */
final class DftSection {
  private static final String OK = "ok";

  private DftSection() {}

  /** How often a trouble was met and how often the calculation came through after it. */
  private static final class Trouble {
    private int met;
    private int recovered;
    private final TreeSet<String> actions = new TreeSet<>();
  }

  /**
   * @param records DFT records
   * @return the section
   */
  static ObjectNode of(List<DftRecord> records) {
    ObjectNode section = JsonNodeFactory.instance.objectNode();
    Map<String, Integer> outcomes = new TreeMap<>();
    Map<String, Integer> failures = new TreeMap<>();
    Map<String, String> examples = new TreeMap<>();
    Map<String, Trouble> troubles = new TreeMap<>();
    int converged = 0;
    int runs = 0;
    double seconds = 0;
    for (DftRecord record : records) {
      boolean ok = DftRecord.CONVERGED.equals(record.status());
      if (ok) {
        converged++;
        outcomes.merge(record.outcome() == null ? "unknown" : record.outcome(), 1, Integer::sum);
      } else {
        String kind = record.error() == null ? "unknown" : record.error().kind();
        failures.merge(kind, 1, Integer::sum);
        if (record.error() != null) {
          examples.putIfAbsent(kind, record.error().message());
        }
      }
      if (record.provenance() != null) {
        seconds += record.provenance().pwSeconds();
      }
      if (record.attempts() != null) {
        runs += record.attempts().size();
        count(record.attempts(), ok, troubles);
      }
    }
    section.put("records", records.size());
    section.put("converged", converged);
    section.put("failed", records.size() - converged);
    section.put("runs", runs);
    section.put("pw_core_seconds", seconds);
    ObjectNode byOutcome = section.putObject("outcomes");
    outcomes.forEach(byOutcome::put);
    ArrayNode byKind = section.putArray("failures");
    failures.forEach(
        (kind, count) ->
            byKind
                .addObject()
                .put("kind", kind)
                .put("records", count)
                .put("example", examples.getOrDefault(kind, "")));
    ArrayNode recoveries = section.putArray("recoveries");
    troubles.forEach(
        (name, trouble) ->
            recoveries
                .addObject()
                .put("trouble", name)
                .put("met", trouble.met)
                .put("recovered", trouble.recovered)
                .put("actions", String.join("; ", trouble.actions)));
    return section;
  }

  private static void count(List<Attempt> attempts, boolean ok, Map<String, Trouble> troubles) {
    for (int i = 0; i < attempts.size(); i++) {
      Attempt attempt = attempts.get(i);
      if (attempt.outcome() == null || attempt.outcome().equals(OK)) {
        continue;
      }
      Trouble trouble = troubles.computeIfAbsent(attempt.outcome(), name -> new Trouble());
      trouble.met++;
      if (attempt.action() != null) {
        trouble.actions.add(attempt.action());
      }
      boolean later =
          attempts.subList(i + 1, attempts.size()).stream().anyMatch(a -> OK.equals(a.outcome()));
      if (ok || later) {
        trouble.recovered++;
      }
    }
  }
}
