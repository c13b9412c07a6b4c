package org.rlmaterials.crystal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Tells molecules in a box, which have levels, from crystals, which have bands. */
public final class Molecules {
  /** Lengths (Å) that differ by less are equal. */
  private static final double SAME = 1e-3;

  private Molecules() {}

  /** A lattice translation that leads from an atom to the image of another within reach. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Link(int atom, double[] translation) {}

  /**
   * Whether a cell holds nothing but pieces of finite size, each further than a distance from all
   * its images: no chain of steps of at most that length leads from an atom to an image of itself.
   *
   * @param crystal the crystal, in any cell
   * @param apart least distance between a piece and its images (Å)
   * @return true for a molecule or an atom in a box; false for every crystal, layer or chain
   */
  public static boolean areApart(Crystal crystal, double apart) {
    double[][] positions = crystal.cartesianPositions();
    List<List<Link>> links = new ArrayList<>();
    for (int i = 0; i < crystal.size(); i++) {
      links.add(new ArrayList<>());
    }
    NeighbourSearch.visitPairs(
        crystal,
        apart,
        (i, j, dx, dy, dz, distance) -> {
          double[] step = {dx, dy, dz};
          double[] there = new double[3];
          double[] back = new double[3];
          for (int x = 0; x < 3; x++) {
            there[x] = step[x] - (positions[j][x] - positions[i][x]);
            back[x] = -there[x];
          }
          links.get(i).add(new Link(j, there));
          links.get(j).add(new Link(i, back));
        });
    double[][] reached = new double[crystal.size()][];
    for (int start = 0; start < crystal.size(); start++) {
      if (reached[start] == null && !isFinite(start, links, reached)) {
        return false;
      }
    }
    return true;
  }

  /** Walks from an atom over all links; false if it comes back to an image of an atom it met. */
  private static boolean isFinite(int start, List<List<Link>> links, double[][] reached) {
    reached[start] = new double[3];
    Deque<Integer> next = new ArrayDeque<>(List.of(start));
    while (!next.isEmpty()) {
      int atom = next.remove();
      for (Link link : links.get(atom)) {
        double[] image = reached[atom].clone();
        for (int x = 0; x < 3; x++) {
          image[x] += link.translation()[x];
        }
        if (reached[link.atom()] == null) {
          reached[link.atom()] = image;
          next.add(link.atom());
        } else if (differ(image, reached[link.atom()])) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean differ(double[] a, double[] b) {
    return Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) + Math.abs(a[2] - b[2]) > SAME;
  }
}
