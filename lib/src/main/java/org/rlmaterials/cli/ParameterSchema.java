package org.rlmaterials.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.rlmaterials.errors.BadInputException;

/**
 * The pipeline's parameters as nextflow_schema.json defines them (JSON Schema 2020-12, in groups
 * under {@code $defs}). Beside the standard keywords it knows {@code exists} (a local path must be
 * there) and {@code writable} (a folder must be there, or be possible to make).
 */
final class ParameterSchema {
  private static final int HELP_WIDTH = 100;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  /**
   * What Nextflow's task scripts leave to the shell to expand where a path has it. (It quotes
   * spaces, single quotes, brackets and semicolons.)
   */
  private static final Pattern UNSAFE_IN_PATHS = Pattern.compile("[$`\"\\\\*?\\[\\]{}]");

  private final JsonNode schema;

  /** Definition of each parameter, in the order of the file. */
  private final Map<String, JsonNode> parameters = new LinkedHashMap<>();

  private ParameterSchema(JsonNode schema) {
    this.schema = schema;
    for (JsonNode group : schema.path("$defs")) {
      for (Entry<String, JsonNode> parameter : group.path("properties").properties()) {
        parameters.put(parameter.getKey(), parameter.getValue());
      }
    }
  }

  static ParameterSchema read(Path file) {
    try {
      return new ParameterSchema(JSON.readTree(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new BadInputException(file + ": cannot be read as a JSON schema: " + e.getMessage());
    }
  }

  /**
   * @param values parameters as a JSON object
   * @return every error in words for a person, one line each; empty when all is well
   */
  List<String> errors(JsonNode values) {
    if (!values.isObject()) {
      return List.of("the parameters must be a JSON object");
    }
    List<String> errors = new ArrayList<>();
    ObjectNode known = JSON.createObjectNode();
    for (Entry<String, JsonNode> entry : values.properties()) {
      String name = entry.getKey();
      JsonNode definition = parameters.get(name);
      if (definition != null) {
        known.set(name, asDefined(entry.getValue(), definition));
      } else if (!isTwinOfDashedName(name, values)) {
        errors.add(
            "--" + printable(name) + ": no such parameter" + closest(name).orElse("; see --help"));
      }
    }
    JsonSchema validator =
        JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(standardPart().toString());
    Map<String, String> violated = new LinkedHashMap<>();
    for (ValidationMessage message : validator.validate(known)) {
      String name = message.getInstanceLocation().getName(-1);
      violated.putIfAbsent(name, expectation(name));
    }
    for (Entry<String, JsonNode> entry : known.properties()) {
      String name = entry.getKey();
      String what = violated.get(name);
      if (entry.getValue().isTextual() && CONTROL.matcher(entry.getValue().asText()).find()) {
        // Checked here: in a pattern, $ also fits before a line's end.
        what = "must be one line, without control characters";
      } else if (what == null) {
        what = fileProblem(entry.getValue(), parameters.get(name)).orElse(null);
      }
      if (what != null) {
        errors.add("--" + name + " " + printable(entry.getValue().asText()) + ": " + what);
      }
    }
    return errors;
  }

  /**
   * @return all parameters in groups, with their defaults, for a terminal
   */
  String help() {
    StringBuilder text = new StringBuilder();
    for (JsonNode group : schema.path("$defs")) {
      text.append(text.isEmpty() ? "" : "\n").append(group.path("title").asText()).append('\n');
      for (Entry<String, JsonNode> parameter : group.path("properties").properties()) {
        JsonNode definition = parameter.getValue();
        String head = "  --" + parameter.getKey();
        String body = definition.path("description").asText() + " " + rangeAndDefault(definition);
        text.append(wrapped(head, body)).append('\n');
      }
    }
    return text.toString();
  }

  /**
   * {@code --outdir 123} reaches us as a number, but is meant as text; and a whole number written
   * with a point or an exponent would be handed on to a command in that form.
   */
  private static JsonNode asDefined(JsonNode value, JsonNode definition) {
    List<String> types = types(definition);
    boolean isText =
        (value.isNumber() && types.contains("string"))
            || (value.isFloatingPointNumber() && types.contains("integer"));
    return isText ? JSON.getNodeFactory().textNode(value.asText()) : value;
  }

  /** Nextflow adds to {@code some-name} the spelling {@code someName}: one error is enough. */
  private static boolean isTwinOfDashedName(String name, JsonNode values) {
    for (Entry<String, JsonNode> other : values.properties()) {
      String dashed = other.getKey();
      if (dashed.indexOf('-') >= 0
          && !dashed.equals(name)
          && dashed.replace("-", "").equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  private JsonNode standardPart() {
    JsonNode copy = schema.deepCopy();
    copy.findParents("exists").forEach(p -> ((ObjectNode) p).remove("exists"));
    copy.findParents("writable").forEach(p -> ((ObjectNode) p).remove("writable"));
    return copy;
  }

  private Optional<String> closest(String name) {
    return parameters.keySet().stream()
        .min(Comparator.comparingInt(p -> distance(p, name.replace('-', '_'))))
        .filter(p -> distance(p, name.replace('-', '_')) <= Math.max(2, p.length() / 3))
        .map(p -> "; did you mean --" + p + "?");
  }

  private String expectation(String name) {
    JsonNode definition = parameters.get(name);
    List<String> types = types(definition);
    StringBuilder text = new StringBuilder("must be ");
    if (definition.has("enum")) {
      StringJoiner choices = new StringJoiner(", ");
      definition.get("enum").forEach(c -> choices.add(c.asText()));
      text.append("one of ").append(choices);
    } else if (types.contains("integer")) {
      text.append("a whole number");
    } else if (types.contains("number")) {
      text.append("a number");
    } else if (types.contains("boolean")) {
      text.append("true or false");
    } else {
      text.append("a text");
    }
    range(definition).ifPresent(r -> text.append(' ').append(r));
    if (definition.has("pattern")) {
      text.append(" that fits ").append(definition.get("pattern").asText());
    }
    return text.toString();
  }

  private static Optional<String> range(JsonNode definition) {
    if (!definition.has("minimum") || !definition.has("maximum")) {
      return Optional.empty();
    }
    return Optional.of(
        "from " + definition.get("minimum").asText() + " to " + definition.get("maximum").asText());
  }

  private static String rangeAndDefault(JsonNode definition) {
    List<String> parts = new ArrayList<>();
    if (definition.has("enum")) {
      StringJoiner choices = new StringJoiner(", ");
      definition.get("enum").forEach(c -> choices.add(c.asText()));
      parts.add(choices.toString());
    }
    range(definition).ifPresent(parts::add);
    JsonNode value = definition.path("default");
    parts.add(value.isNull() || value.isMissingNode() ? "not set" : "default " + value.asText());
    return "[" + String.join("; ", parts) + "]";
  }

  /** What is wrong with the path a parameter names; existence only if it names a local one. */
  private static Optional<String> fileProblem(JsonNode value, JsonNode definition) {
    if (!value.isTextual()) {
      return Optional.empty();
    }
    if (definition.path("format").asText().endsWith("path")
        && UNSAFE_IN_PATHS.matcher(value.asText()).find()) {
      return Optional.of("Nextflow cannot handle paths with any of $ ` \" \\ * ? [ ] { }");
    }
    if (value.asText().contains("://")) {
      return Optional.empty();
    }
    Path path;
    try {
      path = Path.of(value.asText()).toAbsolutePath();
    } catch (InvalidPathException e) {
      return Optional.of("is not a path");
    }
    if (definition.path("exists").asBoolean()) {
      String format = definition.path("format").asText();
      if (!Files.exists(path)) {
        return Optional.of("is not there");
      }
      if (format.equals("directory-path") && !Files.isDirectory(path)) {
        return Optional.of("is not a folder");
      }
      if (format.equals("file-path") && Files.isDirectory(path)) {
        return Optional.of("is a folder; a file is expected");
      }
      if (!Files.isReadable(path)) {
        return Optional.of("cannot be read");
      }
    }
    if (definition.path("writable").asBoolean()) {
      Path there = path;
      while (there != null && !Files.exists(there)) {
        there = there.getParent();
      }
      if (there == null || !Files.isDirectory(there)) {
        return Optional.of("cannot be made: " + there + " is not a folder");
      }
      if (!Files.isWritable(there)) {
        return Optional.of("cannot be written: no permission in " + there);
      }
    }
    return Optional.empty();
  }

  private static List<String> types(JsonNode definition) {
    JsonNode type = definition.path("type");
    List<String> types = new ArrayList<>();
    if (type.isArray()) {
      type.forEach(t -> types.add(t.asText()));
    } else {
      types.add(type.asText());
    }
    return types;
  }

  /** One line, whatever a user typed. */
  private static String printable(String text) {
    String line = text.replaceAll("[\\p{Cntrl}]", "?");
    return line.length() <= 80 ? line : line.substring(0, 77) + "...";
  }

  private static String wrapped(String head, String body) {
    int indent = 24;
    StringBuilder text = new StringBuilder(head);
    int column = head.length();
    if (column >= indent) {
      text.append('\n');
      column = 0;
    }
    text.append(" ".repeat(indent - column));
    column = indent;
    for (String word : body.split(" ", -1)) {
      if (column > indent && column + 1 + word.length() > HELP_WIDTH) {
        text.append('\n').append(" ".repeat(indent));
        column = indent;
      }
      if (column > indent) {
        text.append(' ');
        column++;
      }
      text.append(word);
      column += word.length();
    }
    return text.toString();
  }

  /** Number of letters to add, drop or exchange (Levenshtein). */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int exchange = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(exchange, 1 + Math.min(row[j - 1], row[j]));
      }
    }
    return row[b.length()];
  }
}
