package org.rlmaterials.bands;

import java.util.ArrayList;
import java.util.List;

/** Chooses how stencils are turned, so that symmetry leaves the fewest points to solve. */
final class StencilFrames {
  private static final double[][] CARTESIAN = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};

  private final BandSampler sampler;
  private final List<double[][]> frames = new ArrayList<>();

  StencilFrames(BandSampler sampler) {
    this.sampler = sampler;
    frames.add(CARTESIAN);
    List<double[]> axes = axes(sampler.mesh().rotations());
    for (int i = 0; i < axes.size(); i++) {
      for (int j = 0; j < axes.size(); j++) {
        if (i != j && Math.abs(Vectors.dot(axes.get(i), axes.get(j))) < 1e-3) {
          double[] z = axes.get(i);
          double[] x = Vectors.along(axes.get(j), -Vectors.dot(z, axes.get(j)), z);
          x = Vectors.along(new double[3], 1 / Vectors.norm(x), x);
          frames.add(new double[][] {x, Vectors.cross(z, x), z});
        }
      }
    }
    for (double[] z : axes) {
      double[] helper = Math.abs(z[0]) < 0.9 ? CARTESIAN[0] : CARTESIAN[1];
      double[] x = Vectors.cross(helper, z);
      x = Vectors.along(new double[3], 1 / Vectors.norm(x), x);
      frames.add(new double[][] {x, Vectors.cross(z, x), z});
    }
  }

  /** The frame (rows) whose stencil around this centre has the fewest inequivalent points. */
  double[][] best(double[] centre) {
    double[][] best = CARTESIAN;
    if (frames.size() > 1) {
      int fewest = Integer.MAX_VALUE;
      for (double[][] frame : frames) {
        int count = sampler.inequivalent(new Stencil(centre, frame, EdgeSearch.BASE_STEP).points());
        if (count < fewest) {
          fewest = count;
          best = frame;
        }
      }
    }
    return best;
  }

  /** Axes of the rotations: of improper ones, the normal of the mirror or the axis of −R. */
  private static List<double[]> axes(List<double[][]> rotations) {
    List<double[]> axes = new ArrayList<>();
    for (double[][] rotation : rotations) {
      double determinant = Vectors.dot(rotation[0], Vectors.cross(rotation[1], rotation[2]));
      double[][] proper = new double[3][3];
      for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
          proper[i][j] = Math.signum(determinant) * rotation[i][j];
        }
      }
      double[] axis = axis(proper);
      if (axis != null && axes.stream().noneMatch(a -> Math.abs(Vectors.dot(a, axis)) > 1 - 1e-6)) {
        axes.add(axis);
      }
    }
    return axes;
  }

  /** The axis of a proper rotation; null for the identity. */
  private static double[] axis(double[][] r) {
    // The columns of R + Rᵀ + (1 − tr R)·1 are multiples of the axis.
    double trace = r[0][0] + r[1][1] + r[2][2];
    if (trace > 3 - 1e-6) {
      return null;
    }
    double[] longest = new double[3];
    for (int j = 0; j < 3; j++) {
      double[] column = new double[3];
      for (int i = 0; i < 3; i++) {
        column[i] = r[i][j] + r[j][i] + (i == j ? 1 - trace : 0);
      }
      if (Vectors.norm(column) > Vectors.norm(longest)) {
        longest = column;
      }
    }
    return Vectors.along(new double[3], 1 / Vectors.norm(longest), longest);
  }
}
