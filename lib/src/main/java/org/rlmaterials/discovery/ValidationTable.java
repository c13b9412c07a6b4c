package org.rlmaterials.discovery;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** The candidates as a table, candidates.csv. */
public final class ValidationTable {
  private ValidationTable() {}

  /**
   * @param verdicts the judgements
   * @return the table with its header; an empty cell is a number that is not known
   */
  public static String csv(List<Verdict> verdicts) {
    StringWriter text = new StringWriter();
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setRecordSeparator('\n')
            .setHeader(
                "rank",
                "round",
                "id",
                "hash",
                "reduced_formula",
                "space_group",
                "class",
                "predicted_m_star_me",
                "predicted_m_star_std_me",
                "m_star_me",
                "m_hole_me",
                "gap_ev",
                "direct",
                "formation_energy_ev_per_atom",
                "energy_above_hull_ev_per_atom",
                "volume_change",
                "max_displacement_angstrom",
                "same_crystal",
                "known",
                "reason")
            .get();
    try (CSVPrinter csv = new CSVPrinter(text, format)) {
      for (Verdict v : verdicts) {
        csv.printRecord(
            v.rank(),
            v.round(),
            v.id(),
            v.hash(),
            v.reducedFormula(),
            v.spaceGroup(),
            v.validationClass(),
            v.predictedMStar(),
            v.predictedMStarStd(),
            v.mStar(),
            v.mHole(),
            v.gapEv(),
            v.direct(),
            v.formationEnergyEvPerAtom(),
            v.energyAboveHullEvPerAtom(),
            v.drift() == null ? null : v.drift().volumeChange(),
            v.drift() == null ? null : v.drift().maxDisplacementAngstrom(),
            v.drift() == null ? null : v.drift().sameCrystal(),
            v.known(),
            v.reason());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
