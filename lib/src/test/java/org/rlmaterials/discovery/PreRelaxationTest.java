package org.rlmaterials.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.CrystalSamples;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.ValenceForceField;
import org.rlmaterials.fingerprint.CrystalFingerprint;
import org.rlmaterials.fingerprint.Descriptor;
import org.rlmaterials.surrogate.PropertyPredictor;

class PreRelaxationTest {

  /** Says the first number of the descriptor for the mass, its row for the gap. */
  private static final class FirstNumber implements PropertyPredictor {
    @Override
    public Descriptor descriptor() {
      return new CrystalFingerprint();
    }

    @Override
    public Predictions predict(float[] features, int rows) {
      float[] first = new float[rows];
      float[] row = new float[rows];
      float[] tenth = new float[rows];
      for (int k = 0; k < rows; k++) {
        first[k] = features[k * descriptor().size()];
        row[k] = k;
        tenth[k] = 0.1f;
      }
      return new Predictions(first, tenth, row, tenth, tenth);
    }

    @Override
    public void close() {}
  }

  private static ArchiveEntry entry(Crystal crystal) {
    ArchiveEntry entry = CandidateSelectionTest.entry(crystal, 0.05, 0.5, 9, 0.9);
    entry.structure().properties().put("score", 7);
    return entry;
  }

  private static Crystal sheared(Crystal crystal) {
    return CrystalSamples.deformed(crystal, new double[][] {{1, 0.06, 0}, {0, 1, 0}, {0, 0, 1}});
  }

  @Test
  void theSurrogateIsAskedAboutWhatANetworkRelaxesTo() {
    Crystal rockSalt =
        Crystal.of(
            Lattice.ofRows(0, 2.5, 2.5, 2.5, 0, 2.5, 2.5, 2.5, 0),
            List.of("Sn", "Te"),
            new double[][] {{0, 0, 0}, {0.5, 0.5, 0.5}});
    Crystal aluminium = sheared(CrystalSamples.zincBlende("Al", "Sb", 6.1));
    Crystal indium = sheared(CrystalSamples.zincBlende("In", "P", 5.9));
    ArchiveEntry none = entry(rockSalt);
    List<ArchiveEntry> entries =
        PreRelaxation.of(List.of(entry(aluminium), none, entry(indium)), new FirstNumber());
    assertThat(entries).hasSize(3);
    assertThat(entries.get(1)).isSameAs(none);
    int row = 0;
    for (int k : new int[] {0, 2}) {
      ArchiveEntry entry = entries.get(k);
      Crystal expected = ValenceForceField.relaxed(k == 0 ? aluminium : indium).orElseThrow();
      assertThat(entry.structure().crystal()).isEqualTo(expected);
      double mass = new CrystalFingerprint().of(expected)[0];
      assertThat(entry.prediction().mStar()).isEqualTo(mass, within(1e-6));
      assertThat(entry.prediction().mStarStd()).isEqualTo(0.1, within(1e-6));
      assertThat(entry.prediction().gapEv()).isEqualTo(row++);
      assertThat(entry.prediction().semiconductorProbability()).isEqualTo(0.1, within(1e-6));
      assertThat(entry.structure().properties().path("met_m_star").doubleValue()).isEqualTo(0.05);
      assertThat(entry.structure().properties().path("score").intValue()).isEqualTo(7);
    }
  }
}
