package org.rlmaterials.bands;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Strained and displaced tight-binding crystals with noise on their energies, against edges from a
 * dense grid with exact derivatives and masses from perturbation theory.
 */
class StrainedCrystalsTest {
  private static final List<TightBinding.Material> MATERIALS =
      List.of(
          TightBinding.GAAS, TightBinding.INSB, TightBinding.INP, TightBinding.SI, TightBinding.GE);

  private static final double NOISE = 1e-6;

  /** Below this gap (eV) either answer is right: PBE gaps mean nothing there. */
  private static final double MARGINAL_EV = 5e-3;

  /** Counts over many cells. */
  private static final class Score {
    int cells;
    int metals;
    int marginal;
    int wrongOutcome;
    int covered;
    int statedGood;
    int statedGoodButBad;
    int holesCovered;
    int missedEdges;
    final List<Integer> points = new ArrayList<>();
    final List<String> trouble = new ArrayList<>();
  }

  private static Score score(int cells) {
    Score score = new Score();
    for (int i = 0; i < cells; i++) {
      Random random = new Random(1000 + i);
      TightBinding.Material material = MATERIALS.get(i % MATERIALS.size());
      double[][] strain = Deformations.strain(random, 0.005 + 0.045 * random.nextDouble());
      double displacement = 0.01 + 0.14 * random.nextDouble();
      double[][] moves = Deformations.displacements(random, 2, displacement);
      int[] one = {1, 1, 1};
      TightBinding exact = new TightBinding(material, one, strain, moves);
      TightBinding noisy = new TightBinding(material, one, strain, moves).noisy(NOISE, i);
      judge(score, material.name() + " " + i, exact, noisy);
    }
    return score;
  }

  private static void judge(Score score, String name, TightBinding exact, TightBinding noisy) {
    score.cells++;
    ExactEdge cbm = new ExactEdge(exact, true, 10);
    ExactEdge vbm = new ExactEdge(exact, false, 10);
    double gap = cbm.energy - vbm.energy;
    BandAnalysis analysis = BandAnalyzer.analyze(noisy.mesh(4), noisy, null);
    boolean metal = gap < BandAnalyzer.CLOSED_EV;
    score.metals += metal ? 1 : 0;
    if (Math.abs(gap) < MARGINAL_EV) {
      score.marginal++;
      return;
    }
    if (metal != (analysis.outcome() == Outcome.METAL)) {
      score.wrongOutcome++;
      score.trouble.add(name + ": gap " + gap + " but " + analysis.outcome());
    }
    if (metal || analysis.outcome() == Outcome.METAL) {
      return;
    }
    score.points.add(analysis.kPointsSolved());
    double electronError = error(analysis.electron(), cbm.mass);
    double stated = analysis.electron().stepError();
    if (electronError <= stated) {
      score.covered++;
    } else {
      score.trouble.add(
          "%s: electron off by %.2g, stated %.2g".formatted(name, electronError, stated));
    }
    if (stated <= 0.01) {
      score.statedGood++;
      score.statedGoodButBad += electronError > 0.01 ? 1 : 0;
    }
    score.holesCovered += error(analysis.hole(), vbm.mass) <= analysis.hole().stepError() ? 1 : 0;
    boolean cbmMissed = Math.abs(analysis.cbm().energyEv() - cbm.energy) > 1e-3 && stated < 1;
    boolean vbmMissed =
        Math.abs(analysis.vbm().energyEv() - vbm.energy) > 1e-3 && analysis.hole().stepError() < 1;
    score.missedEdges += cbmMissed || vbmMissed ? 1 : 0;
  }

  private static double error(EffectiveMass mass, double truth) {
    return Math.abs(mass.mStar() / truth - 1);
  }

  private static void assertHonest(Score score) {
    int gapped = score.points.size();
    assertThat(score.marginal).isLessThanOrEqualTo(score.cells / 20);
    assertThat(score.wrongOutcome).as("%s", score.trouble).isZero();
    assertThat(score.missedEdges).as("edges off by more than 1 meV, not said so").isZero();
    assertThat(score.covered).as("%s", score.trouble).isGreaterThanOrEqualTo(gapped * 95 / 100);
    assertThat(score.holesCovered).isGreaterThanOrEqualTo(gapped * 95 / 100);
    assertThat(score.statedGoodButBad).as("%s", score.trouble).isZero();
    assertThat(score.statedGood).isGreaterThanOrEqualTo(gapped * 9 / 10);
  }

  @Test
  void thirtyCells() {
    Score score = score(30);
    assertHonest(score);
  }

  @Test
  @Tag("slow")
  void twoHundredCells() {
    Score score = score(200);
    score.points.sort(null);
    System.out.printf(
        "%d cells, %d metals, %d with gaps below 5 meV; of %d gapped: electron error covered %d, stated within 1 %% %d"
            + " (wrongly %d), hole error covered %d; k-points median %d, most %d%n",
        score.cells,
        score.metals,
        score.marginal,
        score.points.size(),
        score.covered,
        score.statedGood,
        score.statedGoodButBad,
        score.holesCovered,
        score.points.get(score.points.size() / 2),
        score.points.get(score.points.size() - 1));
    assertHonest(score);
  }
}
