package org.rlmaterials.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher starts Nextflow so that -resume works: without open packages it silently does not.
 */
class LauncherTest {
  private static final String ONE_TASK =
      """
      process ONE {
          input:
          path data

          output:
          path 'copy'

          script:
          "cp $data copy"
      }

      workflow {
          ONE(file('data'))
      }
      """;

  private static final String TRACE =
      "trace { enabled = true; file = 'results/pipeline_info/trace.txt'; overwrite = true;"
          + " fields = 'process,tag,status,exit,workdir' }\n";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"24.10.0", "25.04.4"})
  void resumeFindsTheFinishedTask(String version) throws IOException {
    Files.writeString(folder.resolve("main.nf"), ONE_TASK);
    Files.writeString(folder.resolve("nextflow.config"), TRACE);
    Files.writeString(folder.resolve("data"), "1");
    Nextflow nextflow = new Nextflow(folder.resolve("main.nf"), folder, version);
    Nextflow.Outcome first = nextflow.run();
    assertThat(first.exit()).as(first.output()).isZero();
    assertThat(first.with("COMPLETED")).hasSize(1);
    assertThat(nextflow.run("-resume").with("CACHED")).hasSize(1);
    Files.writeString(folder.resolve("data"), "2 and more");
    assertThat(nextflow.run("-resume").with("COMPLETED")).hasSize(1);
  }

  @Test
  void aMissingVersionIsNamed() {
    Nextflow.Outcome outcome = new Nextflow(folder, folder, "1.2.3").run();
    assertThat(outcome.exit()).isEqualTo(65);
    assertThat(outcome.output()).contains("make setup").contains("1.2.3");
  }
}
