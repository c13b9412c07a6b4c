package org.rlmaterials.rl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.rlmaterials.crystal.RandomStream;

/**
 * A maze: from a random free cell to the goal, -1 a step. Steps into walls are masked, and end the
 * episode with -1000 if they are taken all the same. The optimum is the shortest path.
 */
final class Gridworld implements VectorEnvironment {
  private static final String[] MAZE = {
    "#######", //
    "#..#..#", "#.##.##", "#.....#", "#.###.#", "#.#G..#", "#######",
  };
  private static final int[] MOVES = {1, -1, MAZE[0].length(), -MAZE[0].length()};
  private static final int CELLS = MAZE.length * MAZE[0].length();

  private final long seed;
  private final int[] cell;
  private final long[] episode;

  Gridworld(int count, long seed) {
    this.seed = seed;
    cell = new int[count];
    episode = new long[count];
    for (int e = 0; e < count; e++) {
      reset(e);
    }
  }

  static char at(int cell) {
    return MAZE[cell / MAZE[0].length()].charAt(cell % MAZE[0].length());
  }

  /** Length of the shortest path from each cell to the goal, by breadth-first search. */
  static int[] distances() {
    int[] distance = new int[CELLS];
    Arrays.fill(distance, Integer.MAX_VALUE);
    ArrayDeque<Integer> queue = new ArrayDeque<>();
    for (int c = 0; c < CELLS; c++) {
      if (at(c) == 'G') {
        distance[c] = 0;
        queue.add(c);
      }
    }
    while (!queue.isEmpty()) {
      int c = queue.remove();
      for (int move : MOVES) {
        if (at(c + move) != '#' && distance[c + move] == Integer.MAX_VALUE) {
          distance[c + move] = distance[c] + 1;
          queue.add(c + move);
        }
      }
    }
    return distance;
  }

  private void reset(int e) {
    RandomStream random = RandomStream.of(seed, e, episode[e]++);
    do {
      cell[e] = random.nextInt(CELLS);
    } while (at(cell[e]) != '.');
  }

  void place(int e, int where) {
    cell[e] = where;
  }

  @Override
  public int count() {
    return cell.length;
  }

  @Override
  public int observationSize() {
    return CELLS;
  }

  @Override
  public int actionCount() {
    return MOVES.length;
  }

  @Override
  public void observe(float[] target) {
    Arrays.fill(target, 0);
    for (int e = 0; e < cell.length; e++) {
      target[e * CELLS + cell[e]] = 1;
    }
  }

  @Override
  public void allowedActions(boolean[] target) {
    for (int e = 0; e < cell.length; e++) {
      for (int a = 0; a < MOVES.length; a++) {
        target[e * MOVES.length + a] = at(cell[e] + MOVES[a]) != '#';
      }
    }
  }

  @Override
  public void step(int[] actions, Outcome outcome) {
    for (int e = 0; e < cell.length; e++) {
      cell[e] += MOVES[actions[e]];
      boolean crash = at(cell[e]) == '#';
      outcome.reward[e] = crash ? -1000 : -1;
      outcome.terminated[e] = crash || at(cell[e]) == 'G';
      outcome.truncated[e] = false;
      if (outcome.terminated[e]) {
        reset(e);
      }
    }
  }

  @Override
  public JsonNode snapshot() {
    return NullNode.getInstance();
  }

  @Override
  public void restore(JsonNode snapshot) {
    throw new UnsupportedOperationException();
  }
}
