package org.rlmaterials.bands;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * The inverse-mass tensor at an extremum: Hessians of the mean of the degenerate bands on shells of
 * radius h and h/2, extrapolated to zero. Chooses h by what the bands and the noise allow. A state
 * machine like {@link EdgeSearch}.
 */
final class MassFit {
  /** ħ²/mₑ (eV Å²): CODATA 2018. */
  static final double HBAR2_OVER_ME = 7.619964231;

  /** Bands within this of the edge (eV) are degenerate with it. */
  static final double DEGENERATE_EV = 2e-3;

  /** Largest rise (eV) of a band over the outer shell that is aimed at. */
  private static final double RISE_EV = 4e-3;

  /** The same as a fraction of the distance to the nearest band outside the set. */
  private static final double RISE_FRACTION = 0.04;

  /** Relative error that is good enough. */
  private static final double GOOD_ERROR = 0.01;

  /** Stands for no estimate at all. */
  private static final double UNKNOWN_ERROR = 9.99;

  /** Factor on the sum of the estimated errors. */
  private static final double SAFETY = 1.25;

  private static final int MAX_ROUNDS = 7;

  /** Noise this many times as large as the solver states is seen in its energies, not chance. */
  private static final double SIGNIFICANT = 2;

  private final BandSampler sampler;
  private final StencilFrames frames;
  private final int band;
  private final double sign;
  private double statedNoise;
  private double noise;
  private boolean acceptSaddle;

  private double[] centre;
  private double[][] frame;
  private int first;
  private int size;
  private int outer;
  private int rounds;
  private int moves;
  private boolean done;
  private double[] wayDown;
  private boolean distrusted;
  private final TreeMap<Integer, Stencil.Derivatives> shells = new TreeMap<>();
  private final Set<Integer> tried = new HashSet<>();
  private Result result;
  private List<Integer> wantedLevels = new ArrayList<>();

  @SuppressWarnings("ArrayRecordComponent") // never compared, never leaves this class
  private record Result(int outer, double[][] hessian, double error, double noiseError) {}

  /**
   * @param centre the extremum, or a point close to it (1/Å)
   * @param acceptSaddle whether to go on, with an unknown error, if it is a saddle
   */
  MassFit(
      BandSampler sampler,
      StencilFrames frames,
      int band,
      double sign,
      double[] centre,
      boolean acceptSaddle) {
    this.sampler = sampler;
    this.frames = frames;
    this.band = band;
    this.sign = sign;
    this.acceptSaddle = acceptSaddle;
    moveTo(centre);
  }

  /** Begins with one shell, which will say what radii to use. */
  void look(int level) {
    outer = level;
    wantedLevels = List.of(level);
  }

  /**
   * Begins at centre + step with the two shells that suit a curvature.
   *
   * @param step (1/Å)
   * @param curvature largest principal second derivative of the band (eV Å²)
   */
  void lookAhead(double[] step, double curvature) {
    chooseSet();
    double rise = curvature * EdgeSearch.BASE_STEP * EdgeSearch.BASE_STEP / 2;
    outer = suitable(0, rise);
    moveTo(Vectors.along(centre, 1, step));
    wantedLevels = List.of(outer, outer - 1);
  }

  boolean done() {
    return done;
  }

  /**
   * The direction in which the band goes down from a centre that proved to be no minimum, once seen
   * closely enough; null if it is one. Bands that nearly touch may hide a saddle from wide
   * stencils.
   */
  double[] wayDown() {
    return wayDown;
  }

  /** From now on a saddle is no reason to stop. */
  void acceptSaddle() {
    acceptSaddle = true;
  }

  /** The edge was not searched to the end: no estimate of the error can be given. */
  void distrust() {
    distrusted = true;
  }

  boolean acceptsSaddle() {
    return acceptSaddle;
  }

  /** Level of the shell that was looked at last. */
  int level() {
    return outer - 1;
  }

  double[] centre() {
    return centre;
  }

  int degeneracy() {
    return size;
  }

  /** The minimum itself (1/Å), by the parabola around the centre. */
  double[] minimum() {
    return Vectors.along(centre, 1, offset(result.outer()));
  }

  /** Energy (eV) of the band there. */
  double energy() {
    double[] offset = offset(result.outer());
    double below = Vectors.quadraticForm(result.hessian(), offset) / 2;
    return sampler.at(centre)[band] - sign * below;
  }

  List<double[]> wants() {
    List<double[]> points = new ArrayList<>();
    if (!done) {
      for (int level : wantedLevels) {
        points.addAll(stencil(level).points());
      }
    }
    return points;
  }

  private Stencil stencil(int level) {
    return new Stencil(centre, frame, EdgeSearch.step(level));
  }

  private void moveTo(double[] k) {
    centre = k;
    frame = frames.best(k);
    shells.clear();
    tried.clear();
    size = 0;
    statedNoise = sampler.noiseEv(k);
    noise = statedNoise;
  }

  private double mean(double[] k) {
    double[] energies = sampler.at(k);
    double sum = 0;
    for (int b = first; b < first + size; b++) {
      sum += energies[b];
    }
    return sign * sum / size;
  }

