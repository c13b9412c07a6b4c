package org.rlmaterials.bands;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Finds band edges, effective masses and the order of the bands. docs/physics.md defines each
 * quantity.
 */
public final class BandAnalyzer {
  /** A gap below this (eV) is none. */
  static final double CLOSED_EV = MassFit.DEGENERATE_EV;

  /**
   * A gap below this (eV) is taken for none if no parabola could be fitted at one of its edges: the
   * search was on its way to where the bands touch.
   */
  private static final double UNRESOLVED_EV = 0.01;

  /** Points of the interpolation grid: (1/Å) at most this far apart. */
  private static final double GRID_SPACING = 0.1;

  /** How far (eV) below the top of the valence band an s state counts as inverted. */
  private static final double NEAR_TOP_EV = 2;

  private static final int MOST_INTERPOLATED = 600;

  /** Rounds, each at most one call of the solver, after which the searches must come to an end. */
  private static final int MOST_ROUNDS = 12;

  /** The same for k-points: this many for each inequivalent point of the mesh. */
  private static final int BUDGET_FACTOR = 4;

  /** And this many at least. */
  private static final int LEAST_BUDGET = 160;

  private final BandMesh mesh;
  private final OrbitalCharacter orbitals;
  private final BandSampler sampler;
  private final StencilFrames frames;
  private final int occupied;

  private BandAnalyzer(BandMesh mesh, BandSolver solver, OrbitalCharacter orbitals) {
    this.mesh = mesh;
    this.orbitals = orbitals;
    this.occupied = mesh.occupiedBands();
    this.sampler = new BandSampler(mesh, solver);
    this.frames = new StencilFrames(sampler);
  }

  /**
   * Analyses the bands of a crystal.
   *
   * @param mesh energies of an SCF mesh
   * @param solver gives energies at further k-points, on the same scale; asked with few, large
   *     calls
   * @param orbitals orbital weights as further evidence on the order of the bands; null if there
   *     are none
   * @return what was found
   */
  public static BandAnalysis analyze(BandMesh mesh, BandSolver solver, OrbitalCharacter orbitals) {
    if (!mesh.fillsWholeBands()) {
      return metal(null, 0, 0, mesh.electrons() + " electrons do not fill whole bands");
    }
    return new BandAnalyzer(mesh, solver, orbitals).run();
  }

  /**
   * The levels of molecules in a box, which have no bands: the gap is that at the first k-point,
   * and there is no mass.
   *
   * @param mesh energies, the first at Γ
   * @return a semiconductor without masses (mStar is NaN), or a metal
   */
  public static BandAnalysis levels(BandMesh mesh) {
    int occupied = mesh.occupiedBands();
    double[] energies = mesh.energies()[0];
    if (!mesh.fillsWholeBands() || energies[occupied] - energies[occupied - 1] < CLOSED_EV) {
      return metal(null, 0, 0, "molecules in a box, whose highest level is not filled");
    }
    List<Double> gamma = boxed(mesh.toFractional(mesh.kPoints()[0]));
    List<Double> cartesian = boxed(mesh.kPoints()[0]);
    return new BandAnalysis(
        Outcome.SEMICONDUCTOR,
        energies[occupied] - energies[occupied - 1],
        true,
        new BandEdge(energies[occupied - 1], gamma, cartesian, occupied - 1),
        new BandEdge(energies[occupied], gamma, cartesian, occupied),
        null,
        null,
        Double.NaN,
        null,
        0,
        0,
        "molecules in a box have levels and no bands");
  }

  private static BandAnalysis metal(Inversion inversion, int points, int calls, String reason) {
    return new BandAnalysis(
        Outcome.METAL, 0, false, null, null, null, null, 0, inversion, points, calls, reason);
  }

