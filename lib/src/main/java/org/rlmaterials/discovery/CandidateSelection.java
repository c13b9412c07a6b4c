package org.rlmaterials.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureHash;
import org.rlmaterials.crystal.StructureMatcher.Tolerance;
import org.rlmaterials.crystal.Validity;

/**
 * Chooses what is worth a DFT calculation from all the structures the agents met.
 *
 * <p>Structures are taken in the order of their pessimistic predicted mass, lightest first. One is
 * turned down if its predicted mass is not positive, if it is not predicted to be a semiconductor,
 * if it is no valid crystal, too large, or has an odd number of electrons (a metal for certain), if
 * a known structure or one already chosen is the same, or if its formula has had its share.
 * Structures that fail only a rule of thumb (coordination, charge balance, electrons a bond) wait:
 * they are used, lightest first and marked, if there are fewer than wanted without them.
 *
 * @param top how many to choose
 * @param maxPerFormula most of one reduced formula
 * @param kappa standard deviations added to the predicted mass
 * @param maxAtoms largest cell (atoms): what a relaxation by DFT costs grows with its cube
 */
public record CandidateSelection(int top, int maxPerFormula, double kappa, int maxAtoms) {
  /** Least predicted probability of a gap above 0.1 eV. */
  private static final double LEAST_PROBABILITY = 0.5;

  /** Least predicted gap (eV). */
  private static final double LEAST_GAP_EV = 0.1;

  /** Why a structure was turned down; the names stand in rejected.csv and docs/output.md. */
  public enum Reason {
    /** The predicted mass is negative, zero or missing. */
    MASS_NOT_POSITIVE,
    /** A gap below 0.1 eV or a probability of one below 0.5 is predicted. */
    PREDICTED_METAL,
    /** Atoms too close, or a volume that cannot be. */
    INVALID,
    /** More atoms in the cell than may be validated. */
    TOO_LARGE,
    /** An odd number of electrons in the cell. */
    ODD_ELECTRONS,
    /** An atom with fewer than 2 or more than 12 bonds. */
    COORDINATION,
    /** No charge balance and no four valence electrons an atom. */
    CHARGE_BALANCE,
    /** Four bonds an atom, but not the two valence electrons a bond that fill them. */
    BOND_ELECTRONS,
    /** The same structure as one in the dataset or a seed. */
    KNOWN,
    /** The same structure as one already chosen. */
    DUPLICATE,
    /** Enough of this reduced formula were chosen. */
    FORMULA_QUOTA,
    /** Enough structures with a lighter predicted mass were chosen. */
    RANK;

    /**
     * @return the name in files
     */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A structure turned down.
   *
   * @param entry the structure
   * @param reason why
   * @param detail more about it, or empty
   */
  public record Rejection(ArchiveEntry entry, Reason reason, String detail) {}

  /**
   * What was chosen and what was not.
   *
   * @param candidates the chosen structures, best first, with their predictions as properties
   * @param rejections all others, in the order in which they were looked at
   * @param afterSanity how many candidates failed a rule of thumb and were used all the same
   */
  public record Result(List<Structure> candidates, List<Rejection> rejections, int afterSanity) {}

  /** A structure that fails rules of thumb: all of them, and more about the first. */
  private record Waiting(ArchiveEntry entry, List<Reason> reasons, String detail) {}

  /**
   * Chooses.
   *
   * @param archive what the agents met
   * @param known structures that are not new
   * @return the choice; fewer than {@link #top} candidates if not enough qualify
   */
  public Result select(List<ArchiveEntry> archive, List<Structure> known) {
    List<ArchiveEntry> ordered = new ArrayList<>(archive);
    ordered.sort(
        Comparator.comparingDouble((ArchiveEntry e) -> e.prediction().pessimisticMass(kappa))
            .thenComparing(e -> StructureHash.of(e.structure().crystal()))
            .thenComparing(ArchiveEntry::agent));
    KnownStructures notNew = new KnownStructures(Tolerance.SHEARED);
    notNew.addAll(known);
    Choice choice = new Choice(notNew);
    List<Waiting> waiting = new ArrayList<>();
    for (ArchiveEntry entry : ordered) {
      Optional<Rejection> rejection = impossible(entry);
      if (rejection.isPresent()) {
        choice.rejections.add(rejection.get());
        continue;
      }
      Optional<Waiting> doubtful = implausible(entry);
      if (doubtful.isPresent()) {
        waiting.add(doubtful.get());
      } else {
        choice.offer(entry, List.of());
      }
    }
    int sane = choice.candidates.size();
    for (Waiting one : waiting) {
      if (choice.candidates.size() < top) {
        choice.offer(one.entry(), one.reasons());
      } else {
        choice.rejections.add(new Rejection(one.entry(), one.reasons().get(0), one.detail()));
      }
    }
    return new Result(
        List.copyOf(choice.candidates),
        List.copyOf(choice.rejections),
        choice.candidates.size() - sane);
  }

