package org.rlmaterials.fingerprint;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.NeighbourSearch;
import org.rlmaterials.crystal.Niggli;

/**
 * The structural half of the descriptor "local": soft bonds and what they join.
 *
 * <p>For a pair at distance d, x = d/(r_i + r_j) with covalent radii r. Atom i is bonded to j with
 * weight w = exp(-½((x/x_i - 1)/0.15)²), x_i its smallest x, lowered so that it ends at 0 at 1.6
 * x_i. All averages run over atoms.
 */
final class BondEnvironment {
  private static final double WIDTH = 0.15;
  private static final double REACH = 1.6;
  private static final double END = Math.exp(-0.5 * (REACH - 1) * (REACH - 1) / (WIDTH * WIDTH));

  /** Reach of the screened potential and cap of sublattice distances (Å). */
  private static final double RANGE = 8;

  private static final double SCREENING = 2.5;

  /** Cap of sublattice distances in units of the sum of radii. */
  private static final double X_CAP = 4;

  /** Smaller charges (Pauling units) are neither cation nor anion. */
  private static final double NEUTRAL = 1e-3;

  private static final int ANGLES = 8;

  /** Radial distribution in x: bins, centre of the first, distance of centres, Gaussian width. */
  private static final int RADIAL = 20;

  private static final double RADIAL_FIRST = 0.6;
  private static final double RADIAL_STEP = 2.2 / (RADIAL - 1);
  private static final double RADIAL_WIDTH = 0.09;

  /** How many steps a Gaussian reaches: 4.5 standard deviations. */
  private static final double RADIAL_REACH = 3.5;

  private static final double NETWORK_X = 1.2;
  private static final double NETWORK_WEIGHT = 0.4;

  private final Crystal crystal;
  private final int n;
  private final double[][] properties;

  /** Pairs, each once: atoms, vector from i to j (Å), distance (Å), x. */
  private int[] first = new int[256];

  private int[] second = new int[256];
  private double[] vectors = new double[768];
  private double[] distances = new double[256];
  private double[] xs = new double[256];
  private int pairs;
  private final double[] xMin;

  BondEnvironment(Crystal anyCell) {
    crystal = Niggli.reduce(anyCell);
    n = crystal.size();
    properties = new double[n][];
    double largest = 0;
    for (int i = 0; i < n; i++) {
      properties[i] = LocalDescriptor.properties(crystal.atomicNumber(i));
      largest = Math.max(largest, radius(i));
    }
    xMin = new double[n];
    double cutoff = RANGE;
    while (true) {
      search(cutoff);
      // Every bond must have been seen: up to 1.6 x_i times the largest sum of radii.
      double needed = 0;
      for (int i = 0; i < n; i++) {
        needed = Math.max(needed, REACH * xMin[i] * (radius(i) + largest));
      }
      if (needed <= cutoff) {
        return;
      }
      cutoff = Double.isInfinite(needed) ? 1.5 * cutoff : needed * (1 + 1e-9);
    }
  }

  private double radius(int i) {
    return properties[i][2];
  }

  private void search(double cutoff) {
    pairs = 0;
    Arrays.fill(xMin, Double.POSITIVE_INFINITY);
    NeighbourSearch.visitPairs(crystal, cutoff, this::add, true);
  }

  private void add(int i, int j, double dx, double dy, double dz, double distance) {
    if (pairs == first.length) {
      first = Arrays.copyOf(first, 2 * pairs);
      second = Arrays.copyOf(second, 2 * pairs);
      vectors = Arrays.copyOf(vectors, 6 * pairs);
      distances = Arrays.copyOf(distances, 2 * pairs);
      xs = Arrays.copyOf(xs, 2 * pairs);
    }
    // Atoms on one place would have bonds of no length and no direction.
    double d = Math.max(distance, 1e-3);
    double x = d / (radius(i) + radius(j));
    first[pairs] = i;
    second[pairs] = j;
    vectors[3 * pairs] = dx;
    vectors[3 * pairs + 1] = dy;
    vectors[3 * pairs + 2] = dz;
    distances[pairs] = d;
    xs[pairs] = x;
    pairs++;
    xMin[i] = Math.min(xMin[i], x);
    xMin[j] = Math.min(xMin[j], x);
  }