  private BandAnalysis run() {
    if (sampler.gap() < CLOSED_EV) {
      return closed("bands overlap on the mesh");
    }
    EdgeHunt conduction = new EdgeHunt(sampler, frames, occupied, 1);
    EdgeHunt valence = new EdgeHunt(sampler, frames, occupied - 1, -1);
    start(List.of(conduction, valence));
    List<double[]> invariant = InvariantPoints.all(mesh);
    int mostPoints = Math.max(LEAST_BUDGET, BUDGET_FACTOR * sampler.meshPoints().size());
    int rounds = 0;
    while (!(conduction.done() && valence.done())) {
      List<double[]> wanted = new ArrayList<>();
      if (rounds == 0) {
        invariant.stream().filter(k -> !sampler.knows(k)).forEach(wanted::add);
      }
      wanted.addAll(conduction.wants());
      wanted.addAll(valence.wants());
      sampler.fetch(wanted);
      if (sampler.gap() < CLOSED_EV) {
        return closed("the gap closes between the points of the mesh");
      }
      conduction.advance();
      valence.advance();
      rounds++;
      if (rounds >= MOST_ROUNDS || sampler.points() > mostPoints) {
        conduction.conclude();
        valence.conclude();
      }
      if (rounds == 1) {
        conduction.addInvariantPoints(GRID_SPACING);
        valence.addInvariantPoints(GRID_SPACING);
      }
    }
    return semiconductor(conduction, valence);
  }

  private void start(List<EdgeHunt> hunts) {
    List<double[]> points = sampler.meshPoints();
    List<double[]> grid = grid();
    for (int e = 0; e < 2; e++) {
      int band = e == 0 ? occupied : occupied - 1;
      double sign = e == 0 ? 1 : -1;
      if (points.size() > MOST_INTERPOLATED) {
        hunts.get(e).start(null, GRID_SPACING, List.of());
        continue;
      }
      double[] energies = points.stream().mapToDouble(k -> sampler.at(k)[band]).toArray();
      BandInterpolation interpolation = BandInterpolation.through(mesh, points, energies);
      hunts.get(e).start(interpolation, GRID_SPACING, minima(interpolation, sign, grid));
    }
  }

  private int[] gridSize() {
    double[][] b = mesh.reciprocal();
    return IntStream.range(0, 3)
        .map(i -> 2 * (int) Math.ceil(Vectors.norm(b[i]) / GRID_SPACING / 2))
        .toArray();
  }

  private List<double[]> grid() {
    int[] n = gridSize();
    List<double[]> grid = new ArrayList<>(n[0] * n[1] * n[2]);
    for (int x = 0; x < n[0]; x++) {
      for (int y = 0; y < n[1]; y++) {
        for (int z = 0; z < n[2]; z++) {
          grid.add(
              mesh.toCartesian(
                  new double[] {(double) x / n[0], (double) y / n[1], (double) z / n[2]}));
        }
      }
    }
    return grid;
  }

