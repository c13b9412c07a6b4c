package org.rlmaterials.surrogate;

import com.fasterxml.jackson.annotation.JsonProperty;
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
 * @param semiconductor logistic regression of the class
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
   * Probability of the class, 1 / (1 + exp(−(bias + gapWeight · gap + logitWeight · logit))).
   *
   * @param bias constant
   * @param gapWeight weight of the predicted gap (1/eV)
   * @param logitWeight weight of the class head's logit; 0 where there is none
   */
  public record Logistic(
      double bias,
      @JsonProperty("gap_weight_per_ev") double gapWeight,
      @JsonProperty("logit_weight") double logitWeight) {
    double of(double gapEv, double logit) {
      double z = bias + gapWeight * gapEv + logitWeight * logit;
      return 1 / (1 + Math.exp(-z));
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
    int classHead = shape.targets().indexOf(Target.SEMICONDUCTOR);
    Logistic logistic = logistic(summary, labels, gapHead, classHead);
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
      double logit = classHead < 0 ? 0 : summary.mean()[i][classHead];
      double predicted = summary.mean()[i][gapHead];
      if (!Double.isNaN(labels[i][gapHead]) && logistic.of(predicted, logit) >= 0.5) {
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

  /** Newton's method with a small ridge, so that classes that separate stay finite. */
  private static Logistic logistic(Summary summary, double[][] labels, int gapHead, int classHead) {
    double[] w =
        classHead < 0
            ? new double[] {-Labels.SEMICONDUCTOR_GAP_EV * 5, 5, 0}
            : new double[] {0, 0, 1};
    int positive = 0;
    int negative = 0;
    int rows = labels.length;
    int[] classes = new int[rows];
    for (int i = 0; i < rows; i++) {
      double gap = labels[i][gapHead];
      classes[i] = gap >= Labels.SEMICONDUCTOR_GAP_EV ? 1 : gap == 0 ? 0 : -1;
      positive += classes[i] == 1 ? 1 : 0;
      negative += classes[i] == 0 ? 1 : 0;
    }
    if (positive < FEWEST_ROWS / 2 || negative < FEWEST_ROWS / 2) {
      return new Logistic(w[0], w[1], w[2]);
    }
    int size = classHead < 0 ? 2 : 3;
    double ridge = 1e-2;
    double[] start = w.clone();
    for (int iteration = 0; iteration < 50; iteration++) {
      double[][] hessian = new double[size][size];
      double[] gradient = new double[size];
      for (int i = 0; i < rows; i++) {
        if (classes[i] < 0) {
          continue;
        }
        double[] x = {
          1, summary.mean()[i][gapHead], classHead < 0 ? 0 : summary.mean()[i][classHead]
        };
        double z = w[0] + w[1] * x[1] + w[2] * x[2];
        double p = 1 / (1 + Math.exp(-z));
        for (int a = 0; a < size; a++) {
          gradient[a] += (p - classes[i]) * x[a];
          for (int b = 0; b < size; b++) {
            hessian[a][b] += p * (1 - p) * x[a] * x[b];
          }
        }
      }
      for (int a = 0; a < size; a++) {
        gradient[a] += ridge * (w[a] - start[a]);
        hessian[a][a] += ridge + 1e-9;
      }
      double[] step = solve(hessian, gradient);
      double largest = 0;
      for (int a = 0; a < size; a++) {
        // A full Newton step can overshoot where the classes all but separate.
        double move = Math.max(-2, Math.min(2, step[a]));
        w[a] -= move;
        largest = Math.max(largest, Math.abs(move));
      }
      if (largest < 1e-8) {
        break;
      }
    }
    return new Logistic(w[0], w[1], w[2]);
  }

  private static double[] solve(double[][] matrix, double[] right) {
    return new CholeskyDecomposition(MatrixUtils.createRealMatrix(matrix), 1e-8, 1e-15)
        .getSolver()
        .solve(MatrixUtils.createRealVector(right))
        .toArray();
  }
}
