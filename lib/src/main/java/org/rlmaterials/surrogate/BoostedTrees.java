package org.rlmaterials.surrogate;

import java.util.Arrays;
import org.rlmaterials.crystal.RandomStream;

/**
 * Gradient-boosted regression trees for one target: the model that, beside a network, does best on
 * tables of this size (J. H. Friedman, Ann. Stat. 29, 1189 (2001); histograms and growth leaf by
 * leaf as in G. Ke et al., NeurIPS 2017). Written here because the agent asks for a few crystals at
 * a time, hundreds of thousands of times: the trees lie flat in three arrays.
 *
 * <p>Nodes in depth-first order: the left child of a node follows it. A leaf has feature -1.
 *
 * @param base prediction before any tree
 * @param roots first node of each tree
 * @param feature column asked at each node; -1 for a leaf
 * @param value at a node: go left if the number is at most this; at a leaf: what it adds
 * @param right right child of each node; 0 for a leaf
 */
@SuppressWarnings("ArrayRecordComponent")
record BoostedTrees(float base, int[] roots, int[] feature, float[] value, int[] right) {

  /**
   * How trees are grown.
   *
   * @param trees number of trees
   * @param learningRate share of each tree's correction that is taken
   * @param leaves most leaves a tree
   * @param fewestRows least number of rows in a leaf
   * @param ridge added to the weight of each leaf
   * @param featureShare share of the features each tree may ask
   * @param rowShare share of the rows each tree sees
   */
  record Settings(
      int trees,
      double learningRate,
      int leaves,
      int fewestRows,
      double ridge,
      double featureShare,
      double rowShare) {

    /**
     * @param trees number of trees
     * @return what gave the best validation errors on the benchmark data
     */
    static Settings of(int trees) {
      return new Settings(trees, Math.max(0.05, 10.0 / Math.max(100, trees)), 63, 20, 5, 0.3, 0.8);
    }
  }

  /**
   * Grows the trees.
   *
   * @param table the features
   * @param rows rows of the table to learn from, at least one
   * @param labels label of each of them: a number, or 0 and 1 for a class
   * @param classes whether the labels are classes; the prediction is then a logit
   * @param settings how
   * @param random draws the rows and features each tree sees
   * @return the trees
   */
  static BoostedTrees fit(
      BinnedTable table,
      int[] rows,
      double[] labels,
      boolean classes,
      Settings settings,
      RandomStream random) {
    return new Grower(table, rows, labels, classes, settings, random).grow();
  }

  /**
   * Adds the prediction of each row to what is there.
   *
   * @param features raw features, rows × width; what is not finite goes to the side of large
   *     numbers
   * @param rows number of rows
   * @param width numbers a row
   * @return the prediction of each row
   */
  double[] predict(float[] features, int rows, int width) {
    double[] sum = new double[rows];
    Arrays.fill(sum, base);
    // Tree by tree: one tree stays in the cache while all rows walk down it.
    for (int root : roots) {
      for (int i = 0; i < rows; i++) {
        int at = i * width;
        int node = root;
        int asked = feature[node];
        while (asked >= 0) {
          float x = features[at + asked];
          // A number that is not finite fell into the last bin, in training too.
          node = x <= value[node] && x != Float.NEGATIVE_INFINITY ? node + 1 : right[node];
          asked = feature[node];
        }
        sum[i] += value[node];
      }
    }
    return sum;
  }

  /** One leaf of a growing tree: its rows, the sums over them, and the best cut. */
  private static final class Leaf {
    private final int from;
    private final int to;
    private double gradient;
    private double weight;
    private double[] histogram;
    private double gain;
    private int cutFeature = -1;
    private int cutBin;
    private Leaf left;
    private Leaf rightLeaf;

    Leaf(int from, int to) {
      this.from = from;
      this.to = to;
    }
  }