  private double weight(int atom, double x) {
    double reach = x / xMin[atom];
    if (reach >= REACH) {
      return 0;
    }
    double t = (reach - 1) / WIDTH;
    return (Math.exp(-0.5 * t * t) - END) / (1 - END);
  }

  void write(LocalDescriptor.Sink sink) {
    int[] local = LocalDescriptor.LOCAL_PROPERTIES;
    double[] nearest = filled(Double.POSITIVE_INFINITY);
    double[] sumW = new double[n];
    double[] sumD = new double[n];
    double[] sumD2 = new double[n];
    double[] charge = new double[n];
    double[] contrast = new double[n];
    double[] like = new double[n];
    double[][] difference = new double[local.length][n];
    double[] products = new double[5];
    double[] hopping = new double[5];
    double[] tensors = new double[6 * n];
    double[] dipoles = new double[3 * n];
    // Bonds as seen from each atom, for the angles.
    int bonds = 0;
    int[] bondAtom = new int[2 * pairs];
    double[] bondWeight = new double[2 * pairs];
    double[] bondUnit = new double[6 * pairs];
    double[] weights = new double[2 * pairs];
    double totalW = 0;
    for (int p = 0; p < pairs; p++) {
      double d = distances[p];
      for (int side = 0; side < 2; side++) {
        int i = side == 0 ? first[p] : second[p];
        int j = side == 0 ? second[p] : first[p];
        nearest[i] = Math.min(nearest[i], d);
        double w = weight(i, xs[p]);
        weights[2 * p + side] = w;
        if (w == 0) {
          continue;
        }
        double[] a = properties[i];
        double[] b = properties[j];
        totalW += w;
        sumW[i] += w;
        sumD[i] += w * d;
        sumD2[i] += w * d * d;
        charge[i] += w * (a[3] - b[3]);
        contrast[i] += w * Math.abs(a[3] - b[3]);
        like[i] += crystal.atomicNumber(i) == crystal.atomicNumber(j) ? w : 0;
        for (int k = 0; k < local.length; k++) {
          difference[k][i] += w * Math.abs(a[local[k]] - b[local[k]]);
        }
        double h = w / (d * d);
        double ss = a[4] * b[4];
        double sp = 0.5 * (a[4] * b[5] + a[5] * b[4]);
        double pp = a[5] * b[5];
        double dp = 0.5 * (a[6] * b[5] + a[5] * b[6]);
        double dd = a[6] * b[6];
        products[0] += w * ss;
        products[1] += w * sp;
        products[2] += w * pp;
        products[3] += w * dp;
        products[4] += w * dd;
        hopping[0] += h * ss;
        hopping[1] += h * sp;
        hopping[2] += h * pp;
        hopping[3] += h * dp;
        hopping[4] += h * dd;
        double sign = side == 0 ? 1 / d : -1 / d;
        double ux = sign * vectors[3 * p];
        double uy = sign * vectors[3 * p + 1];
        double uz = sign * vectors[3 * p + 2];
        tensors[6 * i] += w * ux * ux;
        tensors[6 * i + 1] += w * uy * uy;
        tensors[6 * i + 2] += w * uz * uz;
        tensors[6 * i + 3] += w * uy * uz;
        tensors[6 * i + 4] += w * ux * uz;
        tensors[6 * i + 5] += w * ux * uy;
        dipoles[3 * i] += w * ux;
        dipoles[3 * i + 1] += w * uy;
        dipoles[3 * i + 2] += w * uz;
        bondAtom[bonds] = i;
        bondWeight[bonds] = w;
        bondUnit[3 * bonds] = ux;
        bondUnit[3 * bonds + 1] = uy;
        bondUnit[3 * bonds + 2] = uz;
        bonds++;
      }
    }
    double[] spread = new double[n];
    for (int i = 0; i < n; i++) {
      double w = sumW[i];
      double mean = sumD[i] / w;
      spread[i] = Math.sqrt(Math.max(0, sumD2[i] / w - mean * mean));
      sumD[i] = mean;
      charge[i] /= w;
      contrast[i] /= w;
      like[i] /= w;
      for (double[] values : difference) {
        values[i] /= w;
      }
    }
    putMeanMinMax(nearest, sink);
    putMeanMinMax(xMin, sink);
    putMeanMinMax(sumW, sink);
    putMeanMinMax(sumD, sink);
    putMeanMinMax(spread, sink);
    putMeanMinMax(charge, sink);
    sink.put(min(contrast));
    putMeanMinMax(like, sink);
    for (double[] values : difference) {
      double mean = mean(values);
      double squares = 0;
      for (double v : values) {
        squares += (v - mean) * (v - mean);
      }
      sink.put(mean);
      sink.put(max(values));
      sink.put(Math.sqrt(squares / n));
    }
    for (int k = 0; k < 5; k++) {
      sink.put(products[k] / totalW);
      sink.put(hopping[k] / n);
    }
    sublattices(charge, sink);
    anisotropy(tensors, dipoles, sumW, sink);
    angles(bonds, bondAtom, bondWeight, bondUnit, sink);
    sink.put(new BondNetwork(n).dimension(this, null));
    sink.put(new BondNetwork(n).dimension(this, weights));
    radial(sink);
  }

