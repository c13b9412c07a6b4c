package org.rlmaterials.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Names that would do something in a shell: whatever runs one leaves a file whose name begins with
 * PWNED. Names that Nextflow quotes are used as they are; the others are refused before any task.
 */
class HostileNamesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a path may hold. */
  private static final String QUOTED =
      "-it's; touch PWNED_1 & (touch PWNED_2) | <x> #~!%^=é日本 " + "long".repeat(20);

  /** What only an id may hold too. */
  private static final List<String> IDS =
      List.of(
          "$(touch PWNED_3) `touch PWNED_4` \"quoted\" ${HOME} * [a-z] {a,b} \\ " + QUOTED,
          "two lines\ntouch PWNED_5\n../../../PWNED_6\t" + "long".repeat(2000));

  private static final String DIAMOND =
      "{\"id\":\"diamond\",\"lattice_angstrom\":[[0,1.78,1.78],[1.78,0,1.78],[1.78,1.78,0]],"
          + "\"species\":[\"C\",\"C\"],\"fractional_positions\":[[0,0,0],[0.25,0.25,0.25]]}\n";

  @TempDir private Path folder;

  @Test
  void idsAndPathsGoThroughTheWholePipelineAndReachNoShell() throws IOException {
    Path place = Files.createDirectories(folder.resolve(QUOTED));
    Path seeds = place.resolve("seeds " + QUOTED + ".jsonl");
    Files.writeString(seeds, crystal(IDS.get(0), "C", 1.78) + crystal(IDS.get(1), "Si", 2.72));
    Path store = place.resolve("store");
    Nextflow nextflow = Nextflow.in(place);
    List<String> arguments = new ArrayList<>(Nextflow.LITTLE_AFTER_THE_DATASET);
    arguments.addAll(List.of("-profile", "test", "--structures", "2", "--dft_batch", "10"));
    arguments.addAll(List.of("-c", Nextflow.withoutValidation(folder).toString()));
    arguments.addAll(List.of("--seeds_file", seeds.toString(), "--dft_store", store.toString()));
    arguments.addAll(List.of("--outdir", nextflow.results().toString()));
    Nextflow.Outcome run = nextflow.run(arguments.toArray(String[]::new));
    assertThat(run.exit()).as(run.output()).isZero();
    assertNothingRan();
    assertThat(nextflow.results().resolve("report.html")).exists();
    assertThat(store).isNotEmptyDirectory();
    List<String> ids =
        Files.readAllLines(nextflow.results().resolve("structures/structures.jsonl")).stream()
            .map(
                line -> {
                  try {
                    return JSON.readTree(line).path("id").asText();
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                })
            .toList();
    assertThat(ids).containsExactlyElementsOf(IDS);
  }

  @Test
  void inTheStubRunEveryKindOfPathIsStaged() throws IOException {
    Path place = Files.createDirectories(folder.resolve(QUOTED));
    Path seeds = Files.writeString(place.resolve("seeds " + QUOTED + ".jsonl"), DIAMOND);
    Path data = Files.writeString(place.resolve("data " + QUOTED + ".json"), "[]\n");
    Path own = Files.createDirectories(place.resolve("own " + QUOTED));
    Nextflow nextflow = Nextflow.in(place);
    Nextflow.Outcome run =
        nextflow.run(
            "-profile",
            "test",
            "-stub-run",
            "--structures",
            "2",
            "--seeds_file",
            seeds.toString(),
            "--jarvis",
            data.toString(),
            "--materials_project",
            data.toString(),
            "--id_prop",
            own.toString(),
            "--pseudo_dir",
            own.toString(),
            "--dft_store",
            place.resolve("store").toString());
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.with("COMPLETED")).hasSameSizeAs(run.tasks());
    assertNothingRan();
  }

  @Test
  void whatAShellWouldExpandIsRefusedBeforeAnyTask() throws IOException {
    ObjectNode parameters = JSON.createObjectNode();
    Path seeds = Files.writeString(folder.resolve("$(touch PWNED_1).jsonl"), "{}\n");
    parameters.put("seeds_file", seeds.toString());
    parameters.put("dft_store", folder + "/`touch PWNED_2`");
    parameters.put("jarvis", "a\ntouch PWNED_3\n");
    parameters.put("pw_command", "pw.x; touch PWNED_4");
    parameters.put("pw_launcher", "mpirun' ; touch PWNED_5 ; '");
    parameters.put("slurm_options", "--x\ntouch PWNED_6");
    parameters.put("container", "image; touch PWNED_7");
    parameters.put("slurm_modules", "x && touch PWNED_8");
    Path file = folder.resolve("params.json");
    JSON.writeValue(file.toFile(), parameters);
    Nextflow.Outcome run =
        Nextflow.in(folder).run("-profile", "test", "-params-file", file.toString());
    assertThat(run.exit()).isNotZero();
    parameters
        .fieldNames()
        .forEachRemaining(name -> assertThat(run.output()).contains("--" + name + " "));
    assertThat(run.tasks()).isEmpty();
    assertNothingRan();
  }

  @Test
  void aFolderWhoseNameAShellWouldExpandIsRefused() throws IOException {
    Path launch = Files.createDirectories(folder.resolve("$(touch PWNED_1)\ntouch PWNED_2"));
    Nextflow.Outcome run = Nextflow.in(launch).run("-profile", "test", "--outdir", "results");
    assertThat(run.exit()).isNotZero();
    assertThat(run.output()).contains("Nextflow cannot work in this folder");
    assertThat(run.tasks()).isEmpty();
    assertNothingRan();
  }

  /** No file PWNED anywhere, here or in the work folders. */
  private void assertNothingRan() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      assertThat(all.filter(f -> f.getFileName().toString().startsWith("PWNED"))).isEmpty();
    }
  }

  private static String crystal(String id, String element, double half) throws IOException {
    ObjectNode node = JSON.createObjectNode();
    node.put("id", id);
    double[][] lattice = {{0, half, half}, {half, 0, half}, {half, half, 0}};
    node.set("lattice_angstrom", JSON.valueToTree(lattice));
    node.set("species", JSON.valueToTree(List.of(element, element)));
    node.set(
        "fractional_positions", JSON.valueToTree(new double[][] {{0, 0, 0}, {0.25, 0.25, 0.25}}));
    return JSON.writeValueAsString(node) + "\n";
  }
}
