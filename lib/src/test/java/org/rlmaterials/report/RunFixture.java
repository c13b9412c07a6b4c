package org.rlmaterials.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.rlmaterials.bench.SearchBench;
import org.rlmaterials.cli.Main;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.Seeds;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureGenerator;
import org.rlmaterials.crystal.StructureHash;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.dataset.Dataset;
import org.rlmaterials.dataset.DatasetRecord;
import org.rlmaterials.dataset.MassKind;
import org.rlmaterials.dataset.Splits;
import org.rlmaterials.files.AtomicFiles;
import org.rlmaterials.fingerprint.CrystalFingerprint;

/** A results folder with made-up numbers, in the layout the pipeline publishes. */
final class RunFixture {
  static final String HOSTILE =
      "<img src=x onerror=alert(1)>\"'&</script><script>alert(2)</script>";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> ELEMENTS =
      List.of("C", "N", "Al", "Si", "P", "Ga", "Ge", "As", "Se", "In", "Sn", "Sb", "Te", "Bi");

  private final Random random = new Random(7);
  private final Path run;

  private RunFixture(Path run) {
    this.run = run;
  }

  /**
   * Writes the folder; the validation is made by the command line itself.
   *
   * @param run where
   */
  static void write(Path run) {
    new RunFixture(run).writeAll();
  }

  private void writeAll() {
    List<Structure> structures = new StructureGenerator(Seeds.standard(), 1).first(40);
    lines("structures/structures.jsonl", structures.stream().map(StructureJson::toJson).toList());
    List<ObjectNode> records = new ArrayList<>();
    for (int i = 0; i < structures.size(); i++) {
      Structure s = structures.get(i);
      records.add(
          i % 13 == 12
              ? failed(s, i % 2 == 0 ? "scf_not_converged" : "charge_is_wrong")
              : i % 7 == 6
                  ? record(s, "metal", 0, 0, -7)
                  : record(s, "semiconductor", 0.05 + random.nextDouble(), 0.4, -7.5));
    }
    lines("dft/first.jsonl", records);
    dataset(structures, records);
    surrogate();
    agents();
    candidates();
    searches();
    AtomicFiles.writeString(
        run.resolve("pipeline_info/provenance.json"),
        """
        {"command_line": "nextflow run rl-materials -profile laptop --top_k 8",
         "nextflow": "24.10.0", "pipeline_version": "0.1.0",
         "parameters": {"top_k": 8, "seed": 42},
         "code_digests": {"dft": "0123456789abcdef", "ppo": "fedcba9876543210"}}
        """);
  }

  private void searches() {
    StringBuilder csv = new StringBuilder(SearchBench.HEADER + "\n");
    String[] methods = {"random moves", "hill climbing", "genetic algorithm", "PPO"};
    for (int m = 0; m < methods.length; m++) {
      for (int seed = 1; seed <= 5; seed++) {
        csv.append(
            String.format(
                Locale.ROOT,
                "\"%s, targeted\",%d,30000,%.3f,%.3f,10,5,0.5,%n",
                methods[m],
                seed,
                7.5 + 0.4 * m + 0.2 * random.nextDouble(),
                6 + 0.5 * m + 0.2 * random.nextDouble()));
      }
    }
    AtomicFiles.writeString(run.resolve("search_comparison.csv"), csv.toString());
  }

  private void dataset(List<Structure> structures, List<ObjectNode> records) {
    List<DatasetRecord> rows = new ArrayList<>();
    List<Structure> kept = new ArrayList<>();
    for (int i = 0; i < structures.size(); i++) {
      if (!records.get(i).path("status").asText().equals("converged")) {
        continue;
      }
      Crystal crystal = structures.get(i).crystal();
      double mass = records.get(i).path("m_star").asDouble();
      kept.add(structures.get(i));
      rows.add(
          new DatasetRecord(
              structures.get(i).id(),
              i % 5 == 4 ? "jarvis" : "dft",
              crystal.reducedFormula(),
              crystal.chemicalSystem(),
              Splits.of(crystal.chemicalSystem()),
              StructureHash.of(crystal),
              crystal.size(),
              mass == 0 ? null : MassKind.CURVATURE,
              mass == 0 ? Double.NaN : mass,
              Double.NaN,
              records.get(i).path("gap_ev").asDouble(),
              "PBE",
              Double.NaN,
              0,
              new CrystalFingerprint().of(crystal)));
    }
    Dataset.write(run.resolve("dataset/dataset.csv.gz"), rows, kept);
  }

