package org.rlmaterials.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.rlmaterials.dataset.Split;
import org.rlmaterials.discovery.RecordFiles;
import org.rlmaterials.espresso.DftRecord;
import org.rlmaterials.plot.Picture;
import org.rlmaterials.plot.Picture.Axis;
import org.rlmaterials.plot.Picture.Point;

/**
 * The tables and the picture of docs/bootstrap.md from the records it describes: {@code
 * BootstrapSummary RECORDS.jsonl.gz PICTURE.svg MODELS}.
 */
public final class BootstrapSummary {
  private static final int BINS = 30;
  private static final String BLUE = "#1f6fb4";
  private static final String RED = "#c0392b";

  private BootstrapSummary() {}

  public static void main(String[] args) throws Exception {
    List<DftRecord> records = RecordFiles.read(List.of(Path.of(args[0])));
    List<DftRecord> converged =
        records.stream().filter(r -> r.status().equals(DftRecord.CONVERGED)).toList();
    System.out.printf("%,d records, %,d converged%n", records.size(), converged.size());
    table("outcome", counts(records, r -> List.of(outcome(r))), records.size());
    table("element", elements(converged), converged.size());
    table("seed", seeds(converged), converged.size());
    recoveries(records);
    cost(records);
    known(ModelAnswers.of(Path.of(args[2]), converged));
    Files.writeString(Path.of(args[1]), picture(converged));
  }

  private static void known(Map<Split, ModelAnswers> answers) {
    System.out.printf(
        "%n| records | semiconductor or metal | m\\* below 0.2 mₑ or not |%n| --- | --- | --- |%n");
    answers.forEach(
        (split, known) ->
            System.out.printf(
                "| %s | %s | %s |%n",
                split.name().toLowerCase(Locale.ROOT),
                text(known.semiconductor()),
                text(known.light())));
  }

  private static String text(ModelAnswers.Answers answers) {
    return String.format(
        Locale.ROOT, "%.2f (%.2f), %d", answers.share(), answers.majority(), answers.all());
  }

  private static String outcome(DftRecord record) {
    return record.error() == null ? record.outcome() : "failed: " + record.error().kind();
  }

  /** Records that hold each element. */
  static Map<String, Integer> elements(List<DftRecord> records) {
    return counts(
        records,
        record -> {
          LinkedHashSet<String> symbols = new LinkedHashSet<>();
          record.structure().path("species").forEach(s -> symbols.add(s.asText()));
          return List.copyOf(symbols);
        });
  }

  /** Records of each seed and of what was made from it. */
  static Map<String, Integer> seeds(List<DftRecord> records) {
    return counts(
        records,
        record -> List.of(record.initialStructure().path("parent_seed").asText(record.id())));
  }

  private interface Names {
    List<String> of(DftRecord record);
  }

  private static Map<String, Integer> counts(List<DftRecord> records, Names names) {
    Map<String, Integer> counts = new TreeMap<>();
    records.forEach(r -> names.of(r).forEach(name -> counts.merge(name, 1, Integer::sum)));
    return counts;
  }

  private static void table(String head, Map<String, Integer> counts, int all) {
    System.out.printf("%n| %s | records | share |%n| --- | --- | --- |%n", head);
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .forEach(
            e ->
                System.out.printf(
                    Locale.ROOT,
                    "| %s | %,d | %.1f %% |%n",
                    e.getKey(),
                    e.getValue(),
                    100.0 * e.getValue() / all));
  }

  /**
   * What went wrong in a pw.x run, what was done, and how many records came through all the same.
   */
  private static void recoveries(List<DftRecord> records) {
    Map<String, int[]> met = new TreeMap<>();
    for (DftRecord record : records) {
      record.attempts().stream()
          .filter(a -> a.action() != null)
          .map(a -> a.step() + " | " + a.outcome() + " | " + a.action())
          .distinct()
          .forEach(
              trouble -> {
                int[] count = met.computeIfAbsent(trouble, key -> new int[2]);
                count[0]++;
                count[1] += record.status().equals(DftRecord.CONVERGED) ? 1 : 0;
              });
    }
    System.out.printf(
        "%n| step | trouble | what was changed | records | converged in the end |%n"
            + "| --- | --- | --- | --- | --- |%n");
    met.entrySet().stream()
        .sorted(Comparator.comparingInt(e -> -e.getValue()[0]))
        .forEach(
            e ->
                System.out.printf(
                    "| %s | %d | %d |%n", e.getKey(), e.getValue()[0], e.getValue()[1]));
  }

