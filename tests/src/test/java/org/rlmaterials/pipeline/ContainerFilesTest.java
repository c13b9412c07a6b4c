package org.rlmaterials.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The files about containers agree with each other; ContainerTest builds and runs the image. */
class ContainerFilesTest {
  @Test
  void theImageHasOneName() throws IOException {
    String image =
        new ObjectMapper()
            .readTree(Nextflow.CHECKOUT.resolve("nextflow_schema.json").toFile())
            .at("/$defs/containers/properties/container/default")
            .asText();
    assertThat(image).startsWith("rl-materials:");
    for (String file :
        List.of(
            "docker-compose.yml", "Makefile", "nextflow.config", "README.md", "docs/usage.md")) {
      assertThat(Files.readString(Nextflow.CHECKOUT.resolve(file))).as(file).contains(image);
    }
  }

  @Test
  void theContextHasWhatIsCopiedAndNothingElse() throws IOException {
    Path ignored = Nextflow.CHECKOUT.resolve(".dockerignore");
    List<String> context =
        Files.readAllLines(ignored).stream()
            .filter(l -> l.startsWith("!"))
            .map(l -> l.substring(1))
            .sorted()
            .toList();
    List<String> copied =
        Files.readAllLines(Nextflow.CHECKOUT.resolve("Dockerfile")).stream()
            .filter(l -> l.startsWith("COPY "))
            .flatMap(
                l -> {
                  List<String> words = Arrays.asList(l.split(" ", -1));
                  return words.subList(1, words.size() - 1).stream();
                })
            .sorted()
            .toList();
    assertThat(context).isEqualTo(copied);
    for (String file : copied) {
      assertThat(Nextflow.CHECKOUT.resolve(file)).exists();
    }
  }
}
