package org.rlmaterials.bands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StencilTest {
  private static final double[][] FRAME = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};

  @Property(tries = 200)
  void exactForEveryQuadraticFunction(
      @ForAll @Size(9) List<@DoubleRange(min = -50, max = 50) Double> c) {
    double[][] hessian = {
      {c.get(0), c.get(1), c.get(2)},
      {c.get(1), c.get(3), c.get(4)},
      {c.get(2), c.get(4), c.get(5)}
    };
    double[] gradient = {c.get(6), c.get(7), c.get(8)};
    double[] centre = {0.3, -0.1, 0.2};
    Stencil.Derivatives found =
        new Stencil(centre, FRAME, 0.02)
            .differentiate(
                k -> {
                  double[] q = Vectors.minus(k, centre);
                  return 7 + Vectors.dot(gradient, q) + Vectors.quadraticForm(hessian, q) / 2;
                });
    assertThat(found.value()).isEqualTo(7);
    for (int i = 0; i < 3; i++) {
      assertThat(found.gradient()[i]).isEqualTo(gradient[i], within(1e-9));
      for (int j = 0; j < 3; j++) {
        assertThat(found.hessian()[i][j]).isEqualTo(hessian[i][j], within(1e-7));
      }
    }
  }

  @Test
  void directionsAreASphericalFiveDesign() {
    // Means of x⁴ and x²y² over the sphere are 1/5 and 1/15.
    double fourth = 0;
    double mixed = 0;
    for (double[] d : new Stencil(new double[3], FRAME, 1).directions()) {
      assertThat(Vectors.norm(d)).isEqualTo(1, within(1e-14));
      fourth += Math.pow(d[0], 4) / 6;
      mixed += d[1] * d[1] * d[2] * d[2] / 6;
    }
    assertThat(fourth).isEqualTo(1.0 / 5, within(1e-14));
    assertThat(mixed).isEqualTo(1.0 / 15, within(1e-14));
  }

  @Test
  void interpolationPassesThroughItsPointsAndFollowsACosineBand() {
    FormulaBands bands =
        new FormulaBands(
            2,
            k ->
                new double[] {
                  -9,
                  3
                      - Math.cos(k[0] * FormulaBands.A)
                      - 0.5 * Math.cos((k[1] + k[2]) * FormulaBands.A)
                });
    BandMesh mesh = bands.mesh(4);
    BandSampler sampler = new BandSampler(mesh, bands);
    List<double[]> points = sampler.meshPoints();
    double[] energies = points.stream().mapToDouble(k -> sampler.at(k)[1]).toArray();
    BandInterpolation interpolation = BandInterpolation.through(mesh, points, energies);
    for (int i = 0; i < energies.length; i++) {
      assertThat(interpolation.at(points.get(i))).isEqualTo(energies[i], within(1e-8));
    }
    List<Double> errors = new ArrayList<>();
    for (double[] k : new double[][] {{0.1, 0.2, 0.3}, {0.5, -0.2, 0.1}, {0.31, 0.07, -0.4}}) {
      errors.add(Math.abs(interpolation.at(k) - bands.at(k)[1]));
    }
    assertThat(errors).allMatch(e -> e < 0.05);

    // Points that are the same but for rounding make the equations singular.
    List<double[]> twice = new ArrayList<>(points);
    points.forEach(k -> twice.add(new double[] {k[0] + 1e-10, k[1], k[2]}));
    double[] doubled = twice.stream().mapToDouble(k -> bands.at(k)[1]).toArray();
    BandInterpolation same = BandInterpolation.through(mesh, twice, doubled);
    for (int i = 0; i < points.size(); i++) {
      assertThat(same.at(points.get(i))).isEqualTo(energies[i], within(1e-6));
    }
  }

  @Test
  void equivalentPointsAreSolvedOnce() {
    FormulaBands bands =
        new FormulaBands(2, k -> new double[] {-Vectors.dot(k, k), 1 + Vectors.dot(k, k)});
    BandSampler sampler = new BandSampler(bands.mesh(2), bands);
    int before = bands.points;
    double[] k = {0.1, 0.2, 0.3};
    double[] image = {0.1 + FormulaBands.B, 0.2, 0.3 - 2 * FormulaBands.B};
    sampler.fetch(List.of(k, new double[] {-0.1, -0.2, -0.3}, image, new double[3]));
    // Γ is on the mesh, but only as precisely as a self-consistent cycle leaves it.
    assertThat(bands.points - before).isEqualTo(2);
    assertThat(sampler.at(image)).isEqualTo(sampler.at(k));
    assertThat(sampler.distance(k, image)).isEqualTo(0, within(1e-12));
  }
}
