package org.rlmaterials.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a user may get wrong: one clear message, exit code 65 of the task, no half-written result.
 */
class BadInputTest {
  private static final String CUBE = "[[5.4,0,0],[0,5.4,0],[0,0,5.4]]";
  private static final String TWO_SITES = "[[0,0,0],[0.25,0.25,0.25]]";

  @TempDir private Path folder;

  static Stream<Arguments> seedFiles() {
    return Stream.of(
        Arguments.of("an unknown element", seed(CUBE, "[\"Si\",\"Xx\"]", TWO_SITES), "Xx"),
        Arguments.of(
            "overlapping atoms", seed(CUBE, "[\"Si\",\"Si\"]", "[[0,0,0],[0.001,0,0]]"), "Å"),
        Arguments.of(
            "a singular cell",
            seed("[[5.4,0,0],[0,5.4,0],[5.4,5.4,0]]", "[\"Si\",\"Si\"]", TWO_SITES),
            "lattice"),
        Arguments.of(
            "not a number",
            seed(CUBE, "[\"Si\",\"Si\"]", "[[0,0,NaN],[0.25,0.25,0.25]]"),
            "seeds.jsonl"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("seedFiles")
  void aWrongSeedFileStopsTheRunWithOneMessage(String what, String text, String mentioned)
      throws IOException {
    Path seeds = Files.writeString(folder.resolve("seeds.jsonl"), text + "\n");
    Nextflow.Outcome run =
        Nextflow.in(folder).run("-profile", "test", "--seeds_file", seeds.toString());
    assertThat(run.exit()).isNotZero();
    assertThat(run.tasks()).as("before the first task").isEmpty();
    assertThat(run.output().lines().filter(l -> l.startsWith("--")))
        .singleElement()
        .asString()
        .startsWith("--seeds_file")
        .contains("seeds.jsonl")
        .contains(mentioned);
    assertThat(folder.resolve("results/structures")).doesNotExist();
  }

  @Test
  void aMissingPwxIsNamedAndNotTriedAgain() {
    Nextflow.Outcome run =
        Nextflow.in(folder)
            .run("-profile", "test", "--structures", "1", "--pw_command", "/no/such/pw.x");
    assertThat(run.exit()).isNotZero();
    assertThat(run.with("FAILED")).isNotEmpty().allMatch(t -> t.exit().equals("65"));
    assertThat(messages(run)).isNotEmpty().allSatisfy(m -> assertThat(m).contains("/no/such/pw.x"));
    assertThat(folder.resolve("results/dft")).doesNotExist();
  }

  @Test
  void aWrongPseudopotentialStopsTheRunBeforeAnyDft() throws IOException {
    Path pseudo = Files.createDirectories(folder.resolve("sssp"));
    Files.writeString(pseudo.resolve("Si.pbe-n-rrkjus_psl.1.0.0.UPF"), "not what SSSP has");
    Nextflow.Outcome run =
        Nextflow.in(folder)
            .run("-profile", "test", "--structures", "1", "--pseudo_dir", pseudo.toString());
    assertThat(run.exit()).isNotZero();
    assertThat(run.of("CHECK_PSEUDOPOTENTIALS")).allMatch(t -> t.exit().equals("65"));
    assertThat(messages(run)).isNotEmpty();
    assertThat(run.of("COMPUTE_DFT")).isEmpty();
  }

  /** Lines that our program says, without those Nextflow repeats. */
  private static List<String> messages(Nextflow.Outcome run) {
    return run.output()
        .lines()
        .map(String::strip)
        .filter(l -> l.startsWith("rl-materials: "))
        .distinct()
        .collect(Collectors.toList());
  }

  private static String seed(String lattice, String species, String positions) {
    return "{\"id\":\"x\",\"lattice_angstrom\":"
        + lattice
        + ",\"species\":"
        + species
        + ",\"fractional_positions\":"
        + positions
        + "}";
  }
}
