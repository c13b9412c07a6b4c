package org.rlmaterials.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.rlmaterials.crystal.Palette;
import org.rlmaterials.crystal.Seeds;
import org.rlmaterials.rl.ActionSet;
import org.rlmaterials.rl.AgentOptions;
import org.rlmaterials.rl.AgentTraining;
import org.rlmaterials.rl.CrystalEnvironment;
import org.rlmaterials.rl.PpoSettings;
import org.rlmaterials.rl.Reward;
import org.rlmaterials.surrogate.Ensemble;
import org.rlmaterials.surrogate.TrainingOptions;

/**
 * Steps a second of {@code ppo train}, and where the time goes, with one member and with five, with
 * the prototype's network on the fingerprint and with the network of the pipeline on the descriptor
 * "local", by the presets seed and search. Steps: RL_MATERIALS_BENCH_STEPS, else 250,000; runs:
 * RL_MATERIALS_BENCH_RUNS, a regular expression for a part of their names. What the surrogates have
 * learnt does not change what they cost: they are trained on made-up labels.
 */
public final class PpoBench {
  private PpoBench() {}

  /** What is run. */
  private record Case(
      TrainingOptions network, ActionSet actions, int members, boolean search, String name) {
    static Case of(TrainingOptions network, ActionSet actions, int members, boolean search) {
      String name =
          String.format(
              "%s, %s, %d member%s, preset %s",
              network.descriptor(),
              actions.name().toLowerCase(Locale.ROOT),
              members,
              members == 1 ? "" : "s",
              search ? "search" : "seed");
      return new Case(network, actions, members, search, name);
    }
  }

  public static void main(String[] args) throws IOException {
    long steps = Long.parseLong(System.getenv().getOrDefault("RL_MATERIALS_BENCH_STEPS", "250000"));
    String wanted = System.getenv().getOrDefault("RL_MATERIALS_BENCH_RUNS", "");
    List<Case> cases = new ArrayList<>();
    for (TrainingOptions network : List.of(TrainingOptions.seed(), TrainingOptions.local())) {
      for (ActionSet actions : ActionSet.values()) {
        for (int members : new int[] {1, 5}) {
          cases.add(Case.of(network, actions, members, false));
        }
      }
      cases.add(Case.of(network, ActionSet.TARGETED, 5, true));
    }
    cases.removeIf(c -> !c.name().matches(".*(" + wanted + ").*"));
    Path work = Files.createTempDirectory("bench-ppo");
    Figures figures = new Figures("ppo");
    try {
      Map<String, List<Path>> surrogates = new HashMap<>();
      for (Case c : cases) {
        List<Path> five =
            surrogates.computeIfAbsent(
                c.network().preset(),
                p -> BenchSurrogate.madeUp(work.resolve("surrogate-" + p), 5, c.network()));
        run(c, steps, five.subList(0, c.members()), work.resolve("agent"), figures);
        delete(work.resolve("agent"));
      }
      figures.write();
    } finally {
      delete(work);
    }
  }

  private static void run(Case c, long steps, List<Path> members, Path out, Figures figures)
      throws IOException {
    int threads = Math.min(2, Runtime.getRuntime().availableProcessors());
    AgentOptions options =
        new AgentOptions(
            Seeds.standard(),
            c.actions(),
            c.search() ? Reward.Mode.ARCHIVE : Reward.Mode.PESSIMISTIC,
            1,
            c.search() ? CrystalEnvironment.Restarts.STANDARD : CrystalEnvironment.Restarts.NONE,
            0,
            AgentOptions.ENVIRONMENTS,
            steps,
            500,
            1,
            c.search() ? PpoSettings.search() : PpoSettings.standard());
    try (Ensemble ensemble = Ensemble.load(members)) {
      double before = processSeconds();
      AgentTraining.Timing t =
          AgentTraining.run(options, "bench", ensemble, threads, Long.MAX_VALUE, out, p -> {});
      System.out.printf(
          Locale.ROOT,
          "%s, %d threads: %,d steps in %.1f s (%.1f s of processor time) = %,.0f steps/s%n"
              + "  environment %.1f s (moves %.1f and descriptors %.1f over all threads,"
              + " surrogate %.1f), policy %.1f s, update %.1f s, the rest %.1f s%n",
          c.name(),
          threads,
          t.steps(),
          t.total(),
          processSeconds() - before,
          t.steps() / t.total(),
          t.environment(),
          t.moves(),
          t.descriptors(),
          t.surrogate(),
          t.policy(),
          t.update(),
          t.total() - t.environment() - t.policy() - t.update());
      figures.higher(c.name(), t.steps() / t.total(), "steps/s");
      OptionalDouble reference = compare(c.actions(), options, ensemble.descriptor().size(), t);
      reference.ifPresent(
          rate ->
              figures.higher(
                  c.name() + ", over Stable-Baselines3",
                  t.steps() / t.total() / rate,
                  Figures.RATIO));
    }
  }

  private static double processSeconds() {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    return system instanceof com.sun.management.OperatingSystemMXBean own
        ? own.getProcessCpuTime() * 1e-9
        : Double.NaN;
  }

  /** The same with Stable-Baselines3, if RL_MATERIALS_PYTHON (else python3) has it. */
  private static OptionalDouble compare(
      ActionSet actions, AgentOptions options, int features, AgentTraining.Timing t)
      throws IOException {
    int observation = features + 3 + (actions == ActionSet.TARGETED ? 4 * Palette.size() + 9 : 0);
    int environments = options.environments();
    PpoSettings ppo = options.ppo();
    Path script = Files.createTempFile("sb3", ".py");
    try (InputStream in = PpoBench.class.getResourceAsStream("sb3_ppo.py")) {
      Files.write(script, in.readAllBytes());
      // Two iterations are enough for a rate.
      long steps = 2L * environments * ppo.stepsPerEnvironment();
      Process process =
          new ProcessBuilder(
                  System.getenv().getOrDefault("RL_MATERIALS_PYTHON", "python3"),
                  script.toString(),
                  Integer.toString(observation),
                  Integer.toString(actions.size(4)),
                  Integer.toString(environments),
                  Integer.toString(ppo.stepsPerEnvironment()),
                  Integer.toString(ppo.batchSize()),
                  Integer.toString(ppo.epochs()),
                  Double.toString(t.environment() * environments / t.steps()),
                  Long.toString(steps))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() == 0) {
        double rate = Double.parseDouble(text.strip());
        System.out.printf(
            Locale.ROOT,
            "  Stable-Baselines3, same networks, settings and cost of the environment: %,.0f"
                + " steps/s; ours is %.1f times as fast%n",
            rate,
            t.steps() / t.total() / rate);
        return OptionalDouble.of(rate);
      }
      System.out.println("  Stable-Baselines3: not there (RL_MATERIALS_PYTHON), not compared");
      return OptionalDouble.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      Files.delete(script);
    }
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(
              f -> {
                try {
                  Files.delete(f);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
