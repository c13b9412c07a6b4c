package org.rlmaterials.surrogate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.rlmaterials.crystal.RandomStream;
import org.rlmaterials.dataset.Dataset;
import org.rlmaterials.dataset.Split;
import org.rlmaterials.files.AtomicFiles;
import org.rlmaterials.surrogate.TrainingOptions.HeldOut;

/**
 * Judges ensembles on rows that none of their members has seen. Members that held out chemical
 * systems and members that held out rows at random are judged apart, each by its own split.
 */
public final class Evaluation {
  /** What the agent makes of crystals: strained and displaced by this much. */
  static final TrainingOptions.Jitter JITTER = new TrainingOptions.Jitter(1, 0.08, 0, 0.1);

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final int BINS = 10;

  private Evaluation() {}

  /**
   * Writes metrics.json; its keys are described in docs/surrogate.md.
   *
   * @param folders members; those that held out rows at random form an ensemble of their own
   * @param datasetFile NAME.csv.gz; its structures lie beside it
   * @param seed seed of the bootstrap and of the displacements
   * @param out where the metrics go
   */
  public static void run(List<Path> folders, Path datasetFile, long seed, Path out) {
    Map<HeldOut, List<Path>> bySplit = new LinkedHashMap<>();
    for (Path folder : folders) {
      bySplit
          .computeIfAbsent(heldOut(ModelFolder.read(folder)), s -> new ArrayList<>())
          .add(folder);
    }
    Dataset dataset = Dataset.read(datasetFile);
    ObjectNode json = MAPPER.createObjectNode();
    for (HeldOut split : HeldOut.values()) {
      if (bySplit.containsKey(split)) {
        try (Ensemble ensemble = Ensemble.load(bySplit.get(split))) {
          json.set(
              split == HeldOut.SYSTEM ? "grouped_split" : "random_split",
              judge(ensemble, bySplit.get(split), dataset, split, seed));
        }
      }
    }
    try {
      AtomicFiles.writeString(out, MAPPER.writeValueAsString(json) + "\n");
      String stem = out.getFileName().toString().replaceFirst("\\.json$", "");
      for (String split : List.of("grouped_split", "random_split")) {
        if (json.has(split)) {
          AtomicFiles.writeString(
              out.resolveSibling(stem + "_" + split + ".svg"),
              EvaluationPicture.of(json.get(split).get("plots")));
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HeldOut heldOut(Model model) {
    return HeldOut.valueOf(
        model.provenance().path("options").path("split").asText(HeldOut.SYSTEM.name()));
  }

  private static ObjectNode judge(
      Ensemble ensemble, List<Path> folders, Dataset dataset, HeldOut split, long seed) {
    Model first = ensemble.members().get(0);
    JsonNode options = first.provenance().path("options");
    TrainingOptions defaults = TrainingOptions.seed();
    TrainingTable table =
        TrainingTable.of(
            dataset,
            ensemble.descriptor(),
            options.path("mass_min_me").asDouble(defaults.massMin()),
            options.path("mass_max_me").asDouble(defaults.massMax()),
            true);
    ObjectNode json = MAPPER.createObjectNode();
    ObjectNode about = json.putObject("ensemble");
    about.put("members", ensemble.size());
    about.put("preset", options.path("preset").asText());
    about.put("descriptor", ensemble.descriptor().name());
    about.put("features", ensemble.descriptor().size());
    about.put("parameters_per_member", first.shape().parameters());
    about.put("trees_per_target", options.path("trees").asInt());
    about.put("validation", first.provenance().path("validation").asText());
    json.set("calibration", MAPPER.valueToTree(ensemble.calibration()));

    double constant =
        Metrics.median(
            table.rows().stream()
                .filter(r -> r.side(split) == Split.TRAIN && r.labels().has(Target.M_STAR))
                .mapToDouble(r -> r.labels().mStar())
                .toArray());
    List<TrainingTable.Row> test = rows(table, r -> r.side(split) == Split.TEST);
    List<TrainingTable.Row> dft =
        rows(table, r -> r.side(split) == Split.TEST && r.source().equals("dft"));
    json.put("constant_m_star_me", constant);
    Judged clean = judge(ensemble, table, test, null, constant, seed);
    json.set("test", clean.json);
    List<TrainingTable.Row> smaller = upTo(test, 16);
    List<TrainingTable.Row> smallest = upTo(test, 4);
    json.set("test_up_to_16_atoms", judge(ensemble, table, smaller, null, constant, seed).json);
    json.set(
        "test_jittered_up_to_16_atoms",
        judge(ensemble, table, smaller, JITTER, constant, seed).json);
    json.set(
        "test_jittered_up_to_4_atoms",
        judge(ensemble, table, smallest, JITTER, constant, seed).json);
    json.set("test_dft", judge(ensemble, table, dft, null, constant, seed).json);
    json.set("validation", judgeValidation(ensemble, table, split, constant, seed));
    ObjectNode plots = plots(test, clean.predictions);
    plots.set("learning_curve", learningCurves(folders));
    json.set("plots", plots);
    return json;
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Judged(ObjectNode json, PropertyPredictor.Predictions predictions) {}

  private static List<TrainingTable.Row> rows(
      TrainingTable table, Predicate<TrainingTable.Row> wanted) {
    return table.rows().stream().filter(wanted).toList();
  }

  private static List<TrainingTable.Row> upTo(List<TrainingTable.Row> rows, int atoms) {
    return rows.stream().filter(r -> r.crystal().size() <= atoms).toList();
  }

  private static Judged judge(
      Ensemble ensemble,
      TrainingTable table,
      List<TrainingTable.Row> rows,
      TrainingOptions.Jitter jitter,
      double constant,
      long seed) {
    int size = table.descriptor().size();
    float[] features = new float[rows.size() * size];
    RandomStream random = RandomStream.of(seed, 1);
    for (int i = 0; i < rows.size(); i++) {
      if (jitter == null) {
        System.arraycopy(rows.get(i).features(), 0, features, i * size, size);
      } else {
        table
            .descriptor()
            .compute(Jittering.of(rows.get(i).crystal(), jitter, random), features, i * size);
      }
    }
    PropertyPredictor.Predictions predictions = ensemble.predict(features, rows.size());
    ObjectNode json = new Metrics(rows, predictions).toJson(constant, seed);
    float[] strange = ensemble.outOfDistribution(features, rows.size());
    put(
        json,
        "median_trunk_distance",
        Metrics.median(IntStream.range(0, strange.length).mapToDouble(i -> strange[i]).toArray()));
    return new Judged(json, predictions);
  }

  /**
   * The validation rows, by what the members said of them before they were trained on them too:
   * their present word would be flattery.
   */
  private static ObjectNode judgeValidation(
      Ensemble ensemble, TrainingTable table, HeldOut split, double constant, long seed) {
    Ensemble.Said said = ensemble.validation();
    Map<String, TrainingTable.Row> byId = new HashMap<>();
    for (TrainingTable.Row row : rows(table, r -> r.side(split) == Split.VALIDATION)) {
      byId.put(row.id(), row);
    }
    int[] known =
        IntStream.range(0, said.ids().size())
            .filter(i -> byId.containsKey(said.ids().get(i)))
            .toArray();
    ObjectNode json =
        new Metrics(
                Arrays.stream(known).mapToObj(i -> byId.get(said.ids().get(i))).toList(),
                said.predictions().only(known))
            .toJson(constant, seed);
    put(
        json,
        "median_trunk_distance",
        Metrics.median(
            Arrays.stream(known).mapToDouble(i -> Math.sqrt(said.distance2()[i])).toArray()));
    return json;
  }

  private static ObjectNode plots(List<TrainingTable.Row> rows, PropertyPredictor.Predictions p) {
    ObjectNode plots = MAPPER.createObjectNode();
    ArrayNode parity = plots.putArray("parity");
    int[] order =
        IntStream.range(0, rows.size())
            .boxed()
            .sorted(Comparator.comparing(i -> rows.get(i).id()))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int i : order) {
      TrainingTable.Row row = rows.get(i);
      ObjectNode point = parity.addObject();
      point.put("id", row.id());
      put(point, "m_star_true_me", row.labels().mStar());
      put(point, "m_star_me", p.mStar()[i]);
      put(point, "m_star_std_me", p.mStarStd()[i]);
      put(point, "gap_true_ev", row.labels().gapEv());
      put(point, "gap_ev", p.gapEv()[i]);
      put(point, "gap_std_ev", p.gapStdEv()[i]);
      put(point, "semiconductor_probability", p.semiconductorProbability()[i]);
    }
    ObjectNode reliability = plots.putObject("reliability");
    reliability.set(
        "m_star_me",
        bins(
            Arrays.stream(order).filter(i -> rows.get(i).labels().has(Target.M_STAR)).toArray(),
            i -> p.mStarStd()[i],
            i -> p.mStar()[i] - rows.get(i).labels().mStar()));
    reliability.set(
        "gap_ev",
        bins(
            Arrays.stream(order)
                .filter(
                    i ->
                        rows.get(i).labels().has(Target.GAP)
                            && p.semiconductorProbability()[i] >= 0.5)
                .toArray(),
            i -> p.gapStdEv()[i],
            i -> p.gapEv()[i] - rows.get(i).labels().gapEv()));
    return plots;
  }

  private static ArrayNode learningCurves(List<Path> folders) {
    ArrayNode curves = MAPPER.createArrayNode();
    for (Path folder : folders) {
      ArrayNode curve = curves.addArray();
      for (Training.Epoch epoch : ModelFolder.readLearningCurve(folder)) {
        ObjectNode point = curve.addObject();
        point.put("phase", epoch.phase());
        point.put("epoch", epoch.epoch());
        put(point, "training_loss", epoch.trainingLoss());
        put(point, "validation_loss", epoch.validationLoss());
      }
    }
    return curves;
  }

  /** Rows in ten bins of equal count by predicted deviation: what was said and what came. */
  private static ArrayNode bins(int[] rows, IntToDoubleFunction std, IntToDoubleFunction error) {
    int[] sorted =
        Arrays.stream(rows)
            .boxed()
            .sorted(Comparator.comparingDouble(std::applyAsDouble))
            .mapToInt(Integer::intValue)
            .toArray();
    ArrayNode bins = MAPPER.createArrayNode();
    for (int b = 0; b < BINS; b++) {
      int[] bin =
          Arrays.copyOfRange(sorted, b * sorted.length / BINS, (b + 1) * sorted.length / BINS);
      if (bin.length == 0) {
        continue;
      }
      ObjectNode entry = bins.addObject();
      entry.put("records", bin.length);
      put(entry, "mean_predicted_std", Arrays.stream(bin).mapToDouble(std).average().orElse(0));
      put(
          entry,
          "rms_error",
          Math.sqrt(
              Arrays.stream(bin)
                  .mapToDouble(i -> Math.pow(error.applyAsDouble(i), 2))
                  .average()
                  .orElse(0)));
      put(
          entry,
          "within_1_sigma",
          (double)
                  Arrays.stream(bin)
                      .filter(i -> Math.abs(error.applyAsDouble(i)) <= std.applyAsDouble(i))
                      .count()
              / bin.length);
    }
    return bins;
  }

  private static void put(ObjectNode node, String key, double value) {
    if (Double.isNaN(value)) {
      node.putNull(key);
    } else {
      node.put(key, (float) value);
    }
  }
}