  void advance() {
    if (done) {
      return;
    }
    rounds++;
    if (size == 0) {
      chooseSet();
    }
    for (int level : wantedLevels) {
      shells.put(level, stencil(level).differentiate(this::mean));
    }
    if (shells.size() == 1) {
      aim(shells.firstKey());
      return;
    }
    noise = Math.max(noise, roughness());
    wayDown = findWayDown();
    if (wayDown != null && !acceptSaddle) {
      done = true;
      return;
    }
    tried.add(outer);
    Result next = extrapolate(outer);
    if (result == null || next.error() < result.error()) {
      result = next;
    }
    double[] offset = offset(outer);
    double length = Vectors.norm(offset);
    if (length > 0.3 * EdgeSearch.step(outer) && moves < 2 && rounds < MAX_ROUNDS) {
      moves++;
      double limit = 2 * EdgeSearch.step(outer);
      moveTo(Vectors.along(centre, Math.min(1, limit / length), offset));
      result = null;
      wantedLevels = List.of(outer, outer - 1);
      return;
    }
    if (result.error() > GOOD_ERROR && rounds < MAX_ROUNDS) {
      boolean noisy = next.noiseError() > next.error() / 2;
      int level = noisy ? outer + 1 : outer - 1;
      if (tried.add(level)
          && level <= EdgeSearch.HIGHEST_LEVEL
          && level - 1 >= EdgeSearch.LOWEST_LEVEL) {
        outer = level;
        wantedLevels = missing(level, level - 1);
        if (wantedLevels.isEmpty()) {
          advance();
        }
        return;
      }
    }
    done = true;
    if (Vectors.norm(offset(result.outer())) > EdgeSearch.step(result.outer()) / 2) {
      // Not there, and no more moves: the numbers are those of a slope.
      result = new Result(result.outer(), result.hessian(), UNKNOWN_ERROR, result.noiseError());
    }
  }

  /** The contiguous bands, edge band first, whose energies at the centre are those of the edge. */
  private void chooseSet() {
    double[] energies = sampler.at(centre);
    first = band;
    size = 1;
    if (sign > 0) {
      while (band + size < energies.length - 1
          && energies[band + size] - energies[band] < DEGENERATE_EV) {
        size++;
      }
    } else {
      while (first > 0 && energies[band] - energies[first - 1] < DEGENERATE_EV) {
        first--;
        size++;
      }
    }
  }

  /**
   * The noise (eV) that the two shells show: what is odd in them beyond a gradient and a cubic
   * part. Three of the six axes are free after the gradient, so this is chance unless it is much
   * more than the solver states; at an invariant point time reversal makes it zero.
   */
  private double roughness() {
    double[] wide = shells.get(outer).odd();
    double[] near = shells.get(outer - 1).odd();
    double sum = 0;
    for (int d = 0; d < near.length; d++) {
      double free = near[d] - wide[d] / 8;
      sum += free * free;
    }
    double seen = Math.sqrt(2 * sum / 3 / (1 + 1.0 / 64));
    return seen > SIGNIFICANT * statedNoise ? seen : statedNoise;
  }

  private double[] findWayDown() {
    for (int shell = outer - 1; shell <= outer; shell++) {
      Stencil.Derivatives edge = stencil(shell).differentiate(k -> sign * sampler.at(k)[band]);
      double h = EdgeSearch.step(shell);
      if (size == 1) {
        PrincipalAxes axes = new PrincipalAxes(edge.hessian());
        if (axes.value(0) < -8 * noise / (h * h)) {
          return axes.axis(0);
        }
      }
      boolean stationary = Vectors.norm(offset(outer)) < 0.1 * h;
      if (stationary && edge.lowest() < edge.value() - 4 * noise) {
        return Vectors.along(new double[3], 1 / h, Vectors.minus(edge.lowestAt(), centre));
      }
    }
    return null;
  }

  /** Picks the outer level from the rise over a shell that was computed. */
  private void aim(int level) {
    double[] energies = sampler.at(centre);
    double rise = 10 * noise;
    for (double[] k : stencil(level).points()) {
      double[] there = sampler.at(k);
      for (int b = first; b < first + size; b++) {
        rise = Math.max(rise, Math.abs(there[b] - energies[b]));
      }
    }
    outer = suitable(level, rise);
    wantedLevels = missing(outer, outer - 1);
  }

  /** The outer level whose rise (eV) is as aimed at, given the rise on another level. */
  private int suitable(int level, double rise) {
    double[] energies = sampler.at(centre);
    double isolation = Double.POSITIVE_INFINITY;
    if (first > 0) {
      isolation = energies[first] - energies[first - 1];
    }
    if (first + size < energies.length) {
      isolation = Math.min(isolation, energies[first + size] - energies[first + size - 1]);
    }
    double allowed = Math.min(RISE_EV, Math.max(RISE_FRACTION * isolation, 200 * noise));
    int suitable = level + (int) Math.floor(Math.log(allowed / rise) / Math.log(4));
    return Math.max(EdgeSearch.LOWEST_LEVEL + 1, Math.min(EdgeSearch.HIGHEST_LEVEL, suitable));
  }

