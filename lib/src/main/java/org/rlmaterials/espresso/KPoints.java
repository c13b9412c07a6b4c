package org.rlmaterials.espresso;

import java.util.Arrays;
import java.util.Locale;

/** The k-points of a pw.x run. */
public sealed interface KPoints {
  /**
   * @return the K_POINTS card
   */
  String card();

  /**
   * @return number of points before any reduction
   */
  int size();

  /**
   * A mesh that holds Γ; pw.x reduces it by symmetry and time reversal.
   *
   * @param n1 divisions along b1, at least 1
   * @param n2 divisions along b2, at least 1
   * @param n3 divisions along b3, at least 1
   */
  record Mesh(int n1, int n2, int n3) implements KPoints {
    @Override
    public String card() {
      return "K_POINTS automatic\n%d %d %d 0 0 0\n".formatted(n1, n2, n3);
    }

    @Override
    public int size() {
      return n1 * n2 * n3;
    }
  }

  /**
   * A mesh shifted by half a division along every axis. It holds no point of high symmetry, and
   * total energies converge faster with it than with the one that holds Γ: for the same cost in
   * GaAs to 0.002 eV/atom instead of 0.09 (docs/physics.md). Where the shift breaks the symmetry of
   * the mesh, pw.x keeps more points.
   *
   * @param mesh the mesh with the same divisions that holds Γ
   */
  record ShiftedMesh(Mesh mesh) implements KPoints {
    @Override
    public String card() {
      return "K_POINTS automatic\n%d %d %d 1 1 1\n".formatted(mesh.n1, mesh.n2, mesh.n3);
    }

    @Override
    public int size() {
      return mesh.size();
    }
  }

  /**
   * Points one by one, of equal weight.
   *
   * @param fractional coordinates along the reciprocal lattice vectors, n×3; copied
   */
  @SuppressWarnings("ArrayRecordComponent") // copied on the way in and out
  record Points(double[][] fractional) implements KPoints {
    /** Copies the coordinates. */
    public Points {
      fractional = Arrays.stream(fractional).map(double[]::clone).toArray(double[][]::new);
    }

    @Override
    public double[][] fractional() {
      return Arrays.stream(fractional).map(double[]::clone).toArray(double[][]::new);
    }

    @Override
    public String card() {
      StringBuilder card = new StringBuilder("K_POINTS crystal\n").append(fractional.length);
      for (double[] k : fractional) {
        card.append(String.format(Locale.ROOT, "%n%.14f %.14f %.14f 1", k[0], k[1], k[2]));
      }
      return card.append('\n').toString();
    }

    @Override
    public int size() {
      return fractional.length;
    }
  }
}
