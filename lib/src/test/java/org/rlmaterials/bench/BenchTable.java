package org.rlmaterials.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rlmaterials.bench.Figures.Figure;

/**
 * One table of the figures of all benchmarks, beside the committed ones. Only ratios measured in
 * one run are compared: times of another machine, or of another hour, say little.
 */
public final class BenchTable {
  /** What a ratio may get worse by before it is pointed out. */
  private static final double TOLERANCE = 0.2;

  private BenchTable() {}

  /**
   * @param args the committed figures (.csv)
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    List<Figure> figures = new ArrayList<>();
    try (Stream<Path> files = Files.list(Figures.folder())) {
      for (Path file : files.filter(f -> f.toString().endsWith(".figures.csv")).sorted().toList()) {
        figures.addAll(Figures.read(file));
      }
    }
    Path committed = Path.of(args[0]);
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s, %d processors, load %.1f, Java %s, %s %s"
            .formatted(
                Machine.cpu(),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                Runtime.version(),
                System.getProperty("os.name"),
                System.getProperty("os.version")));
    lines.add("");
    lines.addAll(
        table(figures, Files.exists(committed) ? Figures.read(committed) : List.<Figure>of()));
    lines.forEach(System.out::println);
    Figures.write(Figures.folder().resolve("benchmarks.csv"), figures);
    Files.write(Figures.folder().resolve("benchmarks.md"), lines);
    System.out.printf(
        "%nTo keep these figures: cp %s %s%n",
        Figures.folder().resolve("benchmarks.csv"), committed);
  }

  static List<String> table(List<Figure> figures, List<Figure> committed) {
    Map<String, Figure> before =
        committed.stream().collect(Collectors.toMap(BenchTable::key, Function.identity()));
    List<String> lines = new ArrayList<>();
    lines.add("| benchmark | quantity | value | unit | committed | |");
    lines.add("| --- | --- | --- | --- | --- | --- |");
    for (Figure f : figures) {
      Figure old = before.get(key(f));
      lines.add(
          String.format(
              Locale.ROOT,
              "| %s | %s | %.4g | %s | %s | %s |",
              f.bench(),
              f.quantity(),
              f.value(),
              f.unit(),
              old == null ? "" : String.format(Locale.ROOT, "%.4g", old.value()),
              old == null ? "new" : remark(f, old)));
    }
    return lines;
  }

  private static String remark(Figure now, Figure old) {
    double worse = now.higherIsBetter() ? old.value() / now.value() : now.value() / old.value();
    return now.unit().equals(Figures.RATIO) && worse > 1 + TOLERANCE
        ? String.format(Locale.ROOT, "WORSE by %.0f %%", 100 * (worse - 1))
        : "";
  }

  private static String key(Figure f) {
    return f.bench() + ": " + f.quantity();
  }
}
