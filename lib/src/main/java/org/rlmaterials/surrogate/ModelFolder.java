package org.rlmaterials.surrogate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.files.AtomicFiles;
import org.rlmaterials.fingerprint.Descriptor;
import org.rlmaterials.fingerprint.Descriptors;

/**
 * A trained member on disk: {@code model.json} (what it is), {@code parameters.bin} (32-bit floats,
 * little-endian), {@code trees.bin} (boosted trees, if any), {@code validation.csv} (for
 * calibration), {@code training.csv} (learning curve). Nothing in it depends on the machine that
 * wrote it. Layout: docs/surrogate.md.
 */
final class ModelFolder {
  private static final String FORMAT = "rl-materials surrogate 2";
  private static final String MODEL = "model.json";
  private static final String PARAMETERS = "parameters.bin";
  private static final String TREES = "trees.bin";
  private static final String VALIDATION = "validation.csv";
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private ModelFolder() {}

  /**
   * Writes a member. The description comes last: a folder that has it is whole.
   *
   * @param folder where to
   * @param model the member
   * @param epochs its learning curve
   */
  static void write(Path folder, Model model, List<Training.Epoch> epochs) {
    ByteBuffer bytes =
        ByteBuffer.allocate(4 * model.parameters().length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(model.parameters());
    AtomicFiles.write(folder.resolve(PARAMETERS), out -> out.write(bytes.array()));
    byte[] validation = validationTable(model).getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(folder.resolve(VALIDATION), out -> out.write(validation));
    AtomicFiles.writeString(folder.resolve("training.csv"), learningCurve(epochs));

    ObjectNode json = MAPPER.createObjectNode();
    json.put("format", FORMAT);
    json.put("descriptor", model.descriptor());
    ArrayNode names = json.putArray("feature_names");
    model.featureNames().forEach(names::add);
    ObjectNode network = json.putObject("network");
    NetworkShape shape = model.shape();
    network.put("inputs", shape.inputs());
    ArrayNode hidden = network.putArray("hidden");
    shape.hidden().forEach(hidden::add);
    network.put("head_hidden", shape.headHidden());
    ArrayNode targets = network.putArray("targets");
    shape.targets().forEach(t -> targets.add(t.label()));
    network.put("dropout", shape.dropout());
    network.put("parameters", model.parameters().length);
    json.put("parameters_sha256", sha256(bytes.array()));
    json.put("validation_sha256", sha256(validation));
    json.set("input_scaling", MAPPER.valueToTree(model.inputs()));
    json.set("target_scaling", MAPPER.valueToTree(model.targets()));
    json.set("trunk_distance", MAPPER.valueToTree(model.distance()));
    if (!model.forest().parts().isEmpty()) {
      json.set("trees", writeTrees(folder.resolve(TREES), model));
    }
    json.set("provenance", model.provenance());
    try {
      AtomicFiles.writeString(folder.resolve(MODEL), MAPPER.writeValueAsString(json) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads a member.
   *
   * @param folder what {@link #write} wrote, here or on another machine
   * @return the member
   * @throws BadInputException if it is not one, is damaged, or was trained on features this program
   *     does not compute
   */
  static Model read(Path folder) {
    Path file = folder.resolve(MODEL);
    try {
      JsonNode json = MAPPER.readTree(Files.readAllBytes(file));
      if (!FORMAT.equals(json.path("format").asText())) {
        throw new BadInputException(
            file
                + ": key \"format\": expected \""
                + FORMAT
                + "\", found "
                + json.path("format")
                + ": not a surrogate of this version; train it again");
      }
      List<String> names = new ArrayList<>();
      json.path("feature_names").forEach(n -> names.add(n.asText()));
      String descriptor = json.path("descriptor").asText();
      checkFeatures(file, descriptor, names);
      JsonNode network = json.path("network");
      List<Integer> hidden = new ArrayList<>();
      network.path("hidden").forEach(h -> hidden.add(h.asInt()));
      List<Target> targets = new ArrayList<>();
      network.path("targets").forEach(t -> targets.add(Target.ofLabel(t.asText())));
      NetworkShape shape =
          new NetworkShape(
              network.path("inputs").asInt(),
              hidden,
              network.path("head_hidden").asInt(),
              targets,
              network.path("dropout").asDouble());
      Scaling inputs = MAPPER.treeToValue(json.path("input_scaling"), Scaling.class);
      Scaling targetScaling = MAPPER.treeToValue(json.path("target_scaling"), Scaling.class);
      TrunkDistance distance = MAPPER.treeToValue(json.path("trunk_distance"), TrunkDistance.class);
      if (shape.inputs() != names.size()
          || !fits(inputs, shape.inputs())
          || !fits(targetScaling, targets.size())
          || distance == null
          || distance.mean() == null
          || distance.mean().length != shape.trunk()) {
        throw new BadInputException(
            file + ": its parts do not fit together: the file is damaged; train the member again");
      }
      return new Model(
          descriptor,
          names,
          shape,
          readParameters(folder, shape, json.path("parameters_sha256").asText()),
          inputs,
          targetScaling,
          distance,
          readTrees(folder.resolve(TREES), json.path("trees"), shape),
          readValidation(
              folder.resolve(VALIDATION), shape, json.path("validation_sha256").asText()),
          (ObjectNode) json.path("provenance"));
    } catch (NoSuchFileException e) {
      throw new BadInputException(
          e.getFile()
              + ": no such file: "
              + folder
              + " is not a whole surrogate; name a folder that 'surrogate train' wrote",
          e);
    } catch (IOException | IllegalArgumentException | ClassCastException e) {
      throw new BadInputException(
          file + ": not the description of a surrogate (damaged?): " + firstLine(e), e);
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static boolean fits(Scaling scaling, int columns) {
    return scaling != null
        && scaling.mean() != null
        && scaling.standardDeviation() != null
        && scaling.mean().length == columns
        && scaling.standardDeviation().length == columns;
  }

  private static void checkFeatures(Path file, String descriptor, List<String> names) {
    List<String> ours;
    try {
      Descriptor known = Descriptors.byName(descriptor);
      ours = known.featureNames();
    } catch (IllegalArgumentException e) {
      throw new BadInputException(file + ": key \"descriptor\": " + e.getMessage(), e);
    }
    if (ours.equals(names)) {
      return;
    }
    String where = names.size() + " features, here there are " + ours.size();
    for (int i = 0; i < Math.min(names.size(), ours.size()); i++) {
      if (!names.get(i).equals(ours.get(i))) {
        where = "feature " + i + " is \"" + names.get(i) + "\", here it is \"" + ours.get(i) + "\"";
        break;
      }
    }
    throw new BadInputException(
        file
            + ": trained on other features than the descriptor '"
            + descriptor
            + "' of this version gives ("
            + where
            + "): train the member again");
  }

  private static float[] readParameters(Path folder, NetworkShape shape, String sha256)
      throws IOException {
    Path file = folder.resolve(PARAMETERS);
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length != 4L * shape.parameters()) {
      throw new BadInputException(
          file
              + ": "
              + bytes.length
              + " bytes, expected "
              + 4L * shape.parameters()
              + ": the file is cut off or of another network; copy or train it again");
    }
    if (!sha256(bytes).equals(sha256)) {
      throw new BadInputException(
          file
              + ": not the parameters that model.json describes (SHA-256); copy or train it again");
    }
    float[] parameters = new float[shape.parameters()];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(parameters);
    return parameters;
  }

  /** Writes the trees of each target, in the order of the targets; returns their description. */
  private static ObjectNode writeTrees(Path file, Model model) {
    ObjectNode json = MAPPER.createObjectNode();
    ArrayNode targets = json.putArray("targets");
    List<ByteBuffer> blocks = new ArrayList<>();
    int size = 0;
    for (Target target : model.shape().targets()) {
      Forest.Part part = model.forest().parts().get(target);
      if (part == null) {
        continue;
      }
      BoostedTrees trees = part.trees();
      ObjectNode entry = targets.addObject();
      entry.put("target", target.label());
      entry.put("share", part.share());
      entry.put("base", trees.base());
      entry.put("trees", trees.roots().length);
      entry.put("nodes", trees.feature().length);
      ByteBuffer block =
          ByteBuffer.allocate(4 * trees.roots().length + 12 * trees.feature().length)
              .order(ByteOrder.LITTLE_ENDIAN);
      for (int root : trees.roots()) {
        block.putInt(root);
      }
      for (int node = 0; node < trees.feature().length; node++) {
        block.putInt(trees.feature()[node]);
        block.putFloat(trees.value()[node]);
        block.putInt(trees.right()[node]);
      }
      blocks.add(block);
      size += block.capacity();
    }
    ByteBuffer all = ByteBuffer.allocate(size);
    blocks.forEach(b -> all.put(b.flip()));
    json.put("sha256", sha256(all.array()));
    AtomicFiles.write(file, out -> out.write(all.array()));
    return json;
  }

  private static Forest readTrees(Path file, JsonNode json, NetworkShape shape) throws IOException {
    if (json.isMissingNode()) {
      return Forest.NONE;
    }
    byte[] bytes = Files.readAllBytes(file);
    if (!sha256(bytes).equals(json.path("sha256").asText())) {
      throw new BadInputException(
          file + ": not the trees that model.json describes (SHA-256); copy or train it again");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    Map<Target, Forest.Part> parts = new EnumMap<>(Target.class);
    for (JsonNode entry : json.path("targets")) {
      int[] roots = new int[entry.path("trees").asInt()];
      int nodes = entry.path("nodes").asInt();
      if (in.remaining() < 4L * roots.length + 12L * nodes) {
        throw new BadInputException(file + ": too short: copy or train it again");
      }
      for (int t = 0; t < roots.length; t++) {
        roots[t] = in.getInt();
      }
      int[] feature = new int[nodes];
      float[] value = new float[nodes];
      int[] right = new int[nodes];
      for (int node = 0; node < nodes; node++) {
        feature[node] = in.getInt();
        value[node] = in.getFloat();
        right[node] = in.getInt();
        // Each step goes on to a later node, so that every walk ends.
        boolean leaf = feature[node] == -1;
        if (!leaf
            && (feature[node] < 0
                || feature[node] >= shape.inputs()
                || right[node] <= node + 1
                || right[node] >= nodes)) {
          throw new BadInputException(file + ": node " + node + " is no node: train it again");
        }
      }
      BoostedTrees trees =
          new BoostedTrees((float) entry.path("base").asDouble(), roots, feature, value, right);
      parts.put(
          Target.ofLabel(entry.path("target").asText()),
          new Forest.Part(trees, entry.path("share").asDouble()));
    }
    return new Forest(parts);
  }

  private static String validationTable(Model model) {
    List<Target> targets = model.shape().targets();
    ValidationTable table = model.validation();
    StringBuilder text = new StringBuilder();
    try (CSVPrinter csv =
        new CSVPrinter(text, CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get())) {
      csv.printRecord(validationColumns(targets));
      for (int i = 0; i < table.ids().size(); i++) {
        csv.print(table.ids().get(i));
        csv.print((float) table.distances()[i]);
        for (int t = 0; t < targets.size(); t++) {
          double label = table.labels()[i][t];
          csv.print(Double.isNaN(label) ? "" : Float.toString((float) label));
          csv.print((float) table.predictions()[i][t]);
        }
        csv.println();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static List<String> validationColumns(List<Target> targets) {
    List<String> columns = new ArrayList<>(List.of("id", "trunk_distance_squared"));
    for (Target target : targets) {
      String scale = target.isMass() ? "asinh_" : "";
      columns.add(scale + target.label() + "_label");
      columns.add(
          scale + target.label() + (target == Target.SEMICONDUCTOR ? "_logit" : "_predicted"));
    }
    return columns;
  }

  private static ValidationTable readValidation(Path file, NetworkShape shape, String sha256)
      throws IOException {
    if (!sha256(Files.readAllBytes(file)).equals(sha256)) {
      throw new BadInputException(
          file + ": not the table that was written (damaged or changed?); train the member again");
    }
    int targets = shape.targets().size();
    List<String> ids = new ArrayList<>();
    List<double[]> labels = new ArrayList<>();
    List<double[]> predictions = new ArrayList<>();
    List<Double> distances = new ArrayList<>();
    CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    try (BufferedReader in = Files.newBufferedReader(file);
        CSVParser rows = format.parse(in)) {
      if (!rows.getHeaderNames().equals(validationColumns(shape.targets()))) {
        throw BadInputException.at(
            file.toString(), 1, "expected " + String.join(",", validationColumns(shape.targets())));
      }
      for (CSVRecord row : rows) {
        ids.add(row.get(0));
        distances.add(Double.valueOf(row.get(1)));
        double[] label = new double[targets];
        double[] prediction = new double[targets];
        for (int t = 0; t < targets; t++) {
          String cell = row.get(2 + 2 * t);
          label[t] = cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
          prediction[t] = Double.parseDouble(row.get(3 + 2 * t));
        }
        labels.add(label);
        predictions.add(prediction);
      }
    } catch (UncheckedIOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new BadInputException(
          file + ": not a validation table (damaged?): " + firstLine(e) + "; train it again", e);
    }
    return new ValidationTable(
        ids,
        labels.toArray(double[][]::new),
        predictions.toArray(double[][]::new),
        distances.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static String learningCurve(List<Training.Epoch> epochs) {
    StringBuilder csv =
        new StringBuilder("phase,epoch,training_loss,validation_loss,learning_rate\n");
    for (Training.Epoch e : epochs) {
      csv.append(e.phase()).append(',').append(e.epoch()).append(',');
      csv.append((float) e.trainingLoss()).append(',');
      csv.append(Double.isNaN(e.validationLoss()) ? "" : "" + (float) e.validationLoss());
      csv.append(',').append((float) e.learningRate()).append('\n');
    }
    return csv.toString();
  }

  /**
   * @param folder a member
   * @return its learning curve; empty if the folder has none
   */
  static List<Training.Epoch> readLearningCurve(Path folder) {
    Path file = folder.resolve("training.csv");
    List<Training.Epoch> epochs = new ArrayList<>();
    if (!Files.exists(file)) {
      return epochs;
    }
    CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    try (BufferedReader in = Files.newBufferedReader(file);
        CSVParser rows = format.parse(in)) {
      for (CSVRecord row : rows) {
        epochs.add(
            new Training.Epoch(
                Integer.parseInt(row.get("phase")),
                Integer.parseInt(row.get("epoch")),
                Double.parseDouble(row.get("training_loss")),
                row.get("validation_loss").isEmpty()
                    ? Double.NaN
                    : Double.parseDouble(row.get("validation_loss")),
                Double.parseDouble(row.get("learning_rate"))));
      }
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      throw new BadInputException(
          file + ": not a learning curve (damaged?): " + firstLine(e) + "; train it again", e);
    }
    return epochs;
  }

  /**
   * @param bytes anything
   * @return its SHA-256, hexadecimal
   */
  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
