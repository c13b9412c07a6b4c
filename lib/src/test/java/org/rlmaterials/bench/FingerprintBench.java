package org.rlmaterials.bench;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.CrystalSamples;
import org.rlmaterials.fingerprint.Descriptor;
import org.rlmaterials.fingerprint.Descriptors;

@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class FingerprintBench {
  @Param({"fingerprint"})
  public String descriptor;

  @Param({"2", "4"})
  public int atoms;

  private Descriptor instance;
  private Crystal[] crystals;
  private float[] features;
  private int next;

  @Setup(Level.Trial)
  public void prepare() {
    instance = Descriptors.byName(descriptor);
    features = new float[instance.size()];
    Random random = new Random(1);
    crystals = new Crystal[64];
    String[][] pairs = {
      {"Si", "Si"},
      {"Ge", "Ge"},
      {"Ga", "As"},
      {"Al", "As"},
      {"In", "As"},
      {"Ga", "P"},
      {"Si", "C"},
      {"In", "P"}
    };
    double[] edges = {5.431, 5.658, 5.653, 5.661, 6.058, 5.451, 4.36, 5.869};
    for (int i = 0; i < crystals.length; i++) {
      int k = i % pairs.length;
      crystals[i] =
          CrystalSamples.jitter(
              CrystalSamples.zincBlende(pairs[k][0], pairs[k][1], edges[k])
                  .supercell(1, 1, atoms / 2),
              0.05,
              random);
    }
  }

  @Benchmark
  public float[] compute() {
    instance.compute(crystals[next++ & 63], features, 0);
    return features;
  }

  public static void main(String[] args) throws RunnerException {
    new Runner(
            new OptionsBuilder()
                .include(FingerprintBench.class.getSimpleName())
                .forks(1)
                .warmupIterations(3)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(5)
                .measurementTime(TimeValue.seconds(1))
                .build())
        .run();
  }
}
