package org.rlmaterials.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole graph with tasks that compute nothing, also through the strict parser. */
class StubRunTest {
  static final String STRICT = "25.04.4";

  @TempDir private Path folder;

  static Stream<Arguments> versionsAndRounds() {
    return Stream.of(Arguments.of(null, 1), Arguments.of(null, 2), Arguments.of(STRICT, 2));
  }

  @ParameterizedTest
  @MethodSource("versionsAndRounds")
  void everyStageRunsOnceAndResumesFromTheCache(String version, int rounds) {
    Nextflow nextflow = Nextflow.in(folder).version(version);
    String[] arguments = {
      "-profile", "test", "-stub-run", "--rounds", String.valueOf(rounds), "--structures", "5"
    };
    Nextflow.Outcome run = nextflow.run(arguments);
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.of("COMPUTE_DFT")).hasSize(5);
    assertThat(run.of("TRAIN_SURROGATE")).hasSize(2 * rounds);
    for (String once : List.of("MERGE_DATASET", "TRAIN_PPO", "SELECT_CANDIDATES")) {
      assertThat(run.of(once)).as(once).hasSize(rounds);
    }
    assertThat(run.of("WRITE_REPORT")).hasSize(1);
    assertThat(run.with("COMPLETED")).hasSameSizeAs(run.tasks());
    assertThat(nextflow.results().resolve("report.html")).exists();

    String[] again =
        Stream.concat(Stream.of(arguments), Stream.of("-resume")).toArray(String[]::new);
    Nextflow.Outcome resumed = nextflow.run(again);
    assertThat(resumed.exit()).as(resumed.output()).isZero();
    // The trace of a run this short can lack its last rows; what is submitted is always said.
    assertThat(resumed.with("CACHED")).isNotEmpty().hasSameSizeAs(resumed.tasks());
    assertThat(resumed.output()).doesNotContain("Submitted process");
  }
}