  private void surrogate() {
    ObjectNode metrics = JSON.objectNode();
    ObjectNode test = metrics.putObject("chemical_system_split");
    value(test, "pearson_m_star", 0.62, 0.55, 0.68);
    value(test, "mae_gap_ev", 0.41, 0.37, 0.45);
    value(metrics.putObject("random_split"), "pearson_m_star", 0.81, 0.76, 0.85);
    ObjectNode plots = metrics.putObject("grouped_split").putObject("plots");
    ArrayNode parity = plots.putArray("parity");
    for (int i = 0; i < 200; i++) {
      double mass = Math.exp(random.nextGaussian() - 1);
      double gap = Math.max(0, 1.5 + random.nextGaussian());
      parity
          .addObject()
          .put("id", "record " + i)
          .put("m_star_true_me", mass)
          .put("m_star_me", mass * Math.exp(0.3 * random.nextGaussian()))
          .put("gap_true_ev", gap)
          .put("gap_ev", gap + 0.3 * random.nextGaussian());
    }
    ArrayNode reliability = plots.putObject("reliability").putArray("m_star_me");
    for (int i = 1; i <= 10; i++) {
      reliability
          .addObject()
          .put("records", 20)
          .put("mean_predicted_std", 0.02 * i)
          .put("rms_error", 0.02 * Math.pow(i, 1.1));
    }
    AtomicFiles.writeString(run.resolve("surrogate/metrics.json"), metrics.toString());
    for (int member = 0; member < 3; member++) {
      StringBuilder csv = new StringBuilder("phase,epoch,training_loss,validation_loss\n");
      for (int epoch = 1; epoch <= 60; epoch++) {
        double loss = 0.2 + Math.exp(-epoch / (10.0 + member));
        csv.append(
            String.format(
                Locale.ROOT,
                "1,%d,%.4f,%.4f%n",
                epoch,
                loss + 0.02 * random.nextDouble(),
                loss + 0.1 + 0.03 * random.nextDouble()));
      }
      AtomicFiles.writeString(
          run.resolve("surrogate/member_" + member + "/training.csv"), csv.toString());
    }
  }

  private static void value(ObjectNode node, String name, double value, double low, double high) {
    node.putObject(name).put("value", value).put("low", low).put("high", high);
  }

  private void agents() {
    for (int seed = 1; seed <= 2; seed++) {
      StringBuilder csv = new StringBuilder("steps,mean_reward,entropy,approx_kl\n");
      for (int i = 1; i <= 40; i++) {
        csv.append(
            String.format(
                Locale.ROOT,
                "%d,%.3f,%.3f,%.4f%n",
                512 * i,
                8 * (1 - Math.exp(-i / 12.0)) + random.nextDouble(),
                2.5 - 0.03 * i,
                0.01 + 0.005 * random.nextDouble()));
      }
      AtomicFiles.writeString(run.resolve("ppo/seed_" + seed + "/training.csv"), csv.toString());
      AtomicFiles.writeString(
          run.resolve("ppo/seed_" + seed + "/config.json"),
          "{\"timesteps\": 20480, \"kappa\": 1.0}");
      lines("ppo/seed_" + seed + "/archive.jsonl", archive(seed));
    }
    ObjectNode evaluation = JSON.objectNode();
    evaluation.put("episodes", 20).put("mean_reward", 310.4).put("unique_formulas", 17);
    AtomicFiles.writeString(run.resolve("ppo/evaluation.json"), evaluation.toString());
  }

