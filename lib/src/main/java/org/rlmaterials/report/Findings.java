package org.rlmaterials.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a run comes to, in sentences: for the head of the report and for a terminal. */
final class Findings {
  /** Spread of a predicted mass (mₑ) from which on the prediction says nothing of the threshold. */
  private static final double BLIND_ME = 0.5;

  /** Fewer test records than this are no measure of a surrogate. */
  private static final int FEW_RECORDS = 200;

  private Findings() {}

  /**
   * @param json content of report.json
   * @return the confirmed candidate of least mass; null without one
   */
  static JsonNode lightestConfirmed(JsonNode json) {
    JsonNode best = null;
    for (JsonNode candidate : json.path("candidates")) {
      if (candidate.path("class").asText().equals("confirmed")
          && (best == null
              || candidate.path("m_star").asDouble() < best.path("m_star").asDouble())) {
        best = candidate;
      }
    }
    return best;
  }

  /**
   * @param json content of report.json
   * @return how many rounds were validated: "2 rounds", "round 1 of 2"; empty if there is but one
   */
  static String rounds(JsonNode json) {
    int all = json.path("round_count").asInt(1);
    JsonNode validated = json.path("rounds");
    if (all < 2 || validated.isEmpty()) {
      return "";
    }
    return validated.size() == 1
        ? "round %d of %d".formatted(validated.path(0).path("round").asInt(), all)
        : validated.size() == all
            ? all + " rounds"
            : "%d of %d rounds".formatted(validated.size(), all);
  }

  /**
   * @param json content of report.json
   * @param candidate one of its candidates
   * @return ", round 1 of 2"; empty if there is but one round
   */
  static String round(JsonNode json, JsonNode candidate) {
    int all = json.path("round_count").asInt(1);
    return all < 2 ? "" : ", round %d of %d".formatted(candidate.path("round").asInt(), all);
  }

  /**
   * @param json content of report.json
   * @return that a section is about the last of several rounds, in a sentence; empty if there is
   *     but one
   */
  static String lastRound(JsonNode json) {
    int all = json.path("round_count").asInt(1);
    return all < 2 ? "" : "This is of the last of " + all + " rounds.";
  }

  /**
   * @param rate a rate of validation.json
   * @return its 95 % interval in percent: 7 to 59 %
   */
  static String interval(JsonNode rate) {
    return "%d to %d %%"
        .formatted(
            Math.round(100 * rate.path("interval_95").path(0).asDouble()),
            Math.round(100 * rate.path("interval_95").path(1).asDouble()));
  }

  /**
   * @param validation content of validation.json
   * @return how much better than chance the candidates are, in a sentence; empty without a base
   *     rate
   */
  static String lift(JsonNode validation) {
    JsonNode base = validation.path("base_rate");
    if (!base.isObject()) {
      return "";
    }
    StringBuilder text =
        new StringBuilder(
            "Of structures made by chance with the same actions, DFT confirmed %d of %d"
                .formatted(base.path("confirmed").asInt(), base.path("total").asInt()));
    JsonNode interval = validation.path("lift_interval_95");
    if (validation.path("lift").isNumber()) {
      text.append(
          String.format(Locale.ROOT, ": a lift of %.1f", validation.path("lift").asDouble()));
      if (interval.path(1).isNumber()) {
        text.append(
            String.format(
                Locale.ROOT,
                " (95 %% interval %.1f to %.1f)",
                interval.path(0).asDouble(),
                interval.path(1).asDouble()));
      }
    } else if (interval.path(0).asDouble() > 1) {
      text.append(
          String.format(Locale.ROOT, ": a lift of at least %.1f", interval.path(0).asDouble()));
    }
    if (validation.path("lift_chance_probability").isNumber()) {
      double p = validation.path("lift_chance_probability").asDouble();
      text.append(
          p >= 0.05
              ? String.format(
                  Locale.ROOT,
                  "; that is not told from chance (probability %.2f of as many hits without any"
                      + " skill)",
                  p)
              : String.format(
                  Locale.ROOT, "; by chance alone so many hits have probability %.2g", p));
    }
    return text.append('.').toString();
  }