  private static final class Grower {
    private final BinnedTable table;
    private final int[] rows;
    private final double[] labels;
    private final boolean classes;
    private final Settings settings;
    private final RandomStream random;
    private final double fewest;
    private final double[] score;
    private final double[] gradients;
    private final double[] weights;
    private final double[] orderedGradients;
    private final double[] orderedWeights;

    /** Rows (places in {@link #rows}) of the growing tree, leaf after leaf. */
    private final int[] order;

    private final int[] spare;
    private final int[] features;
    private final int used;

    private int[] roots;
    private int[] feature = new int[1024];
    private float[] value = new float[1024];
    private int[] right = new int[1024];

    /** Bin of the cut of each node, for walking down on bins while growing. */
    private byte[] cutBins = new byte[1024];

    private int nodes;

    Grower(
        BinnedTable table,
        int[] rows,
        double[] labels,
        boolean classes,
        Settings settings,
        RandomStream random) {
      this.table = table;
      this.rows = rows;
      this.labels = labels;
      this.classes = classes;
      this.settings = settings;
      this.random = random;
      // A row of a class weighs a quarter where nothing is known of it and less where it is.
      this.fewest = classes ? settings.fewestRows() / 20.0 : settings.fewestRows();
      int n = rows.length;
      score = new double[n];
      gradients = new double[n];
      weights = new double[n];
      orderedGradients = new double[n];
      orderedWeights = new double[n];
      order = new int[n];
      spare = new int[n];
      features = new int[table.columns()];
      for (int f = 0; f < features.length; f++) {
        features[f] = f;
      }
      used = Math.max(1, (int) Math.round(settings.featureShare() * features.length));
    }

    BoostedTrees grow() {
      double mean = Arrays.stream(labels).average().orElse(0);
      double bounded = Math.max(1e-3, Math.min(1 - 1e-3, mean));
      float base = (float) (classes ? Math.log(bounded / (1 - bounded)) : mean);
      Arrays.fill(score, base);
      roots = new int[settings.trees()];
      for (int t = 0; t < roots.length; t++) {
        roots[t] = nodes;
        Leaf root = tree();
        write(root);
        addTo(roots[t]);
      }
      return new BoostedTrees(
          base,
          roots,
          Arrays.copyOf(feature, nodes),
          Arrays.copyOf(value, nodes),
          Arrays.copyOf(right, nodes));
    }

    private Leaf tree() {
      int count = 0;
      for (int i = 0; i < rows.length; i++) {
        if (classes) {
          double p = 1 / (1 + Math.exp(-score[i]));
          gradients[i] = p - labels[i];
          weights[i] = p * (1 - p);
        } else {
          gradients[i] = score[i] - labels[i];
          weights[i] = 1;
        }
        if (random.nextDouble() < settings.rowShare()) {
          order[count++] = i;
        }
      }
      random.shuffle(features);
      Leaf root = new Leaf(0, count);
      root.histogram = histogram(root);
      sums(root);
      search(root);
      Leaf[] open = new Leaf[settings.leaves()];
      open[0] = root;
      for (int leaves = 1; leaves < open.length; leaves++) {
        int best = 0;
        for (int k = 1; k < leaves; k++) {
          best = open[k].gain > open[best].gain ? k : best;
        }
        Leaf leaf = open[best];
        if (leaf.cutFeature < 0) {
          break;
        }
        split(leaf);
        open[best] = leaf.left;
        open[leaves] = leaf.rightLeaf;
      }
      return root;
    }

    private void split(Leaf leaf) {
      byte[] bins = table.bins(features[leaf.cutFeature]);
      int low = leaf.from;
      int high = 0;
      for (int k = leaf.from; k < leaf.to; k++) {
        int i = order[k];
        if (bins[rows[i]] <= leaf.cutBin) {
          order[low++] = i;
        } else {
          spare[high++] = i;
        }
      }
      System.arraycopy(spare, 0, order, low, high);
      leaf.left = new Leaf(leaf.from, low);
      leaf.rightLeaf = new Leaf(low, leaf.to);
      boolean leftIsSmaller = low - leaf.from < leaf.to - low;
      Leaf smaller = leftIsSmaller ? leaf.left : leaf.rightLeaf;
      Leaf larger = leftIsSmaller ? leaf.rightLeaf : leaf.left;
      smaller.histogram = histogram(smaller);
      // The larger one is what is left of the parent.
      double[] rest = leaf.histogram;
      leaf.histogram = null;
      for (int k = 0; k < rest.length; k++) {
        rest[k] -= smaller.histogram[k];
      }
      larger.histogram = rest;
      sums(smaller);
      sums(larger);
      search(smaller);
      search(larger);
    }

