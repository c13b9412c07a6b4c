package org.rlmaterials.surrogate;

import java.util.Arrays;
import java.util.List;

/**
 * A table of numbers cut into at most 64 bins a column, of about equal numbers of rows: what
 * decision trees need to know of it, in a byte a number.
 */
final class BinnedTable {
  /** Most bins a column. */
  static final int BINS = 64;

  private final int rows;
  private final byte[][] bins;
  private final float[][] edges;

  /**
   * @param table raw numbers, one array a row; what is not finite falls into the last bin
   * @param columns numbers a row
   */
  BinnedTable(List<float[]> table, int columns) {
    rows = table.size();
    bins = new byte[columns][rows];
    edges = new float[columns][];
    float[] column = new float[rows];
    for (int c = 0; c < columns; c++) {
      for (int i = 0; i < rows; i++) {
        float x = table.get(i)[c];
        column[i] = Float.isFinite(x) ? x : Float.NaN;
      }
      edges[c] = edges(column.clone());
      for (int i = 0; i < rows; i++) {
        bins[c][i] = (byte) bin(edges[c], column[i]);
      }
    }
  }

  /** Numbers between which the column is cut, ascending: bin b holds what is at most edge b. */
  private static float[] edges(float[] values) {
    Arrays.sort(values);
    int finite = values.length;
    while (finite > 0 && Float.isNaN(values[finite - 1])) {
      finite--;
    }
    float[] edges = new float[BINS - 1];
    int count = 0;
    int distinct = 1;
    for (int i = 1; i < finite; i++) {
      distinct += values[i] > values[i - 1] ? 1 : 0;
    }
    int next = 1;
    for (int i = 1; i < finite; i++) {
      boolean wanted = distinct <= BINS || (long) i * BINS >= (long) next * finite;
      if (wanted && values[i] > values[i - 1]) {
        float middle = values[i - 1] + (values[i] - values[i - 1]) / 2;
        edges[count++] = middle < values[i] ? middle : values[i - 1];
        while ((long) i * BINS >= (long) next * finite) {
          next++;
        }
      }
    }
    return Arrays.copyOf(edges, count);
  }

  private static int bin(float[] edges, float value) {
    int low = 0;
    int high = edges.length;
    while (low < high) {
      int middle = (low + high) / 2;
      if (value <= edges[middle]) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  int rows() {
    return rows;
  }

  int columns() {
    return bins.length;
  }

  /**
   * @param column a column
   * @return the bin of each row, 0 to 63; not copied
   */
  byte[] bins(int column) {
    return bins[column];
  }

  /**
   * @param column a column
   * @return how many cuts it has: one less than bins
   */
  int cuts(int column) {
    return edges[column].length;
  }

  /**
   * @param column a column
   * @param bin a bin but the last
   * @return the largest number that belongs to it or to a lower bin
   */
  float edge(int column, int bin) {
    return edges[column][bin];
  }
}
