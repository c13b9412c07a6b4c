package org.rlmaterials.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.RandomStream;
import org.rlmaterials.dataset.Dataset;
import org.rlmaterials.dataset.Split;
import org.rlmaterials.fingerprint.Descriptors;

class TrainingTest {
  @TempDir static Path folder;

  private static TrainingTable table;

  @BeforeAll
  static void makeData() {
    Path file = folder.resolve("tiny.csv.gz");
    TinyData.write(file, 300);
    table = TrainingTable.of(Dataset.read(file), Descriptors.byName("fingerprint"), 0.01, 5, true);
  }

  private static TrainingOptions options(int epochs, int epochs2) {
    return TrainingOptions.seed()
        .with(Map.of("hidden", List.of(24, 24), "epochs_phase1", epochs, "epochs_phase2", epochs2));
  }

  @Test
  void phaseTwoLeavesTrunkAndMassHeadBitIdentical() {
    Model one = new Training(table, options(4, 0), 5, 0).run();
    Model two = new Training(table, options(4, 6), 5, 0).run();
    NetworkShape shape = one.shape();
    int trunk = shape.trunkParameters();
    assertThat(Arrays.copyOf(two.parameters(), trunk))
        .isEqualTo(Arrays.copyOf(one.parameters(), trunk));
    for (Target target : shape.targets()) {
      float[] before = new float[shape.headsAlone(List.of(target)).parameters()];
      float[] after = before.clone();
      shape.copyHeads(one.parameters(), List.of(target), before, false);
      shape.copyHeads(two.parameters(), List.of(target), after, false);
      if (target == Target.M_STAR) {
        assertThat(after).isEqualTo(before);
      } else {
        assertThat(after).as("the gap head did learn").isNotEqualTo(before);
      }
    }
  }

  @Test
  void learnsTheLawBehindTheData() {
    List<Model> members = new ArrayList<>();
    for (int m = 0; m < 3; m++) {
      members.add(new Training(table, options(150, 30), 5, m).run());
    }
    List<TrainingTable.Row> test =
        table.rows().stream()
            .filter(r -> r.split() == Split.TEST && r.labels().has(Target.M_STAR))
            .toList();
    assertThat(test).hasSizeGreaterThan(10);
    try (Ensemble ensemble = new Ensemble(members)) {
      float[] x = new float[test.size() * 152];
      for (int i = 0; i < test.size(); i++) {
        System.arraycopy(test.get(i).features(), 0, x, i * 152, 152);
      }
      PropertyPredictor.Predictions p = ensemble.predict(x, test.size());
      double[] truth = test.stream().mapToDouble(r -> r.labels().mStar()).toArray();
      double[] said = new double[truth.length];
      for (int i = 0; i < said.length; i++) {
        said[i] = p.mStar()[i];
      }
      assertThat(Metrics.pearson(Metrics.ranks(truth), Metrics.ranks(said))).isGreaterThan(0.9);
    }
  }

  @Test
  void aStrangeCrystalHasAWidePrediction() {
    List<Model> members = new ArrayList<>();
    for (int m = 0; m < 3; m++) {
      members.add(new Training(table, options(40, 10), 5, m).run());
    }
    List<TrainingTable.Row> ordinary =
        table.rows().stream().filter(r -> r.split() == Split.VALIDATION).toList();
    float[] x = new float[(ordinary.size() + 1) * 152];
    for (int i = 0; i < ordinary.size(); i++) {
      System.arraycopy(ordinary.get(i).features(), 0, x, i * 152, 152);
    }
    // A dense slab of xenon and lanthanum is like nothing in the data.
    Crystal strange =
        Crystal.of(
            org.rlmaterials.crystal.Lattice.ofRows(2.5, 0, 0, 0, 4, 0, 0, 0, 15),
            List.of("Xe", "La", "Cs"),
            new double[][] {{0, 0, 0}, {0.5, 0.5, 0.2}, {0, 0.5, 0.3}});
    System.arraycopy(table.descriptor().of(strange), 0, x, ordinary.size() * 152, 152);
    try (Ensemble ensemble = new Ensemble(members)) {
      float[] distance = ensemble.outOfDistribution(x, ordinary.size() + 1);
      float[] common = Arrays.copyOf(distance, ordinary.size());
      Arrays.sort(common);
      assertThat(distance[ordinary.size()]).isGreaterThan(common[common.length - 1]);
      // The relative width: a standard deviation in mₑ grows with the mass itself.
      PropertyPredictor.Predictions p = ensemble.predict(x, ordinary.size() + 1);
      double[] relative = new double[ordinary.size()];
      for (int i = 0; i < relative.length; i++) {
        relative[i] = p.mStarStd()[i] / Math.abs(p.mStar()[i]);
      }
      assertThat(p.mStarStd()[ordinary.size()] / Math.abs(p.mStar()[ordinary.size()]))
          .isGreaterThan((float) (2 * Metrics.median(relative)));
    }
  }

