package org.rlmaterials.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

/**
 * The figures of a benchmark in a file of their own, from which {@link BenchTable} makes one table.
 */
final class Figures {
  /** The unit of what can be compared between machines. */
  static final String RATIO = "ratio";

  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT
          .builder()
          .setHeader("bench", "quantity", "value", "unit", "better")
          .setSkipHeaderRecord(true)
          .setRecordSeparator('\n')
          .get();

  /**
   * @param bench name of the benchmark, that of its make target without bench-
   * @param quantity what was measured
   * @param value the value
   * @param unit its unit, {@link #RATIO} if it has none
   * @param higherIsBetter which way is better
   */
  record Figure(String bench, String quantity, double value, String unit, boolean higherIsBetter) {}

  private final String bench;
  private final List<Figure> figures = new ArrayList<>();

  Figures(String bench) {
    this.bench = bench;
  }

  void higher(String quantity, double value, String unit) {
    figures.add(new Figure(bench, quantity, value, unit, true));
  }

  void lower(String quantity, double value, String unit) {
    figures.add(new Figure(bench, quantity, value, unit, false));
  }

  /** Keeps the figures beside those of the other benchmarks. */
  void write() throws IOException {
    Files.createDirectories(folder());
    write(folder().resolve(bench + ".figures.csv"), figures);
  }

  static Path folder() {
    return Path.of(
        System.getenv()
            .getOrDefault("RL_MATERIALS_BENCH_OUT", Path.of("results", "benchmarks").toString()));
  }

  static void write(Path file, List<Figure> figures) throws IOException {
    CSVFormat withHeader = FORMAT.builder().setSkipHeaderRecord(false).get();
    try (CSVPrinter printer = new CSVPrinter(Files.newBufferedWriter(file), withHeader)) {
      for (Figure f : figures) {
        printer.printRecord(
            f.bench(),
            f.quantity(),
            String.format(Locale.ROOT, "%.4g", f.value()),
            f.unit(),
            f.higherIsBetter() ? "higher" : "lower");
      }
    }
  }

  static List<Figure> read(Path file) throws IOException {
    List<Figure> figures = new ArrayList<>();
    try (CSVParser parser = FORMAT.parse(Files.newBufferedReader(file))) {
      for (CSVRecord r : parser) {
        figures.add(
            new Figure(
                r.get("bench"),
                r.get("quantity"),
                Double.parseDouble(r.get("value")),
                r.get("unit"),
                r.get("better").equals("higher")));
      }
    }
    return figures;
  }
}
