package org.rlmaterials.fingerprint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Element;

/**
 * The descriptor "local": statistics of the elements, electron count, oxidation states and the
 * bonding environment of the atoms. Definitions in docs/physics.md.
 *
 * <p>Nothing in it depends on the choice of cell: a supercell has the same numbers. It is not
 * continuous everywhere: oxidation states, the sign of a charge and the dimensionality of the bond
 * network are discrete.
 */
public final class LocalDescriptor implements Descriptor {
  /** A property of an element, its name and unit. */
  private record Property(String name, ToDoubleFunction<Element> value) {}

  private static final List<Property> PROPERTIES =
      List.of(
          new Property("group", Element::group),
          new Property("period", Element::period),
          new Property("covalent_radius_angstrom", Element::covalentRadius),
          new Property("electronegativity_pauling", Element::electronegativity),
          new Property("s_valence", Element::sValence),
          new Property("p_valence", Element::pValence),
          new Property("d_valence", Element::dValence),
          new Property("f_valence", Element::fValence),
          new Property("valence", LocalDescriptor::valence),
          new Property("first_ionization_energy_ev", Element::firstIonizationEnergy),
          new Property("electron_affinity_ev", Element::electronAffinity));

  /** Those of the cations: all but f electrons and the sum of all valence electrons. */
  private static final int[] CATION_PROPERTIES = {1, 0, 2, 3, 4, 5, 6, 9, 10};

  /** Those compared between bonded atoms. */
  static final int[] LOCAL_PROPERTIES = {3, 2, 1, 0, 4, 5, 6, 9};

  private static final double[][] TABLE = table();
  private static final List<String> NAMES = names();

  private static double valence(Element e) {
    return e.sValence() + e.pValence() + e.dValence() + e.fValence();
  }

  private static double[][] table() {
    double[][] table = new double[95][];
    for (int z = 1; z < table.length; z++) {
      Element element = Element.of(z);
      table[z] = PROPERTIES.stream().mapToDouble(p -> p.value().applyAsDouble(element)).toArray();
    }
    return table;
  }

  /** The properties of an element, in the order of {@link #PROPERTIES}. */
  static double[] properties(int atomicNumber) {
    return TABLE[atomicNumber];
  }

  @Override
  public String name() {
    return "local";
  }

  @Override
  public List<String> featureNames() {
    return NAMES;
  }

  @Override
  public void compute(Crystal crystal, float[] target, int offset) {
    Sink sink = new Sink(target, offset);
    Composition composition = new Composition(crystal);
    elementStatistics(composition, sink);
    electrons(composition, sink);
    oxidation(composition, sink);
    density(crystal, composition, sink);
    new BondEnvironment(crystal).write(sink);
    if (sink.at != offset + NAMES.size()) {
      throw new IllegalStateException(
          (sink.at - offset) + " features, but " + NAMES.size() + " names");
    }
  }

  /** Where features go, one after another. */
  static final class Sink {
    private final float[] target;
    private int at;

    Sink(float[] target, int offset) {
      this.target = target;
      this.at = offset;
    }

    void put(double value) {
      target[at++] = (float) value;
    }
  }

  /** The different elements of a crystal, by atomic number, and how many atoms a formula has. */
  private static final class Composition {
    final Element[] elements;
    final int[] counts;
    final double[] fractions;
    final int atoms;

    /** Index of the most electronegative element. */
    final int anion;

