package org.rlmaterials.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.rlmaterials.cli.Main;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;

/**
 * Merges 50,000 made-up records of three sources, of which it is known which are the same: time,
 * peak memory, and whether the duplicates are found. The merge runs in a JVM of its own with two
 * processors and the heap that a task of 2 GB has.
 */
public final class MergeBench {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MATERIALS_PROJECT = 33_000;
  private static final int JARVIS = 16_000;
  private static final int OWN = 1_000;

  /** Every fourth record of JARVIS is a crystal of Materials Project, relaxed a little apart. */
  private static final int SHARED = JARVIS / 4;

  private static final String[] CATIONS = {
    "Li", "Na", "K", "Rb", "Cs", "Be", "Mg", "Ca", "Sr", "Ba", "Cu", "Ag", "Zn", "Cd", "Hg", "B",
    "Al", "Ga", "In", "Tl", "Si", "Ge", "Sn", "Pb", "Sc", "Y", "La", "Ti", "Zr", "Hf"
  };
  private static final String[] ANIONS = {
    "N", "P", "As", "Sb", "Bi", "O", "S", "Se", "Te", "F", "Cl", "Br", "I"
  };

  private MergeBench() {}

  /**
   * Runs the benchmark; with arguments, the merge alone.
   *
   * @param args none, or a command line
   * @throws Exception if a file cannot be written or the child JVM fails
   */
  public static void main(String[] args) throws Exception {
    if (args.length > 0) {
      int exit = Main.commandLine().execute(args);
      System.out.println("peak_kb " + peakKilobytes());
      System.out.println(
          "cpu_ns "
              + ((com.sun.management.OperatingSystemMXBean)
                      ManagementFactory.getOperatingSystemMXBean())
                  .getProcessCpuTime());
      System.exit(exit);
    }
    Path folder = Files.createTempDirectory("merge-bench");
    try {
      run(folder);
    } finally {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  private static void run(Path folder) throws Exception {
    Random random = new Random(11);
    List<Crystal> known = new ArrayList<>();
    Set<String> shapes = new HashSet<>();
    long atoms = 0;
    try (Writer out = gzip(folder.resolve("mp.jsonl.gz"))) {
      while (known.size() < MATERIALS_PROJECT) {
        Crystal crystal = distinct(random, shapes);
        known.add(crystal);
        atoms += crystal.size();
        out.write(materialsProject("mp-" + known.size(), crystal, random) + "\n");
      }
    }
    try (Writer out = gzip(folder.resolve("jarvis.json.gz"))) {
      for (int i = 0; i < JARVIS; i++) {
        Crystal crystal =
            i < SHARED
                ? relaxedApart(known.get(random.nextInt(8) + 8 * i), random)
                : distinct(random, shapes);
        atoms += crystal.size();
        out.write((i == 0 ? "[" : ",\n") + jarvis("JVASP-" + i, crystal, random));
      }
      out.write("]");
    }
    try (Writer out = gzip(folder.resolve("own.jsonl.gz"))) {
      for (int i = 0; i < OWN; i++) {
        // Strained cells of a few formulas, all to be kept, as the bootstrap makes them.
        Crystal crystal = scaled(zincBlende(CATIONS[16 + i % 3], ANIONS[i % 4]), 0.9 + 2e-4 * i);
        atoms += crystal.size();
        out.write(own("own-" + i, crystal) + "\n");
      }
    }
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1600m",
            "-XX:ActiveProcessorCount=2",
            "-cp",
            System.getProperty("java.class.path"),
            MergeBench.class.getName(),
            "dataset",
            "merge",
            "--records",
            folder.resolve("own.jsonl.gz").toString(),
            "--jarvis",
            folder.resolve("jarvis.json.gz").toString(),
            "--materials-project",
            folder.resolve("mp.jsonl.gz").toString(),
            "--out",
            folder.resolve("dataset.csv.gz").toString());
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = process.waitFor();
    double seconds = (System.nanoTime() - start) / 1e9;
    if (exit != 0) {
      throw new IOException("the merge ended with exit code " + exit);
    }
    JsonNode report = MAPPER.readTree(folder.resolve("merge_report.json").toFile());
    int read = MATERIALS_PROJECT + JARVIS + OWN;
    System.out.printf(
        "java %s, %s %s, %d processors, load %.1f%n",
        System.getProperty("java.version"),
        System.getProperty("os.name"),
        System.getProperty("os.version"),
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    System.out.printf("records read %,d, %.1f atoms a cell%n", read, atoms / (double) read);
    System.out.printf(
        "wall time %.1f s (%,.0f records/s), processor time %.1f s%n",
        seconds, read / seconds, number(output, "cpu_ns ") / 1e9);
    System.out.printf("peak resident memory %.2f GB%n", number(output, "peak_kb ") / 1048576.0);
    System.out.printf(
        "duplicates planted %,d, found %,d%n",
        SHARED, report.at("/duplicates/records_removed").intValue());
    Figures figures = new Figures("merge");
    figures.higher("records merged", read / seconds, "1/s");
    figures.lower("peak memory", number(output, "peak_kb ") / 1048576.0, "GB");
    figures.higher(
        "planted duplicates found",
        report.at("/duplicates/records_removed").doubleValue() / SHARED,
        Figures.RATIO);
    figures.write();
  }

  private static long number(String output, String key) {
    return output
        .lines()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> Long.parseLong(line.substring(key.length())))
        .findFirst()
        .orElse(0);
  }

  private static long peakKilobytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .map(line -> line.replaceAll("\\D", ""))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(0);
  }

