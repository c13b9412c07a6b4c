package org.rlmaterials.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.CrystalSamples;
import org.rlmaterials.crystal.Lattice;

class CrystalFingerprintTest {
  private static final Descriptor FINGERPRINT = Descriptors.byName("fingerprint");

  @Test
  void blocksHave152Numbers() {
    assertThat(FINGERPRINT.size()).isEqualTo(152);
    assertThat(FINGERPRINT.featureNames()).hasSize(152).doesNotHaveDuplicates();
    assertThat(FINGERPRINT.featureNames().get(16)).isEqualTo("niggli_a_angstrom");
    assertThat(FINGERPRINT.featureNames().get(24)).isEqualTo("rdf_at_0.559_angstrom");
    assertThat(FINGERPRINT.featureNames().get(88)).isEqualTo("pair_rdf_at_0.559_angstrom");
    assertThat(FINGERPRINT.featureNames().get(151)).isEqualTo("pair_rdf_at_7.941_angstrom");
  }

  @Test
  void gaAsHasItsTextbookNumbers() {
    float[] f = FINGERPRINT.of(CrystalSamples.zincBlende("Ga", "As", 5.653));
    // Z 31 and 33; IUPAC masses; Cordero radii; Pauling electronegativities.
    assertThat(f[0]).isEqualTo(32f);
    assertThat(f[1]).isEqualTo(1f);
    assertThat(f[4]).isEqualTo((69.723f + 74.9216f) / 2, within(1e-3f));
    assertThat(f[12]).isEqualTo((1.81f + 2.18f) / 2, within(1e-5f));
    assertThat(f[14]).isEqualTo(1.81f);
    double edge = 5.653 / Math.sqrt(2);
    for (int i = 0; i < 3; i++) {
      assertThat(f[16 + i]).isEqualTo((float) edge, within(1e-5f));
      assertThat(f[19 + i]).isEqualTo(60f, within(1e-4f));
    }
    assertThat(f[22]).isEqualTo((float) (Math.pow(5.653, 3) / 8), within(1e-4f));
    // X-ray density of GaAs: 5.32 g/cm³.
    assertThat(f[23]).isEqualTo(5.32f, within(0.01f));
  }

  @Test
  void radialDistributionCountsTheNeighbours() {
    // Summed over the first shell of GaAs (2.448 Å; the next is at 4.0 Å): four neighbours.
    double[] neighbours = neighboursBelow(CrystalSamples.zincBlende("Ga", "As", 5.653), 3.2);
    assertThat(neighbours[0]).isEqualTo(4, within(0.05));
    // Those four are unlike: their contrast is that of Ga and As.
    double contrast = Math.pow(0.37, 2) + Math.pow(0.03 / 0.5, 2) + Math.pow(2 / 50.0, 2);
    assertThat(neighbours[1]).isEqualTo(4 * contrast, within(0.05 * contrast));
    // A simple cubic lattice of 3 Å has six at 3 Å and twelve at 4.24 Å.
    Crystal cubic =
        Crystal.of(
            Lattice.ofRows(3, 0, 0, 0, 3, 0, 0, 0, 3), List.of("Po"), new double[][] {{0, 0, 0}});
    assertThat(neighboursBelow(cubic, 3.6)[0]).isEqualTo(6, within(0.05));
    assertThat(neighboursBelow(cubic, 4.75)[0]).isEqualTo(18, within(0.15));
  }

  private static double[] neighboursBelow(Crystal crystal, double distance) {
    float[] f = FINGERPRINT.of(crystal);
    double width = 7.5 / 64;
    double[] sums = new double[2];
    for (int k = 0; k < 64; k++) {
      double r = 0.5 + (k + 0.5) * width;
      if (r < distance) {
        double shell = 4 * Math.PI * r * r * width / crystal.volumePerAtom();
        sums[0] += f[24 + k] * shell;
        sums[1] += f[88 + k] * shell;
      }
    }
    return sums;
  }

  @Property(tries = 300)
  void permutationRotationOriginAndBasisChangeNothing(@ForAll long seed) {
    Random random = new Random(seed);
    Crystal crystal = CrystalSamples.random(random);
    float[] expected = FINGERPRINT.of(crystal);
    Crystal same = CrystalSamples.disguise(crystal, random);
    assertClose(FINGERPRINT.of(same), expected, 2e-4);
  }

  @Property(tries = 200)
  void symmetricCellsKeepTheirAnglesInAnyBasis(@ForAll long seed) {
    Random random = new Random(seed);
    List<Crystal> symmetric =
        List.of(
            CrystalSamples.zincBlende("Al", "P", 5.45),
            CrystalSamples.zincBlende("Al", "P", 5.45).supercell(1, 1, 2),
            CrystalSamples.simple("Po", Lattice.ofParameters(3, 3, 3, 90, 90, 90)),
            CrystalSamples.simple(
                "Na", Lattice.ofParameters(3, 3, 3, 109.47122, 109.47122, 109.47122)),
            CrystalSamples.simple("Mg", Lattice.ofParameters(3.2, 3.2, 5.2, 90, 90, 120)),
            CrystalSamples.simple("As", Lattice.ofParameters(4.1, 4.1, 4.1, 54.1, 54.1, 54.1)));
    for (Crystal crystal : symmetric) {
      float[] expected = FINGERPRINT.of(crystal);
      Crystal same = CrystalSamples.jitter(CrystalSamples.disguise(crystal, random), 1e-7, random);
      assertClose(FINGERPRINT.of(same), expected, 1e-3);
    }
  }

