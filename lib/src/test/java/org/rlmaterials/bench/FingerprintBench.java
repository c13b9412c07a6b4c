package org.rlmaterials.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.CrystalSamples;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.fingerprint.Descriptor;
import org.rlmaterials.fingerprint.Descriptors;

/**
 * Descriptors a second on one core (JMH), for perturbed cells of eight of the seed crystals, and
 * the ratio to the same neighbour list and radial distributions in Python with ASE, measured in the
 * same run where {@code python3} has ASE (another interpreter: RL_MATERIALS_PYTHON).
 *
 * <p>{@code make bench-fingerprint}, or in lib:
 *
 * <pre>
 * mvn -q test-compile dependency:build-classpath -DincludeScope=test -Dmdep.outputFile=target/test-classpath &amp;&amp;
 *   java -cp "target/test-classes:target/classes:$(cat target/test-classpath)" org.rlmaterials.bench.FingerprintBench
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class FingerprintBench {
  private static final int CRYSTALS = 64;

  /** Descriptors a second that are asked for, by descriptor and number of atoms. */
  private static final Map<String, Integer> TARGETS =
      Map.of(
          "fingerprint 2",
          20_000,
          "fingerprint 4",
          10_000,
          "local 2",
          3_000,
          "local 4",
          3_000,
          "local 16",
          300);

  /** Name of the descriptor. */
  @Param({"fingerprint", "local"})
  public String descriptor;

  /** Atoms of the cell. */
  @Param({"2", "4", "16"})
  public int atoms;

  private Descriptor instance;
  private Crystal[] crystals;
  private float[] features;
  private int next;

  /** Makes the crystals. */
  @Setup(Level.Trial)
  public void prepare() {
    instance = Descriptors.byName(descriptor);
    features = new float[instance.size()];
    crystals = crystals(atoms);
  }

  /**
   * @return the features of the next crystal
   */
  @Benchmark
  public float[] compute() {
    instance.compute(crystals[next++ % CRYSTALS], features, 0);
    return features;
  }

  private static Crystal[] crystals(int atoms) {
    String[][] species = {
      {"Si", "Si"}, {"Ge", "Ge"}, {"Ga", "As"}, {"Al", "As"},
      {"In", "As"}, {"Ga", "P"}, {"Si", "C"}, {"In", "P"}
    };
    double[] edges = {5.431, 5.658, 5.653, 5.661, 6.058, 5.451, 4.36, 5.869};
    int repeats = atoms / 2;
    int na = repeats >= 8 ? 2 : 1;
    int nb = repeats >= 4 ? 2 : 1;
    Random random = new Random(1);
    Crystal[] crystals = new Crystal[CRYSTALS];
    for (int i = 0; i < CRYSTALS; i++) {
      int k = i % species.length;
      Crystal ideal =
          CrystalSamples.zincBlende(species[k][0], species[k][1], edges[k])
              .supercell(na, nb, repeats / na / nb);
      crystals[i] = CrystalSamples.jitter(ideal, 0.05, random);
    }
    return crystals;
  }

  /**
   * Runs the benchmark and prints the figures.
   *
   * @param args none
   * @throws RunnerException if JMH cannot run
   * @throws IOException if the reference cannot be fed
   * @throws InterruptedException if interrupted
   */
  public static void main(String[] args) throws RunnerException, IOException, InterruptedException {
    PrintStream out = System.out;
    out.println("command: make bench-fingerprint");
    out.println(
        "machine: "
            + Machine.cpu()
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " processors, load "
            + ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    out.println("java: " + Runtime.version() + ", " + System.getProperty("java.vm.name"));
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("\\b" + FingerprintBench.class.getSimpleName() + "\\b")
                    .forks(1)
                    .warmupIterations(3)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(5)
                    .measurementTime(TimeValue.seconds(1))
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    Map<Integer, Double> reference = new TreeMap<>();
    for (int atoms : new int[] {2, 4, 16}) {
      Double rate = aseRate(atoms, out);
      if (rate != null) {
        reference.put(atoms, rate);
      }
    }
    out.printf(
        "%-12s %6s %12s %10s %10s %12s %8s%n",
        "descriptor", "atoms", "per second", "±99.9%", "target", "ASE/s", "ratio");
    Figures figures = new Figures("fingerprint");
    for (RunResult result : results) {
      String name = result.getParams().getParam("descriptor");
      int atoms = Integer.parseInt(result.getParams().getParam("atoms"));
      double score = result.getPrimaryResult().getScore();
      Integer target = TARGETS.get(name + " " + atoms);
      Double ase = name.equals("fingerprint") ? reference.get(atoms) : null;
      out.printf(
          Locale.ROOT,
          "%-12s %6d %12.0f %10.0f %10s %12s %8s%n",
          name,
          atoms,
          score,
          result.getPrimaryResult().getScoreError(),
          target == null ? "" : target,
          ase == null ? "" : "%.1f".formatted(ase),
          ase == null ? "" : "%.0f".formatted(score / ase));
      figures.higher("%s, %d atoms".formatted(name, atoms), score, "1/s");
      if (ase != null) {
        figures.higher("%s, %d atoms, over ASE".formatted(name, atoms), score / ase, Figures.RATIO);
      }
    }
    figures.write();
  }

  /** Crystals a second of the Python reference on one thread, or null where it does not run. */
  private static Double aseRate(int atoms, PrintStream out)
      throws IOException, InterruptedException {
    StringBuilder input = new StringBuilder();
    for (Crystal crystal : crystals(atoms)) {
      input.append(StructureJson.toJson(new Structure("x", crystal))).append('\n');
    }
    Path script = Files.createTempFile("ase_reference", ".py");
    Path structures = Files.createTempFile("ase_reference", ".jsonl");
    try (InputStream source = FingerprintBench.class.getResourceAsStream("ase_reference.py")) {
      Files.write(script, source.readAllBytes());
      Files.writeString(structures, input);
      ProcessBuilder builder =
          new ProcessBuilder(
              System.getenv().getOrDefault("RL_MATERIALS_PYTHON", "python3"),
              script.toString(),
              "5");
      builder.environment().put("OMP_NUM_THREADS", "1");
      builder.redirectInput(structures.toFile()).redirectErrorStream(true);
      Process process;
      try {
        process = builder.start();
      } catch (IOException e) {
        out.println("reference: skipped, no Python: " + e.getMessage());
        return null;
      }
      String answer =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        out.println("reference: skipped, python3 has no ASE (name one in RL_MATERIALS_PYTHON)");
        return null;
      }
      Matcher words = Pattern.compile("(\\S+) (\\S+)").matcher(answer);
      if (!words.matches()) {
        throw new IOException("reference answered: " + answer);
      }
      out.println("reference: ASE " + words.group(1) + ", " + atoms + " atoms");
      return Double.valueOf(words.group(2));
    } finally {
      Files.deleteIfExists(script);
      Files.deleteIfExists(structures);
    }
  }
}