  /**
   * @param json content of report.json
   * @return what speaks against relying on the result, one sentence each
   */
  static List<String> doubts(JsonNode json) {
    List<String> doubts = new ArrayList<>();
    JsonNode validation = json.path("validation");
    if (!validation.path("base_rate").isObject()) {
      doubts.add("No structures made by chance were computed to compare with.");
    }
    JsonNode parameters = json.path("provenance").path("parameters");
    String first = parameters.path("protocol").asText();
    String second = parameters.path("validation_protocol").asText();
    if (!first.equals(second)) {
      doubts.add(
          "The hull holds the elements and what was validated, not the seeds: those were computed with"
              + " the protocol %s, the candidates with %s.".formatted(first, second));
    }
    int blind = 0;
    int predicted = 0;
    for (JsonNode candidate : json.path("candidates")) {
      if (candidate.path("predicted_m_star_std").isNumber()) {
        predicted++;
        if (candidate.path("predicted_m_star_std").asDouble() > BLIND_ME) {
          blind++;
        }
      }
    }
    int records = json.path("dataset").path("with_m_star").asInt();
    boolean ownMembers = !membersAreOfAnotherDataset(json);
    if (blind > 0) {
      doubts.add(
          "For %d of %d candidates the surrogate's own spread exceeds 0.5 mₑ: %sits choice is hardly better informed than a guess."
              .formatted(
                  blind,
                  predicted,
                  ownMembers ? "it had %d masses to learn from, and ".formatted(records) : ""));
    } else if (ownMembers && json.path("dataset").has("records") && records < FEW_RECORDS) {
      doubts.add("The surrogate had only %d masses to learn from.".formatted(records));
    }
    return doubts;
  }

  /** Whether members were brought along (--surrogate_model) that learned from other records. */
  private static boolean membersAreOfAnotherDataset(JsonNode json) {
    String here = json.path("dataset").path("sha256").asText("");
    for (JsonNode member : json.path("surrogate").path("runs")) {
      String there = member.path("settings").path("provenance").path("dataset_sha256").asText("");
      if (!there.isEmpty() && !there.equals(here)) {
        return true;
      }
    }
    return false;
  }

  /**
   * @param json content of report.json
   * @return what the run cost, in a sentence; empty if nothing is known
   */
  static String cost(JsonNode json) {
    List<String> parts = new ArrayList<>();
    String inLastRound = json.path("round_count").asInt(1) < 2 ? "" : " in the last round";
    JsonNode first = json.path("dft");
    JsonNode second = json.path("validation_dft");
    double hours =
        (first.path("pw_core_seconds").asDouble() + second.path("pw_core_seconds").asDouble())
            / 3600;
    int records = first.path("records").asInt() + second.path("records").asInt();
    if (records > 0) {
      parts.add(
          String.format(Locale.ROOT, hours < 10 ? "%.2f" : "%.0f", hours)
              + " core hours of pw.x for "
              + records
              + " structures ("
              + first.path("records").asInt()
              + " for the dataset, "
              + second.path("records").asInt()
              + " to validate)");
    }
    long steps = 0;
    int agents = 0;
    for (JsonNode run : json.path("agents").path("runs")) {
      agents++;
      steps += run.path("settings").path("timesteps").asLong();
    }
    if (steps > 0) {
      parts.add(
          String.format(
              Locale.ROOT,
              "%,d steps of %d PPO agent%s%s",
              steps,
              agents,
              agents == 1 ? "" : "s",
              inLastRound));
    }
    int members = json.path("surrogate").path("runs").size();
    if (members > 0) {
      parts.add(members + " surrogate networks" + inLastRound);
    }
    return parts.isEmpty() ? "" : String.join(", ", parts) + ".";
  }
}
