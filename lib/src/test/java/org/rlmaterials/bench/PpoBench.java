package org.rlmaterials.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.rlmaterials.crystal.Seeds;
import org.rlmaterials.rl.ActionSet;
import org.rlmaterials.rl.AgentOptions;
import org.rlmaterials.rl.AgentTraining;
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
        } finally {
          delete(out);
        }
      }
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
