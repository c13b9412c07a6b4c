package org.rlmaterials.espresso;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How programs of Quantum ESPRESSO are started: what depends on the machine and not on the physics.
 *
 * @param launcher program that starts MPI ranks and its arguments; empty for a single process
 * @param pw pw.x: a path or a name in PATH
 * @param threads OpenMP threads of each rank
 * @param maxSeconds wall time for one command (s); pw.x is told to stop cleanly before
 * @param scratch folder under which the scratch folders are made
 * @param keepScratch whether to leave them for inspection
 */
public record PwSettings(
    List<String> launcher,
    String pw,
    int threads,
    double maxSeconds,
    Path scratch,
    boolean keepScratch) {
  private static final Set<String> MPI_LAUNCHERS =
      Set.of("mpirun", "mpiexec", "mpiexec.hydra", "orterun", "prterun", "srun");

  /** Copies the launcher. */
  public PwSettings {
    launcher = List.copyOf(launcher);
  }

  /**
   * Splits a launcher's command line into arguments as a shell would for words and quotes, without
   * a shell: nothing is expanded.
   *
   * @param text such as {@code mpirun -np 4}; blank or none for no launcher
   * @return the arguments
   * @throws IllegalArgumentException if a quote is not closed
   */
  public static List<String> parseLauncher(String text) {
    if (text == null || text.isBlank() || text.strip().equals("none")) {
      return List.of();
    }
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
        inWord = true;
      } else if (Character.isWhitespace(c)) {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
          inWord = false;
        }
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (quote != 0) {
      throw new IllegalArgumentException("a quote is not closed: " + text);
    }
    if (inWord) {
      words.add(word.toString());
    }
    return List.copyOf(words);
  }

  /**
   * The number of MPI ranks the launcher starts.
   *
   * @return from -np or -n of mpirun and its like, or --ntasks of srun; else from SLURM_NTASKS;
   *     else 1, as for a launcher that does not start ranks
   */
  public int ranks() {
    if (launcher.isEmpty()
        || !MPI_LAUNCHERS.contains(Path.of(launcher.get(0)).getFileName().toString())) {
      return 1;
    }
    for (int i = 0; i < launcher.size(); i++) {
      String word = launcher.get(i);
      String value =
          word.startsWith("--ntasks=")
              ? word.substring("--ntasks=".length())
              : i + 1 < launcher.size() && List.of("-np", "-n", "--np", "--ntasks").contains(word)
                  ? launcher.get(i + 1)
                  : "";
      if (value.matches("[1-9][0-9]{0,5}")) {
        return Integer.parseInt(value);
      }
    }
    String slurm = System.getenv("SLURM_NTASKS");
    return slurm != null && slurm.matches("[1-9][0-9]{0,5}") ? Integer.parseInt(slurm) : 1;
  }

  /**
   * The number of pools of k-points: as many as there are k-points for, in equal parts.
   *
   * @param kPointCount number of k-points
   * @return the largest divisor of the ranks that is not more than the number of k-points
   */
  public int pools(int kPointCount) {
    int ranks = ranks();
    int best = 1;
    for (int n = 1; n <= ranks; n++) {
      if (ranks % n == 0 && n <= kPointCount) {
        best = n;
      }
    }
    return best;
  }
}