    /** Sum of gradients and of weights in each bin of each used feature. */
    private double[] histogram(Leaf leaf) {
      double[] sums = new double[used * BinnedTable.BINS * 2];
      int n = leaf.to - leaf.from;
      for (int k = 0; k < n; k++) {
        int i = order[leaf.from + k];
        spare[k] = rows[i];
        orderedGradients[k] = gradients[i];
        orderedWeights[k] = weights[i];
      }
      for (int f = 0; f < used; f++) {
        byte[] bins = table.bins(features[f]);
        int at = f * BinnedTable.BINS * 2;
        for (int k = 0; k < n; k++) {
          int bin = at + 2 * bins[spare[k]];
          sums[bin] += orderedGradients[k];
          sums[bin + 1] += orderedWeights[k];
        }
      }
      return sums;
    }

    private static void sums(Leaf leaf) {
      for (int b = 0; b < BinnedTable.BINS; b++) {
        leaf.gradient += leaf.histogram[2 * b];
        leaf.weight += leaf.histogram[2 * b + 1];
      }
    }

    private void search(Leaf leaf) {
      double ridge = settings.ridge();
      double whole = leaf.gradient * leaf.gradient / (leaf.weight + ridge);
      leaf.gain = 1e-9;
      for (int f = 0; f < used; f++) {
        int at = f * BinnedTable.BINS * 2;
        int cuts = table.cuts(features[f]);
        double gradient = 0;
        double weight = 0;
        for (int b = 0; b < cuts; b++) {
          gradient += leaf.histogram[at + 2 * b];
          weight += leaf.histogram[at + 2 * b + 1];
          double other = leaf.weight - weight;
          if (weight < fewest || other < fewest) {
            continue;
          }
          double rest = leaf.gradient - gradient;
          double gain =
              gradient * gradient / (weight + ridge) + rest * rest / (other + ridge) - whole;
          if (gain > leaf.gain) {
            leaf.gain = gain;
            leaf.cutFeature = f;
            leaf.cutBin = b;
          }
        }
      }
      if (leaf.cutFeature < 0) {
        leaf.gain = 0;
      }
    }

    /** Writes a tree depth first; returns its first node. */
    private int write(Leaf leaf) {
      if (nodes == feature.length) {
        feature = Arrays.copyOf(feature, 2 * nodes);
        value = Arrays.copyOf(value, 2 * nodes);
        right = Arrays.copyOf(right, 2 * nodes);
        cutBins = Arrays.copyOf(cutBins, 2 * nodes);
      }
      int node = nodes++;
      if (leaf.left == null) {
        feature[node] = -1;
        value[node] =
            (float) (-settings.learningRate() * leaf.gradient / (leaf.weight + settings.ridge()));
      } else {
        feature[node] = features[leaf.cutFeature];
        value[node] = table.edge(feature[node], leaf.cutBin);
        cutBins[node] = (byte) leaf.cutBin;
        write(leaf.left);
        // In two steps: the arrays may grow meanwhile.
        int other = write(leaf.rightLeaf);
        right[node] = other;
      }
      return node;
    }

    private void addTo(int root) {
      for (int i = 0; i < rows.length; i++) {
        int node = root;
        while (feature[node] >= 0) {
          node = table.bins(feature[node])[rows[i]] <= cutBins[node] ? node + 1 : right[node];
        }
        score[i] += value[node];
      }
    }
  }
}