  @Test
  void noRowOfValidationOrTestIsTrainedOn() {
    Model model = new Training(table, options(1, 1), 5, 0).run();
    Set<String> validation = new HashSet<>(model.validation().ids());
    Set<String> expected =
        table.rows().stream()
            .filter(r -> r.split() == Split.VALIDATION)
            .map(TrainingTable.Row::id)
            .collect(Collectors.toSet());
    assertThat(validation).isEqualTo(expected);
    // Poison the labels of all other sides: if any of them were used, the parameters would change.
    Model same = new Training(poisoned(Split.TEST), options(1, 1), 5, 0).run();
    assertThat(same.parameters()).isEqualTo(model.parameters());
    assertThat(same.inputs().mean()).isEqualTo(model.inputs().mean());
  }

  private static TrainingOptions withTrees(boolean refit) {
    return TrainingOptions.local()
        .with(
            Map.of(
                "descriptor",
                "fingerprint",
                "hidden",
                List.of(16),
                "epochs_phase1",
                4,
                "trees",
                10,
                "refit",
                refit));
  }

  private static TrainingTable poisoned(Split side) {
    return poisoned(r -> r.split() == side);
  }

  private static TrainingTable poisoned(Predicate<TrainingTable.Row> which) {
    return new TrainingTable(
        table.descriptor(),
        table.rows().stream()
            .map(
                r ->
                    which.test(r)
                        ? new TrainingTable.Row(
                            r.id(),
                            r.source(),
                            r.chemicalSystem(),
                            r.split(),
                            r.features(),
                            new Labels(3, 3, 9, 1, 9),
                            r.crystal())
                        : r)
            .toList());
  }

  @Test
  void refitLearnsFromValidationRowsOnlyAfterTheyHaveJudgedAndFromTestRowsNever() {
    Model plain = new Training(table, withTrees(false), 5, 0).run();
    Training training = new Training(table, withTrees(true), 5, 0);
    Model again = training.run();
    assertThat(again.validation().ids()).isEqualTo(plain.validation().ids());
    assertThat(again.validation().predictions())
        .as("what calibrates is from before")
        .isDeepEqualTo(plain.validation().predictions());
    assertThat(again.parameters()).isNotEqualTo(plain.parameters());
    assertThat(training.epochs().stream().filter(e -> e.phase() == 3).count())
        .as("as many epochs as were best")
        .isEqualTo(
            training.epochs().stream()
                .filter(e -> e.phase() == 1)
                .min(Comparator.comparingDouble(Training.Epoch::validationLoss))
                .orElseThrow()
                .epoch());

    Model same = new Training(poisoned(Split.TEST), withTrees(true), 5, 0).run();
    assertThat(same.parameters()).isEqualTo(again.parameters());
    assertThat(same.forest().parts().get(Target.M_STAR).trees().value())
        .isEqualTo(again.forest().parts().get(Target.M_STAR).trees().value());
    Model other = new Training(poisoned(Split.VALIDATION), withTrees(true), 5, 0).run();
    assertThat(other.forest().parts().get(Target.M_STAR).trees().value())
        .isNotEqualTo(again.forest().parts().get(Target.M_STAR).trees().value());
  }

  @Test
  void networkAndTreesAreAveragedByTheirShares() {
    Model model = new Training(table, withTrees(false), 5, 0).run();
    assertThat(model.forest().parts().keySet())
        .containsExactlyInAnyOrder(Target.M_STAR, Target.GAP, Target.SEMICONDUCTOR);
    float[] x = table.rows().get(0).features();
    double[] both = withShare(model, 0.25, x);
    double[] network = withShare(model, 0, x);
    double[] trees = withShare(model, 1, x);
    for (int t = 0; t < both.length; t++) {
      assertThat(both[t]).isCloseTo(0.75 * network[t] + 0.25 * trees[t], within(1e-6));
    }
    assertThat(trees[0]).isNotEqualTo(network[0]);
  }

