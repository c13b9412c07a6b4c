package org.rlmaterials.surrogate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.RandomStream;
import org.rlmaterials.dataset.Split;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.fingerprint.Descriptor;

/** Trains one member of the ensemble. */
public final class Training {
  private final TrainingTable table;
  private final TrainingOptions options;
  private final long seed;
  private final int member;
  private final NetworkShape shape;
  private final List<Epoch> epochs = new ArrayList<>();

  /**
   * One line of training.csv.
   *
   * @param phase 1 or 2
   * @param epoch counted from 1
   * @param trainingLoss mean loss of the steps of this epoch, on standardised targets
   * @param validationLoss loss on the validation rows after it
   * @param learningRate step size at its end
   */
  public record Epoch(
      int phase, int epoch, double trainingLoss, double validationLoss, double learningRate) {}

  /** Standardised inputs and targets of a set of rows, row by row. */
  private record Sample(List<float[]> inputs, List<float[]> targets) {
    int size() {
      return inputs.size();
    }
  }

  /**
   * @param table the records
   * @param options what to train and how
   * @param seed seed of every random choice, together with the member
   * @param member which member, from 0
   */
  public Training(TrainingTable table, TrainingOptions options, long seed, int member) {
    this.table = table;
    this.options = options;
    this.seed = seed;
    this.member = member;
    this.shape = options.shape(table.descriptor().size());
  }

  /**
   * @return the epochs so far, both phases
   */
  public List<Epoch> epochs() {
    return List.copyOf(epochs);
  }

  /**
   * Trains.
   *
   * @return the member
   * @throws BadInputException if there is nothing to train on
   */
  Model run() {
    List<TrainingTable.Row> fit = new ArrayList<>();
    List<TrainingTable.Row> validation = new ArrayList<>();
    for (TrainingTable.Row row : table.rows()) {
      boolean wanted = options.sources().isEmpty() || options.sources().contains(row.source());
      boolean labelled = shape.targets().stream().anyMatch(row.labels()::has);
      Split side = row.side(options.split());
      if (wanted && labelled && side == Split.TRAIN) {
        fit.add(row);
      } else if (labelled && side == Split.VALIDATION) {
        validation.add(row);
      }
    }
    if (fit.isEmpty()) {
      throw new BadInputException(
          "the dataset holds no training record with a label"
              + (options.sources().isEmpty() ? "" : " from " + options.sources())
              + ": add records or sources");
    }
    String validationKind = "held out";
    if (validation.isEmpty()) {
      // A handful of records can leave that side of the split empty. Training must still end.
      validation = fit;
      validationKind = "none held out: the training records stand in";
    }
    Descriptor descriptor = table.descriptor();
    Scaling inputs =
        Scaling.fit(
            fit.stream().map(TrainingTable.Row::features).toArray(float[][]::new),
            descriptor.size(),
            new double[descriptor.size()]);
    Scaling targets = targetScaling(fit);

    List<TrainingTable.Row> first =
        options.twoPhase() ? fit.stream().filter(r -> r.labels().has(Target.M_STAR)).toList() : fit;
    List<TrainingTable.Row> firstValidation =
        options.twoPhase()
            ? validation.stream().filter(r -> r.labels().has(Target.M_STAR)).toList()
            : validation;
    if (first.isEmpty()) {
      first = fit;
    }
    if (firstValidation.isEmpty()) {
      firstValidation = validation;
    }
    Sample sample = sample(first, inputs, targets);
    List<TrainingTable.Row> drawn = draw(first, stream("sample"));
    if (options.jitter().copies() > 0) {
      addCopies(sample, drawn, inputs, targets, stream("jitter"));
    } else if (options.bootstrap()) {
      Sample again = sample(drawn, inputs, targets);
      sample.inputs().addAll(again.inputs());
      sample.targets().addAll(again.targets());
    }
    float[] parameters =
        fit(
            1,
            shape,
            new Network(shape).initialParameters(stream("parameters")),
            sample,
            sample(firstValidation, inputs, targets),
            options.targetWeights(),
            options.epochsPhase1(),
            stream("phase 1"));
    if (options.twoPhase() && options.epochsPhase2() > 0) {
      parameters = secondPhase(parameters, fit, validation, inputs, targets);
    }

    TrunkDistance distance;
    try (NetworkStack stack =
        new NetworkStack(shape, List.of(parameters), List.of(inputs), List.of())) {
      distance =
          TrunkDistance.fit(
              stack.run(flat(fit), fit.size(), true).trunk(), fit.size(), shape.trunk());
    }
    ObjectNode provenance = JsonNodeFactory.instance.objectNode();
    provenance.put("seed", seed);
    provenance.put("member", member);
    provenance.put("training_records", fit.size());
    provenance.put("phase1_records", first.size());
    provenance.put("validation_records", validation.size());
    provenance.put("validation", validationKind);
    return new Model(
        descriptor.name(),
        descriptor.featureNames(),
        shape,
        parameters,
        inputs,
        targets,
        distance,
        validationTable(parameters, inputs, targets, distance, validation),
        provenance);
  }

