package org.rlmaterials.bands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ideal tight-binding crystals, whose masses are exact derivatives. */
class IdealCrystalsTest {
  static List<TightBinding.Material> materials() {
    return List.of(
        TightBinding.GAAS, TightBinding.INSB, TightBinding.INP, TightBinding.SI, TightBinding.GE);
  }

  @ParameterizedTest
  @MethodSource("materials")
  void massesAreTheAnalyticDerivativesAtTheEdges(TightBinding.Material material) {
    TightBinding crystal = TightBinding.ideal(material);
    for (int n : new int[] {4, 6}) {
      BandAnalysis analysis = BandAnalyzer.analyze(crystal.mesh(n), crystal, null);
      assertThat(analysis.outcome()).isEqualTo(Outcome.SEMICONDUCTOR);
      TightBinding.Exact electron =
          crystal.exact(at(analysis.cbm()), crystal.occupied(), analysis.electron().degeneracy());
      TightBinding.Exact hole =
          crystal.exact(
              at(analysis.vbm()),
              crystal.occupied() - analysis.hole().degeneracy(),
              analysis.hole().degeneracy());
      assertThat(analysis.electron().mStar() / mass(electron)).isEqualTo(1, within(1e-3));
      assertThat(analysis.hole().mStar() / -mass(hole)).isEqualTo(1, within(1e-3));
      assertThat(analysis.electron().stepError()).isLessThan(0.01);
      assertThat(analysis.mStar()).isEqualTo(analysis.electron().mStar());
      assertThat(analysis.hole().degeneracy()).isEqualTo(3);
    }
  }

  private static double mass(TightBinding.Exact exact) {
    return 3 * MassFit.HBAR2_OVER_ME / exact.laplacian();
  }

  private static double[] at(BandEdge edge) {
    return edge.kCartesian().stream().mapToDouble(x -> x).toArray();
  }
}
