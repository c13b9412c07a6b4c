package org.rlmaterials.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import org.rlmaterials.dataset.Dataset;
import org.rlmaterials.dataset.DatasetRecord;

/** What the dataset holds: sources, splits, elements, labels. */
final class DatasetSection {
  /** Upper bounds of the bins of the mass (mₑ). */
  private static final double[] MASS_BINS = {
    0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 5, Double.POSITIVE_INFINITY
  };

  /** Upper bounds of the bins of the gap (eV); gap 0 is a bin of its own. */
  private static final double[] GAP_BINS = {
    0, 0.1, 0.5, 1, 1.5, 2, 3, 4, 5, 6, Double.POSITIVE_INFINITY
  };

  private DatasetSection() {}

  /**
   * @param folder a round's folder
   * @return the section; empty if there is no dataset
   */
  static ObjectNode of(RunFolder folder) {
    ObjectNode section = JsonNodeFactory.instance.objectNode();
    if (!folder.has("dataset/dataset.csv.gz")) {
      return section;
    }
    Map<String, Integer> sources = new TreeMap<>();
    Map<String, Integer> splits = new TreeMap<>();
    Map<String, Integer> elements = new TreeMap<>();
    int[] masses = new int[MASS_BINS.length];
    int[] gaps = new int[GAP_BINS.length];
    int negative = 0;
    int withMass = 0;
    int withGap = 0;
    int count = 0;
    for (DatasetRecord record : Dataset.read(folder.path("dataset/dataset.csv.gz")).records()) {
      count++;
      sources.merge(record.source(), 1, Integer::sum);
      splits.merge(
          String.valueOf(record.split()).toLowerCase(java.util.Locale.ROOT), 1, Integer::sum);
      for (String element : record.chemicalSystem().split("-", -1)) {
        elements.merge(element, 1, Integer::sum);
      }
      if (record.hasMass()) {
        withMass++;
        if (record.mStar() < 0) {
          negative++;
        } else {
          masses[bin(MASS_BINS, record.mStar())]++;
        }
      }
      if (record.hasGap()) {
        withGap++;
        gaps[bin(GAP_BINS, record.gapEv())]++;
      }
    }
    section.put("sha256", folder.sha256("dataset/dataset.csv.gz"));
    section.put("records", count);
    section.put("with_m_star", withMass);
    section.put("m_star_negative", negative);
    section.put("with_gap", withGap);
    sources.forEach(section.putObject("by_source")::put);
    splits.forEach(section.putObject("by_split")::put);
    elements.forEach(section.putObject("by_element")::put);
    bins(section.putArray("m_star_histogram"), MASS_BINS, masses, "mₑ");
    bins(section.putArray("gap_histogram"), GAP_BINS, gaps, "eV");
    JsonNode merge = folder.json("dataset/merge_report.json");
    if (merge.isObject()) {
      section.set("merge_report", merge);
    }
    return section;
  }

  private static int bin(double[] upper, double value) {
    int i = 0;
    while (value > upper[i]) {
      i++;
    }
    return i;
  }

  private static void bins(ArrayNode target, double[] upper, int[] counts, String unit) {
    for (int i = 0; i < upper.length; i++) {
      String from = i == 0 ? "0" : text(upper[i - 1]);
      String label =
          upper[i] == 0
              ? "0"
              : Double.isInfinite(upper[i]) ? "above " + from : from + "–" + text(upper[i]);
      target.addObject().put("range", label + " " + unit).put("records", counts[i]);
    }
  }

  private static String text(double value) {
    return value == Math.rint(value) ? String.valueOf((int) value) : String.valueOf(value);
  }
}
