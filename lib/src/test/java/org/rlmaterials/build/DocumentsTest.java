package org.rlmaterials.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents name every parameter and every published file. */
class DocumentsTest {
  private static final Path PROJECT = Path.of(System.getProperty("rlmaterials.project", ".."));

  private static String text(String file) throws IOException {
    return Files.readString(PROJECT.resolve(file));
  }

  @Test
  void usageNamesEveryParameter() throws IOException {
    String usage = text("docs/usage.md");
    List<String> missing = new ArrayList<>();
    JsonNode groups = new ObjectMapper().readTree(text("nextflow_schema.json")).path("$defs");
    for (JsonNode group : groups) {
      group
          .path("properties")
          .properties()
          .forEach(
              parameter -> {
                if (!usage.contains("| `--" + parameter.getKey() + "` |")) {
                  missing.add(parameter.getKey());
                }
              });
    }
    assertThat(groups).isNotEmpty();
    assertThat(missing).as("rows missing in docs/usage.md").isEmpty();
  }

  @Test
  void usageNamesEveryProfile() throws IOException {
    String usage = text("docs/usage.md");
    Matcher profiles =
        Pattern.compile("(?m)^ {4}(\\w+) \\{$")
            .matcher(text("nextflow.config").split("(?m)^profiles \\{", -1)[1]);
    List<String> names = profiles.results().map(m -> m.group(1)).toList();
    assertThat(names).contains("slurm", "laptop");
    for (String name : names) {
      assertThat(usage).contains(name);
    }
  }

  /** What a module outputs is published; a name in it that varies is left out. */
  @Test
  void outputNamesEveryPublishedFile() throws IOException {
    String output = text("docs/output.md");
    List<String> missing = new ArrayList<>();
    List<Path> modules;
    try (Stream<Path> files = Files.list(PROJECT.resolve("modules"))) {
      modules = files.filter(f -> f.toString().endsWith(".nf")).sorted().toList();
    }
    assertThat(modules).hasSizeGreaterThan(10);
    for (Path module : modules) {
      Matcher outputs =
          Pattern.compile("(?s)output:(.*?)(script|exec):").matcher(Files.readString(module));
      while (outputs.find()) {
        Matcher names =
            Pattern.compile("path\\(?\\s*['\"]([^'\"]+)['\"]").matcher(outputs.group(1));
        while (names.find()) {
          String name = names.group(1).replaceAll("\\$\\{[^}]*\\}", "");
          if (!output.contains(name)) {
            missing.add(module.getFileName() + ": " + name);
          }
        }
      }
    }
    assertThat(missing).as("not in docs/output.md").isEmpty();
  }
}
