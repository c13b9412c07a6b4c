package org.rlmaterials.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rlmaterials.dataset.Split;

/**
 * The numbers of metrics.json against scipy 1.x (pearsonr, spearmanr) and scikit-learn 1.9
 * (accuracy, precision, recall, balanced accuracy, area under the curve) on one made-up table: 60
 * rows by the formulas of {@link #table()}, with ties, a negative mass and missing masses.
 */
class MetricsTest {
  private record Table(List<TrainingTable.Row> rows, PropertyPredictor.Predictions predictions) {}

  /** Multiples of the root of p, modulo 1. */
  private static double fraction(int i, int p) {
    return (i + 1) * Math.sqrt(p) % 1;
  }

  private static Table table() {
    int n = 60;
    List<TrainingTable.Row> rows = new ArrayList<>();
    float[] mass = new float[n];
    float[] massStd = new float[n];
    float[] gap = new float[n];
    float[] gapStd = new float[n];
    float[] probability = new float[n];
    for (int i = 0; i < n; i++) {
      double u = fraction(i, 2);
      double trueMass = i == 7 ? -0.05 : Math.rint(100 * (0.05 + 2 * u * u)) / 100;
      double trueGap = i % 3 == 0 ? 0 : 3 * fraction(i, 7) + 0.05;
      mass[i] = (float) (0.05 + 2 * u * u * (0.5 + fraction(i, 3)));
      massStd[i] = (float) (0.2 + 0.1 * fraction(i, 5));
      probability[i] = (float) ((trueGap > 0 ? 0.35 : 0) + 0.6 * fraction(i, 11));
      gap[i] =
          probability[i] < 0.5 ? 0 : (float) Math.max(0.1, trueGap * (0.6 + 0.8 * fraction(i, 13)));
      gapStd[i] = (float) (0.3 + 0.2 * fraction(i, 17));
      rows.add(
          new TrainingTable.Row(
              "row-" + i,
              "dft",
              "system-" + i / 2,
              Split.TEST,
              new float[0],
              new Labels(
                  i % 4 == 3 && i != 7 ? Double.NaN : trueMass,
                  Double.NaN,
                  trueGap,
                  trueGap >= 0.1 ? 1 : trueGap == 0 ? 0 : Double.NaN,
                  Double.NaN),
              null));
    }
    return new Table(
        rows, new PropertyPredictor.Predictions(mass, massStd, gap, gapStd, probability));
  }

  @Test
  void areThoseOfScipyAndScikitLearn() {
    Table table = table();
    JsonNode json = new Metrics(table.rows(), table.predictions()).toJson(0.4, 1);
    assertThat(json.at("/m_star/records").asInt()).isEqualTo(46);
    assertThat(json.at("/m_star/light_records").asInt()).isEqualTo(13);
    Map.ofEntries(
            Map.entry("/m_star/pearson", 0.892034),
            Map.entry("/m_star/spearman", 0.942537),
            Map.entry("/m_star/pearson_log", 0.975711),
            Map.entry("/m_star/mae_me", 0.166343),
            Map.entry("/m_star/mae_constant_me", 0.464783),
            Map.entry("/m_star/precision_at_k_light", 0.923077),
            Map.entry("/m_star/within_1_sigma", 0.739130),
            Map.entry("/m_star/within_2_sigma", 0.891304),
            Map.entry("/gap/mae_ev", 0.508934),
            Map.entry("/gap/mae_constant_ev", 0.914304),
            Map.entry("/gap/accuracy", 0.783333),
            Map.entry("/gap/majority", 0.666667),
            Map.entry("/gap/precision", 0.909091),
            Map.entry("/gap/recall", 0.75),
            Map.entry("/gap/balanced_accuracy", 0.8),
            Map.entry("/gap/roc_auc", 0.93),
            Map.entry("/gap/within_1_sigma", 0.727273),
            Map.entry("/gap/within_2_sigma", 0.969697))
        .forEach(
            (pointer, expected) ->
                assertThat(json.at(pointer + "/value").asDouble())
                    .as(pointer)
                    .isCloseTo(expected, within(2e-6)));
  }

  @Test
  void intervalsHoldTheValueAndNarrowWithMoreSystems() {
    Table table = table();
    JsonNode json = new Metrics(table.rows(), table.predictions()).toJson(0.4, 1);
    for (String pointer : List.of("/m_star/spearman", "/gap/accuracy", "/gap/mae_ev")) {
      double value = json.at(pointer + "/value").asDouble();
      double low = json.at(pointer + "/low").asDouble();
      double high = json.at(pointer + "/high").asDouble();
      assertThat(low).as(pointer).isLessThan(value);
      assertThat(high).as(pointer).isGreaterThan(value);
    }
    // The normal interval of an accuracy of 0.783 from 30 independent pairs of rows: about ± 0.10.
    double width =
        json.at("/gap/accuracy/high").asDouble() - json.at("/gap/accuracy/low").asDouble();
    assertThat(width).isBetween(0.12, 0.30);
  }

  @Test
  void whatIsUndefinedIsNull() {
    Table table = table();
    PropertyPredictor.Predictions one = table.predictions().only(new int[] {0});
    JsonNode json = new Metrics(table.rows().subList(0, 1), one).toJson(0.4, 1);
    assertThat(json.at("/m_star/pearson").isNull()).isTrue();
    assertThat(json.at("/gap/roc_auc").isNull()).isTrue();
  }
}
