package org.rlmaterials.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.files.AtomicFiles;
import org.rlmaterials.files.Digests;
import org.rlmaterials.files.Progress;
import org.rlmaterials.files.SeedFiles;
import org.rlmaterials.rl.ActionSet;
import org.rlmaterials.rl.Agent;
import org.rlmaterials.rl.AgentEvaluation;
import org.rlmaterials.rl.AgentOptions;
import org.rlmaterials.rl.AgentTraining;
import org.rlmaterials.rl.Archive;
import org.rlmaterials.rl.ArchiveEntry;
import org.rlmaterials.rl.CrystalEnvironment;
import org.rlmaterials.rl.PpoSettings;
import org.rlmaterials.rl.Reward;
import org.rlmaterials.surrogate.Ensemble;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code ppo}. */
@Command(
    name = "ppo",
    description = "Trains and evaluates the agent.",
    subcommands = {PpoCommand.Train.class, PpoCommand.Evaluate.class})
final class PpoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "no command given: expected train or evaluate");
  }

  /** Settings that go together. */
  enum Preset {
    /** The original prototype's algorithm. */
    seed,
    /** What finds the most with as many predictions; see docs/rl.md. */
    search;

    Reward.Mode reward() {
      return this == seed ? Reward.Mode.PESSIMISTIC : Reward.Mode.ARCHIVE;
    }

    CrystalEnvironment.Restarts restarts() {
      return this == seed ? CrystalEnvironment.Restarts.NONE : CrystalEnvironment.Restarts.STANDARD;
    }

    ActionSet actions() {
      return this == seed ? ActionSet.TARGETED : ActionSet.SETTLED;
    }

    PpoSettings ppo() {
      return this == seed ? PpoSettings.standard() : PpoSettings.search();
    }
  }

  /** The command {@code ppo train}. */
  @Command(
      name = "train",
      description =
          "Trains an agent against a surrogate. Run again with the same options and folder, it goes"
              + " on from the last checkpoint with the same result as an unbroken run.")
  static final class Train implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
        names = "--surrogate",
        required = true,
        arity = "1..*",
        paramLabel = "DIR",
        description = "folder of a trained member; repeat for an ensemble")
    private List<Path> surrogates;

    @Option(
        names = "--timesteps",
        required = true,
        paramLabel = "N",
        description = "steps of all environments together; rounded up to whole iterations")
    private long timesteps;

    @Option(
        names = "--seed",
        defaultValue = "0",
        paramLabel = "S",
        description = "fixes every random choice (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(
        names = "--out",
        required = true,
        paramLabel = "DIR",
        description = "folder the agent is written to")
    private Path out;

    @Option(
        names = "--seeds-file",
        paramLabel = "FILE",
        description =
            "crystals episodes start from: a table in the layout of data/seeds.csv, or structures"
                + " (default: the 18 of data/seeds.csv)")
    private Path seedsFile;

    @Option(
        names = "--max-atoms",
        paramLabel = "N",
        description = "start from seeds of at most so many atoms only (default: from all)")
    private Integer maxAtoms;

    @Option(
        names = "--actions",
        description =
            "six_moves: the agent chooses the kind of move, chance the rest; targeted: it chooses"
                + " atom and element, or strain component; settled: the same, each step ends at the"
                + " volume that suits the bonds (default: targeted, with --preset search settled)")
    private ActionSet actions;

    @Option(
        names = "--preset",
        defaultValue = "seed",
        description =
            "settings that go together, each of which another option can change; seed: the"
                + " prototype's algorithm; search: restarts, small updates, paid for what the"
                + " archive gains, which finds more (default: ${DEFAULT-VALUE})")
    private Preset preset;

    @Option(
        names = "--reward",
        description =
            "seed: the prototype's; pessimistic: mass made heavier by kappa standard deviations;"
                + " best_of_episode: paid once, for the best structure; archive: for what the"
                + " archive gains (default: pessimistic, with --preset search archive)")
    private Reward.Mode reward;

    @Option(
        names = "--restart-share",
        paramLabel = "X",
        description =
            "share of the episodes that go on from a good structure met before, within 40 steps of"
                + " its seed crystal (default: 0, with --preset search 0.9)")
    private Double restartShare;

    @Option(
        names = "--restart-steps",
        paramLabel = "N",
        description = "most steps of such an episode (default: 40, with --preset search 10)")
    private Integer restartSteps;

    @Option(
        names = "--distinct",
        defaultValue = "0",
        paramLabel = "N",
        description =
            "close the formulas at which its last N episodes ended to an environment's next one, as"
                + " ppo evaluate --distinct does (targeted actions; default: ${DEFAULT-VALUE})")
    private int distinct;

    @Option(
        names = "--kappa",
        defaultValue = "1",
        paramLabel = "K",
        description =
            "standard deviations by which a predicted mass is made heavier in pessimistic rewards"
                + " and in the scores of the archive (default: ${DEFAULT-VALUE})")
    private double kappa;

    @Option(
        names = "--environments",
        defaultValue = "" + AgentOptions.ENVIRONMENTS,
        paramLabel = "N",
        description = "environments that step together (default: ${DEFAULT-VALUE})")
    private int environments;

    @Option(
        names = "--steps",
        paramLabel = "N",
        description = "steps of each environment between two updates (default: 128, search 16)")
    private Integer steps;

    @Option(names = "--batch-size", paramLabel = "N", description = "minibatch (default: 128)")
    private Integer batchSize;

    @Option(
        names = "--epochs",
        paramLabel = "N",
        description = "passes over the samples in an update (default: 10, search 4)")
    private Integer epochs;

    @Option(
        names = "--learning-rate",
        paramLabel = "X",
        description = "step size of Adam (default: 0.0003, search 0.001)")
    private Double learningRate;

    @Option(
        names = "--linear-decay",
        negatable = true,
        description = "let the learning rate fall to 0 over the run (default: off)")
    private Boolean linearDecay;

    @Option(
        names = "--gamma",
        paramLabel = "X",
        description = "discount (default: 0.99, search 0.95)")
    private Double gamma;

    @Option(
        names = "--lambda",
        paramLabel = "X",
        description = "decay of the advantage estimate (default: 0.95, search 0.9)")
    private Double lambda;

    @Option(
        names = "--clip",
        paramLabel = "X",
        description = "trusted change of the probability ratio (default: 0.2)")
    private Double clip;

    @Option(
        names = "--value-clip",
        paramLabel = "X",
        description = "largest change of a value in an update, 0: no limit (default: 0)")
    private Double valueClip;

    @Option(
        names = "--entropy",
        paramLabel = "X",
        description = "weight of the entropy bonus (default: 0.01)")
    private Double entropy;

    @Option(
        names = "--target-kl",
        paramLabel = "X",
        description = "end an update when the policy has moved 1.5 of this, 0: never (default: 0)")
    private Double targetKl;

    @Option(
        names = "--hidden",
        paramLabel = "N",
        description = "units of each of the two layers (default: 64)")
    private Integer hidden;

    @Option(
        names = "--archive-size",
        defaultValue = "500",
        paramLabel = "N",
        description = "most structures kept (default: ${DEFAULT-VALUE})")
    private int archiveSize;

    @Option(
        names = "--checkpoint-steps",
        defaultValue = "25000",
        paramLabel = "N",
        description = "steps between two checkpoints (default: ${DEFAULT-VALUE})")
    private long checkpointSteps;

    @Option(
        names = "--threads",
        defaultValue = "1",
        paramLabel = "N",
        description =
            "threads for moves and descriptors; results do not depend on it (default:"
                + " ${DEFAULT-VALUE})")
    private int threads;

    @Override
    public Integer call() {
      require(timesteps >= 1, "--timesteps", timesteps, "at least 1");
      require(kappa >= 0 && Double.isFinite(kappa), "--kappa", kappa, "at least 0");
      require(
          distinct == 0 || (distinct > 0 && or(actions, preset.actions()).isTargeted()),
          "--distinct",
          distinct,
          "at least 0, and 0 with six moves");
      require(environments >= 1, "--environments", environments, "at least 1");
      require(archiveSize >= 1, "--archive-size", archiveSize, "at least 1");
      require(checkpointSteps >= 1, "--checkpoint-steps", checkpointSteps, "at least 1");
      require(threads >= 1, "--threads", threads, "at least 1");
      PpoSettings settings = settings();
      AgentOptions options =
          new AgentOptions(
              SeedFiles.read(seedsFile, maxAtoms),
              or(actions, preset.actions()),
              or(reward, preset.reward()),
              kappa,
              restarts(),
              distinct,
              environments,
              timesteps,
              archiveSize,
              seed,
              settings);
      PrintWriter text = spec.commandLine().getOut();
      try (Ensemble ensemble = Ensemble.load(surrogates)) {
        Progress line = new Progress(spec.commandLine().getErr());
        AgentTraining.Timing timing =
            AgentTraining.run(
                options,
                digest(surrogates),
                ensemble,
                threads,
                checkpointSteps,
                out,
                p -> show(line, p));
        line.end();
        text.printf(
            Locale.ROOT,
            "%d steps in %.1f s: environment %.1f s (of it surrogate %.1f s), policy %.1f s, update"
                + " %.1f s%n",
            timing.steps(),
            timing.total(),
            timing.environment(),
            timing.surrogate(),
            timing.policy(),
            timing.update());
        text.flush();
      }
      return ExitCode.OK;
    }

    private CrystalEnvironment.Restarts restarts() {
      CrystalEnvironment.Restarts restarts =
          new CrystalEnvironment.Restarts(
              or(restartShare, preset.restarts().share()),
              or(restartSteps, preset.restarts().steps()));
      requireWithin(restarts.share(), 0, 1, "--restart-share");
      require(restarts.steps() >= 1, "--restart-steps", restartSteps, "at least 1");
      return restarts;
    }

    private static void show(Progress line, AgentTraining.Progress at) {
      line.step("ppo", "steps", at.steps(), at.timesteps(), described(at.row()));
    }

    static String described(Map<String, Double> row) {
      // No episode may have ended yet.
      double meanReturn = row.get("mean_return");
      return String.format(
          Locale.ROOT,
          "mean return %s, best score %.1f, semiconductors %.0f %%",
          Double.isNaN(meanReturn) ? "-" : String.format(Locale.ROOT, "%.1f", meanReturn),
          row.get("archive_best_score"),
          100 * row.get("semiconductor_rate"));
    }

    private PpoSettings settings() {
      PpoSettings defaults = preset.ppo();
      PpoSettings settings =
          new PpoSettings(
              or(steps, defaults.stepsPerEnvironment()),
              or(batchSize, defaults.batchSize()),
              or(epochs, defaults.epochs()),
              or(learningRate, defaults.learningRate()),
              or(linearDecay, defaults.linearDecay()),
              or(gamma, defaults.gamma()),
              or(lambda, defaults.lambda()),
              or(clip, defaults.clip()),
              or(valueClip, defaults.valueClip()),
              or(entropy, defaults.entropyCoefficient()),
              defaults.valueCoefficient(),
              defaults.maxGradientNorm(),
              or(targetKl, defaults.targetKl()),
              or(hidden, defaults.hidden()),
              defaults.normaliseAdvantage(),
              defaults.normaliseReward());
      require(settings.stepsPerEnvironment() >= 1, "--steps", steps, "at least 1");
      require(settings.batchSize() >= 2, "--batch-size", batchSize, "at least 2");
      require(settings.epochs() >= 1, "--epochs", epochs, "at least 1");
      require(settings.hidden() >= 1, "--hidden", hidden, "at least 1");
      requireWithin(settings.learningRate(), 0, 1, "--learning-rate");
      requireWithin(settings.gamma(), 0, 1, "--gamma");
      requireWithin(settings.lambda(), 0, 1, "--lambda");
      requireWithin(settings.clip(), 0, 1, "--clip");
      requireWithin(settings.valueClip(), 0, 1e6, "--value-clip");
      requireWithin(settings.entropyCoefficient(), 0, 1e6, "--entropy");
      requireWithin(settings.targetKl(), 0, 1e6, "--target-kl");
      return settings;
    }

    private static <T> T or(T given, T otherwise) {
      return given == null ? otherwise : given;
    }

    private void requireWithin(double value, double low, double high, String name) {
      require(
          value >= low && value <= high,
          name,
          value,
          String.format(Locale.ROOT, "%.0f to %.0f", low, high));
    }

    private void require(boolean valid, String name, Object value, String expected) {
      if (!valid) {
        throw new ParameterException(
            spec.commandLine(), name + " is " + value + ": expected " + expected);
      }
    }
  }

  /** The command {@code ppo evaluate}. */
  @Command(name = "evaluate", description = "Runs episodes with trained agents.")
  static final class Evaluate implements Callable<Integer> {
    private static final ObjectMapper MAPPER =
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    @Spec private CommandSpec spec;

    @Option(
        names = "--agent",
        required = true,
        arity = "1..*",
        paramLabel = "DIR",
        description = "folder written by ppo train; repeat for several")
    private List<Path> agents;

    @Option(
        names = "--surrogate",
        required = true,
        arity = "1..*",
        paramLabel = "DIR",
        description = "folder of a trained member; repeat for an ensemble")
    private List<Path> surrogates;

    @Option(
        names = "--episodes",
        defaultValue = "20",
        paramLabel = "N",
        description = "episodes of each agent (default: ${DEFAULT-VALUE})")
    private int episodes;

    @Option(
        names = "--seed",
        defaultValue = "0",
        paramLabel = "S",
        description = "fixes every random choice (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(
        names = "--deterministic",
        description = "take the most probable action, not one by chance")
    private boolean deterministic;

    @Option(
        names = "--distinct",
        description =
            "run the episodes one after another, and let none go to or stay at a formula at which"
                + " an earlier one ended (targeted actions)")
    private boolean distinct;

    @Option(
        names = "--threads",
        defaultValue = "1",
        paramLabel = "N",
        description = "threads for moves and descriptors (default: ${DEFAULT-VALUE})")
    private int threads;

    @Option(
        names = "--archive",
        paramLabel = "FILE",
        description = "where the best structures met go, in the layout of an agent's archive.jsonl")
    private Path archiveFile;

    @Option(
        names = "--out",
        required = true,
        paramLabel = "FILE",
        description = "where the results go (JSON); rewards in 1/mₑ")
    private Path out;

    @Override
    public Integer call() {
      if (episodes < 1 || threads < 1) {
        throw new ParameterException(
            spec.commandLine(), "--episodes and --threads: expected at least 1");
      }
      ObjectNode result = MAPPER.createObjectNode();
      result.put("deterministic", deterministic);
      result.put("distinct", distinct);
      ArrayNode list = result.putArray("agents");
      Archive found = new Archive(500);
      try (Ensemble ensemble = Ensemble.load(surrogates)) {
        for (Path folder : agents) {
          try (Agent agent = Agent.read(folder, ensemble)) {
            if (distinct && !agent.options().actionSet().isTargeted()) {
              throw new ParameterException(
                  spec.commandLine(),
                  "--distinct: " + folder + " has six moves: expected targeted actions");
            }
            // Its own: a reward that is paid for what is new must not depend on other agents.
            Archive archive = new Archive(500);
            AgentEvaluation evaluation =
                AgentEvaluation.run(
                    agent, ensemble, episodes, distinct, deterministic, threads, seed, archive);
            archive.best().forEach(found::offer);
            ObjectNode node = MAPPER.createObjectNode();
            node.put("agent", folder.toAbsolutePath().normalize().getFileName().toString());
            node.setAll(evaluation.toJson());
            list.add(node);
            spec.commandLine()
                .getOut()
                .printf(
                    Locale.ROOT,
                    "%s: mean reward %.1f ± %.1f, by the seed's rule %.1f ± %.1f; %d of %d formulas"
                        + " unique; semiconductors %.0f %%%n",
                    folder.getFileName(),
                    node.get("mean_reward").asDouble(),
                    node.get("sd_reward").asDouble(),
                    node.get("mean_reward_seed_rule").asDouble(),
                    node.get("sd_reward_seed_rule").asDouble(),
                    node.get("unique_formulas_last").asInt(),
                    episodes,
                    100 * node.get("semiconductor_rate_last").asDouble());
          }
        }
      }
      AtomicFiles.write(out, stream -> stream.write(MAPPER.writeValueAsBytes(result)));
      if (archiveFile != null) {
        AtomicFiles.write(
            archiveFile,
            stream -> {
              for (ArchiveEntry entry : found.best()) {
                stream.write((entry.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
              }
            });
      }
      return ExitCode.OK;
    }
  }

  /**
   * One text for the surrogate: of what describes its members, which holds checksums of the rest.
   */
  private static String digest(List<Path> folders) {
    StringBuilder text = new StringBuilder();
    for (Path folder : folders) {
      Path file = folder.resolve("model.json");
      try {
        text.append(Digests.md5(file)).append(' ');
      } catch (IOException e) {
        throw new BadInputException(
            file + ": cannot be read (" + e + "): expected a folder of surrogate train", e);
      }
    }
    return text.toString().strip();
  }
}
