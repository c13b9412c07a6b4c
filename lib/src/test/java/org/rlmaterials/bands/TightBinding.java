package org.rlmaterials.bands;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The sp³s* nearest-neighbour model of Vogl, Hjalmarson and Dow (J. Phys. Chem. Solids 44, 365
 * (1983)) for a zinc-blende crystal that may be strained, displaced and repeated; hopping scales
 * with d⁻² (Harrison). Its band derivatives are exact: perturbation theory with ∂H/∂k and ∂²H/∂k².
 */
final class TightBinding implements BandSolver {
  private static final int ORBITALS = 5;

  /** One material: on-site energies and hopping (eV) in Vogl's notation, lattice constant (Å). */
  record Material(
      String name,
      double a,
      double sa,
      double pa,
      double sc,
      double pc,
      double tsa,
      double tsc,
      double ss,
      double xx,
      double xy,
      double sapc,
      double scpa,
      double tsapc,
      double patsc) {}

  static final Material GAAS =
      new Material(
          "GaAs", 5.653, -8.3431, 1.0414, -2.6569, 3.6686, 8.5914, 6.7386, -6.4513, 1.9546, 5.0779,
          4.4800, 5.7839, 4.8422, 4.8077);
  static final Material INSB =
      new Material(
          "InSb", 6.479, -8.0157, 0.6738, -3.4643, 2.9162, 6.4530, 5.9362, -5.5193, 1.4018, 3.8761,
          3.7880, 4.5900, 3.5666, 3.4048);
  static final Material INP =
      new Material(
          "InP", 5.869, -8.5274, 0.8735, -1.4826, 4.0509, 8.2635, 7.0665, -5.3614, 1.8801, 4.2324,
          2.2265, 5.5825, 3.4623, 4.4814);
  static final Material SI =
      new Material(
          "Si", 5.431, -4.2000, 1.7150, -4.2000, 1.7150, 6.6850, 6.6850, -8.3000, 1.7150, 4.5750,
          5.7292, 5.7292, 5.3749, 5.3749);
  static final Material GE =
      new Material(
          "Ge", 5.658, -5.8800, 1.6100, -5.8800, 1.6100, 6.3900, 6.3900, -6.7800, 1.6100, 4.9000,
          5.4649, 5.4649, 5.2191, 5.2191);

  @SuppressWarnings("ArrayRecordComponent")
  private record Bond(int from, int to, double[] vector, double[][] hopping) {}

  private final double[][] lattice;
  private final int atoms;
  private final double[] onSite;
  private final List<Bond> bonds = new ArrayList<>();

  /**
   * Noise added to the energies (eV, one standard deviation), the same at each visit of a point.
   */
  private double noise;

  private long seed;

  /**
   * @param repeats supercell
   * @param strain deformation gradient (Cartesian), columns images of the axes
   * @param displacements Cartesian (Å), one for each atom of the supercell; null for none
   */
  TightBinding(Material m, int[] repeats, double[][] strain, double[][] displacements) {
    double h = m.a() / 2;
    double[][] primitive = {{0, h, h}, {h, 0, h}, {h, h, 0}};
    lattice = new double[3][];
    List<double[]> origins = new ArrayList<>();
    for (int x = 0; x < repeats[0]; x++) {
      for (int y = 0; y < repeats[1]; y++) {
        for (int z = 0; z < repeats[2]; z++) {
          origins.add(Vectors.combine(new double[] {x, y, z}, primitive));
        }
      }
    }
    double[][] ideal = new double[3][];
    for (int i = 0; i < 3; i++) {
      ideal[i] = Vectors.along(new double[3], repeats[i], primitive[i]);
      lattice[i] = Vectors.multiply(strain, ideal[i]);
    }
    atoms = 2 * origins.size();
    onSite = new double[ORBITALS * atoms];
    double[][] moved = new double[atoms][];
    double[][] start = new double[atoms][];
    double quarter = m.a() / 4;
    for (int c = 0; c < origins.size(); c++) {
      start[2 * c] = origins.get(c);
      start[2 * c + 1] = Vectors.along(origins.get(c), quarter, new double[] {1, 1, 1});
      for (int t = 0; t < 2; t++) {
        int atom = 2 * c + t;
        moved[atom] = Vectors.multiply(strain, start[atom]);
        if (displacements != null) {
          moved[atom] = Vectors.along(moved[atom], 1, displacements[atom]);
        }
        double[] levels =
            t == 0
                ? new double[] {m.sa(), m.pa(), m.pa(), m.pa(), m.tsa()}
                : new double[] {m.sc(), m.pc(), m.pc(), m.pc(), m.tsc()};
        System.arraycopy(levels, 0, onSite, ORBITALS * atom, ORBITALS);
      }
    }
    double[][] tetrahedron = {{1, 1, 1}, {1, -1, -1}, {-1, 1, -1}, {-1, -1, 1}};
    double bond = quarter * Math.sqrt(3);
    for (int c = 0; c < origins.size(); c++) {
      for (double[] direction : tetrahedron) {
        double[] end = Vectors.along(start[2 * c], quarter, direction);
        // Which atom of the cell is this, and in which image?
        for (int d = 0; d < origins.size(); d++) {
          double[] f = Vectors.solve(ideal, Vectors.minus(end, start[2 * d + 1]));
          double[] n = Arrays.stream(f).map(Math::rint).toArray();
          if (Vectors.norm(Vectors.minus(f, n)) < 1e-6) {
            double[] image = Vectors.along(moved[2 * d + 1], 1, Vectors.combine(n, lattice));
            double[] vector = Vectors.minus(image, moved[2 * c]);
            bonds.add(new Bond(2 * c, 2 * d + 1, vector, hopping(m, vector, bond)));
          }
        }
      }
    }
    if (bonds.size() != 2 * atoms) {
      throw new IllegalStateException("bonds: " + bonds.size());
    }
  }

