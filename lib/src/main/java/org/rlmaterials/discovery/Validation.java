package org.rlmaterials.discovery;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.rlmaterials.bands.Outcome;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureHash;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.crystal.StructureMatcher;
import org.rlmaterials.crystal.StructureMatcher.Tolerance;
import org.rlmaterials.crystal.Symmetry;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.espresso.DftRecord;

/**
 * The result of a validation: the content of validation.json.
 *
 * @param trustworthy whether every control came out as it must
 * @param trustReason one line that says why or why not
 * @param thresholds what a confirmed candidate must keep
 * @param controls the controls
 * @param referenceEnergiesEvPerAtom energy of each element (eV per atom), by symbol
 * @param classes number of candidates of each class, by label
 * @param hitRate confirmed among the candidates
 * @param strictHitRate confirmed with the stricter bound of the mass
 * @param baseRate confirmed among random structures; null if none were computed
 * @param strictBaseRate the same with the stricter bound; null if none were computed
 * @param lift hit rate over base rate; null without a base rate above zero
 * @param liftInterval95 lower and upper end of the lift; the upper end is null where nothing was
 *     confirmed by chance; null without random structures
 * @param liftChanceProbability probability of so many hits if search and chance were equally good;
 *     null without random structures
 * @param candidates the candidates, by rank
 * @param random the random structures
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Validation(
    boolean trustworthy,
    @JsonProperty("trust_reason") String trustReason,
    Thresholds thresholds,
    List<ControlCheck> controls,
    @JsonProperty("reference_energies_ev_per_atom") Map<String, Double> referenceEnergiesEvPerAtom,
    Map<String, Integer> classes,
    @JsonProperty("hit_rate") Rate hitRate,
    @JsonProperty("strict_hit_rate") Rate strictHitRate,
    @JsonProperty("base_rate") Rate baseRate,
    @JsonProperty("strict_base_rate") Rate strictBaseRate,
    Double lift,
    @JsonProperty("lift_interval_95") List<Double> liftInterval95,
    @JsonProperty("lift_chance_probability") Double liftChanceProbability,
    List<Verdict> candidates,
    List<Verdict> random) {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final double SYMMETRY_TOLERANCE_ANGSTROM = 0.05;

  /**
   * A rate with its 95 % Wilson interval, as it stands in files.
   *
   * @param confirmed number of confirmed structures
   * @param total number of structures
   * @param rate confirmed / total (fraction); null without structures
   * @param interval95 lower and upper end (fractions)
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Rate(
      int confirmed, int total, Double rate, @JsonProperty("interval_95") List<Double> interval95) {

    /**
     * @param confirmed number of confirmed structures
     * @param total number of structures
     * @return the rate with its interval
     */
    public static Rate of(int confirmed, int total) {
      HitRate rate = new HitRate(confirmed, total);
      return new Rate(
          confirmed, total, total == 0 ? null : rate.rate(), List.of(rate.lower(), rate.upper()));
    }
  }

  /**
   * What a validation is made from.
   *
   * @param candidates the candidates, with their predictions as properties
   * @param random random structures; empty if none were computed
   * @param controls the controls, each with the property {@code expected}
   * @param known structures that are not new
   * @param records all DFT records of the run: of candidates, random structures, controls, elements
   *     and of the first calculations
   */
  public record Input(
      List<Structure> candidates,
      List<Structure> random,
      List<Structure> controls,
      List<Structure> known,
      List<DftRecord> records) {}

  /**
   * Judges.
   *
   * @param input candidates and what is known of them
   * @param thresholds what a confirmed candidate must keep
   * @return the result
   * @throws BadInputException if a control does not say what is expected of it
   */
  public static Validation of(Input input, Thresholds thresholds) {
    Judge judge = new Judge(input, thresholds);
    List<ControlCheck> controls = input.controls().stream().map(judge::control).toList();
    boolean both =
        controls.stream().anyMatch(c -> c.expected().equals(ControlCheck.LIGHT_SEMICONDUCTOR))
            && controls.stream().anyMatch(c -> c.expected().equals(ControlCheck.METAL));
    List<String> wrong =
        controls.stream().filter(c -> !c.passed()).map(c -> c.id() + ": " + c.reason()).toList();
    List<Verdict> candidates = judge.all(input.candidates());
    List<Verdict> random = judge.all(input.random());
    Rate hits = rate(candidates, false);
    Rate base = random.isEmpty() ? null : rate(random, false);
    Lift lift =
        base == null
            ? null
            : new Lift(hits.confirmed(), hits.total(), base.confirmed(), base.total());
    Map<String, Integer> classes = new TreeMap<>();
    for (ValidationClass c : ValidationClass.values()) {
      classes.put(c.label(), 0);
    }
    candidates.forEach(c -> classes.merge(c.validationClass(), 1, Integer::sum));
    String reason =
        !both
            ? "no controls of both kinds were computed: a light semiconductor and a metal"
            : wrong.isEmpty()
                ? "all " + controls.size() + " controls came out as they must"
                : String.join("; ", wrong);
    return new Validation(
        both && wrong.isEmpty(),
        reason,
        thresholds,
        controls,
        judge.referenceEnergies(),
        classes,
        hits,
        rate(candidates, true),
        base,
        random.isEmpty() ? null : rate(random, true),
        lift == null ? null : finite(lift.ratio()),
        lift == null ? null : Arrays.asList(lift.lower(), finite(lift.upper())),
        lift == null ? null : lift.chanceProbability(),
        candidates,
        random);
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? Double.valueOf(value) : null;
  }

  private static Rate rate(List<Verdict> verdicts, boolean strict) {
    int confirmed =
        (int)
            verdicts.stream()
                .filter(
                    v ->
                        strict
                            ? v.confirmedStrict()
                            : v.validationClass().equals(ValidationClass.CONFIRMED.label()))
                .count();
    return Rate.of(confirmed, verdicts.size());
  }

  /** Judges one structure after another. */
  private static final class Judge {
    private final Thresholds thresholds;
    private final Map<String, DftRecord> records = new HashMap<>();
    private final EnergyScale energies;
    private final KnownStructures known = new KnownStructures(Tolerance.SMALL);
    private final List<DftRecord> own = new ArrayList<>();

    Judge(Input input, Thresholds thresholds) {
      this.thresholds = thresholds;
      for (DftRecord record : input.records()) {
        // A structure may have been computed twice: a result is worth more than a failure.
        records.merge(
            record.id(), record, (a, b) -> DftRecord.CONVERGED.equals(a.status()) ? a : b);
      }
      this.energies = new EnergyScale(input.records());
      known.addAll(input.known());
      for (Structure candidate : input.candidates()) {
        DftRecord record = records.get(candidate.id());
        if (record != null && DftRecord.CONVERGED.equals(record.status())) {
          own.add(record);
        }
      }
    }

    Map<String, Double> referenceEnergies() {
      Map<String, Double> all = new TreeMap<>();
      for (DftRecord record : own) {
        energies.elementalEnergies(record).forEach((e, energy) -> all.merge(e, energy, Math::min));
      }
      return all;
    }

    /** One crystal counts once: who relaxes to what a structure before has is not new. */
    List<Verdict> all(List<Structure> structures) {
      KnownStructures confirmed = new KnownStructures(Tolerance.SMALL);
      List<Verdict> verdicts = new ArrayList<>();
      for (Structure structure : structures) {
        Verdict verdict = verdict(structure, confirmed);
        if (verdict.validationClass().equals(ValidationClass.CONFIRMED.label())) {
          DftRecord record = records.get(structure.id());
          confirmed.add(structure.id(), EnergyScale.crystal(record));
        }
        verdicts.add(verdict);
      }
      return List.copyOf(verdicts);
    }

    ControlCheck control(Structure control) {
      String expected = control.properties().path("expected").asText("");
      if (!expected.equals(ControlCheck.LIGHT_SEMICONDUCTOR)
          && !expected.equals(ControlCheck.METAL)) {
        throw new BadInputException(
            "control '%s': key \"expected\" is '%s': expected light_semiconductor or metal"
                .formatted(control.id(), expected));
      }
      DftRecord record = records.get(control.id());
      if (record == null || !DftRecord.CONVERGED.equals(record.status())) {
        return new ControlCheck(
            control.id(), expected, false, "no result: " + failure(record), null, null, null, null);
      }
      boolean metal = Outcome.METAL.label().equals(record.outcome());
      boolean light =
          Outcome.SEMICONDUCTOR.label().equals(record.outcome())
              && record.gapEv() != null
              && record.gapEv() > 0
              && record.mStar() != null
              && record.mStar() > 0
              && record.mStar() < thresholds.mass();
      String found =
          metal
              ? "a metal"
              : "%s with gap %s eV and m* %s"
                  .formatted(record.outcome(), text(record.gapEv()), text(record.mStar()));
      return new ControlCheck(
          control.id(),
          expected,
          expected.equals(ControlCheck.METAL) ? metal : light,
          "came out as " + found,
          record.outcome(),
          record.mStar(),
          record.gapEv(),
          metal || record.energyEv() == null
              ? null
              : energies
                  .of(record)
                  .map(EnergyScale.Stability::formationEnergyEvPerAtom)
                  .orElse(null));
    }

    private Verdict verdict(Structure candidate, KnownStructures confirmed) {
      DftRecord record = records.get(candidate.id());
      EnergyScale.Stability stability = null;
      String twin = null;
      Verdict.Drift drift = null;
      if (record != null && DftRecord.CONVERGED.equals(record.status())) {
        Crystal relaxed = EnergyScale.crystal(record);
        stability = record.energyEv() == null ? null : energies.of(record).orElse(null);
        twin = known.find(relaxed).or(() -> confirmed.find(relaxed)).orElse(null);
        drift = drift(candidate, record, relaxed);
      }
      Ruling ruling = rule(record, stability, twin);
      Prediction prediction = Prediction.of(candidate.properties());
      JsonNode properties = candidate.properties();
      List<String> failedRules = new ArrayList<>();
      properties.path("failed_rules").forEach(rule -> failedRules.add(rule.asText()));
      DftRecord.Symmetry symmetry = symmetry(record);
      return new Verdict(
          candidate.id(),
          StructureHash.of(candidate.crystal()),
          properties.path("rank").asInt(0),
          properties.path("round").isInt() ? properties.path("round").intValue() : null,
          candidate.crystal().reducedFormula(),
          symmetry == null ? null : symmetry.symbol(),
          symmetry == null ? null : Integer.valueOf(symmetry.number()),
          ruling.validationClass().label(),
          ruling.reason(),
          ruling.validationClass() == ValidationClass.CONFIRMED
              && record.mStar() < thresholds.strictMass(),
          finite(prediction.mStar()),
          Double.isNaN(prediction.mStar()) ? null : finite(prediction.mStarStd()),
          finite(prediction.gapEv()),
          record == null ? null : record.mStar(),
          record == null || record.hole() == null ? null : record.hole().mStar(),
          record == null ? null : record.gapEv(),
          record == null ? null : record.direct(),
          stability == null ? null : stability.formationEnergyEvPerAtom(),
          stability == null ? null : stability.aboveHullEvPerAtom(),
          stability == null ? null : stability.decomposition(),
          drift,
          twin,
          properties.path("seed_id").isTextual() ? properties.path("seed_id").asText() : null,
          failedRules,
          record == null || record.bandInversion() == null
              ? null
              : MAPPER.valueToTree(record.bandInversion()));
    }

    /**
     * The space group of the record, or that of its structure to 0.05 Å: relaxed cells are noisy.
     */
    private static DftRecord.Symmetry symmetry(DftRecord record) {
      if (record == null || record.symmetry() != null || record.structure() == null) {
        return record == null ? null : record.symmetry();
      }
      return Symmetry.isAvailable()
          ? Symmetry.of(EnergyScale.crystal(record), SYMMETRY_TOLERANCE_ANGSTROM)
              .map(s -> new DftRecord.Symmetry(s.number(), s.symbol()))
              .orElse(null)
          : null;
    }

    private record Ruling(ValidationClass validationClass, String reason) {}

    private Ruling rule(DftRecord record, EnergyScale.Stability stability, String twin) {
      if (record == null || !DftRecord.CONVERGED.equals(record.status())) {
        return new Ruling(ValidationClass.DFT_FAILED, failure(record));
      }
      if (record.relaxation() == null) {
        return new Ruling(ValidationClass.DFT_FAILED, "it was not relaxed");
      }
      if (!record.relaxation().converged()) {
        return new Ruling(
            ValidationClass.DFT_FAILED,
            "the relaxation did not converge in " + record.relaxation().steps() + " steps");
      }
      if (Outcome.METAL.label().equals(record.outcome())) {
        return new Ruling(ValidationClass.METAL, "no gap");
      }
      if (Outcome.PBE_INVERTED.label().equals(record.outcome())) {
        return new Ruling(
            ValidationClass.PBE_INVERTED,
            "PBE closes or inverts the gap of this compound, nature does not");
      }
      if (Outcome.INVERTED.label().equals(record.outcome())) {
        return new Ruling(
            ValidationClass.INVERTED,
            record.bandInversion() == null || record.bandInversion().reason() == null
                ? "bands in inverted order"
                : record.bandInversion().reason());
      }
      if (record.mStar() == null || !(record.mStar() > 0) || record.gapEv() == null) {
        return new Ruling(
            ValidationClass.DFT_FAILED, "no electron mass was found: m* " + text(record.mStar()));
      }
      if (record.gapEv() <= thresholds.gapEv()) {
        return new Ruling(
            ValidationClass.METAL,
            "gap %s eV, at most %s eV".formatted(text(record.gapEv()), thresholds.gapEv()));
      }
      if (stability == null) {
        return new Ruling(
            ValidationClass.DFT_FAILED,
            "its stability is not known: an element has no reference energy with these settings");
      }
      if (stability.aboveHullEvPerAtom() > thresholds.aboveHullEvPerAtom()) {
        return new Ruling(
            ValidationClass.UNSTABLE,
            "%s eV/atom above the hull, more than %s"
                .formatted(text(stability.aboveHullEvPerAtom()), thresholds.aboveHullEvPerAtom()));
      }
      if (record.mStar() >= thresholds.mass()) {
        return new Ruling(
            ValidationClass.HEAVIER_THAN_PREDICTED,
            "m* %s, not below %s".formatted(text(record.mStar()), thresholds.mass()));
      }
      if (twin != null) {
        return new Ruling(ValidationClass.REDISCOVERED, "it relaxed to " + twin);
      }
      return new Ruling(
          ValidationClass.CONFIRMED,
          "m* %s, gap %s eV, %s eV/atom above the hull"
              .formatted(
                  text(record.mStar()),
                  text(record.gapEv()),
                  text(stability.aboveHullEvPerAtom())));
    }

    private static Verdict.Drift drift(Structure candidate, DftRecord record, Crystal relaxed) {
      if (record.relaxation() == null) {
        return null;
      }
      Crystal proposed =
          record.initialStructure() == null
              ? candidate.crystal()
              : StructureJson.of(record.initialStructure(), "record " + record.id(), 1).crystal();
      return new Verdict.Drift(
          record.relaxation().volumeChange(),
          record.relaxation().maxDisplacementAngstrom(),
          StructureMatcher.same(proposed, relaxed));
    }

    private static String failure(DftRecord record) {
      if (record == null) {
        return "no DFT record";
      }
      return record.error() == null
          ? "failed without a reason"
          : record.error().kind() + ": " + record.error().message();
    }

    private static String text(Double value) {
      return value == null ? "not known" : String.format(Locale.ROOT, "%.3f", value);
    }
  }

  /**
   * @return the candidates and random structures with inverted bands, for unusual_topology.json
   */
  public List<Verdict> inverted() {
    List<Verdict> inverted = new ArrayList<>();
    for (List<Verdict> list : List.of(candidates, random)) {
      for (Verdict verdict : list) {
        if (Objects.equals(verdict.validationClass(), ValidationClass.INVERTED.label())
            || Objects.equals(verdict.validationClass(), ValidationClass.PBE_INVERTED.label())) {
          inverted.add(verdict);
        }
      }
    }
    return inverted;
  }

  /**
   * @return the lightest confirmed candidate, if there is one
   */
  public Optional<Verdict> lightest() {
    return candidates.stream()
        .filter(v -> v.validationClass().equals(ValidationClass.CONFIRMED.label()))
        .min(java.util.Comparator.comparing(Verdict::mStar));
  }
}
