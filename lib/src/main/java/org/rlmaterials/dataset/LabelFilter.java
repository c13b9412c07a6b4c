package org.rlmaterials.dataset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * Which records and labels are kept. A label that is out of range is taken off and the record stays
 * as long as it has another: a placeholder for a mass says nothing against the gap beside it.
 *
 * @param maxAtoms largest number of atoms in a cell
 * @param minGapEv smallest gap (eV)
 * @param maxGapEv largest gap (eV)
 * @param maxMass largest magnitude of a mass (mₑ)
 * @param minConductivityGapEv gap (eV) below which a conductivity mass at 300 K, or one of unknown
 *     kind, is no label: both carriers are excited there, and the number says nothing of the band
 *     edge; a mass whose gap is not known stays
 * @param minConductivityMass magnitude (mₑ) below which a conductivity mass is no label: with the
 *     gap above, k·p theory allows none as light, and the averages behind the numbers break down
 */
public record LabelFilter(
    int maxAtoms,
    double minGapEv,
    double maxGapEv,
    double maxMass,
    double minConductivityGapEv,
    double minConductivityMass) {

  /** The prototype's limits, and those for conductivity masses. */
  public static final LabelFilter DEFAULT = new LabelFilter(50, 0, 20, 50, 0.1, 0.01);

  /**
   * Applies the filter.
   *
   * @param record a record
   * @param counts takes what was rejected
   * @return the record with the labels that are kept; empty if it is rejected
   */
  Optional<SourceRecord> apply(SourceRecord record, SourceCounts counts) {
    if (record.crystal().size() > maxAtoms) {
      counts.rejected("too_many_atoms");
      return Optional.empty();
    }
    Labels given = record.labels();
    // Masses are judged by the gap that was given: without it that of a metal would pass for one.
    Labels labels =
        given.withMasses(
            mass("m_star", given.mStar(), given, counts),
            mass("m_hole", given.mHole(), given, counts));
    if (given.hasGap() && (given.gapEv() < minGapEv || given.gapEv() > maxGapEv)) {
      counts.masked("gap_out_of_range");
      labels = labels.withoutGap();
    }
    if (!labels.hasGap() && !labels.hasMass()) {
      counts.rejected("no_label");
      return Optional.empty();
    }
    return Optional.of(new SourceRecord(record.crystal(), labels));
  }

  private double mass(String name, double mass, Labels labels, SourceCounts counts) {
    if (Double.isNaN(mass)) {
      return mass;
    }
    String reason = reason(mass, labels);
    if (reason == null) {
      return mass;
    }
    counts.masked(name + "_" + reason);
    return Double.NaN;
  }

  private String reason(double mass, Labels labels) {
    if (mass == 0) {
      return "zero";
    }
    // Inverted bands may touch and still have a sign to learn; an ordinary mass needs a gap.
    boolean inverted = labels.massKind() == MassKind.CURVATURE && labels.mStar() < 0;
    if (labels.gapEv() == 0 && !inverted) {
      return "of_metal";
    }
    if (Math.abs(mass) > maxMass) {
      return "too_heavy";
    }
    // Of a mass of unknown kind it is not known that it is none of transport.
    if (labels.massKind() != MassKind.CURVATURE && labels.gapEv() < minConductivityGapEv) {
      return "gap_too_small";
    }
    return labels.massKind() == MassKind.CONDUCTIVITY_300K && Math.abs(mass) < minConductivityMass
        ? "too_light"
        : null;
  }

  ObjectNode toJson(ObjectNode node) {
    return node.put("max_atoms", maxAtoms)
        .put("min_gap_ev", minGapEv)
        .put("max_gap_ev", maxGapEv)
        .put("max_mass", maxMass)
        .put("min_conductivity_gap_ev", minConductivityGapEv)
        .put("min_conductivity_mass", minConductivityMass);
  }
}
