package org.rlmaterials.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rlmaterials.dataset.Dataset;
import picocli.CommandLine;

/** Options, exit codes and messages of {@code dataset}. */
class DatasetCommandTest {
  private static final String MGO =
      "{\"mp_id\":\"mp-1265\",\"cell\":[2.98,2.98,2.98,60,60,60],\"species\":[\"Mg\",\"O\"],"
          + "\"frac_coords\":[[0,0,0],[0.5,0.5,0.5]],\"band_gap\":4.4,\"m_n\":null,\"m_p\":null}";

  @TempDir Path folder;
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(args);
  }

  @Test
  void mergesAndReports() throws Exception {
    Path mp = Files.writeString(folder.resolve("mp.jsonl"), MGO + "\n");
    Path masses = Files.writeString(folder.resolve("t.csv"), "mp_id,m_n,m_p\nmp-1265,0.35,2.1\n");
    Path out = folder.resolve("d.csv.gz");
    int exit =
        run(
            "dataset", "merge",
            "--materials-project", mp.toString(),
            "--transport", masses.toString(),
            "--out", out.toString());
    assertThat(exit).as(err.toString()).isEqualTo(ExitCode.OK);
    assertThat(Dataset.read(out).records()).hasSize(1);
    assertThat(Dataset.read(out).records().get(0).mStar()).isEqualTo(0.35);
    assertThat(Dataset.read(out).structures()).hasSize(1);
    assertThat(folder.resolve("merge_report.json")).exists();
    assertThat(err.toString())
        .contains("materials_project: 1 read, 1 kept", "dataset: 1 structures, 1 with m*");
    // The dataset is a source itself.
    Path again = folder.resolve("again.csv.gz");
    assertThat(run("dataset", "merge", "--bootstrap", out.toString(), "--out", again.toString()))
        .isEqualTo(ExitCode.OK);
    assertThat(again).hasSameBinaryContentAs(out);
  }

  @Test
  void filtersAreOptions() throws Exception {
    Path mp = Files.writeString(folder.resolve("mp.jsonl"), MGO + "\n");
    String out = folder.resolve("d.csv.gz").toString();
    int exit =
        run(
            "dataset",
            "merge",
            "--materials-project",
            mp.toString(),
            "--max-gap",
            "4",
            "--out",
            out);
    assertThat(exit).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("gap_out_of_range 1", "nothing to write");
    assertThat(Path.of(out)).doesNotExist();
  }

  @Test
  void usageErrors() {
    String out = folder.resolve("d.csv.gz").toString();
    assertThat(run("dataset")).isEqualTo(ExitCode.USAGE);
    assertThat(run("dataset", "fetch")).isEqualTo(ExitCode.USAGE);
    assertThat(run("dataset", "merge", "--out", out)).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("no source given: expected at least one of --records");
    assertThat(run("dataset", "merge", "--jarvis", "x", "--transport", "t.csv", "--out", out))
        .isEqualTo(ExitCode.USAGE);
    assertThat(run("dataset", "fetch", "materials-project", "--page-size", "2000", "--out", out))
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void wrongInput() {
    assertThat(run("dataset", "merge", "--jarvis", "no.json", "--out", "d.csv.gz"))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("no.json: no such file");
    assertThat(run("dataset", "merge", "--jarvis", "no.json", "--out", "d.csv"))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("d.csv: the name of a dataset ends in .csv.gz");
  }
}
