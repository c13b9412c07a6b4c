package org.rlmaterials.crystal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.rlmaterials.GoldenLines;

class NeighbourSearchTest {
  /** neighbours_ase.jsonl.gz: see README.md beside it. */
  @Test
  void distancesAreThoseOfAse() {
    List<JsonNode> rows = GoldenLines.read(NeighbourSearchTest.class, "neighbours_ase.jsonl.gz");
    assertThat(rows).hasSize(200);
    for (JsonNode row : rows) {
      double[][] positions = GoldenLines.matrix(row.get("fractional_positions"));
      Crystal crystal =
          Crystal.of(
              Lattice.of(GoldenLines.matrix(row.get("lattice_angstrom"))),
              Collections.nCopies(positions.length, "H"),
              positions);
      Map<String, List<Double>> found = new TreeMap<>();
      NeighbourSearch.visitPairs(
          crystal,
          row.get("cutoff_angstrom").doubleValue(),
          (i, j, dx, dy, dz, d) -> {
            found.computeIfAbsent(i + "-" + j, k -> new ArrayList<>()).add(d);
            assertThat(Math.sqrt(dx * dx + dy * dy + dz * dz)).isCloseTo(d, within(1e-9));
          });
      JsonNode expected = row.get("distances_angstrom");
      assertThat(found).as(row.get("kind").asText()).hasSize(expected.size());
      expected
          .properties()
          .forEach(
              pair -> {
                List<Double> distances = found.get(pair.getKey());
                Collections.sort(distances);
                double[] golden = GoldenLines.numbers(pair.getValue());
                assertThat(distances).hasSize(golden.length);
                for (int k = 0; k < golden.length; k++) {
                  assertThat(distances.get(k)).isCloseTo(golden[k], within(1e-5));
                }
              });
    }
  }

  @Test
  void vectorsPointFromTheFirstAtomToAnImageOfTheSecond() {
    Crystal crystal = CrystalSamples.rebase(CrystalSamples.random(new Random(3)), new Random(4));
    NeighbourSearch.visitPairs(
        crystal,
        6,
        (i, j, dx, dy, dz, d) -> {
          double[] f = crystal.lattice().toFractional(new double[] {dx, dy, dz});
          for (int x = 0; x < 3; x++) {
            double cells = f[x] - crystal.fractional(j, x) + crystal.fractional(i, x);
            assertThat(cells).isCloseTo(Math.rint(cells), within(1e-8));
          }
        });
  }

  @Property(tries = 100)
  void reducedCellIsTheSameLatticeAndReduced(@ForAll long seed) {
    Random random = new Random(seed);
    Crystal crystal = CrystalSamples.rebase(CrystalSamples.random(random), random);
    Lattice lattice = crystal.lattice();
    Lattice reduced = Niggli.reduce(lattice);
    assertThat(reduced.volume()).isCloseTo(lattice.volume(), within(1e-8 * lattice.volume()));
    for (double[] v : reduced.vectors()) {
      for (double f : lattice.toFractional(v)) {
        assertThat(f).isCloseTo(Math.rint(f), within(1e-6));
      }
    }
    double eps = 2 * Niggli.TOLERANCE * Math.cbrt(lattice.volume());
    assertThat(reduced.length(0)).isLessThan(reduced.length(1) + eps);
    assertThat(reduced.length(1)).isLessThan(reduced.length(2) + eps);
    // The three shortest independent vectors: none of the others is shorter than c, b or a.
    double[][] v = reduced.vectors();
    for (int p = -2; p <= 2; p++) {
      for (int q = -2; q <= 2; q++) {
        for (int r = -2; r <= 2; r++) {
          double[] w = new double[3];
          for (int x = 0; x < 3; x++) {
            w[x] = p * v[0][x] + q * v[1][x] + r * v[2][x];
          }
          double length = Math.sqrt(w[0] * w[0] + w[1] * w[1] + w[2] * w[2]);
          int axis = r != 0 ? 2 : q != 0 ? 1 : 0;
          if (p != 0 || q != 0 || r != 0) {
            assertThat(length).isGreaterThan(reduced.length(axis) - eps);
          }
        }
      }
    }
    boolean acute = true;
    boolean obtuse = true;
    for (int i = 0; i < 3; i++) {
      acute &= reduced.angle(i) < 90.02;
      obtuse &= reduced.angle(i) > 89.98;
    }
    assertThat(acute || obtuse).isTrue();
  }

  @Test
  void niggliOfGruber1973() {
    // B. Gruber, Acta Cryst. A29, 433 (1973): metric 9 27 4 -5 -4 -22 reduces to 4 9 9 9 3 4.
    Lattice cell =
        Lattice.ofParameters(
            3,
            Math.sqrt(27),
            2,
            Math.toDegrees(Math.acos(-5 / (2 * Math.sqrt(27 * 4)))),
            Math.toDegrees(Math.acos(-4 / (2 * Math.sqrt(9 * 4)))),
            Math.toDegrees(Math.acos(-22 / (2 * Math.sqrt(9 * 27)))));
    Lattice reduced = Niggli.reduce(cell);
    assertThat(reduced.length(0)).isCloseTo(2, within(1e-9));
    assertThat(reduced.length(1)).isCloseTo(3, within(1e-9));
    assertThat(reduced.length(2)).isCloseTo(3, within(1e-9));
    assertThat(reduced.angle(0)).isCloseTo(Math.toDegrees(Math.acos(0.5)), within(1e-6));
    assertThat(reduced.angle(1)).isCloseTo(Math.toDegrees(Math.acos(0.25)), within(1e-6));
    assertThat(reduced.angle(2)).isCloseTo(Math.toDegrees(Math.acos(1 / 3.0)), within(1e-6));
  }
}
