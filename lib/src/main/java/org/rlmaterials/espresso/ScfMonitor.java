package org.rlmaterials.espresso;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Watches the accuracy of a self-consistent cycle while pw.x runs, and says when going on is
 * hopeless: runs that converge mostly do so within 50 iterations, and those whose accuracy falls by
 * less than a tenth of an e-fold in an iteration rarely do.
 */
final class ScfMonitor {
  /** Iterations before a verdict. */
  static final int PATIENCE = 30;

  /** Iterations over which the slope is fitted. */
  static final int WINDOW = 15;

  /** Least fall of ln(accuracy) in an iteration. */
  static final double LEAST_SLOPE = 0.1;

  private static final Pattern ACCURACY =
      Pattern.compile("estimated scf accuracy\\s+<\\s+([0-9.]+(?:[EeDd][-+]?[0-9]+)?)");

  private ScfMonitor() {}

  /**
   * The accuracies of the last cycle in a log.
   *
   * @param log what pw.x printed so far
   * @return estimated accuracy (Ry) after each iteration of the cycle that runs
   */
  static List<Double> accuracies(String log) {
    int cycle = log.lastIndexOf("iteration #  1 ");
    List<Double> found = new ArrayList<>();
    Matcher m = ACCURACY.matcher(log.substring(Math.max(0, cycle)));
    while (m.find()) {
      found.add(Double.parseDouble(m.group(1).replace('D', 'E').replace('d', 'e')));
    }
    return found;
  }

  /**
   * The fall of the accuracy over the last iterations, by least squares.
   *
   * @param accuracies accuracies (Ry) of at least two iterations
   * @return fall of ln(accuracy) in one iteration; negative if it grows
   */
  static double slope(List<Double> accuracies) {
    int n = Math.min(WINDOW, accuracies.size());
    List<Double> last = accuracies.subList(accuracies.size() - n, accuracies.size());
    double meanX = (n - 1) / 2.0;
    double meanY = last.stream().mapToDouble(a -> Math.log(Math.max(a, 1e-99))).average().orElse(0);
    double sxy = 0;
    double sxx = 0;
    for (int i = 0; i < n; i++) {
      sxy += (i - meanX) * (Math.log(Math.max(last.get(i), 1e-99)) - meanY);
      sxx += (i - meanX) * (i - meanX);
    }
    return -sxy / sxx;
  }

  /**
   * Whether a cycle should be stopped.
   *
   * @param accuracies accuracies (Ry) so far
   * @param threshold where the cycle ends (Ry)
   * @param maxIterations after which pw.x gives up anyway
   * @return true if it converges too slowly to end in time, or not at all
   */
  static boolean hopeless(List<Double> accuracies, double threshold, int maxIterations) {
    int n = accuracies.size();
    if (n < PATIENCE) {
      return false;
    }
    double slope = slope(accuracies);
    double missing = Math.log(Math.max(accuracies.get(n - 1), 1e-99) / threshold);
    return slope < LEAST_SLOPE && missing > slope * (maxIterations - n);
  }
}