  @Property(tries = 200)
  void aSupercellHasTheNumbersOfItsCell(@ForAll long seed) {
    Random random = new Random(seed);
    Crystal crystal = CrystalSamples.random(random);
    Crystal larger =
        crystal.supercell(1 + random.nextInt(2), 1 + random.nextInt(2), 1 + random.nextInt(3));
    float[] expected = FINGERPRINT.of(crystal);
    float[] actual = FINGERPRINT.of(CrystalSamples.disguise(larger, random));
    assertClose(actual, expected, 2e-4);
  }

  @Property(tries = 200)
  void smallDisplacementsMakeSmallChanges(@ForAll long seed) {
    Random random = new Random(seed);
    Crystal crystal =
        random.nextBoolean()
            ? CrystalSamples.random(random)
            : CrystalSamples.zincBlende("Ga", "As", 5.653);
    float[] before = FINGERPRINT.of(crystal);
    float[] after = FINGERPRINT.of(CrystalSamples.jitter(crystal, 1e-6, random));
    // The steepest slope of g(r) met here is below 2000 /Å (close pairs of tiny cells).
    assertClose(after, before, 5e-3);
  }

  @Test
  void onlyCellParametersJumpWhereASupercellCeasesToBeOne() {
    Crystal crystal = CrystalSamples.zincBlende("Ga", "As", 5.653).supercell(1, 1, 2);
    float[] before = FINGERPRINT.of(crystal);
    for (double size : new double[] {0.003, 0.006, 0.012, 0.024}) {
      float[] after = FINGERPRINT.of(CrystalSamples.jitter(crystal, size, new Random(5)));
      boolean jumped = Math.abs(after[18] - before[18]) > 1;
      assertThat(jumped).isEqualTo(size > 0.011);
      System.arraycopy(before, 16, after, 16, 6);
      // The steepest part of the first peak: about 70 per Å.
      assertClose(after, before, 100 * size);
    }
  }

  @Test
  void changesShrinkWithTheDisplacement() {
    Crystal crystal = CrystalSamples.zincBlende("Ga", "As", 5.653);
    float[] before = FINGERPRINT.of(crystal);
    double last = Double.POSITIVE_INFINITY;
    for (double size = 0.1; size > 1e-4; size /= 4) {
      double change =
          distance(before, FINGERPRINT.of(CrystalSamples.jitter(crystal, size, new Random(5))));
      assertThat(change).isLessThan(last / 2);
      last = change;
    }
  }

  @Test
  void arrangementsOfTheSameAtomsDiffer() {
    Crystal ordered = CrystalSamples.zincBlende("Si", "C", 4.36).supercell(1, 1, 2);
    List<String> species = new ArrayList<>(ordered.species());
    Collections.sort(species);
    Crystal separated = null;
    for (List<String> s : List.of(List.of("Si", "Si", "C", "C"), List.of("C", "Si", "Si", "C"))) {
      if (!s.equals(ordered.species())) {
        separated = Crystal.of(ordered.lattice(), s, ordered.fractionalPositions());
        float[] a = FINGERPRINT.of(ordered);
        float[] b = FINGERPRINT.of(separated);
        for (int k = 0; k < 88; k++) {
          // The ordered one is a supercell of zinc blende: its cell parameters are smaller.
          if (k < 16 || k >= 22) {
            assertThat(a[k]).isEqualTo(b[k], within(1e-4f));
          }
        }
        assertThat(pairDistance(a, b)).isGreaterThan(1);
      }
    }
    assertThat(separated).isNotNull();
  }

  @Test
  void pairBlockTellsAlPFromInSbEvenAtTheSameSize() {
    float[] alp = FINGERPRINT.of(CrystalSamples.zincBlende("Al", "P", 6));
    float[] insb = FINGERPRINT.of(CrystalSamples.zincBlende("In", "Sb", 6));
    for (int k = 24; k < 88; k++) {
      assertThat(alp[k]).isEqualTo(insb[k]);
    }
    assertThat(pairDistance(alp, insb)).isGreaterThan(1);
  }

  private static double pairDistance(float[] a, float[] b) {
    double sum = 0;
    for (int k = 88; k < 152; k++) {
      sum += (a[k] - b[k]) * (a[k] - b[k]);
    }
    return Math.sqrt(sum);
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += (a[k] - b[k]) * (a[k] - b[k]);
    }
    return Math.sqrt(sum);
  }

  private static void assertClose(float[] actual, float[] expected, double tolerance) {
    List<String> names = FINGERPRINT.featureNames();
    for (int k = 0; k < expected.length; k++) {
      assertThat((double) actual[k])
          .as(names.get(k))
          .isCloseTo(expected[k], within(tolerance * (1 + Math.abs(expected[k]))));
    }
  }
}
