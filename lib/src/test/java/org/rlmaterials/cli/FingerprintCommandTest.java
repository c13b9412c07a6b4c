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
import org.rlmaterials.crystal.CrystalSamples;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.files.StructureFiles;
import picocli.CommandLine;

class FingerprintCommandTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void writesOneRowAStructure() throws IOException {
    Path structures = folder.resolve("s.jsonl.gz");
    StructureFiles.write(
        structures,
        List.of(
            new Structure("a,\"b\"", CrystalSamples.zincBlende("Ga", "As", 5.65)),
            new Structure("c", CrystalSamples.zincBlende("Si", "C", 4.36))));
    Path table = folder.resolve("f.csv");
    assertThat(run("fingerprint", "--structures", structures.toString(), "--out", table.toString()))
        .as(err.toString())
        .isZero();
    List<String> lines = Files.readAllLines(table);
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).startsWith("id,f000,f001,").endsWith(",f151");
    assertThat(lines.get(1)).startsWith("\"a,\"\"b\"\"\",32.0,1.0,31.0,33.0,");
    byte[] first = Files.readAllBytes(table);
    run("fingerprint", "--structures", structures.toString(), "--out", table.toString());
    assertThat(Files.readAllBytes(table)).isEqualTo(first);
  }

  @Test
  void mistakesHaveTheirExitCodes() {
    assertThat(run("fingerprint", "--out", "x.csv")).isEqualTo(ExitCode.USAGE);
    assertThat(run("fingerprint", "--descriptor", "soap", "--names")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("expected one of [fingerprint");
    Path none = folder.resolve("none.cif");
    Path table = folder.resolve("f.csv");
    assertThat(run("fingerprint", "--structures", none.toString(), "--out", table.toString()))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(table).doesNotExist();
  }

  @Test
  void namesCanBePrinted() {
    assertThat(run("fingerprint", "--names")).isZero();
    assertThat(out.toString().lines()).hasSize(152).contains("f022,volume_per_atom_angstrom3");
  }

  private int run(String... args) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(args);
  }
}
