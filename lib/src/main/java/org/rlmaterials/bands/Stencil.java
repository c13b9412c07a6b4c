package org.rlmaterials.bands;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Twelve points around a centre: the vertices of a regular icosahedron, six pairs ±d.
 *
 * <p>They form a spherical 5-design: every polynomial of degree 5 or less in k has the same mean
 * over them as over the whole sphere. So the six second differences along ±d fix all six components
 * of the Hessian, the error of its trace is the same for every orientation, and the twelve points
 * are a single orbit of the point groups T, Th, Td, O and Oh when the axes of the icosahedron are
 * aligned with theirs: one k-point to solve instead of twelve.
 */
final class Stencil {
  private static final double[][] ICOSAHEDRON = icosahedron();

  private final double[] centre;
  private final double[][] directions;
  private final double radius;

  /**
   * @param frame orthonormal axes (Cartesian), one a row
   */
  Stencil(double[] centre, double[][] frame, double radius) {
    this.centre = centre;
    this.radius = radius;
    this.directions = new double[6][];
    for (int d = 0; d < 6; d++) {
      directions[d] = Vectors.combine(ICOSAHEDRON[d], frame);
    }
  }

  private static double[][] icosahedron() {
    double golden = (1 + Math.sqrt(5)) / 2;
    double length = Math.sqrt(1 + golden * golden);
    double a = 1 / length;
    double b = golden / length;
    return new double[][] {{0, a, b}, {0, a, -b}, {b, 0, a}, {-b, 0, a}, {a, b, 0}, {a, -b, 0}};
  }

  double radius() {
    return radius;
  }

  double[][] directions() {
    return directions;
  }

  /** The centre and the twelve points around it. */
  List<double[]> points() {
    List<double[]> points = new ArrayList<>(13);
    points.add(centre);
    for (double[] d : directions) {
      points.add(Vectors.along(centre, radius, d));
      points.add(Vectors.along(centre, -radius, d));
    }
    return points;
  }

  /**
   * Derivatives of a function at the centre.
   *
   * @param value the function at the centre (eV)
   * @param gradient its gradient (eV Å)
   * @param hessian its Hessian (eV Å²)
   * @param lowest lowest value among the twelve points (eV)
   * @param lowestAt where that is (1/Å)
   * @param odd what the gradient leaves of half the difference across each of the six axes (eV): a
   *     cubic part, which grows with the cube of the radius, and noise
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never leaves the package
  record Derivatives(
      double value,
      double[] gradient,
      double[][] hessian,
      double lowest,
      double[] lowestAt,
      double[] odd) {
    double laplacian() {
      return hessian[0][0] + hessian[1][1] + hessian[2][2];
    }
  }

  /** Central differences, whose errors are of second order in the radius. */
  Derivatives differentiate(ToDoubleFunction<double[]> f) {
    double value = f.applyAsDouble(centre);
    double[] gradient = new double[3];
    double[][] hessian = new double[3][3];
    double trace = 0;
    double lowest = Double.POSITIVE_INFINITY;
    double[] lowestAt = centre;
    for (double[] d : directions) {
      double[] plus = Vectors.along(centre, radius, d);
      double[] minus = Vectors.along(centre, -radius, d);
      double fPlus = f.applyAsDouble(plus);
      double fMinus = f.applyAsDouble(minus);
      if (Math.min(fPlus, fMinus) < lowest) {
        lowest = Math.min(fPlus, fMinus);
        lowestAt = fPlus <= fMinus ? plus : minus;
      }
      double first = (fPlus - fMinus) / (2 * radius);
      double second = (fPlus - 2 * value + fMinus) / (radius * radius);
      trace += second / 2;
      for (int i = 0; i < 3; i++) {
        gradient[i] += first * d[i] / 2;
        for (int j = 0; j < 3; j++) {
          hessian[i][j] += 1.25 * second * d[i] * d[j];
        }
      }
    }
    // Σ d dᵀ = 2·1 and Σ (dᵀHd) d dᵀ = (2/5)(tr H·1 + 2H) over the six axes, solved for H.
    for (int i = 0; i < 3; i++) {
      hessian[i][i] -= trace / 2;
    }
    double[] odd = new double[6];
    for (int d = 0; d < 6; d++) {
      double across =
          f.applyAsDouble(Vectors.along(centre, radius, directions[d]))
              - f.applyAsDouble(Vectors.along(centre, -radius, directions[d]));
      odd[d] = across / 2 - radius * Vectors.dot(gradient, directions[d]);
    }
    return new Derivatives(value, gradient, hessian, lowest, lowestAt, odd);
  }
}
