package org.rlmaterials.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.rlmaterials.SharedData;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.CrystalSamples;
import org.rlmaterials.crystal.Element;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.files.StructureFiles;

class LocalDescriptorTest {
  private static final Descriptor LOCAL = Descriptors.byName("local");

  @Test
  void gaAsHasItsTextbookNumbers() {
    Map<String, Float> f = features(CrystalSamples.zincBlende("Ga", "As", 5.653));
    assertThat(f).hasSize(LOCAL.size());
    double bond = 5.653 * Math.sqrt(3) / 4;
    assertValue(f, "mean_group", 14);
    assertValue(f, "avgdev_group", 1);
    assertValue(f, "min_first_ionization_energy_ev", 5.9993);
    assertValue(f, "valfrac_d", 20.0 / 28);
    assertValue(f, "ionic_max", 1 - Math.exp(-0.25 * 0.37 * 0.37));
    assertValue(f, "cation_group", 13);
    assertValue(f, "anion_fraction", 0.5);
    assertValue(f, "electrons_per_atom", 4);
    assertValue(f, "electrons_per_anion_mod8", 0);
    assertValue(f, "ox_neutral", 1);
    assertValue(f, "ox_max_cation_e", 3);
    assertValue(f, "ox_min_anion_e", -3);
    assertValue(f, "ox_s0_post", 0.5);
    assertValue(f, "ox_s0_period", 2);
    assertValue(f, "mean_nearest_angstrom", bond);
    assertValue(f, "min_nearest_x", bond / (1.22 + 1.19));
    assertValue(f, "mean_coordination", 4);
    assertValue(f, "max_bond_spread_angstrom", 0);
    assertValue(f, "min_charge_pauling", -0.37);
    assertValue(f, "max_charge_pauling", 0.37);
    assertValue(f, "mean_like_bonds", 0);
    assertValue(f, "mean_bond_difference_group", 2);
    assertValue(f, "bond_ss", 4);
    assertValue(f, "bond_sp", (2 * 3 + 1 * 2) / 2.0);
    assertValue(f, "hopping_ss_per_angstrom2", 4 * 4 / (bond * bond));
    assertValue(f, "cations_mean_nearest_angstrom", 5.653 / Math.sqrt(2));
    assertValue(f, "bond_tensor_1", 1 / 3.0);
    assertValue(f, "bond_tensor_determinant", 1);
    assertValue(f, "site_dipole", 0);
    // cos = -1/3 lies a sixth of the way from the centre of bin 2 to that of bin 3.
    assertValue(f, "bond_cosine_bin_2", 5 / 6.0);
    assertValue(f, "bond_cosine_bin_3", 1 / 6.0);
    assertValue(f, "network_dimension_x", 3);
    // Four bonds an atom in the bin at 0.6 + 4 · 2.2/19; the next neighbours are six widths away.
    double x = bond / (1.22 + 1.19);
    double off = (0.6 + 4 * 2.2 / 19 - x) / 0.09;
    double window = Math.pow(1 - bond * bond / 64, 2);
    double four = 4 * window / (x * x) * Math.exp(-0.5 * off * off);
    assertValue(f, "rdf_at_x_1.06", four);
    assertValue(f, "contrast_rdf_at_x_1.06", 0.37 * 0.37 * four);
    assertValue(f, "rdf_at_x_0.60", 0);
  }

  @Test
  void layersAndMoleculesAreToldFromNetworks() {
    Crystal graphene =
        Crystal.of(
            Lattice.ofParameters(2.46, 2.46, 9, 90, 90, 120),
            List.of("C", "C"),
            new double[][] {{1 / 3.0, 2 / 3.0, 0}, {2 / 3.0, 1 / 3.0, 0}});
    assertValue(features(graphene), "network_dimension_x", 2);
    assertValue(features(graphene), "mean_coordination", 3);
    assertValue(features(graphene), "bond_tensor_1", 0);
    Crystal nitrogen =
        Crystal.of(
            Lattice.ofParameters(5, 5, 5, 90, 90, 90),
            List.of("N", "N"),
            new double[][] {{0, 0, 0}, {0.22, 0, 0}});
    assertValue(features(nitrogen), "network_dimension_x", 0);
    assertValue(features(nitrogen), "site_dipole", 1);
    Crystal chain = CrystalSamples.simple("Te", Lattice.ofParameters(2.8, 8, 9, 90, 90, 90));
    assertValue(features(chain), "network_dimension_weight", 1);
  }

  @Test
  void oxidationStatesBalanceCharges() {
    assertThat(states("Sn", "Se")).containsExactly(-2, 2);
    assertThat(states("Fe", "Fe", "O", "O", "O")).containsExactly(-2, 3);
    assertThat(states("Ti", "Ti", "O", "O", "O")).containsExactly(-2, 3);
    assertThat(states("Ba", "Ti", "O", "O", "O")).containsExactly(-2, 4, 2);
    assertThat(states("Si", "C")).containsExactly(-4, 4);
    assertThat(states("Ga", "Ga", "As")).hasSize(2);
  }