  static TightBinding ideal(Material m) {
    return new TightBinding(m, new int[] {1, 1, 1}, Deformations.NONE, null);
  }

  /** The same crystal with noisy energies. */
  TightBinding noisy(double sigma, long seed) {
    this.noise = sigma;
    this.seed = seed;
    return this;
  }

  /** Slater and Koster's two-centre integrals along a bond from anion to cation. */
  private static double[][] hopping(Material m, double[] vector, double ideal) {
    double d = Vectors.norm(vector);
    double scale = ideal / d * (ideal / d);
    double[] l = Vectors.along(new double[3], 1 / d, vector);
    double ss = m.ss() / 4 * scale;
    double sigma = (m.xx() + 2 * m.xy()) / 4 * scale;
    double pi = (m.xx() - m.xy()) / 4 * scale;
    double factor = Math.sqrt(3) / 4 * scale;
    double[][] t = new double[ORBITALS][ORBITALS];
    t[0][0] = ss;
    for (int i = 0; i < 3; i++) {
      t[0][1 + i] = factor * m.sapc() * l[i];
      t[1 + i][0] = -factor * m.scpa() * l[i];
      t[4][1 + i] = factor * m.tsapc() * l[i];
      t[1 + i][4] = -factor * m.patsc() * l[i];
      for (int j = 0; j < 3; j++) {
        t[1 + i][1 + j] = l[i] * l[j] * (sigma - pi) + (i == j ? pi : 0);
      }
    }
    return t;
  }

  double[][] reciprocal() {
    double volume = Vectors.dot(lattice[0], Vectors.cross(lattice[1], lattice[2]));
    double[][] b = new double[3][];
    for (int i = 0; i < 3; i++) {
      b[i] =
          Vectors.along(
              new double[3],
              2 * Math.PI / volume,
              Vectors.cross(lattice[(i + 1) % 3], lattice[(i + 2) % 3]));
    }
    return b;
  }

  double electrons() {
    return 4.0 * atoms;
  }

  int occupied() {
    return 2 * atoms;
  }

  @Override
  public double[][] energies(double[][] kPoints) {
    double[][] energies = new double[kPoints.length][];
    for (int i = 0; i < kPoints.length; i++) {
      double[] e = solve(kPoints[i]).values;
      if (noise > 0) {
        java.util.Random random =
            new java.util.Random(seed ^ Arrays.hashCode(kPoints[i]) * 2654435761L);
        for (int b = 0; b < e.length; b++) {
          e[b] += noise * random.nextGaussian();
        }
        Arrays.sort(e);
      }
      energies[i] = e;
    }
    return energies;
  }

  @Override
  public double noiseEv() {
    return Math.max(noise, 1e-9);
  }

  private HermitianEigen solve(double[] k) {
    double[][] re = new double[ORBITALS * atoms][ORBITALS * atoms];
    double[][] im = new double[ORBITALS * atoms][ORBITALS * atoms];
    fill(k, re, im, -1, -1);
    return new HermitianEigen(re, im);
  }