  private Optional<Rejection> impossible(ArchiveEntry entry) {
    Prediction prediction = entry.prediction();
    if (!(prediction.mStar() > 0)) {
      return Optional.of(
          new Rejection(entry, Reason.MASS_NOT_POSITIVE, "m* = " + prediction.mStar()));
    }
    if (prediction.gapEv() < LEAST_GAP_EV
        || prediction.semiconductorProbability() < LEAST_PROBABILITY) {
      return Optional.of(
          new Rejection(
              entry,
              Reason.PREDICTED_METAL,
              String.format(
                  Locale.ROOT,
                  "gap %.3f eV, probability %.2f",
                  prediction.gapEv(),
                  prediction.semiconductorProbability())));
    }
    Crystal crystal = entry.structure().crystal();
    Optional<String> problem = Validity.problem(crystal);
    if (problem.isPresent()) {
      return Optional.of(new Rejection(entry, Reason.INVALID, problem.get()));
    }
    if (crystal.size() > maxAtoms) {
      return Optional.of(new Rejection(entry, Reason.TOO_LARGE, crystal.size() + " atoms"));
    }
    if (ChargeBalance.hasOddElectrons(crystal)) {
      return Optional.of(new Rejection(entry, Reason.ODD_ELECTRONS, crystal.formula()));
    }
    return Optional.empty();
  }

  /** The rules of thumb that a structure fails. */
  private static Optional<Waiting> implausible(ArchiveEntry entry) {
    Crystal crystal = entry.structure().crystal();
    Map<Reason, String> failed = new EnumMap<>(Reason.class);
    String bonds = Coordination.problem(crystal);
    if (bonds != null) {
      failed.put(Reason.COORDINATION, bonds);
    }
    if (!ChargeBalance.isBalanced(crystal)) {
      failed.put(Reason.CHARGE_BALANCE, crystal.reducedFormula());
    }
    String unfilled =
        Coordination.isFourfold(crystal) ? ChargeBalance.problemOfFourfold(crystal) : null;
    if (unfilled != null) {
      failed.put(Reason.BOND_ELECTRONS, unfilled);
    }
    return failed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Waiting(entry, List.copyOf(failed.keySet()), failed.values().iterator().next()));
  }

  /** The candidates so far. */
  private final class Choice {
    private final KnownStructures known;
    private final KnownStructures chosen = new KnownStructures(Tolerance.SHEARED);
    private final Map<String, Integer> perFormula = new HashMap<>();
    private final List<Structure> candidates = new ArrayList<>();
    private final List<Rejection> rejections = new ArrayList<>();

    Choice(KnownStructures known) {
      this.known = known;
    }

    void offer(ArchiveEntry entry, List<Reason> failedRules) {
      Crystal crystal = entry.structure().crystal();
      String formula = crystal.reducedFormula();
      if (candidates.size() >= top) {
        rejections.add(new Rejection(entry, Reason.RANK, ""));
        return;
      }
      // The cheap tests first; a structure that fails several is counted under the first.
      if (perFormula.getOrDefault(formula, 0) >= maxPerFormula) {
        rejections.add(new Rejection(entry, Reason.FORMULA_QUOTA, formula));
        return;
      }
      Optional<String> twin = chosen.find(crystal);
      if (twin.isPresent()) {
        rejections.add(new Rejection(entry, Reason.DUPLICATE, twin.get()));
        return;
      }
      Optional<String> original = known.find(crystal);
      if (original.isPresent()) {
        rejections.add(new Rejection(entry, Reason.KNOWN, original.get()));
        return;
      }
      Structure candidate = candidate(entry, candidates.size() + 1, failedRules);
      candidates.add(candidate);
      chosen.add(candidate.id(), crystal);
      perFormula.merge(formula, 1, Integer::sum);
    }

    private Structure candidate(ArchiveEntry entry, int rank, List<Reason> failedRules) {
      ObjectNode properties = entry.structure().properties().deepCopy();
      properties.put("rank", rank);
      properties.put("agent", entry.agent());
      properties.put("archive_id", entry.structure().id());
      properties.put("pessimistic_m_star", entry.prediction().pessimisticMass(kappa));
      ArrayNode rules = properties.putArray("failed_rules");
      failedRules.forEach(rule -> rules.add(rule.label()));
      Crystal crystal = entry.structure().crystal();
      return new Structure("candidate:" + StructureHash.of(crystal), crystal, properties);
    }
  }
}
