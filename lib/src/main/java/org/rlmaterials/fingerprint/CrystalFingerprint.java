package org.rlmaterials.fingerprint;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Element;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.NeighbourSearch;
import org.rlmaterials.crystal.Niggli;
import org.rlmaterials.crystal.PrimitiveCell;

/**
 * The 152-number fingerprint; definitions and sources in docs/physics.md.
 *
 * <p>Blocks: 12 composition, 4 electronegativity, 8 lattice, 64 radial distribution, 64
 * pair-resolved radial distribution. A supercell has the same numbers as its primitive cell. All
 * but the six cell parameters are continuous in positions and lattice; those jump where the
 * Niggli-reduced basis changes, and where a supercell ceases to be one.
 */
public final class CrystalFingerprint implements Descriptor {
  /** Number of features. */
  public static final int SIZE = 152;

  /** Lower and upper border of the radial distributions (Å). */
  private static final double FIRST = 0.5;

  private static final double LAST = 8.0;
  private static final int BINS = 64;

  /** Atoms this near (Å) to where a translation puts their like make a cell a supercell. */
  private static final double PRIMITIVE_TOLERANCE = 0.01;

  private static final double WIDTH = (LAST - FIRST) / BINS;
  private static final int COMPOSITION = 0;
  private static final int LATTICE = 16;
  private static final int RADIAL = 24;
  private static final int PAIR_RADIAL = RADIAL + BINS;

  /** Half the width of the kernel, in bins; the kernel and its slope are zero from there on. */
  private static final int KERNEL_REACH = 4;

  /** Standard deviation of the kernel (Å) before its ends are tapered. */
  private static final double SIGMA = 0.12;

  /** Pairs farther than this (Å) touch no bin. */
  private static final double CUTOFF = LAST + (KERNEL_REACH - 0.5) * WIDTH;

  /** Rows of {@link #KERNEL} a bin: between them it is interpolated, so that it is continuous. */
  private static final int ROWS = 256;

  private static final int TAPS = 2 * KERNEL_REACH;

  /** Row t, column k: the kernel (1/Å) at distance k - (KERNEL_REACH - 1) - t/ROWS bins. */
  private static final double[] KERNEL = kernel();

  /** 1/(4π r²) (1/Å²) at the centres of the bins. */
  private static final double[] INVERSE_SPHERE = inverseSphere();

  private static final double ATOMIC_MASS_G_PER_CM3 = 1.66053906660;

  private static final List<String> NAMES = names();

  @Override
  public String name() {
    return "fingerprint";
  }

  @Override
  public List<String> featureNames() {
    return NAMES;
  }

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public void compute(Crystal crystal, float[] target, int offset) {
    Crystal reduced = Niggli.reduce(crystal);
    composition(reduced, target, offset + COMPOSITION);
    lattice(reduced, PrimitiveCell.of(reduced, PRIMITIVE_TOLERANCE), target, offset + LATTICE);
    Histogram histogram = new Histogram(reduced);
    NeighbourSearch.visitPairs(reduced, CUTOFF, histogram, true);
    // Each pair was met once and counts for both of its atoms; ideal density is n/V.
    double scale = 2 * reduced.lattice().volume() / ((double) reduced.size() * reduced.size());
    for (int k = 0; k < BINS; k++) {
      double factor = scale * INVERSE_SPHERE[k];
      target[offset + RADIAL + k] = (float) (factor * histogram.all[k + Histogram.MARGIN]);
      target[offset + PAIR_RADIAL + k] =
          (float) (factor * histogram.contrasting[k + Histogram.MARGIN]);
    }
  }

