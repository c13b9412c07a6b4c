package org.rlmaterials.rl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.rlmaterials.crystal.RandomStream;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.files.AtomicFiles;
import org.rlmaterials.surrogate.PropertyPredictor;

/**
 * A training run in a folder: it starts, or goes on from its last checkpoint as if there had been
 * no break, and leaves config.json, policy.params, training.csv, training.svg, archive.jsonl and
 * checkpoint.json.gz.
 */
public final class AgentTraining {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String CHECKPOINT = "checkpoint.json.gz";
  private static final long ENVIRONMENT = 11;
  private static final long AGENT = 12;

  private AgentTraining() {}

  /**
   * What happened in an iteration.
   *
   * @param steps steps done, of all environments together
   * @param timesteps steps wanted
   * @param row the row of the training curves, value by column
   */
  public record Progress(long steps, long timesteps, Map<String, Double> row) {}

  /**
   * Where the time of a run went (s); moves and descriptors are summed over threads.
   *
   * @param total wall time
   * @param moves moves, validity and instability
   * @param descriptors descriptors
   * @param surrogate predictions
   * @param environment all of a step of the environments: the three above and the archive
   * @param policy observations, policy and value networks, choice of actions
   * @param update gradient steps
   * @param steps steps done in this run
   * @param predicted crystals the surrogate was asked about, with those before a break
   */
  public record Timing(
      double total,
      double moves,
      double descriptors,
      double surrogate,
      double environment,
      double policy,
      double update,
      long steps,
      long predicted) {}

  /**
   * Trains an agent.
   *
   * @param options what is searched and how
   * @param surrogateDigest tells one surrogate from another, for the check of a checkpoint
   * @param predictor the surrogate
   * @param threads threads for moves and descriptors; the results do not depend on it
   * @param checkpointSteps steps between two checkpoints
   * @param folder where everything goes
   * @param progress is told of each iteration
   * @return where the time went
   * @throws BadInputException if the folder holds a checkpoint of another run
   */
  public static Timing run(
      AgentOptions options,
      String surrogateDigest,
      PropertyPredictor predictor,
      int threads,
      long checkpointSteps,
      Path folder,
      Consumer<Progress> progress) {
    long start = System.nanoTime();
    Archive archive = new Archive(options.archiveSize());
    ObjectNode identity = options.toJson();
    identity.put("surrogate", surrogateDigest);
    Curves curves = new Curves();
    try (CrystalEnvironment environment =
            new CrystalEnvironment(
                options.environment(
                    threads, options.environments(), RandomStream.key(options.seed(), ENVIRONMENT)),
                predictor,
                archive);
        PpoTrainer trainer =
            new PpoTrainer(
                environment,
                options.ppo(),
                options.timesteps(),
                RandomStream.key(options.seed(), AGENT))) {
      JsonNode checkpoint = readCheckpoint(folder, identity);
      if (checkpoint != null) {
        trainer.restore(checkpoint.get("trainer"));
        curves.restore(checkpoint.get("curves"));
      }
      long first = trainer.steps();
      long saved = first;
      while (trainer.steps() < options.timesteps()) {
        Map<String, Double> row = trainer.iterate();
        curves.add(row);
        progress.accept(new Progress(trainer.steps(), options.timesteps(), row));
        if (trainer.steps() - saved >= checkpointSteps || trainer.steps() >= options.timesteps()) {
          writeCheckpoint(folder, identity, trainer, curves);
          saved = trainer.steps();
        }
      }
      write(folder, options, environment, predictor, trainer, curves, archive);
      CrystalEnvironment.Seconds parts = environment.seconds();
      PpoTrainer.Phases phases = trainer.phases();
      return new Timing(
          (System.nanoTime() - start) * 1e-9,
          parts.moves,
          parts.descriptors,
          parts.surrogate,
          phases.environmentSeconds,
          phases.policySeconds,
          phases.updateSeconds,
          trainer.steps() - first,
          environment.predicted());
    }
  }

  private static void write(
      Path folder,
      AgentOptions options,
      CrystalEnvironment environment,
      PropertyPredictor predictor,
      PpoTrainer trainer,
      Curves curves,
      Archive archive) {
    AtomicFiles.writeString(folder.resolve("training.csv"), curves.toCsv());
    AtomicFiles.writeString(
        folder.resolve("training.svg"),
        curves.toSvg(
            List.of(
                "mean_return",
                "mean_worth",
                "archive_top20_score",
                "semiconductor_rate",
                "entropy",
                "explained_variance")));
    AtomicFiles.write(
        folder.resolve("archive.jsonl"),
        out -> {
          for (ArchiveEntry entry : archive.best()) {
            out.write((entry.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
          }
        });
    Agent.write(folder, options, environment, predictor.descriptor().name(), trainer.networks());
  }

  private static void writeCheckpoint(
      Path folder, ObjectNode identity, PpoTrainer trainer, Curves curves) {
    ObjectNode node = MAPPER.createObjectNode();
    node.set("run", identity);
    node.set("trainer", trainer.snapshot());
    node.set("curves", curves.snapshot());
    AtomicFiles.write(folder.resolve(CHECKPOINT), out -> out.write(MAPPER.writeValueAsBytes(node)));
  }

  private static JsonNode readCheckpoint(Path folder, ObjectNode identity) {
    Path file = folder.resolve(CHECKPOINT);
    if (!Files.exists(file)) {
      return null;
    }
    JsonNode node;
    try (InputStream in =
        new GZIPInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      node = MAPPER.readTree(in);
    } catch (IOException e) {
      throw new BadInputException(
          file + ": damaged (" + e.getMessage() + "): remove it to start from the beginning", e);
    }
    try {
      // Compared as text: numbers read back may have another Java type.
      if (!MAPPER.readTree(identity.toString()).equals(node.get("run"))) {
        throw new BadInputException(
            file
                + ": a checkpoint of a run with other options or another surrogate: remove it to"
                + " start from the beginning, or choose another --out");
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return node;
  }
}
