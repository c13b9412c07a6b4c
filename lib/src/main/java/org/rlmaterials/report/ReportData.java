package org.rlmaterials.report;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.rlmaterials.crystal.Cif;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Niggli;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureHash;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.discovery.RecordFiles;
import org.rlmaterials.discovery.ValidationTable;
import org.rlmaterials.discovery.Verdict;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.espresso.DftRecord;
import org.rlmaterials.espresso.DftRecord.Provenance;
import org.rlmaterials.espresso.KPoints;
import org.rlmaterials.espresso.Protocol;
import org.rlmaterials.espresso.PwInput;

/** Collects what a results folder says into one JSON object: the content of report.json. */
public final class ReportData {
  private static final String CANDIDATES = "candidates/candidates.jsonl";

  private static final ObjectMapper MAPPER =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private final ObjectNode json = JsonNodeFactory.instance.objectNode();
  private final Map<String, DftRecord> records = new HashMap<>();

  private ReportData() {}

  /**
   * Reads a results folder.
   *
   * @param run the folder, in the layout of docs/output.md; any stage may be missing
   * @param version version of this program
   * @return the content of the report
   * @throws BadInputException if the folder is not there or a file in it is broken
   */
  public static ReportData of(Path run, String version) {
    return of(run, null, version);
  }

  /**
   * Reads a results folder and a comparison of search methods.
   *
   * @param run the folder, in the layout of docs/output.md; any stage may be missing
   * @param search the CSV file of {@code make bench-search}; null for search_comparison.csv in the
   *     folder, if it is there
   * @param version version of this program
   * @return the content of the report
   * @throws BadInputException if the folder is not there or a file in it is broken
   */
  public static ReportData of(Path run, Path search, String version) {
    if (!java.nio.file.Files.isDirectory(run)) {
      throw new BadInputException(run + ": not a folder: expected the results of a run");
    }
    ReportData data = new ReportData();
    data.collect(new RunFolder(run), version);
    Path comparison =
        search == null ? run.resolve("search_comparison.csv") : search.toAbsolutePath();
    if (search != null && !java.nio.file.Files.isRegularFile(comparison)) {
      throw new BadInputException(
          search + ": not there: expected the CSV file of 'make bench-search'");
    }
    ((ObjectNode) data.json.get("agents"))
        .set(
            "search_comparison",
            LearningSection.searches(
                new RunFolder(comparison.getParent()).table(comparison.getFileName().toString()),
                String.valueOf(comparison.getFileName())));
    return data;
  }

  /**
   * @return the content of report.json
   */
  public ObjectNode json() {
    return json;
  }

  /**
   * @return the candidates as a table, the content of candidates.csv
   */
  public String candidatesCsv() {
    return ValidationTable.csv(
        List.of(MAPPER.convertValue(json.get("candidates"), Verdict[].class)));
  }

  /**
   * @return the structures of the candidates as CIF, by file name: the hash of the structure as it
   *     was proposed
   */
  public Map<String, String> cifFiles() {
    Map<String, String> files = new TreeMap<>();
    json.get("candidates")
        .forEach(c -> files.put(c.path("hash").asText() + ".cif", c.path("cif").asText()));
    return files;
  }

  private void collect(RunFolder run, String version) {
    List<RunFolder.Round> rounds = run.rounds();
    RunFolder last = rounds.get(rounds.size() - 1).folder();
    List<DftRecord> first = recordsIn(run, "dft");
    List<DftRecord> validated = new ArrayList<>();
    for (RunFolder.Round round : rounds) {
      validated.addAll(recordsIn(round.folder(), "validation"));
    }
    List<DftRecord> all = new ArrayList<>(first);
    all.addAll(validated);
    all.forEach(r -> records.put(r.id(), r));
    json.put("program", "rl-materials " + version);
    json.put("round_count", rounds.size());
    json.set("validation", AllRounds.validation(rounds, records));
    json.set("dft", DftSection.of(first));
    json.set("validation_dft", DftSection.of(validated));
    json.set("dataset", DatasetSection.of(last));
    json.set("surrogate", LearningSection.surrogate(last));
    json.set("agents", LearningSection.agents(last));
    json.set("rejected", rejected(rounds));
    json.set("rounds", rounds(rounds));
    json.set("funnel", funnel(run, rounds, first));
    json.set("candidates", candidates(rounds));
    json.set("provenance", provenance(run, all));
  }

  private static List<DftRecord> recordsIn(RunFolder folder, String relative) {
    if (!folder.has(relative)) {
      return List.of();
    }
    return RecordFiles.read(List.of(folder.path(relative)));
  }