  private static void composition(Crystal crystal, float[] target, int offset) {
    int n = crystal.size();
    for (int property = 0; property < 4; property++) {
      double sum = 0;
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < n; i++) {
        double x = value(crystal.element(i), property);
        sum += x;
        min = Math.min(min, x);
        max = Math.max(max, x);
      }
      double mean = sum / n;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double d = value(crystal.element(i), property) - mean;
        squares += d * d;
      }
      target[offset + 4 * property] = (float) mean;
      target[offset + 4 * property + 1] = (float) (min == max ? 0 : Math.sqrt(squares / n));
      target[offset + 4 * property + 2] = (float) min;
      target[offset + 4 * property + 3] = (float) max;
    }
  }

  private static double value(Element element, int property) {
    return switch (property) {
      case 0 -> element.atomicNumber();
      case 1 -> element.mass();
      case 2 -> element.covalentRadius();
      default -> element.electronegativity();
    };
  }

  private static void lattice(Crystal reduced, Crystal primitive, float[] target, int offset) {
    Lattice cell = primitive.lattice();
    double mass = 0;
    for (int i = 0; i < reduced.size(); i++) {
      mass += reduced.element(i).mass();
    }
    for (int i = 0; i < 3; i++) {
      target[offset + i] = (float) cell.length(i);
      target[offset + 3 + i] = (float) cell.angle(i);
    }
    target[offset + 6] = (float) reduced.volumePerAtom();
    target[offset + 7] = (float) (mass / reduced.lattice().volume() * ATOMIC_MASS_G_PER_CM3);
  }

  /**
   * How different two elements are (dimensionless): the squared distance in electronegativity,
   * covalent radius in units of 0.5 Å and atomic number in units of 50. Zero for like atoms only.
   */
  private static double contrast(Element a, Element b) {
    double dx = a.electronegativity() - b.electronegativity();
    double dr = (a.covalentRadius() - b.covalentRadius()) / 0.5;
    double dz = (a.atomicNumber() - b.atomicNumber()) / 50.0;
    return dx * dx + dr * dr + dz * dz;
  }

  /** Sums of the kernel over the pairs, with room at both ends for pairs near the borders. */
  private static final class Histogram implements NeighbourSearch.PairVisitor {
    static final int MARGIN = 9;

    final double[] all = new double[BINS + 2 * MARGIN];
    final double[] contrasting = new double[BINS + 2 * MARGIN];
    private final int n;
    private final double[] contrasts;

    Histogram(Crystal crystal) {
      n = crystal.size();
      contrasts = new double[n * n];
      for (int i = 0; i < n; i++) {
        for (int j = i + 1; j < n; j++) {
          contrasts[n * i + j] = contrast(crystal.element(i), crystal.element(j));
        }
      }
    }

    @Override
    public void pair(int i, int j, double dx, double dy, double dz, double distance) {
      double u = (distance - FIRST) / WIDTH - 0.5 + MARGIN;
      int bin = (int) u;
      double row = (u - bin) * ROWS;
      int rowIndex = (int) row;
      double t = row - rowIndex;
      int base = rowIndex * TAPS;
      int first = bin - (KERNEL_REACH - 1);
      double contrast = contrasts[n * i + j];
      if (contrast == 0) {
        for (int k = 0; k < TAPS; k++) {
          all[first + k] += KERNEL[base + k] + t * (KERNEL[base + TAPS + k] - KERNEL[base + k]);
        }
      } else {
        for (int k = 0; k < TAPS; k++) {
          double x = KERNEL[base + k] + t * (KERNEL[base + TAPS + k] - KERNEL[base + k]);
          all[first + k] += x;
          contrasting[first + k] += contrast * x;
        }
      }
    }
  }

  private static double[] kernel() {
    double[] table = new double[(ROWS + 2) * TAPS];
    double area = 0;
    for (int t = 0; t < ROWS + 2; t++) {
      for (int k = 0; k < TAPS; k++) {
        double bins = k - (KERNEL_REACH - 1) - (double) t / ROWS;
        double reach = bins / KERNEL_REACH;
        if (Math.abs(reach) < 1) {
          double x = bins * WIDTH / SIGMA;
          double taper = 1 - reach * reach;
          table[t * TAPS + k] = Math.exp(-0.5 * x * x) * taper * taper;
        }
        area += t < ROWS ? table[t * TAPS + k] * WIDTH / ROWS : 0;
      }
    }
    for (int i = 0; i < table.length; i++) {
      table[i] /= area;
    }
    return table;
  }

  private static double[] inverseSphere() {
    double[] table = new double[BINS];
    for (int k = 0; k < BINS; k++) {
      double r = centre(k);
      table[k] = 1 / (4 * Math.PI * r * r);
    }
    return table;
  }

  private static double centre(int bin) {
    return FIRST + (bin + 0.5) * WIDTH;
  }

  private static List<String> names() {
    List<String> names = new ArrayList<>();
    for (String property :
        List.of(
            "atomic_number",
            "atomic_mass_u",
            "covalent_radius_angstrom",
            "electronegativity_pauling")) {
      for (String statistic : List.of("mean", "std", "min", "max")) {
        names.add(statistic + "_" + property);
      }
    }
    names.addAll(
        List.of(
            "niggli_a_angstrom",
            "niggli_b_angstrom",
            "niggli_c_angstrom",
            "niggli_alpha_degrees",
            "niggli_beta_degrees",
            "niggli_gamma_degrees",
            "volume_per_atom_angstrom3",
            "density_g_per_cm3"));
    for (String block : List.of("rdf", "pair_rdf")) {
      for (int k = 0; k < BINS; k++) {
        names.add(String.format(Locale.ROOT, "%s_at_%.3f_angstrom", block, centre(k)));
      }
    }
    return List.copyOf(names);
  }
}