  /** H(k) or, if a ≥ 0, ∂H/∂k_a or, if b ≥ 0 too, ∂²H/∂k_a∂k_b. */
  private void fill(double[] k, double[][] re, double[][] im, int a, int b) {
    if (a < 0) {
      for (int i = 0; i < onSite.length; i++) {
        re[i][i] = onSite[i];
      }
    }
    for (Bond bond : bonds) {
      double phase = Vectors.dot(k, bond.vector());
      double c = Math.cos(phase);
      double s = Math.sin(phase);
      double pr = c;
      double pi = s;
      if (a >= 0) {
        // Each derivative is a factor i d.
        pr = -s * bond.vector()[a];
        pi = c * bond.vector()[a];
      }
      if (b >= 0) {
        pr = -c * bond.vector()[a] * bond.vector()[b];
        pi = -s * bond.vector()[a] * bond.vector()[b];
      }
      for (int x = 0; x < ORBITALS; x++) {
        for (int y = 0; y < ORBITALS; y++) {
          int i = ORBITALS * bond.from() + x;
          int j = ORBITALS * bond.to() + y;
          re[i][j] += bond.hopping()[x][y] * pr;
          im[i][j] += bond.hopping()[x][y] * pi;
          re[j][i] += bond.hopping()[x][y] * pr;
          im[j][i] -= bond.hopping()[x][y] * pi;
        }
      }
    }
  }

  /**
   * Exact derivatives of the mean of the bands first … first+size−1.
   *
   * @param gradient (eV Å)
   * @param hessian (eV Å²)
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Exact(double[] energies, double[] gradient, double[][] hessian) {
    double laplacian() {
      return hessian[0][0] + hessian[1][1] + hessian[2][2];
    }
  }

  Exact exact(double[] k, int first, int size) {
    HermitianEigen eigen = solve(k);
    int n = eigen.values.length;
    double[][][] re = new double[3][][];
    double[][][] im = new double[3][][];
    double[] gradient = new double[3];
    double[][] hessian = new double[3][3];
    for (int a = 0; a < 3; a++) {
      double[][] hr = new double[n][n];
      double[][] hi = new double[n][n];
      fill(k, hr, hi, a, -1);
      re[a] = new double[size][n];
      im[a] = new double[size][n];
      for (int s = 0; s < size; s++) {
        for (int m = 0; m < n; m++) {
          double[] element = element(eigen, hr, hi, first + s, m);
          re[a][s][m] = element[0];
          im[a][s][m] = element[1];
        }
        gradient[a] += re[a][s][first + s] / size;
      }
    }
    for (int a = 0; a < 3; a++) {
      for (int b = 0; b < 3; b++) {
        double[][] hr = new double[n][n];
        double[][] hi = new double[n][n];
        fill(k, hr, hi, a, b);
        double sum = 0;
        for (int s = 0; s < size; s++) {
          sum += element(eigen, hr, hi, first + s, first + s)[0];
          for (int m = 0; m < n; m++) {
            if (m < first || m >= first + size) {
              double product = re[a][s][m] * re[b][s][m] + im[a][s][m] * im[b][s][m];
              sum += 2 * product / (eigen.values[first + s] - eigen.values[m]);
            }
          }
        }
        hessian[a][b] = sum / size;
      }
    }
    return new Exact(eigen.values, gradient, hessian);
  }

  /** ⟨v_p| M |v_q⟩. */
  private static double[] element(HermitianEigen e, double[][] hr, double[][] hi, int p, int q) {
    int n = hr.length;
    double sr = 0;
    double si = 0;
    for (int i = 0; i < n; i++) {
      double tr = 0;
      double ti = 0;
      for (int j = 0; j < n; j++) {
        tr += hr[i][j] * e.vectorsRe[j][q] - hi[i][j] * e.vectorsIm[j][q];
        ti += hr[i][j] * e.vectorsIm[j][q] + hi[i][j] * e.vectorsRe[j][q];
      }
      sr += e.vectorsRe[i][p] * tr + e.vectorsIm[i][p] * ti;
      si += e.vectorsRe[i][p] * ti - e.vectorsIm[i][p] * tr;
    }
    return new double[] {sr, si};
  }

  /** A Γ-centred mesh of all its points. */
  BandMesh mesh(int n) {
    double[][] b = reciprocal();
    List<double[]> points = new ArrayList<>();
    for (int x = 0; x < n; x++) {
      for (int y = 0; y < n; y++) {
        for (int z = 0; z < n; z++) {
          // One of each pair ±k.
          long index = (long) (x * n + y) * n + z;
          long mirror = (long) ((n - x) % n * n + (n - y) % n) * n + (n - z) % n;
          if (index <= mirror) {
            points.add(
                Vectors.combine(new double[] {(double) x / n, (double) y / n, (double) z / n}, b));
          }
        }
      }
    }
    double[][] kPoints = points.toArray(double[][]::new);
    return BandMesh.of(b, kPoints, energies(kPoints), electrons());
  }
}
