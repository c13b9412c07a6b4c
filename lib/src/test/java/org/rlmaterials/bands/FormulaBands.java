package org.rlmaterials.bands;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Bands given by a formula in a simple cubic zone, in which k is taken to the image nearest to Γ.
 */
final class FormulaBands implements BandSolver {
  /** Lattice constant (Å). */
  static final double A = 5.5;

  /** Length of the reciprocal vectors (1/Å). */
  static final double B = 2 * Math.PI / A;

  private final Function<double[], double[]> formula;
  private final double electrons;
  private double sigma;
  private double stated;
  int calls;
  int points;

  /**
   * @param formula energies (eV) at a k-point (1/Å), in any order
   */
  FormulaBands(double electrons, Function<double[], double[]> formula) {
    this.formula = formula;
    this.electrons = electrons;
  }

  FormulaBands noisy(double sigmaEv) {
    this.sigma = sigmaEv;
    this.stated = sigmaEv;
    return this;
  }

  /** Says a lower noise than there is. */
  FormulaBands stating(double noiseEv) {
    this.stated = noiseEv;
    return this;
  }

  @Override
  public double[][] energies(double[][] kPoints) {
    calls++;
    points += kPoints.length;
    return Arrays.stream(kPoints).map(this::at).toArray(double[][]::new);
  }

  @Override
  public double noiseEv() {
    return Math.max(stated, 1e-9);
  }

  double[] at(double[] k) {
    double[] nearest = new double[3];
    for (int i = 0; i < 3; i++) {
      nearest[i] = k[i] - B * Math.rint(k[i] / B);
    }
    double[] energies = formula.apply(nearest).clone();
    Random random = new Random(Arrays.hashCode(k) * 7919L);
    for (int b = 0; b < energies.length; b++) {
      energies[b] += sigma * random.nextGaussian();
    }
    Arrays.sort(energies);
    return energies;
  }

  BandMesh mesh(int n) {
    return mesh(n, 0);
  }

  /**
   * @param shift of the mesh, in units of its spacing
   */
  BandMesh mesh(int n, double shift) {
    List<double[]> points = new ArrayList<>();
    for (int x = 0; x < n; x++) {
      for (int y = 0; y < n; y++) {
        for (int z = 0; z < n; z++) {
          points.add(new double[] {(x + shift) * B / n, (y + shift) * B / n, (z + shift) * B / n});
        }
      }
    }
    double[][] kPoints = points.toArray(double[][]::new);
    double[][] energies = Arrays.stream(kPoints).map(this::at).toArray(double[][]::new);
    return BandMesh.of(
        new double[][] {{B, 0, 0}, {0, B, 0}, {0, 0, B}}, kPoints, energies, electrons);
  }

  BandAnalysis analyze(int n) {
    return BandAnalyzer.analyze(mesh(n), this, null);
  }
}
