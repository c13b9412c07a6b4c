package org.rlmaterials.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The profile awsbatch, as Nextflow resolves it, against a golden file, and what Batch asks of it.
 */
class AwsConfigTest {
  private static final Path GOLDEN =
      Nextflow.CHECKOUT.resolve("tests/src/test/resources/awsbatch.config");

  @TempDir private Path folder;

  @Test
  void theResolvedProfileIsTheGoldenOne() throws IOException {
    List<String> resolved = resolved();
    assertThat(resolved).isEqualTo(Files.readAllLines(GOLDEN));
  }

  @Test
  void whatBatchNeedsIsThere() {
    String config = String.join("\n", resolved());
    assertThat(config)
        .contains("process.executor = 'awsbatch'")
        .contains("process.container = 'rl-materials:0.1.0'")
        .contains("process.memory = ")
        .contains("process.resourceLimits = ")
        .contains("aws.batch.maxSpotAttempts = 1")
        .contains("Integer.MAX_VALUE")
        .contains("env.RL_MATERIALS_DFT_STORE = 'none'");
    for (String withoutEffectOrHarmful :
        List.of(
            "scratch",
            "stageInMode",
            "stageOutMode",
            "runOptions",
            "containerOptions",
            "cleanup")) {
      assertThat(config).doesNotContain(withoutEffectOrHarmful);
    }
  }

  private List<String> resolved() {
    Nextflow nextflow = Nextflow.in(folder);
    Nextflow.Outcome config =
        nextflow.finish(
            nextflow.startCommand(
                List.of("config", "-flat", "-profile", "awsbatch", Nextflow.CHECKOUT.toString())));
    assertThat(config.exit()).as(config.output()).isZero();
    return config.output().lines().filter(l -> !l.isBlank()).collect(Collectors.toList());
  }
}
