package org.rlmaterials.bands;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The true band edge of a tight-binding crystal: a dense grid, then Newton's method with exact
 * derivatives from the lowest local minima. Shares no code with the search under test.
 */
final class ExactEdge {
  private final TightBinding crystal;
  private final int band;
  private final double sign;

  /** The edge (1/Å). */
  final double[] k;

  /** Its energy (eV). */
  final double energy;

  /** Number of bands within the degeneracy window. */
  final int degeneracy;

  /** Inertial mass (mₑ) of the mean of those bands, positive for an ordinary edge. */
  final double mass;

  ExactEdge(TightBinding crystal, boolean conduction, int grid) {
    this.crystal = crystal;
    this.band = conduction ? crystal.occupied() : crystal.occupied() - 1;
    this.sign = conduction ? 1 : -1;
    List<double[]> starts = new ArrayList<>();
    BandMesh mesh = crystal.mesh(grid);
    double[][] points = mesh.kPoints();
    double[][] energies = mesh.energies();
    for (int i = 0; i < points.length; i++) {
      starts.add(new double[] {sign * energies[i][band], i});
    }
    starts.sort(Comparator.comparingDouble(s -> s[0]));
    double[] best = null;
    double lowest = Double.POSITIVE_INFINITY;
    for (int s = 0; s < 12; s++) {
      double[] end = descend(points[(int) starts.get(s)[1]]);
      double f = f(end);
      // Of equal ones the first, so that an invariant point on the grid is preferred.
      if (f < lowest - 1e-9) {
        lowest = f;
        best = end;
      }
    }
    k = best;
    energy = sign * lowest;
    double[] e = crystal.energies(new double[][] {k})[0];
    int size = 1;
    int next = band;
    while (next + (int) sign >= 0
        && next + (int) sign < e.length
        && Math.abs(e[next + (int) sign] - e[band]) < MassFit.DEGENERATE_EV
        && size < e.length) {
      next += (int) sign;
      size++;
    }
    degeneracy = size;
    mass = sign * massAt(k, size);
  }

  /** Mass (mₑ) of the mean of the set at any point, with the sign of +E. */
  double massAt(double[] at, int size) {
    int first = sign > 0 ? band : band - size + 1;
    return 3 * MassFit.HBAR2_OVER_ME / crystal.exact(at, first, size).laplacian();
  }

  private double f(double[] at) {
    return sign * crystal.energies(new double[][] {at})[0][band];
  }

  private double[] descend(double[] start) {
    double[] at = start;
    double trust = 0.1;
    double value = f(at);
    for (int i = 0; i < 200 && trust > 1e-9; i++) {
      TightBinding.Exact exact = crystal.exact(at, band, 1);
      double[] step = step(exact, trust);
      if (Vectors.norm(step) < 1e-9) {
        break;
      }
      double[] next = Vectors.along(at, 1, step);
      double there = f(next);
      if (there < value) {
        at = next;
        value = there;
        trust = Math.min(0.2, trust * 1.5);
      } else {
        trust = Vectors.norm(step) / 4;
      }
    }
    return at;
  }

  /** Newton's step where the band curves upwards, else down the slope; never beyond the trust. */
  private double[] step(TightBinding.Exact exact, double trust) {
    PrincipalAxes axes = new PrincipalAxes(scaled(exact.hessian()));
    double[] step = new double[3];
    for (int i = 0; i < 3; i++) {
      double slope = sign * Vectors.dot(axes.axis(i), exact.gradient());
      double curvature = Math.max(Math.abs(axes.value(i)), 1e-3);
      step = Vectors.along(step, -slope / curvature, axes.axis(i));
    }
    if (axes.value(0) < 0 && Vectors.norm(step) < 1e-6) {
      // Stationary but no minimum: leave along the way down.
      return Vectors.along(new double[3], Math.min(trust, 0.01), axes.axis(0));
    }
    double length = Vectors.norm(step);
    return length > trust ? Vectors.along(new double[3], trust / length, step) : step;
  }

  private double[][] scaled(double[][] hessian) {
    double[][] h = new double[3][3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        h[i][j] = sign * hessian[i][j];
      }
    }
    return h;
  }
}
