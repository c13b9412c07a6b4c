package org.rlmaterials.surrogate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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
  private EpochListener listener = (epoch, most) -> {};

  /** Features of displaced copies. */
  private final IdentityHashMap<TrainingTable.Row, List<float[]>> copies = new IdentityHashMap<>();

  /** The phase of {@link Epoch} in which validation records are trained on too. */
  private static final int REFIT = 3;

  /**
   * One line of training.csv.
   *
   * @param phase 1 or 2; 3 for the last training, on validation records too
   * @param epoch counted from 1
   * @param trainingLoss mean loss of the steps of this epoch, on standardised targets
   * @param validationLoss loss on the validation rows after it; NaN in phase 3
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

  /** Hears of every epoch. */
  @FunctionalInterface
  public interface EpochListener {
    /**
     * @param epoch the epoch that has ended
     * @param most most epochs of its phase; fewer if validation stops it
     */
    void ended(Epoch epoch, int most);
  }

  /**
   * @param toTell hears of every epoch
   * @return this
   */
  Training telling(EpochListener toTell) {
    listener = toTell;
    return this;
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
      boolean labelled = shape.targets().stream().anyMatch(row.labels()::has);
      Split side = row.side(options.split());
      if (isWanted(row) && labelled && side == Split.TRAIN) {
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
    // A handful of records can leave that side of the split empty. Training must still end.
    boolean standIn = validation.isEmpty();
    if (standIn) {
      validation = fit;
    }
    Fitted judged = fit(fit, sortedById(validation), options.epochsPhase1());
    // What was trained on says nothing of the errors: wide defaults are better.
    List<TrainingTable.Row> heldOut = standIn ? List.of() : sortedById(validation);
    double[][] labels = labels(heldOut);
    double[][] predictions = predictions(judged, heldOut);
    Forest forest = Forest.weigh(shape, judged.trees(), flat(heldOut), predictions, labels);
    forest.blend(shape, flat(heldOut), heldOut.size(), predictions);
    ValidationTable table =
        new ValidationTable(
            heldOut.stream().map(TrainingTable.Row::id).toList(),
            labels,
            predictions,
            distances(judged, heldOut));

    Fitted kept = judged;
    // In two phases validation records alone would decide on the step sizes of a second training.
    boolean again = options.refit() && !standIn && !options.twoPhase();
    if (again) {
      int best =
          epochs.stream()
              .filter(e -> e.phase() == 1)
              .min(Comparator.comparingDouble(Epoch::validationLoss))
              .orElseThrow()
              .epoch();
      List<TrainingTable.Row> all = new ArrayList<>(fit);
      heldOut.stream().filter(this::isWanted).forEach(all::add);
      kept = fit(all, List.of(), best);
      forest = forest.with(kept.trees());
    }
    ObjectNode provenance = JsonNodeFactory.instance.objectNode();
    provenance.put("seed", seed);
    provenance.put("member", member);
    provenance.put("training_records", fit.size());
    provenance.put("phase1_records", firstPhase(fit).size());
    provenance.put("validation_records", heldOut.size());
    provenance.put(
        "validation",
        standIn
            ? "none held out: the training records say when to stop, and nothing is calibrated"
            : again
                ? "held out to stop and to calibrate, then added to the training records"
                : "held out");
    return new Model(
        this.table.descriptor().name(),
        this.table.descriptor().featureNames(),
        shape,
        kept.parameters(),
        kept.inputs(),
        kept.targets(),
        kept.distance(),
        forest,
        table,
        provenance);
  }

  private boolean isWanted(TrainingTable.Row row) {
    return options.sources().isEmpty() || options.sources().contains(row.source());
  }

  private void ended(Epoch epoch, int most) {
    epochs.add(epoch);
    listener.ended(epoch, most);
  }

  /** Network and trees of one set of records. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Fitted(
      float[] parameters,
      Scaling inputs,
      Scaling targets,
      TrunkDistance distance,
      Map<Target, BoostedTrees> trees) {}

  /**
   * @param validation rows that decide when to stop; none to go on to the last epoch
   */
  private Fitted fit(
      List<TrainingTable.Row> fit, List<TrainingTable.Row> validation, int epochsPhase1) {
    Descriptor descriptor = table.descriptor();
    Scaling inputs =
        Scaling.fit(
            fit.stream().map(TrainingTable.Row::features).toArray(float[][]::new),
            descriptor.size(),
            new double[descriptor.size()]);
    Scaling targets = targetScaling(fit);
    List<TrainingTable.Row> first = firstPhase(fit);
    List<Example> examples = examples(first);
    float[] parameters =
        fit(
            1,
            shape,
            new Network(shape).initialParameters(stream("parameters")),
            sample(examples, inputs, targets),
            sample(originals(firstPhase(validation)), inputs, targets),
            options.targetWeights(),
            epochsPhase1,
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
    // Gap and class are learnt from all records, in however many phases the network is.
    return new Fitted(
        parameters,
        inputs,
        targets,
        distance,
        trees(options.twoPhase() ? examples(fit) : examples));
  }

  /** What the mass is learnt from; in two phases, only records that have it. */
  private List<TrainingTable.Row> firstPhase(List<TrainingTable.Row> rows) {
    List<TrainingTable.Row> first =
        options.twoPhase()
            ? rows.stream().filter(r -> r.labels().has(Target.M_STAR)).toList()
            : rows;
    return first.isEmpty() ? rows : first;
  }

  /** Boosted trees for what the predictions are made of. */
  private Map<Target, BoostedTrees> trees(List<Example> examples) {
    Map<Target, BoostedTrees> trees = new EnumMap<>(Target.class);
    if (options.trees() == 0) {
      return trees;
    }
    BinnedTable binned =
        new BinnedTable(
            examples.stream().map(Example::features).toList(), table.descriptor().size());
    for (Target target : List.of(Target.M_STAR, Target.GAP, Target.SEMICONDUCTOR)) {
      int[] rows =
          shape.targets().contains(target)
              ? IntStream.range(0, examples.size())
                  .filter(i -> examples.get(i).labels().has(target))
                  .toArray()
              : new int[0];
      if (rows.length > 0) {
        double[] labels =
            Arrays.stream(rows)
                .mapToDouble(i -> target.toScale(examples.get(i).labels().get(target)))
                .toArray();
        trees.put(
            target,
            BoostedTrees.fit(
                binned,
                rows,
                labels,
                target == Target.SEMICONDUCTOR,
                BoostedTrees.Settings.of(options.trees()),
                stream("trees " + target.label())));
      }
    }
    return trees;
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
    for (int t = 0; t < empty.length; t++) {
      Target target = shape.targets().get(t);
      if (rows.stream().noneMatch(r -> r.labels().has(target))) {
        // The head was never trained: nothing is added to the middle.
        scaling.standardDeviation()[t] = 0;
      }
    }
    int classHead = shape.targets().indexOf(Target.SEMICONDUCTOR);
    if (classHead >= 0) {
      scaling.mean()[classHead] = 0;
      scaling.standardDeviation()[classHead] = 1;
    }
    return scaling;
  }

  /** Raw features and labels to learn from: of a record, or of a displaced copy of one. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Example(float[] features, Labels labels) {}

  private static List<Example> originals(List<TrainingTable.Row> rows) {
    return rows.stream().map(r -> new Example(r.features(), r.labels())).toList();
  }

  /** The records, and a bootstrap sample of them or of displaced copies of them. */
  private List<Example> examples(List<TrainingTable.Row> rows) {
    List<Example> examples = new ArrayList<>(originals(rows));
    RandomStream random = stream("sample");
    List<TrainingTable.Row> drawn =
        options.bootstrap()
            ? IntStream.range(0, rows.size())
                .mapToObj(i -> rows.get(random.nextInt(rows.size())))
                .toList()
            : rows;
    if (options.jitter().copies() == 0) {
      examples.addAll(options.bootstrap() ? originals(drawn) : List.of());
      return examples;
    }
    IdentityHashMap<TrainingTable.Row, Integer> taken = new IdentityHashMap<>();
    for (TrainingTable.Row row : drawn) {
      for (int c = 0; c < options.jitter().copies() && row.crystal() != null; c++) {
        int number = taken.merge(row, 1, Integer::sum) - 1;
        examples.add(new Example(copy(row, number), row.labels()));
      }
    }
    return examples;
  }

  /** Features of a displaced and strained copy of a record, kept for when it is drawn again. */
  private float[] copy(TrainingTable.Row row, int number) {
    List<float[]> known = copies.computeIfAbsent(row, r -> new ArrayList<>());
    while (known.size() <= number) {
      RandomStream random =
          RandomStream.of(seed, member, "jitter".hashCode(), row.id().hashCode(), known.size());
      known.add(table.descriptor().of(Jittering.of(row.crystal(), options.jitter(), random)));
    }
    return known.get(number);
  }

  private Sample sample(List<Example> examples, Scaling inputs, Scaling targets) {
    Sample sample = new Sample(new ArrayList<>(), new ArrayList<>());
    for (Example example : examples) {
      float[] y = new float[shape.targets().size()];
      for (int t = 0; t < y.length; t++) {
        Target target = shape.targets().get(t);
        double label = target.toScale(example.labels().get(target));
        y[t] = (float) ((label - targets.mean()[t]) / targets.standardDeviation()[t]);
      }
      sample.inputs().add(inputs.inputs(example.features()));
      sample.targets().add(y);
    }
    return sample;
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
    Sample whole = sample(originals(rows), inputs, targets);
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
        if (validation.size() == 0) {
          best = epoch == maxEpochs ? trainer.parameters() : best;
          ended(new Epoch(REFIT, epoch, sum / stepsPerEpoch, Double.NaN, rate), maxEpochs);
          continue;
        }
        double loss =
            trainer.loss(
                concatenated(validation.inputs(), network.inputs()),
                concatenated(validation.targets(), network.targets().size()),
                validation.size());
        ended(new Epoch(phase, epoch, sum / stepsPerEpoch, loss, rate), maxEpochs);
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

  private static List<TrainingTable.Row> sortedById(List<TrainingTable.Row> rows) {
    return rows.stream().sorted(Comparator.comparing(TrainingTable.Row::id)).toList();
  }

  /** Labels on the training scales, rows × targets, NaN where missing. */
  private double[][] labels(List<TrainingTable.Row> rows) {
    return rows.stream()
        .map(r -> shape.targets().stream().mapToDouble(t -> t.toScale(r.labels().get(t))).toArray())
        .toArray(double[][]::new);
  }

  /** Predictions of the network on the training scales, rows × targets. */
  private double[][] predictions(Fitted fitted, List<TrainingTable.Row> rows) {
    int heads = shape.targets().size();
    double[][] predictions = new double[rows.size()][heads];
    float[] outputs = apply(fitted, rows).heads();
    for (int i = 0; i < predictions.length; i++) {
      for (int t = 0; t < heads; t++) {
        predictions[i][t] =
            fitted.targets().mean()[t]
                + fitted.targets().standardDeviation()[t] * outputs[i * heads + t];
      }
    }
    return predictions;
  }

  private double[] distances(Fitted fitted, List<TrainingTable.Row> rows) {
    float[] distances = apply(fitted, rows).distance();
    return IntStream.range(0, rows.size()).mapToDouble(i -> distances[i]).toArray();
  }

  private NetworkStack.Output apply(Fitted fitted, List<TrainingTable.Row> rows) {
    try (NetworkStack stack =
        new NetworkStack(
            shape,
            List.of(fitted.parameters()),
            List.of(fitted.inputs()),
            List.of(fitted.distance()))) {
      return stack.run(flat(rows), rows.size(), false);
    }
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