  /**
   * Neighbours by x, a Gaussian each, weighted by 1/x² and by a window that ends at 8 Å; the same
   * again weighted by the squared difference of electronegativities.
   */
  private void radial(LocalDescriptor.Sink sink) {
    double[] all = new double[RADIAL];
    double[] contrast = new double[RADIAL];
    double s = RADIAL_STEP / RADIAL_WIDTH;
    double curvature = Math.exp(-s * s);
    for (int p = 0; p < pairs; p++) {
      double d = distances[p];
      double x = xs[p];
      double at = (x - RADIAL_FIRST) / RADIAL_STEP;
      int from = Math.max(0, (int) Math.ceil(at - RADIAL_REACH));
      int to = Math.min(RADIAL - 1, (int) Math.floor(at + RADIAL_REACH));
      if (d >= RANGE || from > to) {
        continue;
      }
      double end = 1 - d * d / (RANGE * RANGE);
      double difference = properties[first[p]][3] - properties[second[p]][3];
      double squared = difference * difference;
      // A Gaussian on equal steps: the ratio of neighbours falls by one factor a step.
      double t = (from - at) * s;
      double value = 2 * end * end / (x * x) / n * Math.exp(-0.5 * t * t);
      double ratio = Math.exp(-s * (t + 0.5 * s));
      for (int k = from; k <= to; k++) {
        all[k] += value;
        contrast[k] += value * squared;
        value *= ratio;
        ratio *= curvature;
      }
    }
    for (double g : all) {
      sink.put(g);
    }
    for (double g : contrast) {
      sink.put(g);
    }
  }

  private void sublattices(double[] charge, LocalDescriptor.Sink sink) {
    double[][] d = {filled(RANGE), filled(RANGE)};
    double[][] x = {filled(X_CAP), filled(X_CAP)};
    double[] soft = new double[2];
    double[] potential = new double[n];
    for (int p = 0; p < pairs; p++) {
      int i = first[p];
      int j = second[p];
      double distance = distances[p];
      if (distance < RANGE) {
        double end = 1 - distance * distance / (RANGE * RANGE);
        double screened = Math.exp(-distance / SCREENING) / distance * end * end;
        potential[i] += charge[j] * screened;
        potential[j] += charge[i] * screened;
        int kind = kind(charge[i]);
        if (kind >= 0 && kind == kind(charge[j])) {
          d[kind][i] = Math.min(d[kind][i], distance);
          d[kind][j] = Math.min(d[kind][j], distance);
          x[kind][i] = Math.min(x[kind][i], xs[p]);
          x[kind][j] = Math.min(x[kind][j], xs[p]);
          soft[kind] += 2 * Math.exp(-2 * xs[p]) * end * end;
        }
      }
    }
    double[] potentials = new double[2];
    double energy = 0;
    int[] counts = new int[2];
    for (int i = 0; i < n; i++) {
      energy += 0.5 * charge[i] * potential[i] / n;
      int kind = kind(charge[i]);
      if (kind >= 0) {
        counts[kind]++;
        potentials[kind] += potential[i];
      }
    }
    for (int kind = 0; kind < 2; kind++) {
      double dMean = 0;
      double dMin = RANGE;
      double xMean = 0;
      double xLeast = X_CAP;
      for (int i = 0; i < n; i++) {
        if (kind(charge[i]) == kind) {
          dMean += d[kind][i] / counts[kind];
          dMin = Math.min(dMin, d[kind][i]);
          xMean += x[kind][i] / counts[kind];
          xLeast = Math.min(xLeast, x[kind][i]);
        }
      }
      boolean none = counts[kind] == 0;
      sink.put(none ? RANGE : dMean);
      sink.put(dMin);
      sink.put(none ? X_CAP : xMean);
      sink.put(xLeast);
      sink.put(none ? 0 : soft[kind] / counts[kind]);
    }
    sink.put(energy);
    sink.put(counts[0] == 0 ? 0 : potentials[0] / counts[0]);
    sink.put(counts[1] == 0 ? 0 : potentials[1] / counts[1]);
    sink.put(max(potential) - min(potential));
  }

