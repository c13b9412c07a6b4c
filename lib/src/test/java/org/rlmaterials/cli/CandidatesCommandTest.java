package org.rlmaterials.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureHash;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.dataset.Dataset;
import org.rlmaterials.dataset.DatasetRecord;
import org.rlmaterials.dataset.MassKind;
import org.rlmaterials.dataset.Splits;
import org.rlmaterials.espresso.RealPw;
import org.rlmaterials.fingerprint.CrystalFingerprint;

class CandidatesCommandTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Crystal FAILED = RealPw.zincBlende(6.0, "Si", "Sn");
  private static final Crystal RELAXED_AWAY = RealPw.zincBlende(6.1, "Al", "Sb");
  private static final Crystal NEW = RealPw.zincBlende(6.5, "In", "Bi");

  @TempDir private Path folder;
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeAgentAndDataset() throws IOException {
    Path agent = Files.createDirectory(folder.resolve("agent"));
    StringBuilder archive = new StringBuilder();
    double mass = 0.05;
    for (Crystal crystal : List.of(FAILED, RELAXED_AWAY, NEW)) {
      ObjectNode properties = MAPPER.createObjectNode();
      properties.put("m_star", mass).put("m_star_std", 0.01).put("gap_ev", 1);
      properties.put("semiconductor_probability", 0.9);
      archive.append(StructureJson.toJson(new Structure("met", crystal, properties))).append('\n');
      mass += 0.01;
    }
    Files.writeString(agent.resolve("archive.jsonl"), archive);
    dataset("dataset.csv.gz", RealPw.zincBlende(5.43, "Si", "Si"));
  }

  private Path dataset(String name, Crystal crystal) {
    Path file = folder.resolve(name);
    Dataset.write(
        file,
        List.of(
            new DatasetRecord(
                "only",
                "dft",
                crystal.reducedFormula(),
                crystal.chemicalSystem(),
                Splits.of(crystal.chemicalSystem()),
                StructureHash.of(crystal),
                crystal.size(),
                MassKind.CURVATURE,
                0.26,
                Double.NaN,
                0.6,
                "PBE",
                Double.NaN,
                0,
                new CrystalFingerprint().of(crystal))),
        List.of(new Structure("only", crystal)));
    return file;
  }

  private List<String> select(String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "candidates",
                "--agent",
                folder.resolve("agent").toString(),
                "--dataset",
                folder.resolve("dataset.csv.gz").toString(),
                "--top",
                "1",
                "--out",
                folder.resolve("candidates.jsonl").toString()));
    arguments.addAll(List.of(more));
    List<String> formulas = new ArrayList<>();
    for (Structure structure : run(arguments)) {
      formulas.add(structure.crystal().reducedFormula());
    }
    return formulas;
  }

  private List<Structure> random(String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("candidates", "--random", "--seed", "5", "--top", "2", "--out"));
    arguments.add(folder.resolve("candidates.jsonl").toString());
    arguments.addAll(List.of(more));
    return run(arguments);
  }

  private List<Structure> run(List<String> arguments) throws IOException {
    int status =
        Main.commandLine()
            .setOut(new PrintWriter(new StringWriter()))
            .setErr(new PrintWriter(err, true))
            .execute(arguments.toArray(String[]::new));
    assertThat(status).as(err.toString()).isZero();
    List<Structure> structures = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("candidates.jsonl"))) {
      structures.add(StructureJson.parse(line, "candidates", 1));
    }
    return structures;
  }

  private static String record(String id, String status, Crystal given, Crystal computed) {
    ObjectNode record = MAPPER.createObjectNode().put("id", id).put("status", status);
    record.set("initial_structure", StructureJson.toJson(new Structure(id, given)));
    record.set("structure", StructureJson.toJson(new Structure(id, computed)));
    return record + "\n";
  }

  @Test
  void withASurrogateNetworksAreRelaxedAndPredictedAgain() throws IOException {
    Crystal compressed = RealPw.zincBlende(5.6, "Al", "Sb");
    ObjectNode properties = MAPPER.createObjectNode();
    properties.put("m_star", 0.01).put("m_star_std", 0.01).put("gap_ev", 1);
    properties.put("semiconductor_probability", 0.9);
    Files.writeString(
        folder.resolve("agent/archive.jsonl"),
        StructureJson.toJson(new Structure("met", compressed, properties)) + "\n");
    List<String> members = new ArrayList<>();
    for (int k = 0; k < 5; k++) {
      members.addAll(List.of("--surrogate", "../data/models/member_" + k));
    }
    assertThat(select(members.toArray(String[]::new))).containsExactly("AlSb");
    Structure candidate =
        StructureJson.parse(Files.readString(folder.resolve("candidates.jsonl")), "candidates", 1);
    // By PBE a = 6.23 Å.
    assertThat(candidate.crystal().volumePerAtom()).isCloseTo(30.1, within(1.0));
    assertThat(candidate.properties().path("m_star").doubleValue()).isBetween(0.1, 0.5);
    assertThat(candidate.properties().path("met_m_star").doubleValue()).isEqualTo(0.01);
    assertThat(select()).containsExactly("AlSb");
  }

  @Test
  void ownSeedsAreNotNew() throws IOException {
    Path seeds =
        Files.writeString(
            folder.resolve("seeds.jsonl"),
            StructureJson.toJson(new Structure("my SiSn", FAILED)) + "\n");
    assertThat(select("--seeds-file", seeds.toString())).containsExactly("AlSb");
    assertThat(folder.resolve("rejected.csv")).content().contains("known,my SiSn");
  }

  @Test
  void chanceAsksNoSurrogate() {
    int status =
        Main.commandLine()
            .setErr(new PrintWriter(err, true))
            .execute("candidates --random --seed 1 --surrogate m --top 1 --out o.jsonl".split(" "));
    assertThat(status).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("Missing required argument", "--agent");
  }

  @Test
  void candidatesNeedADataset() {
    int status =
        Main.commandLine()
            .setErr(new PrintWriter(err, true))
            .execute("candidates", "--agent", "a", "--top", "1", "--out", "o.jsonl");
    assertThat(status).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--dataset");
  }

  @Test
  void chanceIsHeldAgainstWhatCandidatesAreHeldAgainst() throws IOException {
    List<Structure> made = random();
    assertThat(made).hasSize(2);
    String first = made.get(0).id();
    String second = made.get(1).id();
    Path dataset = dataset("known.csv.gz", made.get(0).crystal());
    Path records =
        Files.writeString(
            folder.resolve("records.jsonl"),
            record("before", "failed", made.get(1).crystal(), made.get(1).crystal()));
    assertThat(random("--dataset", dataset.toString()))
        .extracting(Structure::id)
        .contains(second)
        .doesNotContain(first);
    assertThat(random("--records", records.toString()))
        .extracting(Structure::id)
        .contains(first)
        .doesNotContain(second);
  }

  @Test
  void whatWasComputedBeforeIsNotNewWhateverCameOfIt() throws IOException {
    assertThat(select()).containsExactly("SiSn");
    Path records =
        Files.writeString(
            folder.resolve("records.jsonl"),
            record("candidate:1", "failed", FAILED, FAILED)
                + record(
                    "candidate:2", "converged", RELAXED_AWAY, RealPw.zincBlende(7.5, "Al", "Sb")));
    assertThat(select("--records", records.toString())).containsExactly("BiIn");
    assertThat(folder.resolve("rejected.csv"))
        .content()
        .contains("known,candidate:1", "known,candidate:2");
  }
}