  private static Writer gzip(Path file) throws IOException {
    return new BufferedWriter(
        new OutputStreamWriter(
            new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.UTF_8));
  }

  /** A crystal of a prototype and elements that none before had together. */
  private static Crystal distinct(Random random, Set<String> shapes) {
    while (true) {
      int prototype = random.nextInt(3);
      String a = CATIONS[random.nextInt(CATIONS.length)];
      String b = CATIONS[random.nextInt(CATIONS.length)];
      String x = ANIONS[random.nextInt(ANIONS.length)];
      String y = ANIONS[random.nextInt(ANIONS.length)];
      // All but the perovskite are the same with its cations or its anions exchanged.
      String shape =
          prototype == 0 ? "0 " + a + " " + b + " " + x : prototype + " " + a + b + x + y;
      boolean ordered = prototype == 0 || (a.compareTo(b) < 0 && x.compareTo(y) < 0);
      if (a.equals(b) || x.equals(y) || !ordered || !shapes.add(shape)) {
        continue;
      }
      Crystal base =
          switch (prototype) {
            case 0 -> perovskite(a, b, x);
            case 1 -> chalcopyrite(a, b, x, y);
            default -> layered(a, b, x, y);
          };
      int repeat = Math.max(1, (4 + random.nextInt(40)) / base.size());
      Crystal strained = scaled(base, 0.95 + 0.1 * random.nextDouble());
      return strained.supercell(1, 1, repeat);
    }
  }

  private static Crystal zincBlende(String a, String x) {
    return crystal(new double[] {0, 3, 3, 3, 0, 3, 3, 3, 0}, a, 0, 0, 0, x, .25, .25, .25);
  }

  private static Crystal perovskite(String a, String b, String x) {
    return crystal(
        new double[] {4.1, 0, 0, 0, 4.1, 0, 0, 0, 4.1},
        a,
        0,
        0,
        0,
        b,
        .5,
        .5,
        .5,
        x,
        .5,
        .5,
        0,
        x,
        .5,
        0,
        .5,
        x,
        0,
        .5,
        .5);
  }

  private static Crystal chalcopyrite(String a, String b, String x, String y) {
    return crystal(
        new double[] {5.8, 0, 0, 0, 5.8, 0, 0, 0, 5.8},
        a,
        0,
        0,
        0,
        b,
        0,
        .5,
        .5,
        a,
        .5,
        0,
        .5,
        b,
        .5,
        .5,
        0,
        x,
        .25,
        .25,
        .25,
        x,
        .25,
        .75,
        .75,
        y,
        .75,
        .25,
        .75,
        y,
        .75,
        .75,
        .25);
  }