  /** 0 for a cation (less electronegative than its neighbours), 1 for an anion, -1 for neither. */
  private static int kind(double charge) {
    return charge < -NEUTRAL ? 0 : charge > NEUTRAL ? 1 : -1;
  }

  private void anisotropy(
      double[] tensors, double[] dipoles, double[] sumW, LocalDescriptor.Sink sink) {
    double[] total = new double[6];
    double smallest = 0;
    double largest = 0;
    double largestOfAll = 0;
    double dipole = 0;
    double largestDipole = 0;
    double[] t = new double[6];
    double[] eigenvalues = new double[3];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < 6; k++) {
        total[k] += tensors[6 * i + k];
        t[k] = tensors[6 * i + k] / sumW[i];
      }
      eigenvalues(t, eigenvalues);
      smallest += eigenvalues[0] / n;
      largest += eigenvalues[2] / n;
      largestOfAll = Math.max(largestOfAll, eigenvalues[2]);
      double x = dipoles[3 * i];
      double y = dipoles[3 * i + 1];
      double z = dipoles[3 * i + 2];
      double length = Math.sqrt(x * x + y * y + z * z) / sumW[i];
      dipole += length / n;
      largestDipole = Math.max(largestDipole, length);
    }
    double trace = total[0] + total[1] + total[2];
    for (int k = 0; k < 6; k++) {
      total[k] /= trace;
    }
    eigenvalues(total, eigenvalues);
    sink.put(eigenvalues[0]);
    sink.put(eigenvalues[1]);
    sink.put(eigenvalues[2]);
    sink.put(27 * eigenvalues[0] * eigenvalues[1] * eigenvalues[2]);
    sink.put(smallest);
    sink.put(largest);
    sink.put(largestOfAll);
    sink.put(dipole);
    sink.put(largestDipole);
  }

  /**
   * Eigenvalues, ascending, of the symmetric matrix xx, yy, zz, yz, xz, xy, by the trigonometric
   * solution of the cubic (O. K. Smith, Commun. ACM 4, 168 (1961)).
   */
  static void eigenvalues(double[] t, double[] result) {
    double mean = (t[0] + t[1] + t[2]) / 3;
    double a = t[0] - mean;
    double b = t[1] - mean;
    double c = t[2] - mean;
    double p = (a * a + b * b + c * c + 2 * (t[3] * t[3] + t[4] * t[4] + t[5] * t[5])) / 6;
    if (p < 1e-24) {
      Arrays.fill(result, mean);
      return;
    }
    double q =
        (a * (b * c - t[3] * t[3])
                - t[5] * (t[5] * c - t[3] * t[4])
                + t[4] * (t[5] * t[3] - b * t[4]))
            / 2;
    double r = Math.max(-1, Math.min(1, q / (p * Math.sqrt(p))));
    double phi = Math.acos(r) / 3;
    double s = 2 * Math.sqrt(p);
    result[2] = mean + s * Math.cos(phi);
    result[0] = mean + s * Math.cos(phi + 2 * Math.PI / 3);
    result[1] = 3 * mean - result[0] - result[2];
  }

  /** The cosines of the angles between bonds, linearly shared between neighbouring bins. */
  private void angles(
      int bonds, int[] atom, double[] weight, double[] unit, LocalDescriptor.Sink sink) {
    int[] start = new int[n + 1];
    for (int k = 0; k < bonds; k++) {
      start[atom[k] + 1]++;
    }
    for (int i = 0; i < n; i++) {
      start[i + 1] += start[i];
    }
    int[] order = new int[bonds];
    int[] next = start.clone();
    for (int k = 0; k < bonds; k++) {
      order[next[atom[k]]++] = k;
    }
    double[] histogram = new double[ANGLES];
    double[] own = new double[ANGLES];
    for (int i = 0; i < n; i++) {
      Arrays.fill(own, 0);
      double total = 0;
      for (int p = start[i]; p < start[i + 1]; p++) {
        int a = order[p];
        for (int q = start[i]; q < p; q++) {
          int b = order[q];
          double w = weight[a] * weight[b];
          double cosine =
              unit[3 * a] * unit[3 * b]
                  + unit[3 * a + 1] * unit[3 * b + 1]
                  + unit[3 * a + 2] * unit[3 * b + 2];
          double u = (cosine + 1) / 2 * ANGLES - 0.5;
          u = Math.max(0, Math.min(ANGLES - 1, u));
          int bin = Math.min(ANGLES - 2, (int) u);
          own[bin] += w * (bin + 1 - u);
          own[bin + 1] += w * (u - bin);
          total += w;
        }
      }
      for (int k = 0; k < ANGLES && total > 0; k++) {
        histogram[k] += own[k] / total / n;
      }
    }
    for (double h : histogram) {
      sink.put(h);
    }
  }

  /** The network of bonds: which atoms hang together, and in how many directions without end. */
  private static final class BondNetwork {
    private final int[] parent;

    /** Cell of each atom relative to its root (3 an atom). */
    private final int[] cell;

    /** Independent lattice vectors that lead from a component to its own image. */
    private final long[][] loops;

    private final int[] rank;

    BondNetwork(int n) {
      parent = new int[n];
      cell = new int[3 * n];
      loops = new long[n][9];
      rank = new int[n];
      for (int i = 0; i < n; i++) {
        parent[i] = i;
      }
    }

    /** The mean over atoms of the dimensionality (0 to 3) of the network each belongs to. */
    double dimension(BondEnvironment bonds, double[] weights) {
      int n = parent.length;
      for (int p = 0; p < bonds.pairs; p++) {
        boolean bonded =
            weights == null
                ? bonds.xs[p] < NETWORK_X
                : Math.max(weights[2 * p], weights[2 * p + 1]) > NETWORK_WEIGHT;
        if (bonded) {
          join(bonds, p);
        }
      }
      double sum = 0;
      for (int i = 0; i < n; i++) {
        int root = i;
        while (parent[root] != root) {
          root = parent[root];
        }
        sum += rank[root];
      }
      return sum / n;
    }

    private void join(BondEnvironment bonds, int p) {
      int i = bonds.first[p];
      int j = bonds.second[p];
      // The cell of the image of j: vector = position j + cell - position i.
      double[] f =
          bonds
              .crystal
              .lattice()
              .toFractional(
                  new double[] {
                    bonds.vectors[3 * p], bonds.vectors[3 * p + 1], bonds.vectors[3 * p + 2]
                  });
      int[] t = new int[3];
      for (int x = 0; x < 3; x++) {
        t[x] =
            (int) Math.rint(f[x] - bonds.crystal.fractional(j, x) + bonds.crystal.fractional(i, x));
      }
      int rootI = root(i);
      int rootJ = root(j);
      for (int x = 0; x < 3; x++) {
        t[x] += cell[3 * i + x] - cell[3 * j + x];
      }
      // Now image t of root j is bonded to root i.
      if (rootI == rootJ) {
        addLoop(rootI, new long[] {t[0], t[1], t[2]});
        return;
      }
      parent[rootJ] = rootI;
      for (int x = 0; x < 3; x++) {
        cell[3 * rootJ + x] = t[x];
      }
      for (int k = 0; k < rank[rootJ]; k++) {
        addLoop(
            rootI,
            new long[] {loops[rootJ][3 * k], loops[rootJ][3 * k + 1], loops[rootJ][3 * k + 2]});
      }
    }

    private int root(int i) {
      while (parent[i] != i) {
        int p = parent[i];
        if (parent[p] == p) {
          return p;
        }
        for (int x = 0; x < 3; x++) {
          cell[3 * i + x] += cell[3 * p + x];
        }
        parent[i] = parent[p];
      }
      return i;
    }

    private void addLoop(int root, long[] v) {
      long[] l = loops[root];
      int r = rank[root];
      long cx = l[1] * v[2] - l[2] * v[1];
      long cy = l[2] * v[0] - l[0] * v[2];
      long cz = l[0] * v[1] - l[1] * v[0];
      boolean independent =
          switch (r) {
            case 0 -> v[0] != 0 || v[1] != 0 || v[2] != 0;
            case 1 -> cx != 0 || cy != 0 || cz != 0;
            case 2 ->
                v[0] * (l[1] * l[5] - l[2] * l[4])
                        - v[1] * (l[0] * l[5] - l[2] * l[3])
                        + v[2] * (l[0] * l[4] - l[1] * l[3])
                    != 0;
            default -> false;
          };
      if (independent) {
        System.arraycopy(v, 0, l, 3 * r, 3);
        rank[root]++;
      }
    }
  }

  private double[] filled(double value) {
    double[] values = new double[n];
    Arrays.fill(values, value);
    return values;
  }

  private static void putMeanMinMax(double[] values, LocalDescriptor.Sink sink) {
    sink.put(mean(values));
    sink.put(min(values));
    sink.put(max(values));
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double v : values) {
      sum += v;
    }
    return sum / values.length;
  }

  private static double min(double[] values) {
    double min = Double.POSITIVE_INFINITY;
    for (double v : values) {
      min = Math.min(min, v);
    }
    return min;
  }

  private static double max(double[] values) {
    double max = Double.NEGATIVE_INFINITY;
    for (double v : values) {
      max = Math.max(max, v);
    }
    return max;
  }

  static void names(List<String> names, List<String> local) {
    for (String quantity :
        List.of(
            "nearest_angstrom",
            "nearest_x",
            "coordination",
            "bond_length_angstrom",
            "bond_spread_angstrom",
            "charge_pauling")) {
      for (String statistic : List.of("mean", "min", "max")) {
        names.add(statistic + "_" + quantity);
      }
    }
    names.add("min_bond_electronegativity_difference_pauling");
    for (String statistic : List.of("mean", "min", "max")) {
      names.add(statistic + "_like_bonds");
    }
    for (String property : local) {
      for (String statistic : List.of("mean", "max", "std")) {
        names.add(statistic + "_bond_difference_" + property);
      }
    }
    for (String shells : List.of("ss", "sp", "pp", "dp", "dd")) {
      names.add("bond_" + shells);
      names.add("hopping_" + shells + "_per_angstrom2");
    }
    for (String sublattice : List.of("cation", "anion")) {
      names.add(sublattice + "s_mean_nearest_angstrom");
      names.add(sublattice + "s_min_nearest_angstrom");
      names.add(sublattice + "s_mean_nearest_x");
      names.add(sublattice + "s_min_nearest_x");
      names.add(sublattice + "s_soft_count");
    }
    names.addAll(
        List.of(
            "screened_energy_per_angstrom",
            "cation_potential_per_angstrom",
            "anion_potential_per_angstrom",
            "potential_range_per_angstrom",
            "bond_tensor_1",
            "bond_tensor_2",
            "bond_tensor_3",
            "bond_tensor_determinant",
            "site_bond_tensor_1",
            "site_bond_tensor_3",
            "site_bond_tensor_3_max",
            "site_dipole",
            "site_dipole_max"));
    for (int k = 0; k < ANGLES; k++) {
      names.add("bond_cosine_bin_" + k);
    }
    names.add("network_dimension_x");
    names.add("network_dimension_weight");
    for (String kind : List.of("rdf", "contrast_rdf")) {
      for (int k = 0; k < RADIAL; k++) {
        names.add(String.format(Locale.ROOT, "%s_at_x_%.2f", kind, RADIAL_FIRST + k * RADIAL_STEP));
      }
    }
  }
}