  private List<Integer> missing(int... levels) {
    return Arrays.stream(levels).filter(l -> !shells.containsKey(l)).boxed().toList();
  }

  private Result extrapolate(int outerLevel) {
    Stencil.Derivatives wide = shells.get(outerLevel);
    Stencil.Derivatives near = shells.get(outerLevel - 1);
    double[][] hessian = new double[3][3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        hessian[i][j] = (4 * near.hessian()[i][j] - wide.hessian()[i][j]) / 3;
      }
    }
    double atCentre = hessian[0][0] + hessian[1][1] + hessian[2][2];
    double change = changeToMinimum(outerLevel) / atCentre;
    if (Math.abs(change) > 0.2) {
      change = 0;
    }
    for (double[] row : hessian) {
      for (int j = 0; j < 3; j++) {
        row[j] *= 1 + change;
      }
    }
    double scale = Math.abs(atCentre);
    double h = EdgeSearch.step(outerLevel - 1);
    // The mean of a shell and the centre have the same noise at worst: √2 σ in each Laplacian.
    double noiseError = 2 * Math.sqrt(2) * noise * 6 / (h * h) * (4.0 / 3 + 1.0 / 12) / scale;
    // What the extrapolation took away, and what it leaves for a band like Kane's: 8 times the
    // square.
    double taken = Math.abs(near.laplacian() - wide.laplacian()) / 3 / scale;
    double stepError = Math.max(12 * taken * taken, 0.1 * taken);
    double offsetError = Math.abs(changeToMinimum(outerLevel)) / scale / 2;
    double error = SAFETY * (noiseError + stepError + offsetError);
    if (wayDown != null || !(error < UNKNOWN_ERROR)) {
      error = UNKNOWN_ERROR;
    }
    return new Result(outerLevel, hessian, error, noiseError);
  }

  /**
   * Change of the Laplacian (eV Å²) from the centre to the minimum that the gradient points to. The
   * gradient of the Laplacian follows from the gradients of both shells, whose difference it is: on
   * the vertices of an icosahedron, central differences give ∇f + h²/10 ∇(∇²f).
   */
  private double changeToMinimum(int outerLevel) {
    double h = EdgeSearch.step(outerLevel - 1);
    double[] third =
        Vectors.minus(shells.get(outerLevel).gradient(), shells.get(outerLevel - 1).gradient());
    return Vectors.dot(third, offset(outerLevel)) * 10 / (3 * h * h);
  }

  /**
   * From the centre to the minimum of the parabola (1/Å); zero where symmetry or degeneracy pins.
   */
  private double[] offset(int outerLevel) {
    double[] zero = new double[3];
    if (size > 1) {
      return zero;
    }
    Stencil.Derivatives wide = shells.get(outerLevel);
    Stencil.Derivatives near = shells.get(outerLevel - 1);
    PrincipalAxes principal = new PrincipalAxes(near.hessian());
    double h = EdgeSearch.step(outerLevel - 1);
    double floor = 20 * noise / (h * h);
    double[] offset = zero;
    for (int i = 0; i < 3; i++) {
      if (principal.value(i) < floor) {
        continue;
      }
      double[] axis = principal.axis(i);
      double slope =
          (4 * Vectors.dot(axis, near.gradient()) - Vectors.dot(axis, wide.gradient())) / 3;
      offset = Vectors.along(offset, -slope / principal.value(i), axis);
    }
    return offset;
  }

  EffectiveMass mass() {
    double[][] tensor = new double[3][3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        tensor[i][j] = result.hessian()[i][j] / HBAR2_OVER_ME;
      }
    }
    double error = distrusted ? UNKNOWN_ERROR : result.error();
    return mass(tensor, error, residual(), size, EdgeSearch.step(result.outer() - 1));
  }

  /** Root mean square deviation (eV) of the inner shell from the extrapolated parabola. */
  private double residual() {
    Stencil inner = stencil(result.outer() - 1);
    double[] gradient = shells.get(result.outer() - 1).gradient();
    double value = mean(centre);
    double sum = 0;
    List<double[]> points = inner.points();
    for (double[] k : points) {
      double[] q = Vectors.minus(k, centre);
      double parabola =
          value + Vectors.dot(gradient, q) + Vectors.quadraticForm(result.hessian(), q) / 2;
      sum += (mean(k) - parabola) * (mean(k) - parabola);
    }
    return Math.sqrt(sum / points.size());
  }

  private static EffectiveMass mass(
      double[][] tensor, double error, double residual, int degeneracy, double step) {
    PrincipalAxes principal = new PrincipalAxes(tensor);
    List<Double> masses = new ArrayList<>();
    List<List<Double>> axes = new ArrayList<>();
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      masses.add(1 / principal.value(i));
      sum += principal.value(i);
      axes.add(Arrays.stream(principal.axis(i)).boxed().toList());
    }
    List<List<Double>> rows =
        Arrays.stream(tensor).map(row -> Arrays.stream(row).boxed().toList()).toList();
    return new EffectiveMass(
        3 / sum, List.copyOf(masses), List.copyOf(axes), rows, error, residual, degeneracy, step);
  }
}
