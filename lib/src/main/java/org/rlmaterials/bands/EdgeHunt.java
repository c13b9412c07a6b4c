package org.rlmaterials.bands;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The hunt for one band edge over the whole zone: several searches from the most promising valleys,
 * then the mass in the lowest.
 */
final class EdgeHunt {
  /** A start point may lie this far (eV) above the best energy known: the interpolation may err. */
  private static final double START_MARGIN_EV = 0.15;

  /** A search whose minimum is foreseen this far (eV) above the lowest energy known is given up. */
  private static final double FORESEEN_MARGIN_EV = 2e-3;

  /** The edge found is not the edge if energies this far (eV) beyond it were met. */
  private static final double MISSED_EV = 1e-3;

  private static final int MAX_STARTS = 4;
  private static final int MAX_RESTARTS = 4;

  /** Distance (1/Å) within which two searches are in the same valley. */
  private static final double SAME_VALLEY = 0.02;

  /** Distance (1/Å) within which a search that walks towards a minimum is taken to end there. */
  private static final double BESIDE = 0.2;

  /** Rounds in which such a search may prove that it goes elsewhere. */
  private static final int ROUNDS_BESIDE = 2;

  private final BandSampler sampler;
  private final StencilFrames frames;
  private final int band;
  private final double sign;
  private final List<EdgeSearch> searches = new ArrayList<>();
  private MassFit fit;
  private EdgeSearch fitted;
  private int restarts;

  EdgeHunt(BandSampler sampler, StencilFrames frames, int band, double sign) {
    this.sampler = sampler;
    this.frames = frames;
    this.band = band;
    this.sign = sign;
  }

  private double f(double[] k) {
    return sign * sampler.at(k)[band];
  }

  private double[] lowestKnown() {
    return sign > 0 ? sampler.lowestConduction() : sampler.highestValence();
  }

  /** Starts from the valleys of the interpolated mesh and from the best known point. */
  void start(BandInterpolation interpolation, double spacing, List<double[]> grid) {
    double best = f(lowestKnown());
    List<double[]> starts = new ArrayList<>(grid);
    starts.removeIf(
        k -> {
          // A ripple of the interpolation beside the best point is no valley of its own.
          boolean beside = sampler.distance(k, lowestKnown()) < BESIDE;
          return sign * interpolation.at(k) > best + (beside ? 0 : START_MARGIN_EV);
        });
    starts.sort(Comparator.comparingDouble(k -> sign * interpolation.at(k)));
    for (double[] gridPoint : starts) {
      double[] k = interpolation.descend(gridPoint, sign, spacing / 2);
      double[] invariant = InvariantPoints.nearest(sampler.mesh(), k);
      boolean atInvariant = Vectors.norm(Vectors.minus(invariant, k)) < spacing / 2;
      begin(atInvariant ? invariant : k, spacing, MAX_STARTS);
    }
    begin(lowestKnown(), spacing, MAX_STARTS + 1);
  }

  /** Adds the invariant points that are low enough; they must be known by now. */
  void addInvariantPoints(double spacing) {
    double best = f(lowestKnown());
    List<double[]> points = new ArrayList<>(InvariantPoints.all(sampler.mesh()));
    points.removeIf(k -> f(k) > best + START_MARGIN_EV);
    points.sort(Comparator.comparingDouble(this::f));
    for (double[] k : points) {
      begin(k, spacing, 2 * MAX_STARTS);
    }
  }

  private void begin(double[] k, double spacing, int most) {
    if (searches.size() < most
        && searches.stream().noneMatch(s -> sampler.distance(s.centre(), k) < spacing)) {
      searches.add(new EdgeSearch(sampler, frames, band, sign, k, 2 * spacing));
    }
  }

  List<double[]> wants() {
    List<double[]> points = new ArrayList<>();
    searches.forEach(s -> points.addAll(s.wants()));
    if (fit != null) {
      points.addAll(fit.wants());
    }
    return points;
  }

  void advance() {
    searches.forEach(EdgeSearch::advance);
    if (fit != null && !fit.done()) {
      fit.advance();
      if (fit.wayDown() != null && !fit.acceptsSaddle()) {
        restarts++;
        fitted.leaveSaddle(fit.centre(), fit.wayDown(), fit.level());
        fit = null;
        fitted = null;
        return;
      }
    }
    prune();
    EdgeSearch best = best();
    if (best.done() && best != fitted) {
      if (f(lowestKnown()) < f(best.centre()) - 1e-4 && restarts < MAX_RESTARTS) {
        // Something lower was met on the way: its valley was not among those searched.
        restarts++;
        searches.add(new EdgeSearch(sampler, frames, band, sign, lowestKnown(), 2 * SAME_VALLEY));
        return;
      }
      fitted = best;
      fit = best.fit(restarts >= MAX_RESTARTS);
    }
  }

  private EdgeSearch best() {
    return searches.stream().min(Comparator.comparingDouble(EdgeSearch::estimate)).get();
  }

  /** Gives up searches that can no longer win. */
  private void prune() {
    EdgeSearch best = best();
    double lowest = f(lowestKnown());
    searches.removeIf(
        s -> {
          if (s == best || s == fitted) {
            return false;
          }
          // Where the parabola foresees a long way down it may be wrong by half of it.
          double doubt =
              s.convex()
                  ? FORESEEN_MARGIN_EV + (f(s.centre()) - s.estimate()) / 2
                  : START_MARGIN_EV;
          boolean tie =
              s.done() && s.convex() && best.done() && s.estimate() > best.estimate() - 1e-4;
          return s.estimate() - doubt > lowest
              || sampler.distance(s.centre(), best.centre()) < SAME_VALLEY
              || tie;
        });
    searches.stream()
        .filter(EdgeSearch::done)
        .min(Comparator.comparingDouble(s -> f(s.centre())))
        .ifPresent(found -> searches.removeIf(s -> !s.done() && endsIn(found, s)));
  }

  /** Whether a search that is higher than a minimum close by is about to walk into it. */
  private boolean endsIn(EdgeSearch found, EdgeSearch s) {
    double distance = sampler.distance(s.centre(), found.centre());
    boolean closer = sampler.distance(s.next(), found.centre()) < distance;
    return distance < BESIDE
        && f(s.centre()) > f(found.centre())
        && (closer || s.rounds() > ROUNDS_BESIDE);
  }

  boolean done() {
    return fit != null
        && fit.done()
        && searches.stream().allMatch(EdgeSearch::done)
        && best() == fitted;
  }

  /** Takes the best point known for the edge: the search has cost enough. */
  void conclude() {
    if (done()) {
      return;
    }
    boolean open = searches.stream().anyMatch(s -> !s.done());
    searches.forEach(EdgeSearch::giveUp);
    restarts = MAX_RESTARTS;
    EdgeSearch best = best();
    searches.removeIf(s -> s != best);
    if (fit == null || best != fitted) {
      fitted = best;
      fit = best.fit(true);
    }
    fit.acceptSaddle();
    if (open) {
      fit.distrust();
    }
  }

  /** The mass at the edge; of unknown error if lower energies were met elsewhere. */
  MassFit fit() {
    if (missed()) {
      fit.distrust();
    }
    return fit;
  }

  private boolean missed() {
    return f(lowestKnown()) < sign * fit.energy() - MISSED_EV;
  }

  /** Where the edge is (1/Å). */
  double[] edge() {
    return missed() ? lowestKnown() : fit.minimum();
  }

  /** Energy (eV) of the edge. */
  double energy() {
    return missed() ? sampler.at(lowestKnown())[band] : fit.energy();
  }
}