  /** The states of the different elements, by atomic number. */
  private static List<Integer> states(String... symbols) {
    List<String> all = List.of(symbols);
    Element[] elements =
        all.stream()
            .distinct()
            .map(Element::of)
            .sorted((a, b) -> Integer.compare(a.atomicNumber(), b.atomicNumber()))
            .toArray(Element[]::new);
    int[] counts = new int[elements.length];
    for (int i = 0; i < counts.length; i++) {
      String symbol = elements[i].symbol();
      counts[i] = (int) all.stream().filter(symbol::equals).count();
    }
    return OxidationStates.of(elements, counts).states();
  }

  @Property(tries = 300)
  void permutationRotationOriginBasisAndSupercellChangeNothing(@ForAll long seed) {
    Random random = new Random(seed);
    Crystal crystal =
        switch (random.nextInt(4)) {
          case 0 -> CrystalSamples.zincBlende("Ga", "As", 5.653);
          case 1 -> CrystalSamples.simple("Po", Lattice.ofParameters(3.35, 3.35, 3.35, 90, 90, 90));
          default -> CrystalSamples.random(random);
        };
    Crystal larger =
        crystal.supercell(1 + random.nextInt(2), 1 + random.nextInt(2), 1 + random.nextInt(3));
    Crystal same = CrystalSamples.disguise(larger, random);
    float[] expected = LOCAL.of(crystal);
    float[] actual = LOCAL.of(same);
    for (int k = 0; k < expected.length; k++) {
      assertThat((double) actual[k])
          .as(LOCAL.featureNames().get(k))
          .isCloseTo(expected[k], within(2e-4 * (1 + Math.abs(expected[k]))));
    }
  }

  @Property(tries = 200)
  void smallDisplacementsMakeSmallChanges(@ForAll long seed) {
    Random random = new Random(seed);
    Crystal crystal = CrystalSamples.zincBlende("Ga", "As", 5.653).supercell(1, 1, 2);
    crystal = CrystalSamples.jitter(crystal, 0.2, random);
    float[] before = LOCAL.of(crystal);
    float[] after = LOCAL.of(CrystalSamples.jitter(crystal, 1e-6, random));
    for (int k = 0; k < before.length; k++) {
      if (!LOCAL.featureNames().get(k).startsWith("network_")) {
        assertThat((double) after[k])
            .as(LOCAL.featureNames().get(k))
            .isCloseTo(before[k], within(1e-3 * (1 + Math.abs(before[k]))));
      }
    }
  }

  @Test
  void eigenvaluesOfSymmetricMatrices() {
    double[] e = new double[3];
    BondEnvironment.eigenvalues(new double[] {2, 2, 3, 0, 0, 1}, e);
    assertThat(e).usingComparatorWithPrecision(1e-7).containsExactly(1, 3, 3);
    BondEnvironment.eigenvalues(new double[] {1, 1, 1, 0, 0, 0}, e);
    assertThat(e).containsExactly(1, 1, 1);
    BondEnvironment.eigenvalues(new double[] {1, 2, 4, 0.5, -0.3, 0.7}, e);
    assertThat(e[0] + e[1] + e[2]).isCloseTo(7, within(1e-12));
    double determinant =
        1 * (2 * 4 - 0.25) - 0.7 * (0.7 * 4 - 0.5 * -0.3) - 0.3 * (0.7 * 0.5 - 2 * -0.3);
    assertThat(e[0] * e[1] * e[2]).isCloseTo(determinant, within(1e-10));
  }

  @Test
  void everyRealCrystalHasFiniteFeatures() {
    try (Stream<Structure> all = StructureFiles.stream(SharedData.file("mp_transport.jsonl.gz"))) {
      long[] count = {0};
      all.filter(s -> count[0]++ % 40 == 0)
          .forEach(
              s -> {
                for (String name : Descriptors.names()) {
                  Descriptor descriptor = Descriptors.byName(name);
                  float[] f = descriptor.of(s.crystal());
                  for (int k = 0; k < f.length; k++) {
                    if (!Float.isFinite(f[k])) {
                      throw new AssertionError(
                          s.id() + ": " + descriptor.featureNames().get(k) + " is " + f[k]);
                    }
                  }
                }
              });
      assertThat(count[0]).isGreaterThan(1000);
    }
  }

  private static void assertValue(Map<String, Float> features, String name, double expected) {
    assertThat(features.get(name))
        .as(name)
        .isCloseTo((float) expected, within((float) (2e-5 * (1 + Math.abs(expected)))));
  }

  private static Map<String, Float> features(Crystal crystal) {
    Map<String, Float> features = new LinkedHashMap<>();
    float[] values = LOCAL.of(crystal);
    for (int k = 0; k < values.length; k++) {
      features.put(LOCAL.featureNames().get(k), values[k]);
    }
    return features;
  }
}
