package org.rlmaterials.bands;

import java.util.ArrayList;
import java.util.List;

/**
 * Walks from a start point to a local minimum of f = sign × E of one band: a trust-region Newton
 * search on stencils. A state machine, so that many searches share each call of the solver: solve
 * for {@link #wants()}, call {@link #advance()}, again until {@link #done()}.
 */
final class EdgeSearch {
  /** Steps (1/Å) are h₀·2^level, so that the shells of a search serve the mass as well. */
  static final double BASE_STEP = 0.01;

  /** The largest level: 0.04 1/Å. */
  static final int HIGHEST_LEVEL = 2;

  /** The smallest level: 0.0003 1/Å. */
  static final int LOWEST_LEVEL = -5;

  /** Steps of Newton's method after which a search gives up and reports what it has. */
  private static final int MAX_ROUNDS = 12;

  /** Bands are on the way to touch if the square of their gap falls to this fraction or below. */
  private static final double TOUCHING = 0.02;

  /** How far (1/Å) away the point of touching may be. */
  private static final double LONGEST_TO_TIP = 0.2;

  private enum State {
    NEWTON,
    SCAN,
    FOUND
  }

  private final BandSampler sampler;
  private final StencilFrames frames;
  private final int band;
  private final double sign;

  private State state = State.NEWTON;
  private double[] centre;
  private boolean invariant;
  private double noise;
  private int level;
  private double trust;
  private Stencil stencil;
  private int rounds;

  private double[] bestCentre;
  private Stencil.Derivatives best;
  private double predicted;
  private double[] scanDirection;
  private double estimate = Double.NEGATIVE_INFINITY;
  private boolean convex;
  private double[] ahead;

  /**
   * @param start where to begin (Cartesian, 1/Å)
   * @param sign +1 for a minimum of the band, −1 for a maximum
   */
  EdgeSearch(
      BandSampler sampler,
      StencilFrames frames,
      int band,
      double sign,
      double[] start,
      double trust) {
    this.sampler = sampler;
    this.frames = frames;
    this.band = band;
    this.sign = sign;
    this.trust = trust;
    moveTo(start);
    level = invariant ? 0 : 1;
    place();
  }

  static double step(int level) {
    return BASE_STEP * Math.pow(2, level);
  }

  boolean done() {
    return state == State.FOUND;
  }

  /** The point found, or the best one so far. */
  double[] centre() {
    return bestCentre == null ? centre : bestCentre;
  }

  int rounds() {
    return rounds;
  }

  /** The point where the next stencil will be. */
  double[] next() {
    return centre;
  }

  /**
   * A fit of the mass at the minimum. If the last step was short it begins where that step leads,
   * with two shells whose radii suit the curvature seen: one call of the solver instead of two.
   */
  MassFit fit(boolean acceptSaddle) {
    MassFit fit = new MassFit(sampler, frames, band, sign, centre(), acceptSaddle);
    if (ahead == null) {
      fit.look(level);
    } else {
      fit.lookAhead(ahead, new PrincipalAxes(best.hessian()).value(2));
    }
    return fit;
  }

  /** Whether the last stencil curved upwards in all directions, so that the estimate holds. */
  boolean convex() {
    return convex;
  }

  /** The value (eV) of f at the minimum that the last stencil points to. */
  double estimate() {
    return estimate;
  }

  double f(double[] k) {
    return sign * sampler.at(k)[band];
  }

  List<double[]> wants() {
    return switch (state) {
      case NEWTON -> stencil.points();
      case SCAN -> scan();
      case FOUND -> List.of();
    };
  }

  /** Ends the search with the best point so far. */
  void giveUp() {
    if (state != State.FOUND) {
      state = State.FOUND;
      if (bestCentre == null) {
        bestCentre = centre;
      }
      estimate = f(bestCentre);
    }
  }

  /** Goes on from a point that proved to be a saddle: along the way down, from a closer look. */
  void leaveSaddle(double[] at, double[] wayDown, int closerLevel) {
    centre = at;
    level = closerLevel;
    place();
    scanDirection = wayDown;
    best = stencil.differentiate(this::f);
    bestCentre = at;
    convex = false;
    ahead = null;
    rounds = 0;
    state = State.SCAN;
  }

  void advance() {
    switch (state) {
      case NEWTON -> newton();
      case SCAN -> endScan();
      case FOUND -> {}
    }
  }

  private void newton() {
    rounds++;
    Stencil.Derivatives here = stencil.differentiate(this::f);
    double[] step;
    if (best != null && here.value() > best.value() + 3 * noise) {
      // Worse than where we came from: the parabola misled.
      double length = Vectors.norm(Vectors.minus(centre, bestCentre));
      if (rounds >= MAX_ROUNDS || length < step(LOWEST_LEVEL)) {
        finish(bestCentre, best);
        return;
      }
      trust = length / 3;
      if (here.lowest() < best.value()) {
        step = Vectors.minus(here.lowestAt(), bestCentre);
        predicted = best.value() - here.lowest();
      } else if (step(level) > length / 4 && level > LOWEST_LEVEL) {
        // It was taken too widely: look again, closer.
        level = Math.max(LOWEST_LEVEL, Math.min(level - 1, levelBelow(length / 2)));
        best = null;
        moveTo(bestCentre);
        place();
        return;
      } else {
        step = minimiser(best);
      }
    } else {
      if (best != null && best.value() - here.value() > 0.7 * predicted) {
        trust *= 2;
      }
      best = here;
      bestCentre = centre;
      if (invariant) {
        if (here.lowest() >= here.value() - 3 * noise) {
          estimate = here.value();
          convex = true;
          finish(centre, here);
          return;
        }
        scanDirection = new PrincipalAxes(here.hessian()).axis(0);
        convex = false;
        estimate = here.lowest();
        state = State.SCAN;
        return;
      }
      step = minimiser(here);
      double[] tip = coneTip();
      if (tip != null) {
        step = tip;
        convex = false;
      }
      double length = Vectors.norm(step);
      if (!convex && tip == null && length < 0.1 * stencil.radius()) {
        // Symmetry makes the slope vanish in the way down, and with it the step.
        scanDirection = new PrincipalAxes(here.hessian()).axis(0);
        state = State.SCAN;
        return;
      }
      if ((convex && length <= 0.6 * stencil.radius()) || rounds >= MAX_ROUNDS) {
        finish(centre, here);
        if (convex && length > 0.15 * stencil.radius()) {
          ahead = step;
        }
        return;
      }
      if (convex && length < stencil.radius() && level > 0) {
        level--;
      } else if (length > 3 * stencil.radius() && level < 1) {
        level++;
      }
    }
    moveTo(Vectors.along(bestCentre, 1, step));
    place();
  }

