package org.rlmaterials.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.Move;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.espresso.RealPw;
import picocli.CommandLine;

/** The command dft with the real pw.x, at settings too coarse for physics. */
@Tag("dft")
class DftCommandTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static Path pseudopotentials;

  @TempDir private Path folder;
  private String messages = "";

  @BeforeAll
  static void makePseudopotentials() {
    pseudopotentials = RealPw.pseudopotentials();
  }

  private String protocol = "fast";
  private String kSpacing = "1.1";
  private String cutoffRy = "30";

  private int dft(Path structures, Path out, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "dft",
                "--structure",
                structures.toString(),
                "--pseudo-dir",
                pseudopotentials.toString(),
                "--protocol",
                protocol,
                "--k-spacing",
                kSpacing,
                "--scratch",
                folder.resolve("scratch").toString(),
                "--out",
                out.toString()));
    if (cutoffRy != null) {
      arguments.addAll(List.of("--cutoff-ry", cutoffRy));
    }
    arguments.addAll(List.of(more));
    StringWriter err = new StringWriter();
    CommandLine commandLine = Main.commandLine().setErr(new PrintWriter(err, true));
    int code = commandLine.execute(arguments.toArray(String[]::new));
    messages = err.toString();
    return code;
  }

  private Path write(String name, Structure... structures) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Structure structure : structures) {
      text.append(StructureJson.toJson(structure)).append('\n');
    }
    return Files.writeString(folder.resolve(name), text);
  }

  private static Structure silicon(String id) {
    return new Structure(id, RealPw.zincBlende(5.431, "Si", "Si"));
  }

  /** A program that stands in for pw.x: shell text, then the real one. */
  private Path standIn(String shell) throws IOException {
    Path script = folder.resolve("pw-stand-in");
    Files.writeString(
        script, "#!/bin/bash\ncase \"$*\" in *empty.in*) exec pw.x \"$@\";; esac\n" + shell + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script;
  }

  /** A message of MPI, then nothing: what a run once met where several programs started at once. */
  @Test
  void anMpiThatDoesNotStartAtFirstIsAskedAgain() throws IOException {
    Path pw = standIn("exec pw.x \"$@\"");
    String failsOnce =
        """
        #!/bin/bash
        if [ ! -e %1$s ]; then
          touch %1$s
          echo -----------------------------------
          echo 'A call to mkdir was unable to create the desired directory'
          exit 1
        fi
        exec pw.x "$@"
        """;
    Files.writeString(pw, failsOnce.formatted(folder.resolve("asked")));
    Path out = folder.resolve("record.json");
    Path structures = write("si.json", silicon("Si"));
    assertThat(dft(structures, out, "--pw", pw.toString())).as(messages).isZero();
    assertThat(folder.resolve("asked")).exists();
    Files.writeString(pw, "#!/bin/bash\necho -----\necho no MPI here\nexit 1\n");
    assertThat(dft(structures, out, "--pw", pw.toString())).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(messages).contains("does not answer as pw.x does: no MPI here");
    // One node of a cluster may lack what the others have.
    Files.writeString(
        pw,
        "#!/bin/bash\necho 'pw.x: error while loading shared libraries: libfftw3.so.3'\nexit 127\n");
    assertThat(dft(structures, out, "--pw", pw.toString())).isEqualTo(ExitCode.TRANSIENT);
    assertThat(messages).contains("does not start on this machine").contains("libfftw3");
  }

  @Test
  void siliconAndItsStore() throws IOException {
    Path structures = write("si.json", silicon("Si $(touch x); 'quote' \"ü\""));
    Path out = folder.resolve("record.json");
    String store = folder.resolve("store").toString();
    assertThat(dft(structures, out, "--store", store)).as(messages).isZero();
    JsonNode record = MAPPER.readTree(out.toFile());
    assertThat(record.path("status").asText()).isEqualTo("converged");
    assertThat(record.path("id").asText()).isEqualTo("Si $(touch x); 'quote' \"ü\"");
    assertThat(record.path("outcome").asText()).isEqualTo("semiconductor");
    assertThat(record.path("gap_ev").asDouble()).isBetween(0.2, 1.2);
    assertThat(record.path("m_star").asDouble()).isBetween(0.1, 1.0);
    assertThat(record.path("electron").path("principal_masses")).hasSize(3);
    assertThat(record.path("mass_kind").asText()).isEqualTo("curvature");
    assertThat(record.path("provenance").path("k_mesh").toString()).isEqualTo("[2,2,2]");
    assertThat(record.path("provenance").path("pseudopotentials").path("Si").path("md5").asText())
        .hasSize(32);
    assertThat(record.path("attempts").get(0).path("step").asText()).isEqualTo("scf");
    assertThat(folder.resolve("scratch")).isEmptyDirectory();

    Path again = folder.resolve("again.json");
    Path noPw = standIn("exit 99");
    assertThat(dft(structures, again, "--store", store, "--pw", noPw.toString()))
        .as(messages)
        .isZero();
    assertThat(messages).contains("from the store");
    assertThat(again).hasSameTextualContentAs(out);
  }

  /**
   * A crystal without symmetry in a cell that has some: of the shifted mesh pw.x alone would make
   * one as symmetric as the cell, of four times the points.
   */
  @Test
  void anEnergyMeshIsNoLargerThanItsSymmetryAsksFor() throws IOException {
    Crystal ideal = RealPw.zincBlende(5.46, "Al", "P");
    double[][] positions = ideal.fractionalPositions();
    positions[1][0] += 5e-3;
    positions[1][1] -= 2e-3;
    positions[1][2] += 3.5e-3;
    Path structures =
        write(
            "pair.jsonl",
            new Structure("ideal", ideal),
            new Structure("displaced", Crystal.of(ideal.lattice(), List.of("Al", "P"), positions)));
    Path out = folder.resolve("records.jsonl");
    kSpacing = "0.6";
    assertThat(dft(structures, out, "--energy-mesh")).as(messages).isZero();
    List<JsonNode> records = new ArrayList<>();
    for (String line : Files.readAllLines(out)) {
      records.add(MAPPER.readTree(line));
    }
    assertThat(records.get(1).path("provenance").path("energy_k_mesh").toString())
        .isEqualTo("[4,4,4]");
    JsonNode attempts = records.get(1).path("attempts");
    assertThat(attempts.get(attempts.size() - 1).path("k_points").asInt()).isEqualTo(4 * 4 * 4 / 2);
    assertThat(records.get(1).path("energy_ev").asDouble())
        .isCloseTo(records.get(0).path("energy_ev").asDouble(), within(2 * 0.005));
  }

  /** Whatever a crystal is made of, so that energies can be compared; bands need no such thing. */
  @Test
  void theEnergyHasThePlaneWavesOfTheHardestElement() throws IOException {
    Path out = folder.resolve("record.json");
    cutoffRy = null;
    assertThat(dft(write("si.jsonl", silicon("si")), out, "--energy-mesh")).as(messages).isZero();
    JsonNode provenance = MAPPER.readTree(out.toFile()).path("provenance");
    assertThat(provenance.path("cutoffs_ry").path("wavefunction").asDouble()).isEqualTo(41);
    assertThat(provenance.path("energy_cutoffs_ry").path("wavefunction").asDouble()).isEqualTo(45);
  }

  @Test
  void oneBadStructureStopsNoOther() throws IOException {
    Crystal overlapping =
        Crystal.of(
            silicon("x").crystal().lattice(),
            List.of("Si", "Si"),
            new double[][] {{0, 0, 0}, {0.01, 0, 0}});
    Structure aluminium =
        new Structure(
            "metal",
            Crystal.of(
                RealPw.zincBlende(4.05, "Al", "Al").lattice(),
                List.of("Al"),
                new double[][] {{0, 0, 0}}));
    Path structures =
        write("three.jsonl", new Structure("overlap", overlapping), aluminium, silicon("good"));
    Path out = folder.resolve("records.jsonl");
    assertThat(dft(structures, out)).as(messages).isZero();
    List<String> lines = Files.readAllLines(out);
    assertThat(lines).hasSize(3);
    JsonNode failed = MAPPER.readTree(lines.get(0));
    assertThat(failed.path("status").asText()).isEqualTo("failed");
    assertThat(failed.path("error").path("kind").asText()).isEqualTo("atoms_overlap");
    assertThat(failed.has("gap_ev")).isFalse();
    JsonNode metal = MAPPER.readTree(lines.get(1));
    assertThat(metal.path("outcome").asText()).isEqualTo("metal");
    assertThat(metal.path("gap_ev").asDouble()).isZero();
    assertThat(metal.path("m_star").asDouble()).isZero();
    assertThat(MAPPER.readTree(lines.get(2)).path("status").asText()).isEqualTo("converged");
  }

  @Test
  void failsFirstAndThenSucceeds() throws IOException {
    Path pw =
        standIn(
            """
            if [ ! -e %1$s ]; then
              touch %1$s
              echo '     from cdiaghg : error #         23' > CRASH
              echo '     problems computing cholesky' >> CRASH
              exit 1
            fi
            exec pw.x "$@"
            """
                .formatted(folder.resolve("failed-once")));
    Path out = folder.resolve("record.json");
    assertThat(dft(write("si.json", silicon("Si")), out, "--pw", pw.toString()))
        .as(messages)
        .isZero();
    JsonNode record = MAPPER.readTree(out.toFile());
    assertThat(record.path("status").asText()).isEqualTo("converged");
    JsonNode first = record.path("attempts").get(0);
    assertThat(first.path("outcome").asText()).isEqualTo("diagonalization");
    assertThat(first.path("action").asText()).isEqualTo("diagonalization david -> paro");
    assertThat(record.path("attempts").get(1).path("outcome").asText()).isEqualTo("ok");
  }

  @Test
  void brokenBandsAreAFailedRecord() throws IOException {
    Path pw =
        standIn(
            """
            if grep -q "'bands'" pw.in; then
              echo '     from c_bands : error #         1' > CRASH
              echo '     too many bands are not converged' >> CRASH
              exit 1
            fi
            exec pw.x "$@"
            """);
    Path out = folder.resolve("record.json");
    assertThat(dft(write("si.json", silicon("Si")), out, "--pw", pw.toString()))
        .as(messages)
        .isZero();
    JsonNode record = MAPPER.readTree(out.toFile());
    assertThat(record.path("status").asText()).isEqualTo("failed");
    assertThat(record.path("error").path("kind").asText()).isEqualTo("diagonalization");
    assertThat(record.has("m_star")).isFalse();
  }

  /**
   * A state that is not there: pw.x's Davidson solver returned one at -593 eV for SiC. The stand-in
   * puts it in front of the eigenvalues of one k-point of every bands run, in Hartree.
   */
  private static final String INVENTED =
      """
      pw.x "$@"
      code=$?
      if grep -q "'bands'" pw.in%s; then
        awk '/<eigenvalues/ && !done {
               print; getline; sub(/^ */, ""); sub(/ [^ ]*$/, ""); print "-2.18E+001 " $0
               done = 1; next
             } {print}' pw.save/data-file-schema.xml > new.xml
        mv new.xml pw.save/data-file-schema.xml
      fi
      exit $code
      """;

  @Test
  void inventedStatesAreSolvedAgainByConjugateGradients() throws IOException {
    Path structures = write("si.json", silicon("Si"));
    Path out = folder.resolve("record.json");
    assertThat(dft(structures, out)).as(messages).isZero();
    JsonNode expected = MAPPER.readTree(out.toFile());
    Path pw = standIn(INVENTED.formatted(" && ! grep -q \"diagonalization = 'cg'\" pw.in"));
    assertThat(dft(structures, out, "--pw", pw.toString())).as(messages).isZero();
    JsonNode record = MAPPER.readTree(out.toFile());
    assertThat(record.path("outcome").asText()).isEqualTo("semiconductor");
    assertThat(record.path("gap_ev").asDouble())
        .isCloseTo(expected.path("gap_ev").asDouble(), within(1e-3));
    assertThat(record.path("m_star").asDouble())
        .isCloseTo(expected.path("m_star").asDouble(), withinPercentage(2));
    assertThat(bandRuns(record)).isEqualTo(2 * bandRuns(expected));

    Path always = standIn(INVENTED.formatted(""));
    assertThat(dft(structures, out, "--pw", always.toString())).as(messages).isZero();
    JsonNode failed = MAPPER.readTree(out.toFile());
    assertThat(failed.path("status").asText()).isEqualTo("failed");
    assertThat(failed.path("error").path("kind").asText()).isEqualTo("bands");
    assertThat(failed.has("m_star")).isFalse();
  }

  private static int bandRuns(JsonNode record) {
    int runs = 0;
    for (JsonNode attempt : record.path("attempts")) {
      runs += attempt.path("step").asText().equals("bands") ? 1 : 0;
    }
    return runs;
  }

  /**
   * The third and fifth self-consistent cycle seem to have gone far astray, so that vc-relax takes
   * over; the first vc-relax is stopped at the wall time.
   */
  private static final String ASTRAY =
      """
      if grep -q "'vc-relax'" pw.in && [ ! -e %1$s.stopped ]; then
        touch %1$s.stopped
        sed -i 's/nstep = .*/nstep = 2/' pw.in
        pw.x "$@" | sed '/JOB DONE/d'
        echo '     Maximum CPU time exceeded'
        rm pw.save/data-file-schema.xml
        exit 0
      fi
      pw.x "$@"
      code=$?
      echo >> %1$s
      case $(wc -l < %1$s) in 3|5)
        sed -i 's/<etot>[^<]*</<etot>0.0</' pw.save/data-file-schema.xml
      esac
      exit $code
      """;

  @Test
  void stoppedVcRelaxGoesOnFromItsLastStructure() throws IOException {
    Path out = folder.resolve("record.json");
    JsonNode expected = relaxed(out);
    String pw = standIn(ASTRAY.formatted(folder.resolve("runs"))).toString();
    String[] options = {"--relax", "--store", folder.resolve("store").toString(), "--pw", pw};
    protocol = "balanced"; // which has enough steps left for vc-relax
    assertThat(dft(folder.resolve("si.json"), out, options)).isEqualTo(ExitCode.TRANSIENT);
    assertThat(messages).contains("time");
    assertThat(out).doesNotExist();
    JsonNode record = goneOn(out, options, expected);
    assertThat(record.path("attempts").findValuesAsText("step"))
        .filteredOn("vc-relax"::equals)
        .hasSizeGreaterThan(1);
  }

  @Test
  void stoppedRelaxationGoesOnFromItsLastStructure() throws IOException {
    Path out = folder.resolve("record.json");
    JsonNode expected = relaxed(out);
    String[] options = {"--relax", "--store", folder.resolve("store").toString(), "--pw", ""};
    Path runs = folder.resolve("runs");
    options[4] =
        standIn(
                """
                echo >> %1$s
                if [ "$(wc -l < %1$s)" = 3 ]; then
                  echo '     Maximum CPU time exceeded'
                  exit 0
                fi
                exec pw.x "$@"
                """
                    .formatted(runs))
            .toString();
    assertThat(dft(folder.resolve("si.json"), out, options)).isEqualTo(ExitCode.TRANSIENT);
    assertThat(out).doesNotExist();

    Path first = folder.resolve("first.in");
    standIn("[ -e %1$s ] || cp pw.in %1$s\nexec pw.x \"$@\"".formatted(first));
    JsonNode record = goneOn(out, options, expected);
    assertThat(cellVolume(first))
        .as("where the second run began (Å³): the first began at 35.2")
        .isCloseTo(relaxedVolume(expected), withinPercentage(5));
    assertThat(record.path("attempts").findValuesAsText("step")).doesNotContain("vc-relax");
  }

  @Test
  void aCutoffTooLowForAnyRelaxationIsSaid() throws IOException {
    String rising =
        """
        pw.x "$@"
        code=$?
        if [ -e second ]; then
          sed -i 's/<etot>[^<]*</<etot>0.0</' pw.save/data-file-schema.xml
        fi
        touch second
        exit $code
        """;
    Path structures = write("si.json", new Structure("Si", RealPw.zincBlende(5.2, "Si", "Si")));
    Path out = folder.resolve("record.json");
    assertThat(dft(structures, out, "--relax", "--pw", standIn(rising).toString())).isZero();
    JsonNode error = MAPPER.readTree(out.toFile()).path("error");
    assertThat(error.path("kind").asText()).isEqualTo("relaxation_not_converged");
    assertThat(error.path("message").asText()).contains("the cutoff of the plane waves is too low");
  }

  /** The record of a compressed crystal with an atom off its place, relaxed without a stop. */
  private JsonNode relaxed(Path out) throws IOException {
    Crystal displaced =
        new Move.Displace(new double[] {0, 0, 0, 0.02, 0.02, 0.02})
            .apply(RealPw.zincBlende(5.2, "Si", "Si"));
    Path structures = write("si.json", new Structure("Si", displaced));
    assertThat(dft(structures, out, "--relax")).as(messages).isZero();
    JsonNode expected = MAPPER.readTree(out.toFile());
    Files.delete(out);
    return expected;
  }

  private JsonNode goneOn(Path out, String[] options, JsonNode expected) throws IOException {
    assertThat(dft(folder.resolve("si.json"), out, options)).as(messages).isZero();
    JsonNode record = MAPPER.readTree(out.toFile());
    assertThat(record.path("attempts").findValuesAsText("outcome")).contains("out_of_time");
    assertThat(record.path("relaxation").path("converged").asBoolean()).isTrue();
    // Each ends where the pressure says 0.5 % or less, by a bulk modulus that is a fifth off.
    assertThat(relaxedVolume(record)).isCloseTo(relaxedVolume(expected), withinPercentage(1.2));
    assertThat(record.path("relaxation").path("volume_change").asDouble())
        .isCloseTo(expected.path("relaxation").path("volume_change").asDouble(), within(0.014));
    try (Stream<Path> files = Files.walk(folder.resolve("store"))) {
      assertThat(files.filter(Files::isRegularFile))
          .as("the record, and no state of the way there")
          .singleElement()
          .matches(f -> f.toString().endsWith(".json"));
    }
    return record;
  }

  private static double relaxedVolume(JsonNode record) {
    return volume(record.path("structure").path("lattice_angstrom"));
  }

  /** Volume of the cell of an input (Å³). */
  private static double cellVolume(Path input) throws IOException {
    String text = Files.readString(input);
    return Math.abs(
        Lattice.ofRows(
                text.substring(text.indexOf("CELL_PARAMETERS"))
                    .lines()
                    .skip(1)
                    .flatMap(line -> Stream.of(line.strip().split(" ", -1)))
                    .mapToDouble(Double::parseDouble)
                    .toArray())
            .volume());
  }

  private static double volume(JsonNode rows) {
    return Math.abs(
        Lattice.ofRows(
                Stream.of(0, 1, 2)
                    .flatMap(i -> Stream.of(0, 1, 2).map(j -> rows.get(i).get(j).asDouble()))
                    .mapToDouble(Double::doubleValue)
                    .toArray())
            .volume());
  }

  @Test
  void finishedStructuresOfABatchAreNotComputedAgain() throws IOException {
    Path structures =
        write(
            "two.jsonl",
            silicon("first"),
            new Structure("second", RealPw.zincBlende(5.5, "Si", "Si")));
    Path out = folder.resolve("records.jsonl");
    Path runs = folder.resolve("runs");
    Path pw =
        standIn(
            """
            cell=$(grep -A1 CELL_PARAMETERS pw.in | tail -1)
            echo scf $cell >> %s
            case "$cell" in *2.75*) kill -9 $$;; esac
            exec pw.x "$@"
            """
                .formatted(runs));
    String[] options = {"--store", folder.resolve("store").toString(), "--pw", pw.toString()};
    assertThat(dft(structures, out, options)).isEqualTo(ExitCode.TRANSIENT);
    assertThat(Files.readString(runs)).contains("2.7155");
    Files.delete(runs);
    standIn("grep -A1 CELL_PARAMETERS pw.in >> %s\nexec pw.x \"$@\"".formatted(runs));
    assertThat(dft(structures, out, options)).as(messages).isZero();
    assertThat(messages).contains("from the store");
    assertThat(Files.readString(runs)).contains("2.75").doesNotContain("2.7155");
    assertThat(Files.readAllLines(out)).hasSize(2);
  }

  @Test
  void moleculeInABoxHasLevelsAndNoBands() throws IOException {
    Structure nitrogen =
        new Structure(
            "N2",
            Crystal.of(
                Lattice.of(new double[][] {{6, 0, 0}, {0, 6, 0}, {0, 0, 7}}),
                List.of("N", "N"),
                new double[][] {{0.5, 0.5, 0.42158}, {0.5, 0.5, 0.57842}}));
    Path out = folder.resolve("record.json");
    assertThat(dft(write("n2.json", nitrogen), out)).as(messages).isZero();
    JsonNode record = MAPPER.readTree(out.toFile());
    assertThat(record.path("status").asText()).isEqualTo("converged");
    assertThat(record.path("attempts")).hasSize(1);
    assertThat(record.path("attempts").get(0).path("k_points").asInt()).isEqualTo(1);
    assertThat(record.path("provenance").path("k_mesh").toString()).isEqualTo("[1,1,1]");
    // Between the 3σ and the 1π* level PBE has 8.2 eV.
    assertThat(record.path("gap_ev").asDouble()).isBetween(7.0, 9.5);
    assertThat(record.has("m_star")).isFalse();
    assertThat(record.has("electron")).isFalse();
  }

  @Test
  void killedPwIsTransientAndLeavesNothing() throws IOException {
    Path pw = standIn("kill -9 $$");
    Path out = folder.resolve("record.json");
    assertThat(dft(write("si.json", silicon("Si")), out, "--pw", pw.toString()))
        .isEqualTo(ExitCode.TRANSIENT);
    assertThat(messages).contains("signal 9");
    assertThat(out).doesNotExist();
    assertThat(folder.resolve("scratch")).isEmptyDirectory();
  }

  @Test
  void timeIsKept() throws IOException {
    Path pw = standIn("sleep 1000 & sleep 1000");
    Path out = folder.resolve("record.json");
    assertThat(
            dft(write("si.json", silicon("Si")), out, "--pw", pw.toString(), "--max-seconds", "4"))
        .isEqualTo(ExitCode.TRANSIENT);
    assertThat(out).doesNotExist();
  }

  /** One structure that hangs has its share of the time, and the next its own. */
  @Test
  void theLastAttemptMakesAFailedRecordOfWhatHasNoEnd() throws IOException {
    Path structures =
        write(
            "two.jsonl",
            new Structure("hangs", RealPw.zincBlende(5.5, "Si", "Si")),
            silicon("first"));
    Path pw =
        standIn(
            """
            cell=$(grep -A1 CELL_PARAMETERS pw.in | tail -1)
            case "$cell" in *2.75*) echo '     Maximum CPU time exceeded'; sleep 9; exit 255;; esac
            exec pw.x "$@"
            """);
    Path out = folder.resolve("records.jsonl");
    Path store = folder.resolve("store");
    String[] options = {
      "--pw", pw.toString(), "--max-seconds", "60", "--store", store.toString(), "--last-attempt"
    };
    assertThat(dft(structures, out, options)).as(messages).isZero();
    JsonNode hangs = MAPPER.readTree(Files.readAllLines(out).get(0));
    assertThat(hangs.path("status").asText()).isEqualTo("failed");
    assertThat(hangs.at("/error/kind").asText()).isEqualTo("out_of_time");
    assertThat(hangs.at("/error/message").asText()).contains("no further attempt");
    JsonNode next = MAPPER.readTree(Files.readAllLines(out).get(1));
    assertThat(next.path("status").asText()).isEqualTo("converged");
    try (Stream<Path> kept = Files.walk(store)) {
      assertThat(kept.filter(f -> f.toString().endsWith(".json"))).hasSize(1);
    }
  }

  @Test
  void aPathThatFailsCostsNothingButTheDrawing() throws IOException {
    Path pw =
        standIn(
            """
            points=$(grep -A1 'K_POINTS crystal' pw.in | tail -1)
            case "$points" in ''|*[!0-9]*) ;; *) [ "$points" -lt 60 ] || exit 3;; esac
            exec pw.x "$@"
            """);
    Path out = folder.resolve("record.json");
    kSpacing = "0.7";
    Path si = write("si.json", silicon("Si"));
    assertThat(dft(si, out, "--pw", pw.toString(), "--band-path", "--energy-mesh")).isZero();
    JsonNode record = MAPPER.readTree(out.toFile());
    assertThat(record.path("status").asText())
        .as(record.path("error").toString())
        .isEqualTo("converged");
    assertThat(record.path("m_star").asDouble()).isPositive();
    assertThat(record.path("energy_ev").asDouble()).isNegative();
    assertThat(record.has("band_structure")).isFalse();
    assertThat(record.path("attempts").toString()).contains("interrupted");
  }

  @Test
  void badInputIsNamed() throws IOException {
    Path si = write("si.json", silicon("Si"));
    Path out = folder.resolve("record.json");
    assertThat(dft(si, out, "--pw", "no-such-pw.x")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(messages).contains("no-such-pw.x", "--pw");
    assertThat(dft(si, out, "--launcher", "no-such-mpirun -np 2")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(messages).contains("no-such-mpirun");
    assertThat(dft(folder.resolve("absent.json"), out)).isEqualTo(ExitCode.BAD_INPUT);
    Path gold = write("gold.json", new Structure("Au", RealPw.zincBlende(6, "Au", "Au")));
    assertThat(dft(gold, out)).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(messages).contains("Au");
    assertThat(dft(write("two.jsonl", silicon("a"), silicon("b")), out)).isEqualTo(ExitCode.USAGE);
    assertThat(messages).contains(".jsonl");
    assertThat(dft(si, out, "--threads", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(out).doesNotExist();
  }

  @Test
  void pseudopotentialsAreCheckedFileByFile() throws IOException {
    Path copy = Files.createDirectory(folder.resolve("pseudo"));
    Path manifest = pseudopotentials.resolve("manifest.json");
    Files.copy(pseudopotentials.resolve("Si.UPF"), copy.resolve("Si.UPF"));
    CommandLine commandLine = Main.commandLine();
    StringWriter err = new StringWriter();
    commandLine.setErr(new PrintWriter(err, true)).setOut(new PrintWriter(new StringWriter()));
    String[] check = {
      "pseudopotentials",
      "check",
      "--pseudo-dir",
      copy.toString(),
      "--manifest",
      manifest.toString(),
      "--elements",
      "Si"
    };
    assertThat(commandLine.execute(check)).isZero();
    check[7] = "Si,Ga";
    assertThat(commandLine.execute(check)).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("Ga.UPF is missing");
    Files.writeString(copy.resolve("Si.UPF"), Files.readString(copy.resolve("Si.UPF")) + " ");
    check[7] = "Si";
    assertThat(commandLine.execute(check)).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("Si.UPF has MD5");
  }
}
