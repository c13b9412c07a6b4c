package org.rlmaterials.dataset;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureHash;
import org.rlmaterials.files.Progress;
import org.rlmaterials.fingerprint.Descriptor;

/**
 * Brings the records of all sources into one dataset: filtered, each structure once, split by
 * chemical system. The result depends on the records alone, not on the order they come in.
 *
 * <p>Where several records describe one structure, the structure is that of the source with
 * priority (own DFT, the user's folder, Materials Project, JARVIS), and each label is that of the
 * first source that has it, with its own kind or functional. Electron and hole mass are taken from
 * one source, so that they are of one kind. All labels are kept in the structures file.
 */
public final class Merger {
  private final LabelFilter filter;
  private final Descriptor fingerprint;
  private final Progress progress;
  private final Map<String, SourceCounts> counts = new TreeMap<>();
  private final List<SourceRecord> kept = new ArrayList<>();

  /**
   * @param filter which records and labels are kept
   * @param fingerprint the descriptor "fingerprint"
   * @param progress where progress is told
   */
  public Merger(LabelFilter filter, Descriptor fingerprint, Progress progress) {
    this.filter = filter;
    this.fingerprint = fingerprint;
    this.progress = progress;
  }

  /**
   * Adds our own calculations.
   *
   * @param files record.json and .jsonl files, and folders of them
   * @param round round of records that do not say which they are of
   */
  public void addRecords(List<Path> files, int round) {
    add("records", new DftSource(files, round));
  }

  /**
   * Adds JARVIS-DFT.
   *
   * @param file the published file or the cache made of it
   */
  public void addJarvis(Path file) {
    add("jarvis", new JarvisSource(file));
  }

  /**
   * Adds Materials Project.
   *
   * @param file the rows
   * @param transport masses by id; null for none
   */
  public void addMaterialsProject(Path file, TransportTable transport) {
    add("materials_project", new MaterialsProjectSource(file, transport));
  }

  /**
   * Adds a user's folder.
   *
   * @param folder id_prop.csv beside structure files
   */
  public void addIdProp(Path folder) {
    add("id_prop", new IdPropSource(folder));
  }

  /**
   * Adds a dataset merged before.
   *
   * @param file NAME.csv.gz
   */
  public void addDataset(Path file) {
    add("bootstrap", new DatasetSource(file));
  }

  void add(String name, Source source) {
    SourceCounts count = counts.computeIfAbsent(name, n -> new SourceCounts());
    source.read(
        count,
        record ->
            filter
                .apply(record, count)
                .ifPresent(
                    r -> {
                      kept.add(r);
                      count.kept();
                      progress.step("reading " + name, "records", count.readCount(), 0);
                    }));
    progress.line(name + ": " + count.summary());
  }

  /**
   * What a merge gives.
   *
   * @param records the rows
   * @param structures their structures, in the same order; key "labels" holds every source's labels
   * @param report counts of everything that was read, rejected, joined and kept
   * @param summary the report in a few lines for people
   */
  public record Result(
      List<DatasetRecord> records,
      List<Structure> structures,
      ObjectNode report,
      List<String> summary) {}

  /**
   * Merges what was added.
   *
   * @return the dataset, in an order that depends on its content alone
   */
  public Result merge() {
    List<Duplicates.Candidate> candidates = fingerprints();
    int undefined = kept.size() - candidates.size();
    List<List<Duplicates.Candidate>> groups = groups(candidates);
    Set<String> ambiguous = ambiguousIds(groups);
    List<Row> rows = new ArrayList<>(groups.size());
    for (List<Duplicates.Candidate> group : groups) {
      rows.add(row(group, ambiguous));
    }
    rows.sort(
        Comparator.comparing((Row r) -> r.record().chemicalSystem())
            .thenComparing(r -> r.record().formula())
            .thenComparing(r -> r.record().structureHash())
            .thenComparing(r -> r.record().id()));
    List<DatasetRecord> records = rows.stream().map(Row::record).toList();
    List<Structure> structures = rows.stream().map(Row::structure).toList();
    Map<String, Integer> joined = joinedSources(groups);
    return new Result(
        records,
        structures,
        report(records, undefined, candidates.size(), joined),
        summary(records, undefined, joined));
  }

  private List<Duplicates.Candidate> fingerprints() {
    AtomicInteger done = new AtomicInteger();
    return kept.parallelStream()
        .map(
            record -> {
              progress.step("fingerprints", "records", done.incrementAndGet(), kept.size());
              return new Duplicates.Candidate(
                  record, StructureHash.of(record.crystal()), fingerprint.of(record.crystal()));
            })
        .filter(candidate -> isFinite(candidate.fingerprint()))
        .collect(Collectors.toList());
  }