  private ArrayNode funnel(RunFolder run, List<RunFolder.Round> rounds, List<DftRecord> first) {
    ArrayNode funnel = JsonNodeFactory.instance.arrayNode();
    long structures = run.countLines("structures/structures.jsonl");
    stage(funnel, "structures made", structures >= 0 ? structures : first.size());
    stage(funnel, "converged by DFT", json.path("dft").path("converged").asLong(-1));
    stage(funnel, "records in dataset", json.path("dataset").path("records").asLong(-1));
    stage(funnel, "kept by the agents", archived(rounds));
    stage(
        funnel,
        "candidates selected",
        rounds.stream()
            .mapToLong(r -> r.folder().countLines(CANDIDATES))
            .reduce(-1, ReportData::sum));
    JsonNode validation = json.path("validation");
    if (validation.isObject()) {
      stage(
          funnel,
          "candidates converged by DFT",
          validation.path("hit_rate").path("total").asLong()
              - validation.path("classes").path("dft_failed").asLong());
      stage(funnel, "confirmed", validation.path("hit_rate").path("confirmed").asLong());
    }
    return funnel;
  }

  /** Of counts that are -1 where there is nothing to count. */
  private static long sum(long a, long b) {
    return a < 0 ? b : b < 0 ? a : a + b;
  }

  private static long archived(List<RunFolder.Round> rounds) {
    long archived = rounds.stream().mapToLong(r -> LearningSection.archived(r.folder())).sum();
    return archived == 0 ? -1 : archived;
  }

  private static void stage(ArrayNode funnel, String name, long count) {
    if (count >= 0) {
      funnel.addObject().put("stage", name).put("count", count);
    }
  }

  private static ArrayNode rejected(List<RunFolder.Round> rounds) {
    Map<String, Integer> reasons = new TreeMap<>();
    for (RunFolder.Round round : rounds) {
      RunFolder.Table table = round.folder().table("candidates/rejected.csv");
      int column = table.column("reason");
      if (column >= 0) {
        table.rows().forEach(row -> reasons.merge(row.get(column), 1, Integer::sum));
      }
    }
    ArrayNode result = JsonNodeFactory.instance.arrayNode();
    reasons.forEach(
        (reason, count) -> result.addObject().put("reason", reason).put("count", count));
    return result;
  }

  /** One row a round: what the search had, how often it was right, how wrong the surrogate was. */
  private static ArrayNode rounds(List<RunFolder.Round> rounds) {
    ArrayNode result = JsonNodeFactory.instance.arrayNode();
    for (RunFolder.Round round : rounds) {
      JsonNode validation = round.folder().json("validation/validation.json");
      if (!validation.isObject()) {
        continue;
      }
      ObjectNode row = result.addObject().put("round", round.number());
      row.set("dataset_records", DatasetSection.of(round.folder()).get("records"));
      row.set("hit_rate", validation.get("hit_rate"));
      row.set("base_rate", validation.get("base_rate"));
      row.set("trustworthy", validation.get("trustworthy"));
      double error = 0;
      int compared = 0;
      double best = Double.POSITIVE_INFINITY;
      for (JsonNode candidate : validation.path("candidates")) {
        double mass = candidate.path("m_star").asDouble(0);
        if (mass > 0 && candidate.has("predicted_m_star")) {
          error += Math.abs(mass - candidate.path("predicted_m_star").asDouble());
          compared++;
        }
        if (candidate.path("class").asText().equals("confirmed")) {
          best = Math.min(best, mass);
        }
      }
      row.put("masses_compared", compared);
      row.put("surrogate_mae_me", compared == 0 ? null : error / compared);
      row.put("best_confirmed_m_star", Double.isInfinite(best) ? null : best);
    }
    return result;
  }

  /** What the report shows of each candidate: the verdict, the structures, the bands. */
  private ArrayNode candidates(List<RunFolder.Round> rounds) {
    Map<String, JsonNode> verdicts = new HashMap<>();
    json.path("validation").path("candidates").forEach(v -> verdicts.put(v.path("id").asText(), v));
    ArrayNode result = JsonNodeFactory.instance.arrayNode();
    Set<String> ids = new HashSet<>();
    for (RunFolder.Round round : rounds) {
      long line = 0;
      for (JsonNode candidate : round.folder().jsonLines(CANDIDATES)) {
        Structure proposed = StructureJson.of(candidate, CANDIDATES, ++line);
        // Of a structure that two rounds proposed the first stays.
        if (ids.add(proposed.id())) {
          result.add(candidate(proposed, candidate, verdicts.get(proposed.id()), round.number()));
        }
      }
    }
    return result;
  }