    Composition(Crystal crystal) {
      int[] byNumber = new int[TABLE.length];
      for (int i = 0; i < crystal.size(); i++) {
        int z = crystal.atomicNumber(i);
        if (z >= TABLE.length) {
          throw new IllegalArgumentException("descriptor local knows elements to Z = 94, not " + z);
        }
        byNumber[z]++;
      }
      int different = 0;
      int divisor = 0;
      for (int count : byNumber) {
        different += count > 0 ? 1 : 0;
        divisor = gcd(count, divisor);
      }
      elements = new Element[different];
      counts = new int[different];
      fractions = new double[different];
      atoms = crystal.size() / divisor;
      int k = 0;
      int mostNegative = 0;
      for (int z = 1; z < byNumber.length; z++) {
        if (byNumber[z] > 0) {
          elements[k] = Element.of(z);
          counts[k] = byNumber[z] / divisor;
          fractions[k] = (double) counts[k] / atoms;
          if (elements[k].electronegativity() >= elements[mostNegative].electronegativity()) {
            mostNegative = k;
          }
          k++;
        }
      }
      anion = mostNegative;
    }

    double property(int element, int property) {
      return TABLE[elements[element].atomicNumber()][property];
    }

    double mean(int property) {
      double sum = 0;
      for (int k = 0; k < elements.length; k++) {
        sum += fractions[k] * property(k, property);
      }
      return sum;
    }

    private static int gcd(int a, int b) {
      return b == 0 ? a : gcd(b, a % b);
    }
  }