  /** Elements without an electronegativity (noble gases) have no fingerprint. */
  private static boolean isFinite(float[] features) {
    for (float x : features) {
      if (!Float.isFinite(x)) {
        return false;
      }
    }
    return true;
  }

  private List<List<Duplicates.Candidate>> groups(List<Duplicates.Candidate> candidates) {
    Collection<List<Duplicates.Candidate>> buckets =
        candidates.stream()
            .collect(
                Collectors.groupingBy(
                    c -> c.source().crystal().reducedFormula(), TreeMap::new, Collectors.toList()))
            .values();
    Duplicates duplicates = new Duplicates(fingerprint);
    AtomicInteger done = new AtomicInteger();
    return buckets.parallelStream()
        .map(
            bucket -> {
              List<List<Duplicates.Candidate>> groups = duplicates.group(bucket);
              progress.step(
                  "looking for duplicates",
                  "records",
                  done.addAndGet(bucket.size()),
                  candidates.size());
              return groups;
            })
        .flatMap(List::stream)
        .collect(Collectors.toList());
  }

  /** Names that more than one structure would have. */
  private static Set<String> ambiguousIds(List<List<Duplicates.Candidate>> groups) {
    Map<String, Integer> uses = new HashMap<>();
    groups.forEach(g -> uses.merge(labels(g).get(0).id(), 1, Integer::sum));
    return uses.entrySet().stream()
        .filter(e -> e.getValue() > 1)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private record Row(DatasetRecord record, Structure structure) {}

  /**
   * The labels of a group in order of priority. The same words of the same source are one label,
   * however often they were given. Of two calculations of our own the more careful comes first. The
   * order does not depend on structures, so that labels that come back from a dataset, all with the
   * structure that was kept, are in the same order.
   */
  private static List<Labels> labels(List<Duplicates.Candidate> group) {
    return group.stream()
        .map(Duplicates.Candidate::labels)
        .distinct()
        .sorted(
            Comparator.comparing(Labels::source)
                .thenComparing(Labels::protocolRank)
                .thenComparing(Labels::id)
                .thenComparing(l -> l.toJson().toString()))
        .toList();
  }

  private static Row row(List<Duplicates.Candidate> group, Set<String> ambiguous) {
    Duplicates.Candidate first = group.get(0);
    Crystal crystal = first.source().crystal();
    List<Labels> labels = labels(group);
    Labels gap = labels.stream().filter(Labels::hasGap).findFirst().orElse(null);
    boolean metal = gap != null && gap.gapEv() == 0;
    Labels mass =
        labels.stream()
            .filter(l -> l.hasMass() && (!metal || l.equals(gap)))
            .min(
                Comparator.comparing((Labels l) -> Double.isNaN(l.mStar()))
                    .thenComparing(labels::indexOf))
            .orElse(null);
    String system = crystal.chemicalSystem();
    String id = labels.get(0).id();
    if (ambiguous.contains(id)) {
      id = id + "~" + first.hash();
    }
    DatasetRecord record =
        new DatasetRecord(
            id,
            first.labels().source().label(),
            crystal.reducedFormula(),
            system,
            Splits.of(system),
            first.hash(),
            crystal.size(),
            mass == null ? null : mass.massKind(),
            mass == null ? Double.NaN : mass.mStar(),
            mass == null ? Double.NaN : mass.mHole(),
            gap == null ? Double.NaN : gap.gapEv(),
            gap == null ? "" : gap.gapFunctional(),
            firstOf(labels, Labels::formationEnergyEvPerAtom),
            labels.get(0).round(),
            first.fingerprint());
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    ArrayNode all = properties.putArray("labels");
    labels.forEach(l -> all.add(l.toJson()));
    return new Row(record, new Structure(id, crystal, properties));
  }

  private static double firstOf(List<Labels> labels, ToDoubleFunction<Labels> value) {
    return labels.stream()
        .mapToDouble(value)
        .filter(x -> !Double.isNaN(x))
        .findFirst()
        .orElse(Double.NaN);
  }

  private static Map<String, Integer> joinedSources(List<List<Duplicates.Candidate>> groups) {
    Map<String, Integer> joined = new TreeMap<>();
    for (List<Duplicates.Candidate> group : groups) {
      if (group.size() > 1) {
        String sources =
            group.stream()
                .map(c -> c.labels().source())
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .map(SourceKind::label)
                .collect(Collectors.joining("+"));
        joined.merge(sources, group.size() - 1, Integer::sum);
      }
    }
    return joined;
  }

  private ObjectNode report(
      List<DatasetRecord> records, int undefined, int compared, Map<String, Integer> joined) {
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    ObjectNode inputs = report.putObject("inputs");
    counts.forEach((name, count) -> count.toJson(inputs.putObject(name)));
    report.put("rejected_without_fingerprint", undefined);
    ObjectNode duplicates = report.putObject("duplicates");
    duplicates.put("records_removed", compared - records.size());
    joined.forEach(duplicates.putObject("removed_by_sources")::put);
    ObjectNode dataset = report.putObject("dataset");
    dataset.put("records", records.size());
    dataset.put("with_m_star", records.stream().filter(DatasetRecord::hasMass).count());
    dataset.put("with_m_hole", records.stream().filter(r -> !Double.isNaN(r.mHole())).count());
    dataset.put("with_gap", records.stream().filter(DatasetRecord::hasGap).count());
    dataset.put("gap_zero", records.stream().filter(r -> r.gapEv() == 0).count());
    dataset.put("m_star_negative", records.stream().filter(r -> r.mStar() < 0).count());
    ObjectNode bySource = dataset.putObject("by_source");
    ObjectNode byKind = dataset.putObject("by_mass_kind");
    ObjectNode byRound = dataset.putObject("by_round");
    tally(records.stream().map(DatasetRecord::source).toList(), bySource);
    tally(
        records.stream().filter(r -> r.massKind() != null).map(r -> r.massKind().label()).toList(),
        byKind);
    tally(records.stream().map(r -> String.valueOf(r.round())).toList(), byRound);
    ObjectNode bySplit = dataset.putObject("by_split");
    for (Split split : Split.values()) {
      List<DatasetRecord> side = records.stream().filter(r -> r.split() == split).toList();
      bySplit
          .putObject(split.label())
          .put("records", side.size())
          .put("with_m_star", side.stream().filter(DatasetRecord::hasMass).count())
          .put(
              "chemical_systems",
              side.stream().map(DatasetRecord::chemicalSystem).distinct().count());
    }
    ObjectNode settings = report.putObject("settings");
    filter.toJson(settings.putObject("filter"));
    ObjectNode tolerances = settings.putObject("duplicate_tolerances");
    Duplicates.Tolerance.SAME_SOURCE.toJson(tolerances.putObject("same_source"));
    Duplicates.Tolerance.OWN_GEOMETRY.toJson(tolerances.putObject("own_dft_and_other_source"));
    Duplicates.Tolerance.RELAXED.toJson(tolerances.putObject("other_sources"));
    settings
        .putObject("split_fractions_of_chemical_systems")
        .put(Split.TRAIN.label(), Splits.TRAIN_FRACTION)
        .put(Split.VALIDATION.label(), Splits.VALIDATION_FRACTION);
    return report;
  }

  private static void tally(List<String> names, ObjectNode node) {
    names.stream()
        .collect(Collectors.groupingBy(n -> n, TreeMap::new, Collectors.counting()))
        .forEach(node::put);
  }

  private static List<String> summary(
      List<DatasetRecord> records, int undefined, Map<String, Integer> joined) {
    List<String> lines = new ArrayList<>();
    if (undefined > 0) {
      lines.add(
          String.format(
              "%,d records rejected: an element without electronegativity has no fingerprint",
              undefined));
    }
    lines.add(
        joined.isEmpty()
            ? "no duplicates"
            : "duplicates joined: "
                + joined.entrySet().stream()
                    .map(e -> e.getKey() + String.format(" %,d", e.getValue()))
                    .collect(Collectors.joining(", ")));
    lines.add(
        String.format(
            "dataset: %,d structures, %,d with m*, %,d with a gap, %,d of them metals",
            records.size(),
            records.stream().filter(DatasetRecord::hasMass).count(),
            records.stream().filter(DatasetRecord::hasGap).count(),
            records.stream().filter(r -> r.gapEv() == 0).count()));
    for (Split split : Split.values()) {
      List<DatasetRecord> side = records.stream().filter(r -> r.split() == split).toList();
      lines.add(
          String.format(
              "  %s: %,d structures of %,d chemical systems, %,d with m*",
              split.label(),
              side.size(),
              side.stream().map(DatasetRecord::chemicalSystem).distinct().count(),
              side.stream().filter(DatasetRecord::hasMass).count()));
    }
    return lines;
  }
}