  private ObjectNode candidate(
      Structure proposed, JsonNode candidate, JsonNode verdict, int round) {
    String id = proposed.id();
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    if (verdict != null && verdict.isObject()) {
      entry.setAll((ObjectNode) verdict);
    } else {
      entry.put("id", id);
      entry.put("reduced_formula", proposed.crystal().reducedFormula());
      entry.set("rank", candidate.get("rank"));
      entry.set("predicted_m_star", candidate.get("m_star"));
      entry.set("predicted_m_star_std", candidate.get("m_star_std"));
      entry.set("predicted_gap_ev", candidate.get("gap_ev"));
      entry.set("seed_id", candidate.get("seed_id"));
    }
    // The name of a file: never what a file says it is.
    entry.put("hash", StructureHash.of(proposed.crystal()));
    entry.put("round", round);
    entry.set("proposed", candidate);
    DftRecord record = records.get(id);
    Structure computed = proposed;
    if (record != null && record.structure() != null) {
      entry.set("structure", record.structure());
      computed = StructureJson.of(record.structure(), "record of " + id, 1);
    }
    entry.put("cif", Cif.write(computed));
    if (record != null && record.provenance() != null && record.provenance().kMesh() != null) {
      entry.put("pw_input", pwInput(computed.crystal(), record.provenance()));
    }
    if (record != null && record.bandStructure() != null) {
      entry.set("band_structure", BandFigure.of(record));
    }
    return entry;
  }

  /**
   * An input for pw.x: a self-consistent cycle with the cell, pseudopotentials, smearing, cutoffs
   * and mesh with Γ that the bands are from; DFT chose the mesh for this cell. Number of bands,
   * thresholds and settings of symmetry are left to pw.x, and its total energy is not that of the
   * record, which is from the shifted mesh with the cutoff of the whole palette.
   */
  private static String pwInput(Crystal crystal, Provenance provenance) {
    Map<String, String> files = new TreeMap<>();
    crystal
        .counts()
        .keySet()
        .forEach(
            symbol ->
                files.put(
                    symbol,
                    provenance.pseudopotentials() != null
                            && provenance.pseudopotentials().containsKey(symbol)
                        ? provenance.pseudopotentials().get(symbol).file()
                        : symbol + ".UPF"));
    List<Integer> mesh = provenance.kMesh();
    PwInput input =
        PwInput.of(
                Niggli.reduce(crystal),
                files,
                new KPoints.Mesh(mesh.get(0), mesh.get(1), mesh.get(2)))
            .with("control", "calculation", "scf")
            .with("system", "occupations", "smearing")
            .with("system", "smearing", "mv")
            .with("system", "degauss", smearingRy(provenance.protocol()));
    if (provenance.cutoffsRy() != null) {
      input =
          input
              .with("system", "ecutwfc", provenance.cutoffsRy().wavefunction())
              .with("system", "ecutrho", provenance.cutoffsRy().density());
    }
    return input.render();
  }

  private static double smearingRy(String protocol) {
    for (Protocol known : Protocol.values()) {
      if (known.name().equalsIgnoreCase(protocol)) {
        return known.smearingRy();
      }
    }
    return Protocol.BALANCED.smearingRy();
  }

  private static ObjectNode provenance(RunFolder run, List<DftRecord> records) {
    ObjectNode provenance = JsonNodeFactory.instance.objectNode();
    TreeSet<String> versions = new TreeSet<>();
    TreeSet<String> protocols = new TreeSet<>();
    TreeSet<String> digests = new TreeSet<>();
    Map<String, String> pseudopotentials = new TreeMap<>();
    for (DftRecord record : records) {
      Provenance p = record.provenance();
      if (p == null) {
        continue;
      }
      add(versions, p.qeVersion());
      add(protocols, p.protocol());
      add(digests, p.stageDigest());
      if (p.pseudopotentials() != null) {
        p.pseudopotentials()
            .forEach(
                (symbol, file) -> pseudopotentials.put(symbol, file.file() + " " + file.md5()));
      }
    }
    strings(provenance.putArray("quantum_espresso_versions"), versions);
    strings(provenance.putArray("protocols"), protocols);
    strings(provenance.putArray("dft_stage_digests"), digests);
    pseudopotentials.forEach(provenance.putObject("pseudopotentials")::put);
    // The pipeline hands the report provenance.json; a results folder holds run.json and
    // params.json.
    for (String file : List.of("run.json", "provenance.json")) {
      JsonNode started = run.json("pipeline_info/" + file);
      if (started.isObject()) {
        provenance.setAll((ObjectNode) started);
      }
    }
    JsonNode parameters = run.json("pipeline_info/params.json");
    if (parameters.isObject()) {
      provenance.set("parameters", parameters);
    }
    return provenance;
  }

  private static void add(Set<String> set, String value) {
    if (value != null) {
      set.add(value);
    }
  }

  private static void strings(ArrayNode target, Set<String> values) {
    values.forEach(target::add);
  }
}