  private List<ObjectNode> archive(int seed) {
    List<ObjectNode> archive = new ArrayList<>();
    int number = 0;
    for (String[] pair :
        new String[][] {
          {"Ga", "Sb"},
          {"In", "As"},
          {"Al", "Sb"},
          {"In", "N"},
          {"Al", "P"},
          {"Si", "Sn"},
          {"Ge", "C"},
          {"Sn", "C"},
          {"Ga", "N"},
          {"Ge", "Sn"}
        }) {
      Structure s = rocksalt("seen " + seed + "-" + number, pair[0], pair[1], 5.4 + 0.05 * number);
      ObjectNode json = StructureJson.toJson(s);
      json.put("m_star", 0.03 + 0.02 * number);
      json.put("m_star_std", 0.02);
      json.put("gap_ev", 0.9);
      json.put("gap_std_ev", 0.2);
      json.put("semiconductor_probability", number == 9 ? 0.3 : 0.9);
      json.put("score", 10);
      json.put("seed_id", number == 0 ? HOSTILE : "GaAs");
      archive.add(json);
      number++;
    }
    return archive;
  }

  /** Rock salt: no seed has it. */
  private static Structure rocksalt(String id, String first, String second, double a) {
    double h = a / 2;
    return new Structure(
        id,
        Crystal.of(
            Lattice.ofRows(0, h, h, h, 0, h, h, h, 0),
            List.of(first, second),
            new double[][] {{0, 0, 0}, {0.5, 0.5, 0.5}}));
  }

  private void candidates() {
    execute(
        "candidates",
        "--agent",
        run.resolve("ppo/seed_1").toString(),
        "--agent",
        run.resolve("ppo/seed_2").toString(),
        "--dataset",
        run.resolve("dataset/dataset.csv.gz").toString(),
        "--top",
        "8",
        "--out",
        run.resolve("candidates/candidates.jsonl").toString());
    execute(
        "candidates",
        "--random",
        "--seed",
        "3",
        "--top",
        "8",
        "--out",
        run.resolve("candidates/random.jsonl").toString());
    List<ObjectNode> records = new ArrayList<>();
    int number = 0;
    for (JsonNode candidate : new RunFolder(run).jsonLines("candidates/candidates.jsonl")) {
      Structure s = StructureJson.of(candidate, "fixture", ++number);
      records.add(
          switch (number) {
            case 1, 2 -> withBands(record(s, "semiconductor", 0.06 * number, 0.8, -7.6));
            case 3 -> record(s, "semiconductor", 0.41, 1.2, -7.6);
            case 4 -> record(s, "metal", 0, 0, -7.4);
            case 5 -> inverted(record(s, "inverted", -0.02, 0.03, -7.5));
            case 6 -> record(s, "semiconductor", 0.08, 0.7, -6.2);
            case 7 -> record(s, "pbe_inverted", -0.01, 0, -7.5);
            default -> failed(s, "scf_not_converged");
          });
    }
    for (JsonNode line : new RunFolder(run).jsonLines("candidates/random.jsonl")) {
      records.add(record(StructureJson.of(line, "fixture", 1), "metal", 0, 0, -7.1));
    }
    records.add(control("GaAs", "semiconductor", 0.031, 0.53));
    records.add(control("InP", "semiconductor", 0.056, 0.69));
    records.add(control("Al", "metal", 0, 0));
    for (String element : ELEMENTS) {
      records.add(record(elemental("reference:" + element, element), "metal", 0, 0, -7.5));
    }
    lines("validation/records.jsonl", records);
    execute(
        "validation",
        "classify",
        "--candidates",
        run.resolve("candidates/candidates.jsonl").toString(),
        "--random",
        run.resolve("candidates/random.jsonl").toString(),
        "--records",
        run.resolve("validation").toString(),
        run.resolve("dft").toString(),
        "--dataset",
        run.resolve("dataset/dataset.csv.gz").toString(),
        "--out",
        run.resolve("validation/validation.json").toString());
  }

  private static void execute(String... arguments) {
    int status = Main.commandLine().execute(arguments);
    if (status != 0) {
      throw new IllegalStateException(String.join(" ", arguments) + ": exit " + status);
    }
  }

  private static Structure elemental(String id, String element) {
    return new Structure(
        id,
        Crystal.of(
            Lattice.ofRows(0, 2, 2, 2, 0, 2, 2, 2, 0),
            List.of(element),
            new double[][] {{0, 0, 0}}));
  }

