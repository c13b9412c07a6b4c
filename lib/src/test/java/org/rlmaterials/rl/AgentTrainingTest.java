package org.rlmaterials.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Seeds;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.errors.BadInputException;

class AgentTrainingTest {
  @TempDir private Path folder;

  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> list = Files.list(folder)) {
      for (Path file : list.toList()) {
        content.put(
            file.getFileName().toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    return content;
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aKilledRunGoesOnToTheSameResult() throws IOException, InterruptedException {
    Path unbroken = folder.resolve("unbroken");
    Path killed = folder.resolve("killed");
    KillableTraining.run(unbroken, 0);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KillableTraining.class.getName(),
                killed.toString(),
                "300")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Path checkpoint = killed.resolve("checkpoint.json.gz");
    while (!Files.exists(checkpoint) && process.isAlive()) {
      Thread.sleep(50);
    }
    // Somewhere after the first checkpoint, while the next iterations run.
    Thread.sleep(450);
    // SIGKILL: nothing is tidied up.
    process.destroyForcibly().waitFor();
    assertThat(killed.resolve("config.json")).doesNotExist();
    try (Stream<Path> list = Files.list(killed)) {
      // A file that was being written may be left over, under a hidden name.
      for (Path file : list.filter(f -> f.getFileName().toString().startsWith(".")).toList()) {
        Files.delete(file);
      }
    }
    KillableTraining.run(killed, 0);
    assertThat(files(killed)).isEqualTo(files(unbroken));
    assertThat(files(killed).keySet())
        .containsExactly(
            "archive.jsonl",
            "checkpoint.json.gz",
            "config.json",
            "policy.params",
            "training.csv",
            "training.svg");
  }

  @Test
  void everyStructureOfTheArchiveReplays() throws IOException {
    KillableTraining.run(folder, 0);
    AgentOptions options = KillableTraining.options();
    List<String> lines = Files.readAllLines(folder.resolve("archive.jsonl"));
    assertThat(lines).isNotEmpty();
    List<Structure> seeds = Seeds.standard();
    double previous = Double.POSITIVE_INFINITY;
    int branched = 0;
    for (String line : lines) {
      ArchiveEntry entry = ArchiveEntry.of(new ObjectMapper().readTree(line), "archive", 1);
      List<Crystal> lived = entry.episode().replay(seeds, options.actionSet());
      assertThat(lived.get(lived.size() - 1)).isEqualTo(entry.crystal());
      assertThat(lived.get(0))
          .isEqualTo(
              seeds.stream()
                  .filter(s -> s.id().equals(entry.seedId()))
                  .findFirst()
                  .get()
                  .crystal());
      assertThat(entry.score()).isLessThanOrEqualTo(previous);
      previous = entry.score();
      branched += entry.episode().branches().isEmpty() ? 0 : 1;
    }
    assertThat(branched).isPositive();
  }

  @Test
  void anAgentReadBackActsAsTheTrainedOneAndOtherRunsAreRefused() throws IOException {
    KillableTraining.run(folder, 0);
    try (Agent agent = Agent.read(folder, new FakePredictor())) {
      AgentEvaluation first =
          AgentEvaluation.run(agent, new FakePredictor(), 20, false, false, 1, 3, new Archive(20));
      AgentEvaluation second =
          AgentEvaluation.run(agent, new FakePredictor(), 20, false, false, 2, 3, new Archive(20));
      assertThat(second).isEqualTo(first);
      assertThat(first.runs()).hasSize(20);
    }
    String config = Files.readString(folder.resolve("config.json"));
    assertThat(config).doesNotContain(folder.toString());
    Files.writeString(
        folder.resolve("config.json"), config.replace("\"fingerprint\"", "\"local\""));
    assertThatThrownBy(() -> Agent.read(folder, new FakePredictor()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("give the surrogate it was trained with");
    assertThatThrownBy(
            () ->
                AgentTraining.run(
                    KillableTraining.options(),
                    "another surrogate",
                    new FakePredictor(),
                    1,
                    200,
                    folder,
                    p -> {}))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("another surrogate");
    Files.writeString(folder.resolve("checkpoint.json.gz"), "broken");
    assertThatThrownBy(() -> KillableTraining.run(folder, 0))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("damaged");
    assertThatThrownBy(() -> Agent.read(folder.resolve("no"), new FakePredictor()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("not an agent");
  }

  @Test
  void episodesThatKeepApartEndAtDifferentFormulas() throws IOException {
    KillableTraining.run(folder, 0);
    try (Agent agent = Agent.read(folder, new FakePredictor())) {
      // The most probable action: without keeping apart, episodes from equal seeds end alike.
      AgentEvaluation together =
          AgentEvaluation.run(agent, new FakePredictor(), 40, false, true, 1, 3, new Archive(20));
      assertThat(together.toJson().get("unique_formulas_last").asInt()).isLessThan(40);
      AgentEvaluation apart =
          AgentEvaluation.run(agent, new FakePredictor(), 40, true, true, 1, 3, new Archive(20));
      assertThat(apart.toJson().get("unique_formulas_last").asInt()).isEqualTo(40);
      assertThat(
              AgentEvaluation.run(agent, new FakePredictor(), 5, true, true, 2, 3, new Archive(20))
                  .runs())
          .isEqualTo(apart.runs().subList(0, 5));
    }
  }

  @Test
  void theAgentLearnsWhatTheLawRewards() throws IOException {
    PpoSettings s = PpoSettings.standard();
    AgentOptions options =
        new AgentOptions(
            Seeds.standard(),
            ActionSet.TARGETED,
            Reward.Mode.PESSIMISTIC,
            1,
            CrystalEnvironment.Restarts.NONE,
            0,
            16,
            40_000,
            30,
            2,
            new PpoSettings(
                128,
                128,
                5,
                1e-3,
                false,
                s.gamma(),
                s.lambda(),
                s.clip(),
                0,
                0.01,
                0.5,
                0.5,
                0,
                32,
                true,
                true));
    List<Double> returns = new ArrayList<>();
    AgentTraining.run(
        options,
        "fake",
        new FakePredictor(),
        1,
        1_000_000,
        folder,
        progress -> returns.add(progress.row().get("mean_return")));
    double last =
        returns.subList(returns.size() - 5, returns.size()).stream()
            .mapToDouble(Double::doubleValue)
            .average()
            .orElseThrow();
    assertThat(last).as("of %s", returns).isGreaterThan(2 * returns.get(0));
  }
}
