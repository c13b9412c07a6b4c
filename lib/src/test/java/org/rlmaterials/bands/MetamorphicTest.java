package org.rlmaterials.bands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same crystal described in another way has the same gap and masses. */
class MetamorphicTest {
  private static final int[] PRIMITIVE = {1, 1, 1};

  static List<TightBinding.Material> materials() {
    return List.of(TightBinding.GAAS, TightBinding.INSB, TightBinding.SI, TightBinding.GE);
  }

  private static TightBinding strained(
      TightBinding.Material material, int[] repeats, double[][] rotation) {
    double[][] strain = Deformations.strain(new Random(5), 0.02);
    double[][] turned = new double[3][3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        for (int x = 0; x < 3; x++) {
          turned[i][j] += rotation[i][x] * strain[x][j];
        }
      }
    }
    return new TightBinding(material, repeats, turned, null).noisy(1e-6, 3);
  }

  private static void assertSame(BandAnalysis actual, BandAnalysis expected) {
    assertThat(actual.outcome()).isEqualTo(expected.outcome());
    assertThat(actual.gapEv()).isEqualTo(expected.gapEv(), within(1e-3));
    assertThat(actual.electron().mStar() / expected.electron().mStar()).isEqualTo(1, within(0.02));
    assertThat(actual.hole().mStar() / expected.hole().mStar()).isEqualTo(1, within(0.03));
  }

  private static BandAnalysis analyze(TightBinding crystal, int n) {
    return BandAnalyzer.analyze(crystal.mesh(n), crystal, null);
  }

  @ParameterizedTest
  @MethodSource("materials")
  void supercellFoldsTheBands(TightBinding.Material material) {
    BandAnalysis primitive = analyze(strained(material, PRIMITIVE, Deformations.NONE), 6);
    for (int[] repeats : new int[][] {{1, 1, 2}, {2, 1, 1}, {1, 2, 2}}) {
      BandAnalysis folded = analyze(strained(material, repeats, Deformations.NONE), 3);
      assertSame(folded, primitive);
    }
  }

  @ParameterizedTest
  @MethodSource("materials")
  void rotatedCrystal(TightBinding.Material material) {
    double c = Math.cos(0.7);
    double s = Math.sin(0.7);
    double[][] rotation = {{c, -s, 0}, {0.6 * s, 0.6 * c, -0.8}, {0.8 * s, 0.8 * c, 0.6}};
    assertSame(
        analyze(strained(material, PRIMITIVE, rotation), 4),
        analyze(strained(material, PRIMITIVE, Deformations.NONE), 4));
  }

  @ParameterizedTest
  @MethodSource("materials")
  void anotherLatticeBasis(TightBinding.Material material) {
    TightBinding crystal = strained(material, PRIMITIVE, Deformations.NONE);
    double[][] b = crystal.reciprocal();
    // b1 → b1 + b2, b3 → b3 − b1: a skewed basis of the same lattice.
    double[][] other = {
      Vectors.along(b[0], 1, b[1]), b[1], Vectors.along(b[2], -1, b[0]),
    };
    List<double[]> points = new ArrayList<>();
    for (int x = 0; x < 4; x++) {
      for (int y = 0; y < 4; y++) {
        for (int z = 0; z < 4; z++) {
          points.add(Vectors.combine(new double[] {x / 4.0, y / 4.0, z / 4.0}, other));
        }
      }
    }
    double[][] kPoints = points.toArray(double[][]::new);
    BandMesh mesh = BandMesh.of(other, kPoints, crystal.energies(kPoints), crystal.electrons());
    assertSame(BandAnalyzer.analyze(mesh, crystal, null), analyze(crystal, 4));
  }

  /** The irreducible part of the mesh with the rotations of Td says the same and costs less. */
  @ParameterizedTest
  @MethodSource("materials")
  void symmetrySavesPointsAndChangesNothing(TightBinding.Material material) {
    TightBinding crystal = TightBinding.ideal(material);
    List<double[][]> group = tetrahedral();
    assertThat(group).hasSize(24);
    BandMesh full = crystal.mesh(4);
    List<double[]> irreducible = new BandSampler(full.withRotations(group), crystal).meshPoints();
    double[][] kPoints = irreducible.toArray(double[][]::new);
    assertThat(irreducible).hasSize(8);
    BandMesh reduced =
        BandMesh.of(crystal.reciprocal(), kPoints, crystal.energies(kPoints), crystal.electrons())
            .withRotations(group);
    BandAnalysis with = BandAnalyzer.analyze(reduced, crystal, null);
    BandAnalysis without = BandAnalyzer.analyze(full, crystal, null);
    assertSame(with, without);
    assertThat(with.direct()).isEqualTo(without.direct());
    assertThat(with.kPointsSolved()).isLessThan(without.kPointsSolved() / 2);
  }

  @Test
  void directAndIndirectGapsAreToldApart() {
    assertThat(analyze(TightBinding.ideal(TightBinding.GAAS), 4).direct()).isTrue();
    assertThat(analyze(TightBinding.ideal(TightBinding.SI), 4).direct()).isFalse();
  }

  /**
   * The 24 operations of the tetrahedron: signed permutations with an even number of minus signs.
   */
  private static List<double[][]> tetrahedral() {
    int[][] permutations = {{0, 1, 2}, {1, 2, 0}, {2, 0, 1}, {0, 2, 1}, {2, 1, 0}, {1, 0, 2}};
    double[][] signs = {{1, 1, 1}, {1, -1, -1}, {-1, 1, -1}, {-1, -1, 1}};
    List<double[][]> group = new ArrayList<>();
    for (int[] p : permutations) {
      for (double[] s : signs) {
        double[][] r = new double[3][3];
        for (int i = 0; i < 3; i++) {
          r[i][p[i]] = s[i];
        }
        group.add(r);
      }
    }
    return group;
  }
}
