package org.rlmaterials.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
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

/**
 * Steps a second of {@code ppo train}, and where the time goes, with one member and with five.
 * Steps: RL_MATERIALS_BENCH_STEPS, else 250,000.
 */
public final class PpoBench {
  private PpoBench() {}

  public static void main(String[] args) throws IOException {
    String wanted = System.getenv("RL_MATERIALS_BENCH_STEPS");
    long steps = wanted == null ? 250_000 : Long.parseLong(wanted);
    int threads = Math.min(2, Runtime.getRuntime().availableProcessors());
    List<Path> five = BenchSurrogate.folders(5);
    for (ActionSet actions : ActionSet.values()) {
      for (int members : new int[] {1, 5}) {
        if (members > five.size()) {
          continue;
        }
        Path out = Files.createTempDirectory("bench-ppo");
        AgentOptions options =
            new AgentOptions(
                Seeds.standard(),
                actions,
                Reward.Mode.PESSIMISTIC,
                1,
                CrystalEnvironment.Restarts.NONE,
                AgentOptions.ENVIRONMENTS,
                steps,
                500,
                1,
                PpoSettings.standard());
        try (Ensemble ensemble = Ensemble.load(five.subList(0, members))) {
          AgentTraining.Timing t =
              AgentTraining.run(options, "bench", ensemble, threads, Long.MAX_VALUE, out, p -> {});
          System.out.printf(
              Locale.ROOT,
              "%s, %d member%s (%s), %d threads: %,d steps in %.1f s = %,.0f steps/s%n"
                  + "  environment %.1f s (moves %.1f and descriptors %.1f over all threads,"
                  + " surrogate %.1f), policy %.1f s, update %.1f s, the rest %.1f s%n",
              actions.name().toLowerCase(Locale.ROOT),
              members,
              members == 1 ? "" : "s",
              ensemble.descriptor().name(),
              threads,
              t.steps(),
              t.total(),
              t.steps() / t.total(),
              t.environment(),
              t.moves(),
              t.descriptors(),
              t.surrogate(),
              t.policy(),
              t.update(),
              t.total() - t.environment() - t.policy() - t.update());
          compare(actions, options, ensemble.descriptor().size(), t);
        } finally {
          delete(out);
        }
      }
    }
  }

  /** The same with Stable-Baselines3, if RL_MATERIALS_PYTHON (else python3) has it. */
  private static void compare(
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
      } else {
        System.out.println("  Stable-Baselines3: not there (RL_MATERIALS_PYTHON), not compared");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      Files.delete(script);
    }
  }

  private static void delete(Path folder) {
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