  private ObjectNode control(String name, String outcome, double mass, double gap) {
    return record(elemental("control:" + name, "Al"), outcome, mass, gap, -7);
  }

  private ObjectNode record(
      Structure s, String outcome, double mass, double gap, double energyPerAtom) {
    ObjectNode r = JSON.objectNode();
    ObjectNode structure = StructureJson.toJson(new Structure(s.id(), s.crystal()));
    r.put("id", s.id());
    r.set("structure", structure);
    r.set("initial_structure", structure);
    r.put("status", "converged");
    r.put("energy_ev", energyPerAtom * s.crystal().size());
    r.put("gap_ev", gap);
    r.put("m_star", mass);
    r.put("mass_kind", "curvature");
    r.put("outcome", outcome);
    if (gap > 0) {
      r.put("direct", true);
      ObjectNode hole = r.putObject("hole");
      hole.put("m_star", 0.4).put("step_error", 0.01).put("fit_rms_ev", 1e-5).put("degeneracy", 3);
    }
    r.putObject("relaxation")
        .put("converged", true)
        .put("steps", 6)
        .put("volume_change", 0.03)
        .put("max_displacement_angstrom", 0.04);
    r.putObject("symmetry").put("number", 216).put("symbol", "F-43m");
    ArrayNode attempts = r.putArray("attempts");
    if (random.nextInt(8) == 0) {
      attempts
          .addObject()
          .put("step", "scf")
          .put("outcome", "scf_not_converged")
          .put("action", "mixing_beta 0.4 -> 0.32")
          .put("restart", "charge_density")
          .put("seconds", 9.5);
    }
    attempts.addObject().put("step", "scf").put("outcome", "ok").put("seconds", 4.2);
    provenance(r);
    return r;
  }

  private static void provenance(ObjectNode r) {
    ObjectNode provenance = r.putObject("provenance");
    provenance
        .put("qe_version", "6.7MaX")
        .put("protocol", "fast")
        .put("pw_seconds", 14.2)
        .put("stage_digest", "0123456789abcdef");
    provenance.putObject("cutoffs_ry").put("wavefunction", 30).put("density", 240);
    provenance.putArray("k_mesh").add(4).add(4).add(4);
  }

  private ObjectNode failed(Structure s, String kind) {
    ObjectNode r = JSON.objectNode();
    r.put("id", s.id());
    r.set("initial_structure", StructureJson.toJson(new Structure(s.id(), s.crystal())));
    r.put("status", "failed");
    r.putObject("error").put("kind", kind).put("message", "not converged after 5 attempts <b>");
    ArrayNode attempts = r.putArray("attempts");
    attempts
        .addObject()
        .put("step", "scf")
        .put("outcome", kind)
        .put("action", "mixing_beta 0.4 -> 0.32")
        .put("seconds", 20.0);
    provenance(r);
    return r;
  }

  private static ObjectNode inverted(ObjectNode r) {
    ObjectNode inversion = r.putObject("band_inversion");
    inversion.put("inverted", true).put("conduction_curvature", -50.0).put("valence_curvature", 40);
    inversion.put("reason", "the conduction band curves downwards at the direct gap");
    inversion.putArray("k_point").add(0).add(0).add(0);
    return r;
  }

  /** A real record: GaAs by pw.x 6.7, {@code dft --protocol fast --band-path}. */
  static ObjectNode gaas() {
    try (InputStream in = RunFixture.class.getResourceAsStream("gaas_record.json")) {
      return (ObjectNode) new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bands of the real record. */
  private static ObjectNode withBands(ObjectNode r) {
    ObjectNode real = gaas();
    for (String key : List.of("band_structure", "vbm", "cbm", "electron", "hole")) {
      r.set(key, real.get(key));
    }
    return r;
  }

  private void lines(String relative, List<ObjectNode> objects) {
    StringBuilder text = new StringBuilder();
    ObjectMapper mapper = new ObjectMapper();
    for (ObjectNode object : objects) {
      try {
        text.append(mapper.writeValueAsString(object)).append('\n');
      } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }
    AtomicFiles.writeString(run.resolve(relative), text.toString());
  }
}