  private static double[] withShare(Model model, double share, float[] x) {
    Map<Target, Forest.Part> parts = new EnumMap<>(Target.class);
    model
        .forest()
        .parts()
        .forEach((target, part) -> parts.put(target, new Forest.Part(part.trees(), share)));
    Model changed =
        new Model(
            model.descriptor(),
            model.featureNames(),
            model.shape(),
            model.parameters(),
            model.inputs(),
            model.targets(),
            model.distance(),
            new Forest(parts),
            model.validation(),
            model.provenance());
    try (Ensemble ensemble = new Ensemble(List.of(changed))) {
      return ensemble.summary(x, 1).mean()[0];
    }
  }

  @Test
  void sourcesCanBeSwitchedOff() {
    TrainingOptions dftOnly = options(1, 1).with(Map.of("sources", List.of("dft")));
    Model all = new Training(table, options(1, 1), 5, 0).run();
    Model some = new Training(table, dftOnly, 5, 0).run();
    long dft =
        table.rows().stream()
            .filter(r -> r.split() == Split.TRAIN && r.source().equals("dft"))
            .count();
    assertThat(some.provenance().get("training_records").asLong()).isEqualTo(dft);
    assertThat(all.provenance().get("training_records").asLong()).isGreaterThan(dft);
  }

  /** The refit takes in validation records, of the wanted sources alone. */
  @Test
  void sourcesSwitchedOffAreNotRefittedEither() {
    Model model =
        new Training(table, withTrees(true).with(Map.of("sources", List.of("dft"))), 5, 0).run();
    Model same =
        new Training(
                poisoned(
                    r -> r.split() == Split.VALIDATION && r.source().equals("materials_project")),
                withTrees(true).with(Map.of("sources", List.of("dft"), "patience", 1000)),
                5,
                0)
            .run();
    Model all = new Training(table, withTrees(true), 5, 0).run();
    assertThat(same.inputs().mean()).isEqualTo(model.inputs().mean());
    assertThat(same.targets().mean()).isEqualTo(model.targets().mean());
    assertThat(all.inputs().mean()).isNotEqualTo(model.inputs().mean());
  }

  /** Errors on what was trained on say nothing of others. */
  @Test
  void withoutValidationRecordsNothingIsCalibrated() {
    TrainingTable trainOnly =
        new TrainingTable(
            table.descriptor(),
            table.rows().stream().filter(r -> r.split() == Split.TRAIN).toList());
    Model model = new Training(trainOnly, withTrees(true), 5, 0).run();
    assertThat(model.validation().ids()).isEmpty();
    try (Ensemble ensemble = new Ensemble(List.of(model))) {
      assertThat(ensemble.calibration().massRows()).isZero();
      assertThat(ensemble.calibration().mass().of(0, 1)).isGreaterThan(0.9);
    }
  }

  @Test
  void aTargetWithoutLabelsIsPredictedInTheMiddle() {
    TrainingTable gapsOnly =
        new TrainingTable(
            table.descriptor(),
            table.rows().stream()
                .map(
                    r ->
                        new TrainingTable.Row(
                            r.id(),
                            r.source(),
                            r.chemicalSystem(),
                            r.split(),
                            r.features(),
                            new Labels(
                                Double.NaN,
                                Double.NaN,
                                r.labels().get(Target.GAP),
                                Double.NaN,
                                r.labels().get(Target.SEMICONDUCTOR)),
                            r.crystal()))
                .toList());
    Model model = new Training(gapsOnly, withTrees(false), 5, 0).run();
    try (Ensemble ensemble = new Ensemble(List.of(model))) {
      float[] x = table.rows().get(7).features();
      assertThat(ensemble.predict(x, 1).mStar()[0]).isEqualTo(1, within(1e-5f));
    }
  }

  @Test
  void jitterKeepsTheVolumeWithinItsLimitsAndTheAtomsNearTheirPlaces() {
    Crystal crystal = table.rows().get(0).crystal();
    TrainingOptions.Jitter jitter = new TrainingOptions.Jitter(1, 0.08, 0, 0.1);
    RandomStream random = RandomStream.of(2);
    double squares = 0;
    int n = 500;
    for (int k = 0; k < n; k++) {
      Crystal moved = Jittering.of(crystal, jitter, random);
      double ratio = moved.lattice().volume() / crystal.lattice().volume();
      assertThat(ratio).isBetween(0.92 - 1e-9, 1.08 + 1e-9);
      double[] shift = new double[3];
      for (int i = 0; i < 3; i++) {
        shift[i] = moved.fractional(1, i) - crystal.fractional(1, i);
      }
      double[] r = moved.lattice().toCartesian(shift);
      squares += r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
    }
    assertThat(Math.sqrt(squares / n)).isBetween(0.09, 0.11);
  }
}