  private static void elementStatistics(Composition c, Sink sink) {
    int n = c.elements.length;
    for (int p = 0; p < PROPERTIES.size(); p++) {
      double mean = c.mean(p);
      double deviation = 0;
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < n; k++) {
        double x = c.property(k, p);
        deviation += c.fractions[k] * Math.abs(x - mean);
        min = Math.min(min, x);
        max = Math.max(max, x);
      }
      sink.put(mean);
      sink.put(n == 1 ? 0 : deviation);
      sink.put(min);
      sink.put(max);
    }
    for (int shell = 4; shell < 8; shell++) {
      sink.put(c.mean(shell) / c.mean(8));
    }
    double squares = 0;
    double ionicMean = 0;
    double ionicMax = 0;
    for (int i = 0; i < n; i++) {
      squares += c.fractions[i] * c.fractions[i];
      for (int j = 0; j < i; j++) {
        double d = c.property(i, 3) - c.property(j, 3);
        double ionic = 1 - Math.exp(-0.25 * d * d);
        ionicMean += ionic / (0.5 * n * (n - 1));
        ionicMax = Math.max(ionicMax, ionic);
      }
    }
    sink.put(n);
    sink.put(squares);
    sink.put(ionicMean);
    sink.put(ionicMax);
    for (int p : CATION_PROPERTIES) {
      double sum = 0;
      double weight = 0;
      for (int k = 0; k < n; k++) {
        if (k != c.anion || n == 1) {
          sum += c.fractions[k] * c.property(k, p);
          weight += c.fractions[k];
        }
      }
      sink.put(sum / weight);
    }
    sink.put(c.fractions[c.anion]);
  }

  private static void elementStatisticsNames(List<String> names) {
    for (Property p : PROPERTIES) {
      for (String statistic : List.of("mean", "avgdev", "min", "max")) {
        names.add(statistic + "_" + p.name());
      }
    }
    names.addAll(List.of("valfrac_s", "valfrac_p", "valfrac_d", "valfrac_f"));
    names.addAll(List.of("n_elements", "fractions_squared", "ionic_mean", "ionic_max"));
    for (int p : CATION_PROPERTIES) {
      names.add("cation_" + PROPERTIES.get(p).name());
    }
    names.add("anion_fraction");
  }

  private static void electrons(Composition c, Sink sink) {
    int electrons = 0;
    for (int k = 0; k < c.elements.length; k++) {
      int group = c.elements[k].group();
      electrons += c.counts[k] * (group <= 12 ? group : group - 10);
    }
    sink.put(electrons % 2);
    sink.put((double) electrons / c.atoms);
    double perAnion = (double) electrons / c.counts[c.anion];
    // Rounded before the remainder: 7.9999999 and 8 electrons are the same count.
    sink.put(Math.rint(perAnion * 1e6) / 1e6 % 8);
    sink.put(electrons % 8);
    sink.put(c.atoms);
  }

  private static void electronsNames(List<String> names) {
    names.addAll(
        List.of(
            "electrons_per_formula_odd",
            "electrons_per_atom",
            "electrons_per_anion_mod8",
            "electrons_per_formula_mod8",
            "atoms_per_formula"));
  }

  private static void oxidation(Composition c, Sink sink) {
    OxidationStates states = OxidationStates.of(c.elements, c.counts);
    double meanAbs = 0;
    double maxCation = 0;
    double minAnion = 0;
    double partial = 0;
    double d0 = 0;
    double d10 = 0;
    double lonePair = 0;
    double s0 = 0;
    double s0Period = 0;
    double cations = 0;
    for (int k = 0; k < c.elements.length; k++) {
      int q = states.states().get(k);
      double x = c.fractions[k];
      int group = c.elements[k].group();
      int period = c.elements[k].period();
      meanAbs += x * Math.abs(q);
      maxCation = Math.max(maxCation, q);
      minAnion = Math.min(minAnion, q);
      if (q <= 0) {
        continue;
      }
      cations += x;
      boolean fBlock = c.elements[k].atomicNumber() >= 57 && period >= 6 && group == 3;
      if (group >= 3 && group <= 12 && !fBlock) {
        int d = Math.min(10, Math.max(0, group - q));
        partial += d > 0 && d < 10 ? x : 0;
        d0 += d == 0 ? x : 0;
        d10 += d == 10 ? x : 0;
      } else if (group >= 13 && period >= 4) {
        d10 += x;
        lonePair += q == group - 12 ? x : 0;
      }
      if (group >= 12 && group <= 16 && period >= 4 && q == group - 10) {
        s0 += x;
        s0Period += x * period;
      }
    }
    sink.put(states.imbalance() == 0 ? 1 : 0);
    sink.put(states.imbalance());
    sink.put(states.penalty());
    sink.put(meanAbs);
    sink.put(maxCation);
    sink.put(minAnion);
    sink.put(partial);
    sink.put(d0);
    sink.put(d10);
    sink.put(lonePair);
    sink.put(s0);
    sink.put(s0Period);
    sink.put(cations);
  }

  private static void oxidationNames(List<String> names) {
    names.addAll(
        List.of(
            "ox_neutral",
            "ox_imbalance_e_per_atom",
            "ox_penalty",
            "ox_mean_abs_e",
            "ox_max_cation_e",
            "ox_min_anion_e",
            "ox_d_partial",
            "ox_d0",
            "ox_d10",
            "ox_lone_pair",
            "ox_s0_post",
            "ox_s0_period",
            "ox_cation_fraction"));
  }

  private static void density(Crystal crystal, Composition c, Sink sink) {
    double volume = crystal.volumePerAtom();
    double mass = 0;
    double spheres = 0;
    for (int k = 0; k < c.elements.length; k++) {
      double r = c.elements[k].covalentRadius();
      mass += c.fractions[k] * c.elements[k].mass();
      spheres += c.fractions[k] * 4 / 3 * Math.PI * r * r * r;
    }
    sink.put(volume);
    sink.put(Math.log(volume));
    sink.put(mass / volume);
    sink.put(spheres / volume);
    sink.put(c.mean(8) / volume);
  }

  private static void densityNames(List<String> names) {
    names.addAll(
        List.of(
            "volume_per_atom_angstrom3",
            "log_volume_per_atom_angstrom3",
            "density_u_per_angstrom3",
            "packing",
            "valence_density_per_angstrom3"));
  }

  private static List<String> names() {
    List<String> names = new ArrayList<>();
    elementStatisticsNames(names);
    electronsNames(names);
    oxidationNames(names);
    densityNames(names);
    List<String> local =
        Arrays.stream(LOCAL_PROPERTIES).mapToObj(p -> PROPERTIES.get(p).name()).toList();
    BondEnvironment.names(names, local);
    return List.copyOf(names);
  }
}
