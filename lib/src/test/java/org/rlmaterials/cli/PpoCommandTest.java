package org.rlmaterials.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rlmaterials.surrogate.TinyData;
import picocli.CommandLine;

class PpoCommandTest {
  @TempDir static Path folder;

  private static Path surrogate;

  @BeforeAll
  static void trainASurrogate() {
    Path dataset = folder.resolve("tiny.csv.gz");
    TinyData.write(dataset, 40);
    surrogate = folder.resolve("member_0");
    Result result =
        run(
            List.of("surrogate", "train", "--dataset"),
            List.of(dataset, "--preset", "local", "--epochs", "3", "--out", surrogate));
    assertThat(result.code).as(result.err).isZero();
  }

  private record Result(int code, String out, String err) {}

  private static Result run(List<?> first, List<?> second) {
    List<String> args = new ArrayList<>();
    first.forEach(a -> args.add(a.toString()));
    second.forEach(a -> args.add(a.toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    int code = commandLine.execute(args.toArray(String[]::new));
    return new Result(code, out.toString(), err.toString());
  }

  private static Result train(Path out, Object... more) {
    return run(List.of("ppo", "train", "--surrogate", surrogate, "--out", out), List.of(more));
  }

  private static JsonNode json(Path file) throws Exception {
    return new ObjectMapper().readTree(file.toFile());
  }

  @Test
  void theDefaultsAreThePrototypes() throws Exception {
    Path out = folder.resolve("seed");
    // One step of each environment is enough to see them written down.
    Result result = train(out, "--timesteps", 8, "--environments", 4, "--steps", 2);
    assertThat(result.code).as(result.err).isZero();
    JsonNode config = json(out.resolve("config.json"));
    JsonNode ppo = config.get("ppo");
    assertThat(ppo.get("batchSize").asInt()).isEqualTo(128);
    assertThat(ppo.get("epochs").asInt()).isEqualTo(10);
    assertThat(ppo.get("learningRate").asDouble()).isEqualTo(3e-4);
    assertThat(ppo.get("gamma").asDouble()).isEqualTo(0.99);
    assertThat(ppo.get("lambda").asDouble()).isEqualTo(0.95);
    assertThat(ppo.get("clip").asDouble()).isEqualTo(0.2);
    assertThat(ppo.get("entropyCoefficient").asDouble()).isEqualTo(0.01);
    assertThat(ppo.get("hidden").asInt()).isEqualTo(64);
    assertThat(config.get("reward").asText()).isEqualTo("pessimistic");
    assertThat(config.get("restart_share").asDouble()).isZero();
  }

  @Test
  void beforeAnEpisodeHasEndedThereIsNoMeanReturn() {
    Map<String, Double> row = new HashMap<>();
    row.put("mean_return", Double.NaN);
    row.put("archive_best_score", 3.14);
    row.put("semiconductor_rate", 0.5);
    assertThat(PpoCommand.Train.described(row))
        .isEqualTo("mean return -, best score 3.1, semiconductors 50 %");
    row.put("mean_return", 2.0);
    assertThat(PpoCommand.Train.described(row)).startsWith("mean return 2.0, ");
  }

  @Test
  void aSearchLeavesItsArchiveAndItsAgentCanBeEvaluated() throws Exception {
    Path out = folder.resolve("search");
    Result result = train(out, "--preset", "search", "--timesteps", 2000, "--seed", 3);
    assertThat(result.code).as(result.err).isZero();
    // Whole iterations of 32 × 16 steps.
    assertThat(result.out).startsWith("2048 steps in ");
    JsonNode config = json(out.resolve("config.json"));
    assertThat(config.get("reward").asText()).isEqualTo("archive");
    assertThat(config.get("restart_share").asDouble()).isPositive();
    assertThat(Files.readAllLines(out.resolve("training.csv"))).hasSize(5);
    assertThat(out.resolve("archive.jsonl")).exists();

    Path evaluation = folder.resolve("evaluation.json");
    result =
        run(
            List.of("ppo", "evaluate", "--agent", out, "--surrogate", surrogate),
            List.of("--episodes", 6, "--out", evaluation));
    assertThat(result.code).as(result.err).isZero();
    JsonNode agent = json(evaluation).get("agents").get(0);
    assertThat(agent.get("episodes").asInt()).isEqualTo(6);
    assertThat(agent.get("semiconductor_rate_last").asDouble()).isBetween(0.0, 1.0);
    assertThat(agent.get("unique_formulas_last").asInt()).isBetween(1, 6);

    // What an agent is paid for does not depend on who was evaluated before.
    result =
        run(
            List.of("ppo", "evaluate", "--agent", out, "--agent", out, "--surrogate", surrogate),
            List.of("--episodes", 6, "--out", evaluation));
    assertThat(result.code).as(result.err).isZero();
    JsonNode agents = json(evaluation).get("agents");
    assertThat(agents.get(0)).isEqualTo(agent);
    assertThat(agents.get(1)).isEqualTo(agent);
  }

  @Test
  void episodesOfAnAgentThatKeepsApartEndApart() throws Exception {
    Path out = folder.resolve("apart");
    Result result = train(out, "--distinct", 5, "--timesteps", 200, "--steps", 4);
    assertThat(result.code).as(result.err).isZero();
    assertThat(json(out.resolve("config.json")).get("distinct").asInt()).isEqualTo(5);
    Path evaluation = folder.resolve("evaluation.json");
    result =
        run(
            List.of("ppo", "evaluate", "--distinct", "--agent", out, "--surrogate", surrogate),
            List.of("--episodes", 8, "--out", evaluation));
    assertThat(result.code).as(result.err).isZero();
    assertThat(result.out).contains("8 of 8 formulas unique");
    assertThat(json(evaluation).get("distinct").asBoolean()).isTrue();
  }

  @Test
  void whatCannotBeIsRefusedInWords() {
    Path out = folder.resolve("no");
    Result six = train(out, "--timesteps", 100, "--actions", "six_moves", "--distinct", 3);
    assertThat(six.code).isEqualTo(ExitCode.USAGE);
    assertThat(six.err).contains("--distinct is 3").contains("0 with six moves");
    Result result = train(out, "--timesteps", 100, "--restart-share", 1.5);
    assertThat(result.code).isEqualTo(ExitCode.USAGE);
    assertThat(result.err).contains("--restart-share is 1.5").contains("0 to 1");
    result = train(out, "--timesteps", 100, "--restart-steps", 0);
    assertThat(result.code).isEqualTo(ExitCode.USAGE);
    result =
        run(
            List.of("ppo", "train", "--timesteps", 10),
            List.of("--surrogate", folder, "--out", out));
    assertThat(result.code).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(out).doesNotExist();
  }
}
