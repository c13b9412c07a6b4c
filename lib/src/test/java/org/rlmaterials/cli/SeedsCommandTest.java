package org.rlmaterials.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SeedsCommandTest {
  @TempDir private Path folder;

  private final StringWriter errors = new StringWriter();

  private int run(String... arguments) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setErr(new PrintWriter(errors, true));
    return commandLine.execute(arguments);
  }

  @Test
  void writesTheSameFileForTheSameSeed() throws IOException {
    Path first = folder.resolve("a.jsonl");
    Path second = folder.resolve("b/b.jsonl");
    assertThat(run("seeds", "--count", "30", "--seed", "5", "--out", first.toString())).isZero();
    assertThat(run("seeds", "--count", "60", "--seed", "5", "--out", second.toString())).isZero();
    List<String> lines = Files.readAllLines(first);
    assertThat(lines).hasSize(30);
    assertThat(Files.readAllLines(second).subList(0, 30)).isEqualTo(lines);
    assertThat(Files.readString(first)).doesNotContain(folder.toString());
  }

  @Test
  void ownOutputIsAcceptedAsSeeds() throws IOException {
    Path seeds = folder.resolve("a.jsonl");
    Path out = folder.resolve("b.jsonl");
    assertThat(run("seeds", "--count", "24", "--out", seeds.toString())).isZero();
    assertThat(
            run(
                "seeds",
                "--count",
                "40",
                "--seeds-file",
                seeds.toString(),
                "--out",
                out.toString()))
        .isZero();
    assertThat(Files.readAllLines(out).subList(0, 24)).isEqualTo(Files.readAllLines(seeds));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[[3,0,0],[0,3,0],[0,0,3]] | [\"Xx\"] | [[0,0,0]] | unknown element 'Xx'",
        "[[3,0,0],[0,3,0],[0,0,3]] | [\"Fe\"] | [[0,0,0]] | Fe is not in the palette",
        "[[5,0,0],[0,5,0],[0,0,5]] | [\"Ga\",\"As\"] | [[0,0,0],[0,0,0.1]] | overlapping atoms",
        "[[5,0,0],[10,0,0],[0,0,5]] | [\"Si\"] | [[0,0,0]] | singular cell",
        "[[5,0,0],[0,5,0],[0,0,5]] | [\"Si\"] | [[0,0,NaN]] | not valid JSON",
        "[[5,0,0],[0,5,0],[0,0,5]] | [\"Si\"] | [[0,0,\"NaN\"]] | expected a number",
        "[[5,0,0],[0,5,0],[0,0,5]] | [\"Si\"] | [[0,0]] | expected 3 numbers",
      })
  void badStructuresAreOneLineAndNothingIsWritten(
      String lattice, String species, String positions, String expected) throws IOException {
    Path seeds = folder.resolve("bad.jsonl");
    Path out = folder.resolve("out.jsonl");
    Files.writeString(
        seeds,
        """
        {"id": "Ge", "lattice_angstrom": [[4,0,0],[0,4,0],[0,0,4]], "species": ["Ge"], "fractional_positions": [[0,0,0]]}
        {"id": "bad", "lattice_angstrom": %s, "species": %s, "fractional_positions": %s}
        """
            .formatted(lattice, species, positions));
    assertThat(
            run(
                "seeds",
                "--count",
                "20",
                "--seeds-file",
                seeds.toString(),
                "--out",
                out.toString()))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(errors.toString().strip())
        .contains("bad.jsonl", "bad", expected)
        .doesNotContain("\n", "Exception");
    assertThat(out).doesNotExist();
  }

  @Test
  void aMissingFileIsNamed() {
    assertThat(run("seeds", "--count", "5", "--seeds-file", "no.csv", "--out", "x.jsonl"))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(errors.toString()).contains("no.csv");
  }

  @Test
  void aCountBelowOneIsUsage() {
    assertThat(run("seeds", "--count", "0", "--out", "x.jsonl")).isEqualTo(ExitCode.USAGE);
  }
}
