package org.rlmaterials.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What AWS Batch asks of the pipeline, shown with podman: every task runs in the image of the
 * Dockerfile from its staged inputs alone. Nothing of the checkout is mounted but bin/, which Batch
 * copies into each task too.
 */
@Tag("container")
class ContainerTest {
  private static final Path CONTAINERS = Nextflow.CHECKOUT.resolve("tests/containers");
  private static final Pattern MOUNT = Pattern.compile(" -v (\\S+?):(\\S+)");

  @TempDir private static Path folder;

  @BeforeAll
  static void buildTheImage() {
    assumeTrue("root".equals(System.getProperty("user.name")), "podman needs root here");
    Shell.run(Nextflow.CHECKOUT, CONTAINERS.resolve("image").toString());
  }

  @Test
  void theWholePipelineRunsFromStagedInputsAlone() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("alone.config"),
            // Copies, as on S3: a link would need the folder of what it points to.
            "process.stageInMode = 'copy'\n"
                + "process { withName: VALIDATE_DFT { ext.validation = '';"
                + " ext.precision = '--cutoff-ry 14 --k-spacing 1' } }\n");
    Nextflow nextflow =
        Nextflow.in(folder)
            .environment(
                Map.of("CONTAINERS_CONF", CONTAINERS.resolve("containers.conf").toString()));
    List<String> arguments = new ArrayList<>(Nextflow.LITTLE_AFTER_THE_DATASET);
    arguments.addAll(List.of("-profile", "test,podman", "--structures", "2"));
    arguments.addAll(List.of("-c", config.toString()));
    Nextflow.Outcome run = nextflow.run(arguments.toArray(String[]::new));
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.with("COMPLETED")).hasSameSizeAs(run.tasks());
    assertThat(nextflow.results().resolve("report.html")).exists();
    assumeFalse(
        Nextflow.CHECKOUT.getName(0).equals(folder.toAbsolutePath().getName(0)),
        "Nextflow mounts the folder that bin/ and the work folder have in common");
    for (Nextflow.Task task : run.tasks()) {
      String script = Files.readString(task.workdir().resolve(".command.run"));
      String podman =
          script.lines().filter(l -> l.strip().startsWith("podman run")).findFirst().orElseThrow();
      Matcher mount = MOUNT.matcher(podman);
      while (mount.find()) {
        assertThat(List.of(Nextflow.CHECKOUT.resolve("bin"), task.workdir()))
            .as(podman)
            .contains(Path.of(mount.group(1)));
      }
      assertThat(Files.readString(task.workdir().resolve(".command.sh")))
          .doesNotContain(Nextflow.CHECKOUT.toString());
    }
  }

  @Test
  void theImageHasWhatTheDocumentsSay() {
    String programs =
        Shell.run(
            folder,
            "env",
            "CONTAINERS_CONF=" + CONTAINERS.resolve("containers.conf"),
            "podman",
            "run",
            "--rm",
            "rl-materials:0.1.0",
            "bash",
            "-c",
            "command -v bash ps pw.x ld1.x projwfc.x java rl-materials; command -v python3 || true;"
                + " rl-materials --version");
    assertThat(programs).contains("/ps", "/pw.x", "/ld1.x", "/projwfc.x", "/java");
    assertThat(programs).doesNotContain("python");
  }
}
