package org.rlmaterials.bench;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.dataset.Split;
import org.rlmaterials.dataset.Splits;
import org.rlmaterials.espresso.DftRecord;
import org.rlmaterials.surrogate.Ensemble;
import org.rlmaterials.surrogate.PropertyPredictor.Predictions;

/** What the members we ship answer to two questions, against DFT. */
record ModelAnswers(Answers semiconductor, Answers light) {
  private static final int MEMBERS = 5;

  /** Gaps above zero and up to this (eV) are of neither class. */
  private static final double CLASS_GAP_EV = 0.1;

  private static final double LIGHT_ME = 0.2;

  /** Yes or no, right or wrong. */
  static final class Answers {
    private int all;
    private int yes;
    private int right;

    private void add(boolean truth, boolean answer) {
      all++;
      yes += truth ? 1 : 0;
      right += truth == answer ? 1 : 0;
    }

    /** Share of right answers beyond that of always giving the more frequent one. */
    double gain() {
      return share() - majority();
    }

    double share() {
      return (double) right / all;
    }

    double majority() {
      return (double) Math.max(yes, all - yes) / all;
    }

    int all() {
      return all;
    }
  }

  /** The answers on converged records, by the part of the dataset each belongs to. */
  static Map<Split, ModelAnswers> of(Path models, List<DftRecord> converged) throws Exception {
    List<DftRecord> records =
        converged.stream().filter(r -> r.gapEv() == 0 || r.gapEv() > CLASS_GAP_EV).toList();
    Map<Split, ModelAnswers> answers = new EnumMap<>(Split.class);
    List<Path> members =
        IntStream.range(0, MEMBERS).mapToObj(k -> models.resolve("member_" + k)).toList();
    try (Ensemble ensemble = Ensemble.load(members)) {
      int size = ensemble.descriptor().size();
      float[] features = new float[records.size() * size];
      for (int i = 0; i < records.size(); i++) {
        ensemble.descriptor().compute(crystal(records.get(i)), features, i * size);
      }
      Predictions predicted = ensemble.predict(features, records.size());
      for (int i = 0; i < records.size(); i++) {
        DftRecord record = records.get(i);
        ModelAnswers here =
            answers.computeIfAbsent(
                Splits.of(crystal(record).chemicalSystem()),
                split -> new ModelAnswers(new Answers(), new Answers()));
        here.semiconductor()
            .add(record.gapEv() > 0, predicted.semiconductorProbability()[i] >= 0.5);
        if (record.gapEv() > 0 && record.mStar() > 0) {
          here.light().add(record.mStar() < LIGHT_ME, predicted.mStar()[i] < LIGHT_ME);
        }
      }
    }
    return answers;
  }

  private static Crystal crystal(DftRecord record) {
    return StructureJson.of(record.structure(), record.id(), 1).crystal();
  }
}
