package org.rlmaterials.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rlmaterials.surrogate.TinyData;
import org.w3c.dom.Element;
import picocli.CommandLine;

class SurrogateCommandTest {
  @TempDir static Path folder;

  private static Path dataset;
  private static Path first;
  private static Path second;

  @BeforeAll
  static void train() {
    dataset = folder.resolve("tiny.csv.gz");
    TinyData.write(dataset, 30);
    first = folder.resolve("member_0");
    second = folder.resolve("member_1");
    for (Path member : List.of(first, second)) {
      Result result =
          run(
              "surrogate",
              "train",
              "--dataset",
              dataset.toString(),
              "--preset",
              "seed",
              "--seed",
              "7",
              "--member",
              member.equals(first) ? "0" : "1",
              "--epochs",
              "5",
              "--epochs-phase2",
              "3",
              "--out",
              member.toString());
      assertThat(result.code).as(result.err).isZero();
    }
  }

  private record Result(int code, String out, String err) {}

  private static Result run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    int code = commandLine.execute(args);
    return new Result(code, out.toString(), err.toString());
  }

  private static Path structures() {
    return folder.resolve("tiny.structures.jsonl.gz");
  }

  @Test
  void predictsEveryStructureInOrder() throws Exception {
    Path out = folder.resolve("predictions.csv");
    Result result =
        run(
            "surrogate",
            "predict",
            "--model",
            first.toString(),
            "--model",
            second.toString(),
            "--structures",
            structures().toString(),
            "--out",
            out.toString());
    assertThat(result.code).as(result.err).isZero();
    List<String> lines = Files.readAllLines(out);
    assertThat(lines.get(0))
        .isEqualTo("id,m_star,m_star_std,gap_ev,gap_std_ev,semiconductor_probability");
    assertThat(lines).hasSize(31);
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",", -1);
      assertThat(cells[0]).isEqualTo("tiny-" + (i - 1));
      for (int c = 1; c < 6; c++) {
        assertThat(Double.parseDouble(cells[c])).isFinite();
      }
      assertThat(Double.parseDouble(cells[2])).isPositive();
      assertThat(Double.parseDouble(cells[4])).isPositive();
      assertThat(Double.parseDouble(cells[5])).isBetween(0.0, 1.0);
    }
  }

  @Test
  void sameSeedSameModelToTheByte() throws Exception {
    Path again = folder.resolve("again");
    Result result =
        run(
            "surrogate",
            "train",
            "--dataset",
            dataset.toString(),
            "--preset",
            "seed",
            "--seed",
            "7",
            "--member",
            "0",
            "--epochs",
            "5",
            "--epochs-phase2",
            "3",
            "--out",
            again.toString());
    assertThat(result.code).as(result.err).isZero();
    for (String name : List.of("model.json", "parameters.bin", "validation.csv", "training.csv")) {
      assertThat(again.resolve(name)).as(name).hasSameBinaryContentAs(first.resolve(name));
    }
    assertThat(second.resolve("parameters.bin").toFile())
        .as("members differ")
        .satisfies(
            f ->
                assertThat(Files.mismatch(f.toPath(), first.resolve("parameters.bin")))
                    .isNotEqualTo(-1L));
  }

  @Test
  void evaluatesEachSplitUnderItsName() throws Exception {
    Path random = folder.resolve("random");
    assertThat(
            run(
                    "surrogate",
                    "train",
                    "--dataset",
                    dataset.toString(),
                    "--preset",
                    "seed",
                    "--split",
                    "random",
                    "--epochs",
                    "2",
                    "--epochs-phase2",
                    "0",
                    "--out",
                    random.toString())
                .code)
        .isZero();
    Path out = folder.resolve("metrics.json");
    Result result =
        run(
            "surrogate",
            "evaluate",
            "--model",
            first.toString(),
            second.toString(),
            random.toString(),
            "--dataset",
            dataset.toString(),
            "--out",
            out.toString());
    assertThat(result.code).as(result.err).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toFile());
    JsonNode grouped = json.path("grouped_split");
    assertThat(grouped.path("ensemble").path("members").asInt()).isEqualTo(2);
    assertThat(json.path("random_split").path("ensemble").path("members").asInt()).isEqualTo(1);
    assertThat(grouped.path("test").path("records").asInt()).isPositive();
    assertThat(grouped.path("test").path("gap").path("mae_ev").path("value").asDouble())
        .isPositive();
    assertThat(grouped.path("plots").path("parity").size())
        .isEqualTo(grouped.path("test").path("records").asInt());
    assertThat(grouped.path("plots").path("learning_curve").get(0).size()).isEqualTo(8);
    for (String split : List.of("grouped_split", "random_split")) {
      Path picture = folder.resolve("metrics_" + split + ".svg");
      Element svg =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(picture.toFile())
              .getDocumentElement();
      assertThat(svg.getElementsByTagName("circle").getLength())
          .as("points in %s", picture)
          .isGreaterThan(json.path(split).path("test").path("records").asInt());
      assertThat(svg.getElementsByTagName("polyline").getLength()).isPositive();
      assertThat(Files.readString(picture)).contains("Reliability").doesNotContain("NaN");
    }
  }

  @Test
  void treesAndRefitMakeTheRoundTripThroughTheFolder() throws Exception {
    Path local = folder.resolve("local");
    Path again = folder.resolve("local again");
    for (Path out : List.of(local, again)) {
      Result result =
          run(
              "surrogate",
              "train",
              "--dataset",
              dataset.toString(),
              "--hidden",
              "8",
              "--epochs",
              "3",
              "--trees",
              "5",
              "--out",
              out.toString());
      assertThat(result.code).as(result.err).isZero();
    }
    for (String name : List.of("model.json", "trees.bin", "parameters.bin", "validation.csv")) {
      assertThat(again.resolve(name)).as(name).hasSameBinaryContentAs(local.resolve(name));
    }
    assertThat(Files.readAllLines(local.resolve("training.csv")).get(4)).matches("3,1,[^,]+,,.+");
    Path out = folder.resolve("metrics_local.json");
    Result result =
        run(
            "surrogate",
            "evaluate",
            "--model",
            local.toString(),
            "--dataset",
            dataset.toString(),
            "--out",
            out.toString());
    assertThat(result.code).as(result.err).isZero();
    JsonNode grouped = new ObjectMapper().readTree(out.toFile()).path("grouped_split");
    assertThat(grouped.path("ensemble").path("trees_per_target").asInt()).isEqualTo(5);
    assertThat(grouped.path("validation").path("records").asInt()).isPositive();

    byte[] trees = Files.readAllBytes(local.resolve("trees.bin"));
    trees[trees.length / 2] ^= 1;
    Files.write(local.resolve("trees.bin"), trees);
    assertRefused(local, "not the trees");
  }

  @Test
  void aHandfulOfRecordsIsEnoughToRun() throws Exception {
    Path few = folder.resolve("few.csv.gz");
    TinyData.write(few, 3);
    Path model = folder.resolve("few");
    Result result =
        run(
            "surrogate",
            "train",
            "--dataset",
            few.toString(),
            "--preset",
            "seed",
            "--epochs",
            "2",
            "--out",
            model.toString());
    assertThat(result.code).as(result.err).isZero();
    Path out = folder.resolve("few.csv");
    result =
        run(
            "surrogate",
            "predict",
            "--model",
            model.toString(),
            "--structures",
            structures().toString(),
            "--out",
            out.toString());
    assertThat(result.code).as(result.err).isZero();
    // Three records tell nothing: the predictions must say so.
    for (String line : Files.readAllLines(out).subList(1, 31)) {
      String[] cells = line.split(",", -1);
      assertThat(Double.parseDouble(cells[2])).isGreaterThan(0.2 * Double.parseDouble(cells[1]));
      assertThat(Double.parseDouble(cells[4])).isGreaterThan(0.5);
    }
  }

  @Test
  void provenanceIsInTheModel() throws Exception {
    String json = Files.readString(first.resolve("model.json"));
    assertThat(json)
        .contains("\"dataset_sha256\"")
        .contains("\"split_rule\"")
        .contains("\"libtorch\"")
        .contains("\"feature_names\"")
        .doesNotContain(folder.toString());
  }

  @Test
  void damagedAndForeignFoldersAreRefused() throws Exception {
    Path copy = folder.resolve("copy");
    copyTo(copy);
    byte[] parameters = Files.readAllBytes(copy.resolve("parameters.bin"));
    Files.write(
        copy.resolve("parameters.bin"), java.util.Arrays.copyOf(parameters, parameters.length / 2));
    assertRefused(copy, "cut off");

    copyTo(copy);
    parameters[100] ^= 1;
    Files.write(copy.resolve("parameters.bin"), parameters);
    assertRefused(copy, "SHA-256");

    copyTo(copy);
    Path model = copy.resolve("model.json");
    String json = Files.readString(model);
    Files.writeString(model, json.substring(0, json.length() / 2));
    assertRefused(copy, "damaged");

    Files.writeString(model, "{\"hello\": 1}");
    assertRefused(copy, "not a surrogate");

    int name = json.indexOf('"', json.indexOf("feature_names") + 15);
    Files.writeString(model, json.substring(0, name + 1) + "odd " + json.substring(name + 1));
    assertRefused(copy, "other features");

    copyTo(copy);
    Path validation = copy.resolve("validation.csv");
    String rows = Files.readString(validation);
    Files.writeString(validation, rows.substring(0, rows.lastIndexOf('\n', rows.length() - 2) + 1));
    assertRefused(copy, "validation.csv: not the table that was written");

    Files.delete(copy.resolve("validation.csv"));
    Files.writeString(model, json);
    assertRefused(copy, "no such file");
    assertRefused(folder.resolve("nowhere"), "no such file");
  }

  private static void copyTo(Path copy) throws Exception {
    Files.createDirectories(copy);
    for (String name : List.of("model.json", "parameters.bin", "validation.csv")) {
      Files.write(copy.resolve(name), Files.readAllBytes(first.resolve(name)));
    }
  }

  private static void assertRefused(Path model, String reason) {
    List<String> args = new ArrayList<>(List.of("surrogate", "predict", "--model"));
    args.add(model.toString());
    args.addAll(List.of("--structures", structures().toString(), "--out", "never.csv"));
    Result result = run(args.toArray(String[]::new));
    assertThat(result.code).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(result.err).contains(reason).contains(model.toString());
    assertThat(result.err.lines()).hasSize(1);
  }

  @Test
  void oddOptionsAreUsageErrors() {
    Result result =
        run(
            "surrogate",
            "train",
            "--dataset",
            dataset.toString(),
            "--out",
            folder.resolve("x").toString(),
            "--dropout",
            "1.5");
    assertThat(result.code).isEqualTo(ExitCode.USAGE);
    assertThat(result.err).contains("dropout is 1.5");
  }
}
