package org.rlmaterials.espresso;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No ghost states in our pseudopotentials, by the logarithmic derivatives d ln ψ/dr at 2.9 Bohr
 * that ld1.x computes for the true and the pseudized atom. Where a state passes through the energy
 * the derivative has a pole; a ghost is a pole that the true atom does not have (X. Gonze, P.
 * Käckell and M. Scheffler, Phys. Rev. B 41, 12264 (1990)).
 */
@Tag("dft")
class GhostStatesTest {
  private static final double LOWEST_RY = -40;
  private static final double HIGHEST_RY = 2;

  /** Step of the energies (Ry). */
  private static final double STEP_RY = 0.02;

  /** A pole of the pseudized atom lies at most this far from one of the true atom (Ry). */
  private static final double SAME_POLE_RY = 0.06;

  /** Valence states and scattering lie above, core states that are left out below (Ry). */
  private static final double CORE_RY = -2.2;

  /** Largest difference of arctan(d ln ψ/dr) / π of s, p and d above the core. */
  private static final double MOST_PHASE = 0.02;

  @TempDir private Path folder;

  /** Rows of energy (Ry) and derivatives (1/Bohr) of s, p, d, f. */
  private List<double[]> rows(String file) throws IOException {
    List<double[]> rows = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(file))) {
      String[] words = line.strip().split(" +", -1);
      double[] row = new double[words.length];
      for (int i = 0; i < row.length; i++) {
        row[i] = Double.parseDouble(words[i]);
      }
      rows.add(row);
    }
    assertThat(rows).hasSizeGreaterThan(1000);
    return rows;
  }

  /** The derivative falls as the energy grows, except where it jumps from −∞ to ∞. */
  private static List<Double> poles(List<double[]> rows, int l) {
    List<Double> poles = new ArrayList<>();
    for (int i = 1; i < rows.size(); i++) {
      if (rows.get(i)[l + 1] > rows.get(i - 1)[l + 1] + 0.3) {
        poles.add(rows.get(i)[0]);
      }
    }
    return poles;
  }

  private void computeDerivatives(String deck) throws IOException {
    String asked =
        deck.replaceFirst(
            "dft = 'PBE'",
            "dft = 'PBE'\n   nld = 4\n   rlderiv = 2.9\n   eminld = %s\n   emaxld = %s\n   deld = %s"
                .formatted(LOWEST_RY, HIGHEST_RY, STEP_RY));
    assertThat(asked).isNotEqualTo(deck);
    Files.writeString(folder.resolve("ld1.in"), asked);
    ExternalProgram.run(
        List.of("ld1.x", "-in", "ld1.in"),
        Map.of("OMP_NUM_THREADS", "1", "OMPI_ALLOW_RUN_AS_ROOT", "1"),
        folder,
        folder.resolve("ld1.out"),
        Duration.ofMinutes(10),
        () -> {});
  }

  /** Poles of the pseudized atom that the true one does not have, as "l energy". */
  private List<String> ghosts() throws IOException {
    List<double[]> truth = rows("ld1.dlog");
    List<double[]> pseudized = rows("ld1ps.dlog");
    List<String> ghosts = new ArrayList<>();
    for (int l = 0; l < 4; l++) {
      List<Double> real = poles(truth, l);
      for (double pole : poles(pseudized, l)) {
        if (real.stream().noneMatch(e -> Math.abs(e - pole) < SAME_POLE_RY)) {
          ghosts.add("spdf".charAt(l) + " at %.2f Ry".formatted(pole));
        }
      }
    }
    return ghosts;
  }

  private static String deck(String element) throws IOException {
    return Files.readString(
        RealPw.project().resolve("pseudopotentials").resolve(element + ".in"),
        StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Al", "As", "Bi", "C", "Ga", "Ge", "In", "N", "P", "Sb", "Se", "Si", "Sn", "Te"})
  void noGhostAndNoStateMissing(String element) throws IOException {
    computeDerivatives(deck(element));
    assertThat(ghosts()).isEmpty();
    List<double[]> truth = rows("ld1.dlog");
    List<double[]> pseudized = rows("ld1ps.dlog");
    for (int l = 0; l < 3; l++) {
      List<Double> found = poles(pseudized, l);
      for (double pole : poles(truth, l)) {
        assertThat(
                pole < CORE_RY || found.stream().anyMatch(e -> Math.abs(e - pole) < SAME_POLE_RY))
            .as("%c state at %s Ry", "spdf".charAt(l), pole)
            .isTrue();
      }
      for (int i = 0; i < truth.size(); i++) {
        if (truth.get(i)[0] > CORE_RY + 0.2) {
          double phase =
              (Math.atan(truth.get(i)[l + 1]) - Math.atan(pseudized.get(i)[l + 1])) / Math.PI;
          assertThat(Math.abs(phase - Math.rint(phase)))
              .as("%c at %s Ry", "spdf".charAt(l), truth.get(i)[0])
              .isLessThan(MOST_PHASE);
        }
      }
    }
  }

  /**
   * The check can fail: a local potential that is much too short binds p and d states of indium.
   */
  @Test
  void ghostsOfABadPotentialAreFound() throws IOException {
    computeDerivatives(deck("In").replaceFirst("rcloc = [0-9.]+", "rcloc = 0.7"));
    assertThat(ghosts())
        .hasSize(2)
        .anyMatch(g -> g.startsWith("p"))
        .anyMatch(g -> g.startsWith("d"));
  }
}
