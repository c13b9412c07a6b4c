package org.rlmaterials.surrogate;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.MatrixUtils;

/**
 * What turns the outputs of an ensemble into honest statements, fitted on the validation rows.
 *
 * <p>The variance of a prediction is {@code scale² · ((1 − share) · spread² + share · prior² ·
 * distance²)}: spread² the variance between members, distance² the squared trunk distance (1 for an
 * ordinary training row), prior the root mean square error on the validation rows. The share
 * maximises the Gaussian likelihood of the validation errors; the scale then makes 68.27 % of them
 * smaller than one standard deviation. A strange crystal has a large distance, hence a wide
 * prediction, even where the members agree by accident.
 *
 * @param mass spread of the electron mass, on the scale of {@link Target#toScale}
 * @param gap spread of the gap (eV), for crystals predicted to be semiconductors
 * @param semiconductor logistic regression of the class on what the members say of it
 * @param massRows validation rows with a mass
 * @param gapRows validation rows with a gap that are predicted to be semiconductors
 */
public record Calibration(
    Width mass,
    Width gap,
    Logistic semiconductor,
    @JsonProperty("mass_rows") int massRows,
    @JsonProperty("gap_rows") int gapRows) {

  /** Fewer validation rows than this calibrate nothing: wide defaults are used. */
  static final int FEWEST_ROWS = 20;

  private static final double ONE_SIGMA = 0.6827;

  private static final double RIDGE = 1e-2;

  /** Default root mean square errors where nothing is known: a factor of e in mass, 1 eV in gap. */
  private static final Width WIDE_MASS = new Width(1, 0.5, 1.4);

  private static final Width WIDE_GAP = new Width(1, 0.5, 1.4);

  /**
   * How wide a prediction is.
   *
   * @param scale common factor
   * @param share share of the distance term (0 to 1)
   * @param prior root mean square error of the validation rows, in the unit of the prediction
   */
  public record Width(double scale, double share, double prior) {
    /**
     * @param spread standard deviation between members
     * @param distance2 squared trunk distance
     * @return the standard deviation of the prediction
     */
    double of(double spread, double distance2) {
      return scale * Math.sqrt((1 - share) * spread * spread + share * prior * prior * distance2);
    }
  }

  /**
   * Probability of the class, 1 / (1 + exp(−(bias + weight · evidence))).
   *
   * @param bias constant
   * @param weight weight of the evidence, at least 0
   */
  public record Logistic(double bias, double weight) {
    /**
     * @param evidence the class head's logit; the predicted gap (eV) where there is no class head
     */
    double of(double evidence) {
      return 1 / (1 + Math.exp(-(bias + weight * evidence)));
    }
  }

  /**
   * Mean over members, spread between them and distance, for each row.
   *
   * @param mean rows × targets
   * @param spread standard deviation between members, rows × targets; 0 for one member
   * @param distance2 mean squared trunk distance (rows)
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Summary(double[][] mean, double[][] spread, double[] distance2) {
    /**
     * @param members predictions of each member, rows × targets
     * @param distances squared distances of each member (rows)
     * @return the summary
     */
    static Summary of(List<double[][]> members, List<double[]> distances) {
      int rows = distances.get(0).length;
      int targets = rows == 0 ? 0 : members.get(0)[0].length;
      double[][] mean = new double[rows][targets];
      double[][] spread = new double[rows][targets];
      double[] distance2 = new double[rows];
      int count = members.size();
      for (int i = 0; i < rows; i++) {
        for (int t = 0; t < targets; t++) {
          double sum = 0;
          for (double[][] one : members) {
            sum += one[i][t];
          }
          mean[i][t] = sum / count;
          double squares = 0;
          for (double[][] one : members) {
            squares += (one[i][t] - mean[i][t]) * (one[i][t] - mean[i][t]);
          }
          spread[i][t] = count > 1 ? Math.sqrt(squares / (count - 1)) : 0;
        }
        for (double[] one : distances) {
          distance2[i] += one[i] / count;
        }
      }
      return new Summary(mean, spread, distance2);
    }
  }

  /**
   * Fits the calibration.
   *
   * @param shape shape of the members
   * @param summary what the ensemble says of the validation rows
   * @param labels rows × targets, on the training scales, NaN where missing
   * @return the calibration; wide defaults for what has fewer than 20 labelled rows
   */
  static Calibration fit(NetworkShape shape, Summary summary, double[][] labels) {
    int gapHead = shape.head(Target.GAP);
    int massHead = shape.head(Target.M_STAR);
    int evidence = evidenceHead(shape);
    Logistic logistic = logistic(summary, labels, gapHead, evidence);
    int rows = labels.length;

    int massRows = 0;
    int gapRows = 0;
    double[][] mass = new double[rows][];
    double[][] gap = new double[rows][];
    for (int i = 0; i < rows; i++) {
      if (!Double.isNaN(labels[i][massHead])) {
        mass[massRows++] =
            new double[] {
              labels[i][massHead],
              summary.mean()[i][massHead],
              summary.spread()[i][massHead],
              summary.distance2()[i]
            };
      }
      double predicted = summary.mean()[i][gapHead];
      if (!Double.isNaN(labels[i][gapHead]) && logistic.of(summary.mean()[i][evidence]) >= 0.5) {
        gap[gapRows++] =
            new double[] {
              labels[i][gapHead],
              Math.max(Labels.SEMICONDUCTOR_GAP_EV, predicted),
              summary.spread()[i][gapHead],
              summary.distance2()[i]
            };
      }
    }
    Width massWidth =
        massRows < FEWEST_ROWS ? WIDE_MASS : width(Arrays.copyOf(mass, massRows), Target.M_STAR);
    Width gapWidth =
        gapRows < FEWEST_ROWS ? WIDE_GAP : width(Arrays.copyOf(gap, gapRows), Target.GAP);
    return new Calibration(massWidth, gapWidth, logistic, massRows, gapRows);
  }

  /**
   * @param rows label, mean, spread, distance² of each row
   */
  private static Width width(double[][] rows, Target target) {
    double squares = 0;
    for (double[] row : rows) {
      squares += (row[0] - row[1]) * (row[0] - row[1]);
    }
    double prior = Math.sqrt(squares / rows.length) + 1e-9;
    double best = Double.NEGATIVE_INFINITY;
    double share = 1;
    // At least a tenth: however well the members' spread alone does on validation rows, a strange
    // crystal must have a wide prediction.
    for (int step = 2; step <= 20; step++) {
      double likelihood = likelihood(rows, new Width(1, step / 20.0, prior));
      if (likelihood > best) {
        best = likelihood;
        share = step / 20.0;
      }
    }
    double low = 1e-3;
    double high = 1e3;
    for (int i = 0; i < 60; i++) {
      double middle = Math.sqrt(low * high);
      if (covered(rows, new Width(middle, share, prior), target) < ONE_SIGMA) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return new Width(high, share, prior);
  }

  /** Gaussian log-likelihood a row, with the best common scale. */
  private static double likelihood(double[][] rows, Width width) {
    double logs = 0;
    double chi2 = 0;
    for (double[] row : rows) {
      double variance = Math.pow(width.of(row[2], row[3]), 2) + 1e-18;
      logs += Math.log(variance);
      chi2 += (row[0] - row[1]) * (row[0] - row[1]) / variance;
    }
    return -0.5 * (logs / rows.length + Math.log(chi2 / rows.length));
  }

  private static double covered(double[][] rows, Width width, Target target) {
    int inside = 0;
    for (double[] row : rows) {
      double sigma = width.of(row[2], row[3]);
      double error = Math.abs(target.ofScale(row[0]) - target.ofScale(row[1]));
      if (error <= halfWidth(target, row[1], sigma)) {
        inside++;
      }
    }
    return (double) inside / rows.length;
  }

  /**
   * A standard deviation in the unit of the target: half the distance between the values at plus
   * and minus one standard deviation of the training scale.
   *
   * @param target a target
   * @param scaled prediction on the training scale
   * @param sigma standard deviation there
   * @return standard deviation in the unit of the target
   */
  static double halfWidth(Target target, double scaled, double sigma) {
    // A mass beyond e⁶ times the middle is as good as unknown; keep it finite.
    double bounded = target.isMass() ? Math.min(sigma, 6) : sigma;
    return (target.ofScale(scaled + bounded) - target.ofScale(scaled - bounded)) / 2;
  }

  /** The head that tells semiconductors from metals: that of the class, else that of the gap. */
  static int evidenceHead(NetworkShape shape) {
    int classHead = shape.targets().indexOf(Target.SEMICONDUCTOR);
    return classHead < 0 ? shape.head(Target.GAP) : classHead;
  }

  /**
   * Newton's method with a small ridge, so that classes that separate stay finite. The evidence is
   * one number: beside a class head the gap says little more, and of few rows a regression on both
   * learns that a larger gap makes a metal.
   */
  private static Logistic logistic(Summary summary, double[][] labels, int gapHead, int evidence) {
    Logistic start =
        evidence == gapHead
            ? new Logistic(-5 * Labels.SEMICONDUCTOR_GAP_EV, 5)
            : new Logistic(0, 1);
    List<double[]> points = new ArrayList<>();
    int positive = 0;
    for (int i = 0; i < labels.length; i++) {
      double gap = labels[i][gapHead];
      if (gap >= Labels.SEMICONDUCTOR_GAP_EV || gap == 0) {
        positive += gap == 0 ? 0 : 1;
        points.add(new double[] {summary.mean()[i][evidence], gap == 0 ? 0 : 1});
      }
    }
    if (positive < FEWEST_ROWS / 2 || points.size() - positive < FEWEST_ROWS / 2) {
      return start;
    }
    Logistic now = start;
    for (int iteration = 0; iteration < 100; iteration++) {
      double[] gradient = {RIDGE * (now.bias - start.bias), RIDGE * (now.weight - start.weight)};
      double[][] hessian = {{RIDGE, 0}, {0, RIDGE}};
      for (double[] point : points) {
        double p = now.of(point[0]);
        double[] x = {1, point[0]};
        for (int a = 0; a < 2; a++) {
          gradient[a] += (p - point[1]) * x[a];
          for (int b = 0; b < 2; b++) {
            hessian[a][b] += p * (1 - p) * x[a] * x[b];
          }
        }
      }
      double[] step = solve(hessian, gradient);
      double before = loss(now, start, points);
      // A full step overshoots where the classes all but separate.
      double length = 1;
      Logistic next;
      do {
        next = new Logistic(now.bias - length * step[0], now.weight - length * step[1]);
        length /= 2;
      } while (length > 1e-9 && !(loss(next, start, points) <= before));
      double moved = Math.abs(next.bias - now.bias) + Math.abs(next.weight - now.weight);
      now = next;
      if (moved < 1e-8) {
        break;
      }
    }
    return new Logistic(now.bias, Math.max(0, now.weight));
  }

  /** What the fit minimises: the cross-entropy and the ridge. */
  private static double loss(Logistic logistic, Logistic start, List<double[]> points) {
    double loss =
        0.5
            * RIDGE
            * (Math.pow(logistic.bias - start.bias, 2)
                + Math.pow(logistic.weight - start.weight, 2));
    for (double[] point : points) {
      double z = logistic.bias + logistic.weight * point[0];
      double against = point[1] == 1 ? -z : z;
      // log(1 + exp(against)), which does not overflow.
      loss += Math.max(0, against) + Math.log1p(Math.exp(-Math.abs(against)));
    }
    return loss;
  }

  private static double[] solve(double[][] matrix, double[] right) {
    return new CholeskyDecomposition(MatrixUtils.createRealMatrix(matrix), 1e-8, 1e-15)
        .getSolver()
        .solve(MatrixUtils.createRealVector(right))
        .toArray();
  }
}
