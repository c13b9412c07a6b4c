package org.rlmaterials.surrogate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.fingerprint.Descriptor;
import org.rlmaterials.fingerprint.Descriptors;

/**
 * The members together: their mean is the prediction, their spread and the crystal's distance from
 * the training data its uncertainty, calibrated on the validation rows kept with the members.
 *
 * <p>Where the probability of a semiconductor is below one half, the gap is 0 (the median of what
 * is believed); elsewhere it is at least 0.1 eV: the two answers never contradict each other. The
 * mass is that of the crystal if it is a semiconductor. Safe to use from several threads.
 */
public final class Ensemble implements PropertyPredictor {
  private final List<Model> members;
  private final Descriptor descriptor;
  private final NetworkShape shape;
  private final NetworkStack stack;
  private final Calibration calibration;

  Ensemble(List<Model> members) {
    this.members = List.copyOf(members);
    this.shape = members.get(0).shape();
    this.descriptor = Descriptors.byName(members.get(0).descriptor());
    Validation validation = validation(members);
    this.calibration = Calibration.fit(shape, validation.summary(), validation.labels());
    this.stack =
        new NetworkStack(
            shape,
            members.stream().map(Model::parameters).toList(),
            members.stream().map(Model::inputs).toList(),
            members.stream().map(Model::distance).toList());
  }

  /**
   * Reads the members of an ensemble.
   *
   * @param folders what {@code surrogate train} wrote, one folder a member
   * @return the ensemble, on one thread
   * @throws BadInputException if a folder is not a model, is damaged, needs other features than
   *     this program computes, or does not fit the others
   */
  public static Ensemble load(List<Path> folders) {
    if (folders.isEmpty()) {
      throw new BadInputException("no surrogate given: name the folder of at least one member");
    }
    List<Model> members = new ArrayList<>();
    for (Path folder : folders) {
      Model model = ModelFolder.read(folder);
      Model first = members.isEmpty() ? model : members.get(0);
      if (!model.shape().equals(first.shape()) || !model.descriptor().equals(first.descriptor())) {
        throw new BadInputException(
            folder
                + ": a network of another kind than "
                + folders.get(0)
                + " (descriptor "
                + model.descriptor()
                + " against "
                + first.descriptor()
                + "): the members of an ensemble are trained with the same preset and options");
      }
      members.add(model);
    }
    return new Ensemble(members);
  }

  /**
   * Members trained on different data share only some validation rows: those count.
   *
   * @return names of the rows, what the ensemble says of them, and their labels on the training
   *     scales; each member's word is from before it was trained on them, if it ever was
   */
  private static Validation validation(List<Model> members) {
    List<Map<String, Integer>> places = new ArrayList<>();
    for (Model member : members) {
      Map<String, Integer> place = new HashMap<>();
      for (int i = 0; i < member.validation().ids().size(); i++) {
        place.put(member.validation().ids().get(i), i);
      }
      places.add(place);
    }
    ValidationTable first = members.get(0).validation();
    List<String> shared =
        first.ids().stream()
            .filter(id -> places.stream().allMatch(p -> p.containsKey(id)))
            .toList();
    List<double[][]> predictions = new ArrayList<>();
    List<double[]> distances = new ArrayList<>();
    for (int m = 0; m < members.size(); m++) {
      ValidationTable table = members.get(m).validation();
      Map<String, Integer> place = places.get(m);
      predictions.add(
          shared.stream().map(id -> table.predictions()[place.get(id)]).toArray(double[][]::new));
      distances.add(shared.stream().mapToDouble(id -> table.distances()[place.get(id)]).toArray());
    }
    double[][] labels =
        shared.stream().map(id -> first.labels()[places.get(0).get(id)]).toArray(double[][]::new);
    return new Validation(shared, Calibration.Summary.of(predictions, distances), labels);
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Validation(List<String> ids, Calibration.Summary summary, double[][] labels) {}

  /** What is said of a set of rows, and how strange they are. */
  @SuppressWarnings("ArrayRecordComponent")
  record Said(List<String> ids, Predictions predictions, double[] distance2) {}

  /**
   * @return what the members said of the validation rows before any of them was trained on these
   */
  Said validation() {
    Validation validation = validation(members);
    return new Said(
        validation.ids(), predictions(validation.summary()), validation.summary().distance2());
  }

  @Override
  public Descriptor descriptor() {
    return descriptor;
  }

  /**
   * @return how the outputs are turned into predictions
   */
  public Calibration calibration() {
    return calibration;
  }

  /**
   * @return number of members
   */
  public int size() {
    return members.size();
  }

  List<Model> members() {
    return members;
  }

  @Override
  public Predictions predict(float[] features, int rows) {
    return predictions(summary(features, rows));
  }

  /**
   * How strange crystals are to the ensemble.
   *
   * @param features raw descriptors, row-major
   * @param rows number of crystals
   * @return distance of each from the training data in trunk space: 1 is ordinary, several times
   *     more is foreign
   */
  public float[] outOfDistribution(float[] features, int rows) {
    Calibration.Summary summary = summary(features, rows);
    float[] distances = new float[rows];
    for (int i = 0; i < rows; i++) {
      distances[i] = (float) Math.sqrt(summary.distance2()[i]);
    }
    return distances;
  }

  Calibration.Summary summary(float[] features, int rows) {
    NetworkStack.Output output = stack.run(features, rows, false);
    int targets = shape.targets().size();
    int count = members.size();
    List<double[][]> predictions = new ArrayList<>();
    List<double[]> distances = new ArrayList<>();
    for (int m = 0; m < count; m++) {
      Scaling scaling = members.get(m).targets();
      double[][] one = new double[rows][targets];
      double[] distance = new double[rows];
      for (int i = 0; i < rows; i++) {
        for (int t = 0; t < targets; t++) {
          one[i][t] =
              scaling.mean()[t]
                  + (double) scaling.standardDeviation()[t]
                      * output.heads()[(m * rows + i) * targets + t];
        }
        distance[i] = output.distance()[m * rows + i];
      }
      members.get(m).forest().blend(shape, features, rows, one);
      predictions.add(one);
      distances.add(distance);
    }
    return Calibration.Summary.of(predictions, distances);
  }

  Predictions predictions(Calibration.Summary summary) {
    int rows = summary.distance2().length;
    int massHead = shape.head(Target.M_STAR);
    int gapHead = shape.head(Target.GAP);
    int evidence = Calibration.evidenceHead(shape);
    Predictions p =
        new Predictions(
            new float[rows], new float[rows], new float[rows], new float[rows], new float[rows]);
    for (int i = 0; i < rows; i++) {
      double distance2 = summary.distance2()[i];
      double z = summary.mean()[i][massHead];
      double sigma = calibration.mass().of(summary.spread()[i][massHead], distance2);
      p.mStar()[i] = (float) Target.M_STAR.ofScale(z);
      p.mStarStd()[i] = (float) Calibration.halfWidth(Target.M_STAR, z, sigma);
      double gap = summary.mean()[i][gapHead];
      double probability = calibration.semiconductor().of(summary.mean()[i][evidence]);
      p.semiconductorProbability()[i] = (float) probability;
      p.gapEv()[i] = probability < 0.5 ? 0 : (float) Math.max(Labels.SEMICONDUCTOR_GAP_EV, gap);
      p.gapStdEv()[i] = (float) calibration.gap().of(summary.spread()[i][gapHead], distance2);
    }
    return p;
  }

  @Override
  public void close() {
    stack.close();
  }
}