  private Scaling targetScaling(List<TrainingTable.Row> rows) {
    // Without a label a mass is 1 mₑ and a gap 0.5 eV: nothing that an agent would be paid for.
    double[] empty =
        shape.targets().stream()
            .mapToDouble(t -> t.isMass() ? t.toScale(1) : t == Target.GAP ? 0.5 : 0)
            .toArray();
    float[][] labels = new float[rows.size()][];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = new float[shape.targets().size()];
      for (int t = 0; t < labels[i].length; t++) {
        Target target = shape.targets().get(t);
        labels[i][t] = (float) target.toScale(rows.get(i).labels().get(target));
      }
    }
    Scaling scaling = Scaling.fit(labels, empty.length, empty).invertible();
    int classHead = shape.targets().indexOf(Target.SEMICONDUCTOR);
    if (classHead >= 0) {
      scaling.mean()[classHead] = 0;
      scaling.standardDeviation()[classHead] = 1;
    }
    return scaling;
  }

  private List<TrainingTable.Row> draw(List<TrainingTable.Row> rows, RandomStream random) {
    if (!options.bootstrap()) {
      return rows;
    }
    return IntStream.range(0, rows.size())
        .mapToObj(i -> rows.get(random.nextInt(rows.size())))
        .toList();
  }

  private Sample sample(List<TrainingTable.Row> rows, Scaling inputs, Scaling targets) {
    Sample sample = new Sample(new ArrayList<>(), new ArrayList<>());
    for (TrainingTable.Row row : rows) {
      sample.inputs().add(inputs.inputs(row.features()));
      sample.targets().add(standardised(row, targets));
    }
    return sample;
  }

  private float[] standardised(TrainingTable.Row row, Scaling targets) {
    float[] y = new float[shape.targets().size()];
    for (int t = 0; t < y.length; t++) {
      Target target = shape.targets().get(t);
      double label = target.toScale(row.labels().get(target));
      y[t] = (float) ((label - targets.mean()[t]) / targets.standardDeviation()[t]);
    }
    return y;
  }

  /** Adds displaced and strained copies of rows, with the labels of the originals. */
  private void addCopies(
      Sample sample,
      List<TrainingTable.Row> rows,
      Scaling inputs,
      Scaling targets,
      RandomStream random) {
    for (TrainingTable.Row row : rows) {
      float[] y = standardised(row, targets);
      for (int c = 0; c < options.jitter().copies() && row.crystal() != null; c++) {
        Crystal moved = Jittering.of(row.crystal(), options.jitter(), random);
        sample.inputs().add(inputs.inputs(table.descriptor().of(moved)));
        sample.targets().add(y);
      }
    }
  }

  private float[] secondPhase(
      float[] parameters,
      List<TrainingTable.Row> fit,
      List<TrainingTable.Row> validation,
      Scaling inputs,
      Scaling targets) {
    List<Target> heads =
        shape.targets().stream().filter(t -> t == Target.GAP || t == Target.SEMICONDUCTOR).toList();
    List<TrainingTable.Row> gapOnly =
        new ArrayList<>(
            fit.stream()
                .filter(r -> r.labels().has(Target.GAP) && !r.labels().has(Target.M_STAR))
                .toList());
    List<TrainingTable.Row> withGap =
        validation.stream().filter(r -> r.labels().has(Target.GAP)).toList();
    if (heads.isEmpty() || gapOnly.isEmpty() || withGap.isEmpty()) {
      return parameters;
    }
    shuffle(gapOnly, stream("gap only"));
    List<TrainingTable.Row> drawn =
        gapOnly.subList(0, Math.min(gapOnly.size(), options.maxGapOnly()));
    // The trunk is frozen, so its outputs are computed once and the heads are trained on them
    // alone:
    // nothing else can change.
    NetworkShape headShape = shape.headsAlone(heads);
    float[] headParameters = new float[headShape.parameters()];
    shape.copyHeads(parameters, heads, headParameters, false);
    List<Double> weights =
        heads.stream().map(t -> options.targetWeights().get(shape.head(t))).toList();
    try (NetworkStack stack =
        new NetworkStack(shape, List.of(parameters), List.of(inputs), List.of())) {
      headParameters =
          fit(
              2,
              headShape,
              headParameters,
              onTrunk(stack, drawn, heads, inputs, targets),
              onTrunk(stack, withGap, heads, inputs, targets),
              weights,
              options.epochsPhase2(),
              stream("phase 2"));
    }
    float[] tuned = parameters.clone();
    shape.copyHeads(tuned, heads, headParameters, true);
    return tuned;
  }

  private Sample onTrunk(
      NetworkStack stack,
      List<TrainingTable.Row> rows,
      List<Target> heads,
      Scaling inputs,
      Scaling targets) {
    float[] trunk = stack.run(flat(rows), rows.size(), true).trunk();
    Sample whole = sample(rows, inputs, targets);
    Sample part = new Sample(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < rows.size(); i++) {
      part.inputs().add(Arrays.copyOfRange(trunk, i * shape.trunk(), (i + 1) * shape.trunk()));
      float[] y = new float[heads.size()];
      for (int h = 0; h < y.length; h++) {
        y[h] = whole.targets().get(i)[shape.head(heads.get(h))];
      }
      part.targets().add(y);
    }
    return part;
  }

  private float[] fit(
      int phase,
      NetworkShape network,
      float[] initial,
      Sample sample,
      Sample validation,
      List<Double> targetWeights,
      int maxEpochs,
      RandomStream random) {
    NetworkTrainer.Settings settings =
        new NetworkTrainer.Settings(
            targetWeights.stream().mapToDouble(Double::doubleValue).toArray(),
            options.smoothL1Beta(),
            options.weightDecay(),
            options.clipNorm());
    try (NetworkTrainer trainer =
        new NetworkTrainer(network, initial, settings, random.nextLong())) {
      int[] order = IntStream.range(0, sample.size()).toArray();
      int stepsPerEpoch = (order.length + options.batchSize() - 1) / options.batchSize();
      float[] best = initial;
      double bestLoss = Double.POSITIVE_INFINITY;
      int sinceBest = 0;
      double rate = options.learningRate();
      for (int epoch = 1; epoch <= maxEpochs && sinceBest < options.patience(); epoch++) {
        random.shuffle(order);
        double sum = 0;
        for (int step = 0; step < stepsPerEpoch; step++) {
          if (options.schedule() == TrainingOptions.Schedule.ONE_CYCLE) {
            rate =
                oneCycle(
                    (double) ((epoch - 1) * stepsPerEpoch + step) / (maxEpochs * stepsPerEpoch));
          }
          int from = step * options.batchSize();
          int rows = Math.min(options.batchSize(), order.length - from);
          sum +=
              trainer.step(
                  gather(sample.inputs(), order, from, rows, network.inputs()),
                  gather(sample.targets(), order, from, rows, network.targets().size()),
                  rows,
                  rate);
        }
        double loss =
            trainer.loss(
                concatenated(validation.inputs(), network.inputs()),
                concatenated(validation.targets(), network.targets().size()),
                validation.size());
        epochs.add(new Epoch(phase, epoch, sum / stepsPerEpoch, loss, rate));
        if (loss < bestLoss) {
          bestLoss = loss;
          best = trainer.parameters();
          sinceBest = 0;
        } else {
          sinceBest++;
          if (options.schedule() == TrainingOptions.Schedule.PLATEAU
              && sinceBest % Math.max(1, options.patience() / 3) == 0) {
            rate /= 2;
          }
        }
      }
      return best;
    }
  }

  /**
   * @param progress share of the steps done, 0 to 1
   */
  private double oneCycle(double progress) {
    double peak = options.learningRate();
    double warm = 0.15;
    double start = peak / 25;
    double end = peak / 1e5;
    if (progress < warm) {
      return cosine(start, peak, progress / warm);
    }
    return cosine(peak, end, (progress - warm) / (1 - warm));
  }

  private static double cosine(double from, double to, double share) {
    return to + (from - to) * (1 + Math.cos(Math.PI * share)) / 2;
  }

  private ValidationTable validationTable(
      float[] parameters,
      Scaling inputs,
      Scaling targets,
      TrunkDistance distance,
      List<TrainingTable.Row> rows) {
    List<TrainingTable.Row> sorted =
        rows.stream().sorted(Comparator.comparing(TrainingTable.Row::id)).toList();
    int heads = shape.targets().size();
    double[][] labels = new double[sorted.size()][heads];
    double[][] predictions = new double[sorted.size()][heads];
    double[] distances = new double[sorted.size()];
    try (NetworkStack stack =
        new NetworkStack(shape, List.of(parameters), List.of(inputs), List.of(distance))) {
      NetworkStack.Output output = stack.run(flat(sorted), sorted.size(), false);
      for (int i = 0; i < sorted.size(); i++) {
        distances[i] = output.distance()[i];
        for (int t = 0; t < heads; t++) {
          Target target = shape.targets().get(t);
          labels[i][t] = target.toScale(sorted.get(i).labels().get(target));
          predictions[i][t] =
              targets.mean()[t] + targets.standardDeviation()[t] * output.heads()[i * heads + t];
        }
      }
    }
    return new ValidationTable(
        sorted.stream().map(TrainingTable.Row::id).toList(), labels, predictions, distances);
  }

  private float[] flat(List<TrainingTable.Row> rows) {
    return concatenated(
        rows.stream().map(TrainingTable.Row::features).toList(), table.descriptor().size());
  }

  private static float[] concatenated(List<float[]> rows, int width) {
    float[] all = new float[rows.size() * width];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, all, i * width, width);
    }
    return all;
  }

  private static float[] gather(List<float[]> rows, int[] order, int from, int count, int width) {
    float[] batch = new float[count * width];
    for (int i = 0; i < count; i++) {
      System.arraycopy(rows.get(order[from + i]), 0, batch, i * width, width);
    }
    return batch;
  }

  /** A stream of random numbers for one purpose. */
  private RandomStream stream(String purpose) {
    return RandomStream.of(seed, member, purpose.hashCode());
  }

  private static <T> void shuffle(List<T> list, RandomStream random) {
    for (int i = list.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      T swap = list.get(i);
      list.set(i, list.get(j));
      list.set(j, swap);
    }
  }
}
