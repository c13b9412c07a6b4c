package org.rlmaterials.cli;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.rlmaterials.files.Progress;
import org.rlmaterials.files.StructureFiles;
import org.rlmaterials.surrogate.Evaluation;
import org.rlmaterials.surrogate.Surrogate;
import org.rlmaterials.surrogate.Torch;
import org.rlmaterials.surrogate.Training;
import org.rlmaterials.surrogate.TrainingOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code surrogate}. */
@Command(
    name = "surrogate",
    description = "Trains, evaluates and applies the surrogate.",
    subcommands = {
      SurrogateCommand.Train.class,
      SurrogateCommand.Evaluate.class,
      SurrogateCommand.Predict.class
    })
final class SurrogateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "no command given: expected train, evaluate or predict");
  }

  /** The presets. */
  enum Preset {
    /** The original prototype's network and two phases, on the 152-number fingerprint. */
    seed,
    /** The joint multi-task network on the descriptor "local". */
    local;

    TrainingOptions options() {
      return this == seed ? TrainingOptions.seed() : TrainingOptions.local();
    }
  }

  /** The command {@code surrogate train}. */
  @Command(name = "train", description = "Trains one member of the ensemble.")
  static final class Train implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
        names = "--dataset",
        required = true,
        paramLabel = "FILE",
        description = "dataset to train on (.csv.gz, its structures beside it)")
    private Path dataset;

    @Option(
        names = "--member",
        defaultValue = "0",
        paramLabel = "K",
        description = "which member of the ensemble, from 0 (default: ${DEFAULT-VALUE})")
    private int member;

    @Option(
        names = "--seed",
        defaultValue = "0",
        paramLabel = "S",
        description = "fixes every random choice, with the member (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(
        names = "--out",
        required = true,
        paramLabel = "DIR",
        description = "folder the member is written to")
    private Path out;

    @Option(
        names = "--preset",
        defaultValue = "local",
        description =
            "seed: the original network on 152 numbers, in two phases; local: a multi-task network"
                + " on the descriptor 'local' (default: ${DEFAULT-VALUE})")
    private Preset preset;

    @Option(
        names = "--hidden",
        paramLabel = "N,...",
        split = ",",
        description =
            "sizes of the trunk layers (default: 192,192,192 for seed, 256,128 for local)")
    private List<Integer> hidden;

    @Option(names = "--batch-size", paramLabel = "N", description = "records a step (default: 128)")
    private Integer batchSize;

    @Option(
        names = "--epochs",
        paramLabel = "N",
        description = "most epochs of phase 1 (default: 500 for seed, 40 for local)")
    private Integer epochs;

    @Option(
        names = "--epochs-phase2",
        paramLabel = "N",
        description = "most epochs of phase 2 (default: 200 for seed)")
    private Integer epochsPhase2;

    @Option(
        names = "--patience",
        paramLabel = "N",
        description = "epochs without a better validation loss before training stops")
    private Integer patience;

    @Option(
        names = "--learning-rate",
        paramLabel = "X",
        description = "step size at the start, or at its peak (default: 0.001 seed, 0.002 local)")
    private Double learningRate;

    @Option(
        names = "--weight-decay",
        paramLabel = "X",
        description = "decoupled weight decay (default: 0 seed, 0.02 local)")
    private Double weightDecay;

    @Option(
        names = "--dropout",
        paramLabel = "P",
        description = "share of trunk outputs dropped (default: 0.1 seed, 0.2 local)")
    private Double dropout;

    @Option(
        names = "--clip-norm",
        paramLabel = "X",
        description = "largest norm of the gradient, 0 for no limit (default: 1)")
    private Double clipNorm;

    @Option(
        names = "--gap-weight",
        paramLabel = "X",
        description = "weight of the gap in the loss, against 1 for m* (default: 0.3 seed)")
    private Double gapWeight;

    @Option(
        names = "--two-phase",
        negatable = true,
        description =
            "phase 1 on records with m*, phase 2 tunes the gap on records with a gap alone, trunk"
                + " frozen (default: on for seed, off for local)")
    private Boolean twoPhase;

    @Option(
        names = "--max-gap-only",
        paramLabel = "N",
        description = "most records with a gap alone in phase 2, drawn by seed (default: 12000)")
    private Integer maxGapOnly;

    @Option(
        names = "--sources",
        split = ",",
        paramLabel = "NAME,...",
        description =
            "sources of records to train on: dft, jarvis, materials_project, id_prop (default:"
                + " all)")
    private List<String> sources;

    @Option(
        names = "--split",
        defaultValue = "system",
        description =
            "system: whole chemical systems are held out, as the dataset says; random: rows, the"
                + " original prototype's protocol, for comparison (default: ${DEFAULT-VALUE})")
    private TrainingOptions.HeldOut split;

    @Option(
        names = "--bootstrap",
        negatable = true,
        description =
            "a bootstrap sample of the records, another for each member, is added to them, so that"
                + " members weigh them differently (default: on)")
    private Boolean bootstrap;

    @Option(
        names = "--jitter-copies",
        paramLabel = "N",
        description = "displaced and strained copies of each record drawn (default: 1)")
    private Integer jitterCopies;

    @Option(
        names = "--trees",
        paramLabel = "N",
        description =
            "boosted trees for each of m*, gap and class, averaged with the network (default: 0 for"
                + " seed, 400 for local)")
    private Integer trees;

    @Option(
        names = "--refit",
        negatable = true,
        description =
            "once validation records have decided when to stop and how wide predictions are, train"
                + " again with them added (default: off for seed, on for local)")
    private Boolean refit;

    @Option(
        names = "--threads",
        defaultValue = "1",
        paramLabel = "N",
        description = "threads of one operation (default: ${DEFAULT-VALUE})")
    private int threads;

    @Override
    public Integer call() {
      check(threads >= 1, "--threads", threads);
      check(member >= 0, "--member", member);
      TrainingOptions options = options();
      Torch.start(threads);
      Progress progress = new Progress(spec.commandLine().getErr());
      List<Training.Epoch> epochs =
          Surrogate.train(
              dataset,
              options,
              seed,
              member,
              Version.current(),
              out,
              (epoch, most) ->
                  progress.step(
                      "member %d, phase %d".formatted(member, epoch.phase()),
                      "epochs",
                      epoch.epoch(),
                      most,
                      String.format(Locale.ROOT, "training loss %.3f", epoch.trainingLoss())));
      progress.end();
      Training.Epoch best =
          epochs.stream()
              .filter(e -> e.phase() == 1)
              .min((a, b) -> Double.compare(a.validationLoss(), b.validationLoss()))
              .orElseThrow();
      spec.commandLine()
          .getOut()
          .printf(
              "member %d: %d epochs, best validation loss %.4f (phase 1, epoch %d)%n",
              member, epochs.size(), best.validationLoss(), best.epoch());
      return ExitCode.OK;
    }

    private TrainingOptions options() {
      TrainingOptions base = preset.options();
      Map<String, Object> changes = new HashMap<>();
      changes.put("hidden", hidden);
      changes.put("batch_size", batchSize);
      changes.put("epochs_phase1", epochs);
      changes.put("epochs_phase2", secondPhase(base));
      changes.put("patience", patience);
      changes.put("learning_rate", learningRate);
      changes.put("weight_decay", weightDecay);
      changes.put("dropout", dropout);
      changes.put("clip_norm", clipNorm);
      changes.put("target_weights", gapWeight == null ? null : base.withGapWeight(gapWeight));
      changes.put("two_phase", twoPhase);
      changes.put("max_gap_only", maxGapOnly);
      changes.put("sources", sources);
      changes.put("split", split);
      changes.put("bootstrap", bootstrap);
      changes.put("trees", trees);
      changes.put("refit", refit);
      if (jitterCopies != null) {
        TrainingOptions.Jitter jitter = TrainingOptions.local().jitter();
        changes.put(
            "jitter",
            new TrainingOptions.Jitter(
                jitterCopies, jitter.volume(), jitter.strain(), jitter.displacementAngstrom()));
      }
      try {
        return base.with(changes);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), e.getMessage(), e);
      }
    }

    private Integer secondPhase(TrainingOptions base) {
      boolean two = twoPhase == null ? base.twoPhase() : twoPhase;
      if (epochsPhase2 != null && epochsPhase2 > 0 && !two) {
        throw new ParameterException(
            spec.commandLine(),
            "--epochs-phase2: the preset has one phase: add --two-phase, or leave it out");
      }
      return epochsPhase2 == null && two && base.epochsPhase2() == 0
          ? Integer.valueOf(TrainingOptions.seed().epochsPhase2())
          : epochsPhase2;
    }

    private void check(boolean valid, String name, Object value) {
      if (!valid) {
        throw new ParameterException(
            spec.commandLine(), name + " is " + value + ": out of range, see --help");
      }
    }
  }

  /** The command {@code surrogate evaluate}. */
  @Command(
      name = "evaluate",
      description = "Measures an ensemble on the records its members have not seen.")
  static final class Evaluate implements Callable<Integer> {
    @Option(
        names = "--model",
        required = true,
        paramLabel = "DIR",
        arity = "1..*",
        description =
            "folder of a member; repeat for an ensemble. Members trained with --split random are"
                + " measured apart, under random_split")
    private List<Path> models;

    @Option(
        names = "--dataset",
        required = true,
        paramLabel = "FILE",
        description = "the dataset the members were trained on (.csv.gz, its structures beside it)")
    private Path dataset;

    @Option(
        names = "--seed",
        defaultValue = "0",
        paramLabel = "S",
        description = "fixes intervals and displacements (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(
        names = "--out",
        required = true,
        paramLabel = "FILE",
        description =
            "where the metrics go, as JSON; beside them NAME_grouped_split.svg or"
                + " NAME_random_split.svg: parity, reliability and learning curve")
    private Path out;

    @Override
    public Integer call() {
      Evaluation.run(models, dataset, seed, out);
      return ExitCode.OK;
    }
  }

  /** The command {@code surrogate predict}. */
  @Command(name = "predict", description = "Predicts mass and gap of structures.")
  static final class Predict implements Callable<Integer> {
    @Option(
        names = "--model",
        required = true,
        paramLabel = "DIR",
        arity = "1..*",
        description = "folder of a member; repeat for an ensemble")
    private List<Path> models;

    @Option(
        names = "--structures",
        required = true,
        paramLabel = "FILE",
        description = "structures: CIF, POSCAR, XYZ, or JSON, one object or one a line (.gz too)")
    private Path structures;

    @Option(
        names = "--out",
        required = true,
        paramLabel = "FILE",
        description =
            "table id,m_star,m_star_std (mₑ),gap_ev,gap_std_ev (eV),semiconductor_probability")
    private Path out;

    @Override
    public Integer call() {
      Surrogate.predict(models, StructureFiles.read(structures), out);
      return ExitCode.OK;
    }
  }
}