  /** From a saddle that symmetry makes stationary: look along the way down, both near and far. */
  private List<double[]> scan() {
    List<double[]> points = new ArrayList<>();
    for (double t = 2 * stencil.radius(); t < longestScan(); t *= 2) {
      points.add(Vectors.along(centre, t, scanDirection));
      if (!invariant) {
        points.add(Vectors.along(centre, -t, scanDirection));
      }
    }
    return points;
  }

  private double longestScan() {
    double[][] b = sampler.mesh().reciprocal();
    double shortest =
        Math.min(Vectors.norm(b[0]), Math.min(Vectors.norm(b[1]), Vectors.norm(b[2])));
    return shortest / 3;
  }

  private void endScan() {
    double[] lowest = best.lowestAt();
    double value = best.lowest();
    for (double[] k : scan()) {
      if (f(k) < value) {
        value = f(k);
        lowest = k;
      }
    }
    double distance = Vectors.norm(Vectors.minus(lowest, bestCentre));
    trust = distance / 2;
    level = levelBelow(distance / 4);
    best = null;
    estimate = value;
    moveTo(lowest);
    invariant = false;
    state = State.NEWTON;
    place();
  }

  private static int levelBelow(double h) {
    int level = HIGHEST_LEVEL - 1;
    while (level > LOWEST_LEVEL && step(level) > h) {
      level--;
    }
    return level;
  }

  private void finish(double[] at, Stencil.Derivatives derivatives) {
    bestCentre = at;
    best = derivatives;
    estimate = Math.min(estimate, derivatives.value());
    state = State.FOUND;
  }

  private void moveTo(double[] k) {
    double[] snapped = InvariantPoints.nearest(sampler.mesh(), k);
    double near = stencil == null ? 1e-6 : 0.5 * stencil.radius();
    invariant = Vectors.norm(Vectors.minus(snapped, k)) < near;
    centre = invariant ? snapped : k;
    noise = sampler.noiseEv(centre);
  }

  private void place() {
    stencil = new Stencil(centre, frames.best(centre), step(level));
  }

  /** The step within the trust radius to the lowest point of the parabola. */
  private double[] minimiser(Stencil.Derivatives here) {
    PrincipalAxes principal = new PrincipalAxes(here.hessian());
    double[] slopes = new double[3];
    for (int i = 0; i < 3; i++) {
      slopes[i] = Vectors.dot(principal.axis(i), here.gradient());
    }
    double least = principal.value(0);
    double largest = Math.max(Math.abs(least), Math.abs(principal.value(2)));
    double flat = 1e-4 * largest + 10 * noise / (stencil.radius() * stencil.radius());
    convex = least > flat;
    double shift = convex ? 0 : flat - least;
    double[] step = shifted(principal, slopes, shift);
    if (Vectors.norm(step) > trust) {
      double low = shift;
      double high = Math.max(shift, 1e-12) + Vectors.norm(slopes) / trust + largest;
      for (int i = 0; i < 60; i++) {
        shift = (low + high) / 2;
        step = shifted(principal, slopes, shift);
        if (Vectors.norm(step) > trust) {
          low = shift;
        } else {
          high = shift;
        }
      }
    }
    predicted =
        -Vectors.dot(step, here.gradient()) - Vectors.quadraticForm(here.hessian(), step) / 2;
    estimate = here.value() - predicted;
    return step;
  }

  /**
   * The step to where this band touches the one across the gap, if they seem to do so nearby; else
   * null. Near such a point the bands are cones, on which Newton's method stalls, but the square of
   * the gap is a parabola.
   */
  private double[] coneTip() {
    int across = sign > 0 ? band - 1 : band + 1;
    Stencil.Derivatives square =
        stencil.differentiate(
            k -> {
              double gap = sampler.at(k)[band] - sampler.at(k)[across];
              return gap * gap;
            });
    PrincipalAxes principal = new PrincipalAxes(square.hessian());
    if (principal.value(0) <= 0) {
      return null;
    }
    double[] slopes = new double[3];
    for (int i = 0; i < 3; i++) {
      slopes[i] = Vectors.dot(principal.axis(i), square.gradient());
    }
    double[] step = shifted(principal, slopes, 0);
    double atTip = square.value() + Vectors.dot(step, square.gradient()) / 2;
    if (atTip > TOUCHING * square.value() || Vectors.norm(step) > LONGEST_TO_TIP) {
      return null;
    }
    predicted = Math.sqrt(square.value()) / 2;
    estimate = best.value() - predicted;
    return step;
  }

  private static double[] shifted(PrincipalAxes principal, double[] slopes, double shift) {
    double[] step = new double[3];
    for (int i = 0; i < 3; i++) {
      step = Vectors.along(step, -slopes[i] / (principal.value(i) + shift), principal.axis(i));
    }
    return step;
  }
}