  /** The local minima of sign × interpolation on the periodic grid. */
  private List<double[]> minima(BandInterpolation interpolation, double sign, List<double[]> grid) {
    int[] n = gridSize();
    double[] values = grid.stream().mapToDouble(k -> sign * interpolation.at(k)).toArray();
    List<double[]> minima = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      int x = i / (n[1] * n[2]);
      int y = i / n[2] % n[1];
      int z = i % n[2];
      boolean lowest = true;
      for (int d = 0; d < 27 && lowest; d++) {
        int neighbour =
            (Math.floorMod(x + d / 9 - 1, n[0]) * n[1] + Math.floorMod(y + d / 3 % 3 - 1, n[1]))
                    * n[2]
                + Math.floorMod(z + d % 3 - 1, n[2]);
        lowest = values[neighbour] >= values[i] - 1e-9;
      }
      if (lowest) {
        minima.add(grid.get(i));
      }
    }
    return minima;
  }

  private BandAnalysis semiconductor(EdgeHunt conductionHunt, EdgeHunt valenceHunt) {
    MassFit conduction = conductionHunt.fit();
    MassFit valence = valenceHunt.fit();
    double[] atCbm = sampler.at(conduction.centre());
    double[] atVbm = sampler.at(valence.centre());
    double gap = conductionHunt.energy() - valenceHunt.energy();
    if (gap < CLOSED_EV) {
      return closed("the gap closes between the points of the mesh");
    }
    EffectiveMass electron = conduction.mass();
    EffectiveMass hole = valence.mass();
    if (gap < UNRESOLVED_EV && Math.max(electron.stepError(), hole.stepError()) > 1) {
      return closed("a gap below %s eV whose edges have no bottom".formatted(UNRESOLVED_EV));
    }
    boolean direct =
        Math.min(atCbm[occupied] - atCbm[occupied - 1], atVbm[occupied] - atVbm[occupied - 1])
            < gap + MassFit.DEGENERATE_EV;
    Order order = order(conduction, valence);
    boolean inverted = order.evidence().inverted();
    return new BandAnalysis(
        inverted ? Outcome.INVERTED : Outcome.SEMICONDUCTOR,
        gap,
        direct,
        edge(valenceHunt, occupied - 1),
        edge(conductionHunt, occupied),
        electron,
        hole,
        inverted ? invertedLabel(order.conductionTensor()) : electron.mStar(),
        order.evidence(),
        sampler.points(),
        sampler.calls(),
        inverted
            ? order.evidence().reason()
            : "gap of %.4f eV, bands in ordinary order".formatted(gap));
  }

  /**
   * @param conductionTensor inverse masses of the conduction band at the invariant point
   */
  private record Order(Inversion evidence, EffectiveMass conductionTensor) {}

  /** The sign of inversion on the harmonic mean of the sizes of the principal masses. */
  private static double invertedLabel(EffectiveMass conduction) {
    return -3 / conduction.principalMasses().stream().mapToDouble(m -> Math.abs(1 / m)).sum();
  }

  /** Looks for the marks of inversion at the invariant point of least direct gap. */
  private Order order(MassFit conduction, MassFit valence) {
    double[] point =
        InvariantPoints.all(mesh).stream().min(Comparator.comparingDouble(this::gapAt)).get();
    boolean conductionHere = sampler.distance(conduction.centre(), point) < 1e-6;
    boolean valenceHere = sampler.distance(valence.centre(), point) < 1e-6;
    Map<String, Double> weights = orbitals == null ? null : orbitalWeights(point);
    boolean orbitalsInverted = weights != null && orbitalsInverted(point, weights);
    boolean camel =
        !conductionHere
            && !valenceHere
            && around(conduction.centre(), point)
            && around(valence.centre(), point);
    if (!camel && !orbitalsInverted) {
      String edge = conductionHere ? "conduction minimum" : "valence maximum";
      String reason =
          conductionHere || valenceHere
              ? edge + " at the invariant point of the direct gap: ordinary order"
              : "the band edges do not surround the invariant point of the direct gap";
      return new Order(evidence(false, point, null, null, weights, reason), null);
    }
    EffectiveMass up = fitAt(point, occupied, 1);
    EffectiveMass down = fitAt(point, occupied - 1, -1);
    double conductionLeast = 1 / up.principalMasses().get(0);
    double valenceMost = -1 / down.principalMasses().get(0);
    boolean curves =
        camel
            && (opposed(up, down, up.principalAxes().get(0))
                || opposed(up, down, down.principalAxes().get(0)));
    String reason =
        curves
            ? "conduction band curves down and valence band up at the invariant point of the"
                + " direct gap"
            : orbitalsInverted
                ? "s states lie below p states at the invariant point of the direct gap"
                : "no common direction in which the conduction band curves down and the valence"
                    + " band up";
    return new Order(
        evidence(curves || orbitalsInverted, point, conductionLeast, valenceMost, weights, reason),
        up);
  }

  private Inversion evidence(
      boolean inverted,
      double[] point,
      Double conduction,
      Double valence,
      Map<String, Double> weights,
      String reason) {
    return new Inversion(inverted, boxed(wrapped(point)), conduction, valence, weights, reason);
  }

  private double gapAt(double[] k) {
    double[] energies = sampler.at(k);
    return energies[occupied] - energies[occupied - 1];
  }

  /** Whether a point is nearer to this invariant point than to its images by half the way. */
  private boolean around(double[] k, double[] point) {
    double[][] b = mesh.reciprocal();
    double shortest =
        Math.min(Vectors.norm(b[0]), Math.min(Vectors.norm(b[1]), Vectors.norm(b[2])));
    return sampler.distance(k, point) < shortest / 4;
  }

  private EffectiveMass fitAt(double[] point, int band, double sign) {
    MassFit fit = new MassFit(sampler, frames, band, sign, point, true);
    fit.look(0);
    while (!fit.done()) {
      sampler.fetch(fit.wants());
      fit.advance();
    }
    return fit.mass();
  }

  /** Whether along an axis the conduction band curves down and the valence band up. */
  private static boolean opposed(
      EffectiveMass conduction, EffectiveMass valence, List<Double> axis) {
    return curvature(conduction, axis) < 0 && curvature(valence, axis) < 0;
  }

  private static double curvature(EffectiveMass mass, List<Double> direction) {
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        sum += direction.get(i) * mass.tensor().get(i).get(j) * direction.get(j);
      }
    }
    return sum;
  }

  /** Weights of the two bands of the gap and of the highest s band below it, by name. */
  private Map<String, Double> orbitalWeights(double[] point) {
    Map<String, Double> weights = new TreeMap<>();
    orbitals.weights(point, occupied).forEach((l, w) -> weights.put("conduction_" + l, w));
    orbitals.weights(point, occupied - 1).forEach((l, w) -> weights.put("valence_" + l, w));
    return weights;
  }

  /**
   * The order of s and p at the invariant point: inverted if the conduction band is of p and a band
   * of s lies less than {@link #NEAR_TOP_EV} below the top of the valence band.
   */
  private boolean orbitalsInverted(double[] point, Map<String, Double> weights) {
    double[] energies = sampler.at(point);
    if (weights.getOrDefault("conduction_p", 0.0) <= weights.getOrDefault("conduction_s", 0.0)) {
      return false;
    }
    for (int b = occupied - 1; b >= 0 && energies[b] > energies[occupied - 1] - NEAR_TOP_EV; b--) {
      Map<String, Double> w = orbitals.weights(point, b);
      if (w.getOrDefault("s", 0.0) > w.getOrDefault("p", 0.0)) {
        return true;
      }
    }
    return false;
  }

  /** No gap: says so, and whether the bands meet around one invariant point only. */
  private BandAnalysis closed(String reason) {
    double[] point = InvariantPoints.nearest(mesh, sampler.lowestConduction());
    Inversion inversion = null;
    if (around(sampler.lowestConduction(), point) && around(sampler.highestValence(), point)) {
      sampler.fetch(List.of(point));
      Map<String, Double> weights = orbitals == null ? null : orbitalWeights(point);
      boolean inverted = weights != null && orbitalsInverted(point, weights);
      inversion =
          evidence(
              inverted,
              point,
              null,
              null,
              weights,
              inverted
                  ? "no gap, and s states lie below p states at the invariant point"
                  : "the bands meet around one invariant point");
    }
    return metal(inversion, sampler.points(), sampler.calls(), reason);
  }

  private BandEdge edge(EdgeHunt hunt, int band) {
    double[] f = wrapped(hunt.edge());
    return new BandEdge(hunt.energy(), boxed(f), boxed(mesh.toCartesian(f)), band);
  }

  private double[] wrapped(double[] k) {
    double[] f = mesh.toFractional(k);
    for (int i = 0; i < 3; i++) {
      f[i] -= Math.ceil(f[i] - 0.5 - 1e-9);
    }
    return f;
  }

  private static List<Double> boxed(double[] v) {
    return Arrays.stream(v).boxed().toList();
  }
}