  private static void cost(List<DftRecord> records) {
    System.out.printf(
        "%n| atoms | records | core-seconds of pw.x: median | mean | most | in all (core-hours) |%n"
            + "| --- | --- | --- | --- | --- | --- |%n");
    records.stream()
        .collect(
            Collectors.groupingBy(
                r -> r.structure().path("species").size(), TreeMap::new, Collectors.toList()))
        .forEach(
            (atoms, group) -> {
              double[] seconds =
                  group.stream().mapToDouble(r -> r.provenance().pwSeconds()).sorted().toArray();
              double sum = Arrays.stream(seconds).sum();
              System.out.printf(
                  Locale.ROOT,
                  "| %d | %,d | %.0f | %.0f | %.0f | %.2f |%n",
                  atoms,
                  group.size(),
                  seconds[seconds.length / 2],
                  sum / seconds.length,
                  seconds[seconds.length - 1],
                  sum / 3600);
            });
  }

  private static String picture(List<DftRecord> converged) {
    Picture picture = new Picture(1080, 380);
    List<DftRecord> gapped =
        converged.stream().filter(r -> r.gapEv() != null && r.gapEv() > 0).toList();
    List<DftRecord> light =
        gapped.stream().filter(r -> r.mStar() != null && r.mStar() > 0).toList();
    List<DftRecord> holes =
        gapped.stream().filter(r -> r.hole() != null && r.hole().mStar() > 0).toList();
    Axis gaps = new Axis(0, top(gapped, DftRecord::gapEv), false);
    histogram(picture, 60, gaps, "gap (eV)", gapped, DftRecord::gapEv, null, null);
    Axis masses = new Axis(0.01, 10, true);
    histogram(
        picture,
        420,
        masses,
        "m* of electrons (blue), of holes (red) (mₑ)",
        light,
        DftRecord::mStar,
        holes,
        r -> r.hole().mStar());
    picture.new Panel(780, 30, 280, 280, gaps, masses)
        .frame("electron mass and gap", "gap (eV)", "m* (mₑ)")
        .dots(
            light.stream()
                .filter(r -> r.mStar() >= masses.low() && r.mStar() <= masses.high())
                .map(r -> new Point(r.gapEv(), r.mStar()))
                .toList(),
            5000,
            2.5,
            0.5);
    return picture.toSvg();
  }

  private static double top(List<DftRecord> records, ToDoubleFunction<DftRecord> value) {
    return Math.ceil(records.stream().mapToDouble(value).max().orElse(1));
  }

  private static void histogram(
      Picture picture,
      int left,
      Axis axis,
      String name,
      List<DftRecord> records,
      ToDoubleFunction<DftRecord> value,
      List<DftRecord> others,
      ToDoubleFunction<DftRecord> otherValue) {
    int[] first = bins(axis, records, value);
    int[] second = others == null ? new int[BINS] : bins(axis, others, otherValue);
    int most = IntStream.concat(IntStream.of(first), IntStream.of(second)).max().orElse(1);
    Picture.Panel panel =
        picture.new Panel(left, 30, 280, 280, axis, new Axis(0, Math.max(4, most), false))
            .frame("records a bin", name, "");
    panel.line(steps(axis, first), BLUE);
    if (others != null) {
      panel.line(steps(axis, second), RED);
    }
  }

  private static int[] bins(Axis axis, List<DftRecord> records, ToDoubleFunction<DftRecord> value) {
    int[] bins = new int[BINS];
    for (DftRecord record : records) {
      int bin = (int) (BINS * axis.share(value.applyAsDouble(record)));
      bins[Math.max(0, Math.min(BINS - 1, bin))]++;
    }
    return bins;
  }

  private static List<Point> steps(Axis axis, int[] bins) {
    List<Point> steps = new ArrayList<>();
    for (int b = 0; b < BINS; b++) {
      steps.add(new Point(axis.at((double) b / BINS), bins[b]));
      steps.add(new Point(axis.at((b + 1.0) / BINS), bins[b]));
    }
    return steps;
  }
}