  private static Crystal layered(String a, String b, String x, String y) {
    return crystal(
        new double[] {4, 0, 0, -2, 3.4641016, 0, 0, 0, 13},
        a,
        0,
        0,
        0,
        x,
        1 / 3.0,
        2 / 3.0,
        .11,
        y,
        2 / 3.0,
        1 / 3.0,
        -.12,
        b,
        0,
        0,
        .5,
        x,
        1 / 3.0,
        2 / 3.0,
        .61,
        y,
        2 / 3.0,
        1 / 3.0,
        .39);
  }

  private static Crystal crystal(double[] rows, Object... atoms) {
    List<String> species = new ArrayList<>();
    double[][] positions = new double[atoms.length / 4][3];
    for (int i = 0; i < positions.length; i++) {
      species.add((String) atoms[4 * i]);
      for (int j = 0; j < 3; j++) {
        positions[i][j] = ((Number) atoms[4 * i + 1 + j]).doubleValue();
      }
    }
    return Crystal.of(Lattice.ofRows(rows), species, positions);
  }

  private static Crystal scaled(Crystal crystal, double factor) {
    double[] rows = crystal.lattice().toRows();
    for (int i = 0; i < 9; i++) {
      rows[i] *= factor;
    }
    return Crystal.of(Lattice.ofRows(rows), crystal.atomicNumbers(), crystal.toFractionalRows());
  }

  /** As another functional would relax it, in another cell, with another origin. */
  private static Crystal relaxedApart(Crystal crystal, Random random) {
    Crystal scaled = scaled(crystal, 1 + 0.02 * (random.nextDouble() - 0.7));
    double[] rows = scaled.lattice().toRows();
    double[] other = rows.clone();
    for (int j = 0; j < 3; j++) {
      other[3 + j] = rows[3 + j] + rows[j];
    }
    Lattice lattice = Lattice.ofRows(other);
    double[][] positions = scaled.cartesianPositions();
    double shift = random.nextDouble();
    for (int i = 0; i < positions.length; i++) {
      double[] position = lattice.toFractional(positions[i]);
      for (int j = 0; j < 3; j++) {
        position[j] += shift;
      }
      positions[i] = position;
    }
    return Crystal.of(lattice, scaled.species(), positions);
  }

  private static ObjectNode materialsProject(String id, Crystal crystal, Random random) {
    ObjectNode row = MAPPER.createObjectNode().put("mp_id", id);
    ArrayNode cell = row.putArray("cell");
    for (int i = 0; i < 3; i++) {
      cell.add(crystal.lattice().length(i));
    }
    for (int i = 0; i < 3; i++) {
      cell.add(crystal.lattice().angle(i));
    }
    crystal.species().forEach(row.putArray("species")::add);
    positions(row.putArray("frac_coords"), crystal.fractionalPositions());
    return row.put("band_gap", 0.5 + random.nextDouble())
        .put("m_n", 0.1 + random.nextDouble())
        .put("m_p", 0.1 + random.nextDouble())
        .put("e_form_per_atom", -random.nextDouble());
  }

  private static ObjectNode jarvis(String id, Crystal crystal, Random random) {
    ObjectNode row = MAPPER.createObjectNode().put("jid", id);
    ObjectNode atoms = row.putObject("atoms");
    positions(atoms.putArray("lattice_mat"), crystal.lattice().vectors());
    positions(atoms.putArray("coords"), crystal.fractionalPositions());
    crystal.species().forEach(atoms.putArray("elements")::add);
    return row.put("avg_elec_mass", random.nextBoolean() ? 0 : 0.1 + random.nextDouble())
        .put("avg_hole_mass", "na")
        .put("optb88vdw_bandgap", 0.5 + random.nextDouble());
  }

  private static ObjectNode own(String id, Crystal crystal) {
    ObjectNode row = MAPPER.createObjectNode().put("id", id).put("status", "converged");
    row.set("structure", StructureJson.toJson(new Structure(id, crystal)));
    return row.put("gap_ev", 0.5).put("m_star", 0.1).put("mass_kind", "curvature");
  }

  private static void positions(ArrayNode target, double[][] rows) {
    for (double[] row : rows) {
      target.addArray().add(row[0]).add(row[1]).add(row[2]);
    }
  }
}
