package org.rlmaterials.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.ValenceForceField;
import org.rlmaterials.surrogate.PropertyPredictor;
import org.rlmaterials.surrogate.PropertyPredictor.Predictions;

/**
 * Puts in the place of what the agents met what DFT will about make of it, so that the surrogate is
 * asked about that. An agent is free to shear a cell until the surrogate is wrong about it, and the
 * relaxation by DFT shears it back.
 */
public final class PreRelaxation {
  private PreRelaxation() {}

  /**
   * Relaxes the tetrahedral networks among the structures by {@link ValenceForceField} and predicts
   * their properties again.
   *
   * @param archive what the agents met
   * @param predictor what the agents learnt from
   * @return the archive in the same order: each network relaxed, with its new prediction in place
   *     of the old one and the old mass as {@code met_m_star} (mₑ); other structures as they were
   */
  public static List<ArchiveEntry> of(List<ArchiveEntry> archive, PropertyPredictor predictor) {
    List<ArchiveEntry> entries = new ArrayList<>(archive);
    List<Integer> places = new ArrayList<>();
    List<Crystal> networks = new ArrayList<>();
    for (int k = 0; k < archive.size(); k++) {
      int place = k;
      ValenceForceField.relaxed(archive.get(k).structure().crystal())
          .ifPresent(
              relaxed -> {
                places.add(place);
                networks.add(relaxed);
              });
    }
    if (networks.isEmpty()) {
      return entries;
    }
    int size = predictor.descriptor().size();
    float[] features = new float[size * networks.size()];
    for (int row = 0; row < networks.size(); row++) {
      predictor.descriptor().compute(networks.get(row), features, row * size);
    }
    Predictions predictions = predictor.predict(features, networks.size());
    for (int row = 0; row < networks.size(); row++) {
      entries.set(
          places.get(row),
          relaxed(archive.get(places.get(row)), networks.get(row), predictions, row));
    }
    return entries;
  }

  private static ArchiveEntry relaxed(
      ArchiveEntry met, Crystal crystal, Predictions predictions, int row) {
    ObjectNode properties = met.structure().properties().deepCopy();
    properties.put("met_m_star", met.prediction().mStar());
    properties.put("m_star", predictions.mStar()[row]);
    properties.put("m_star_std", predictions.mStarStd()[row]);
    properties.put("gap_ev", predictions.gapEv()[row]);
    properties.put("gap_std_ev", predictions.gapStdEv()[row]);
    properties.put("semiconductor_probability", predictions.semiconductorProbability()[row]);
    return new ArchiveEntry(
        met.agent(),
        new Structure(met.structure().id(), crystal, properties),
        Prediction.of(properties));
  }
}
