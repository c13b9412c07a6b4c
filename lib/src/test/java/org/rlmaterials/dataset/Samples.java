package org.rlmaterials.dataset;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.files.Progress;

/** Small crystals and rows of the sources' layouts. */
final class Samples {
  static final ObjectMapper MAPPER = new ObjectMapper();

  private Samples() {}

  static Crystal zincBlende(String cation, String anion, double aAngstrom) {
    double h = aAngstrom / 2;
    return Crystal.of(
        Lattice.ofRows(0, h, h, h, 0, h, h, h, 0),
        List.of(cation, anion),
        new double[][] {{0, 0, 0}, {0.25, 0.25, 0.25}});
  }

  /** The same crystal as {@link #zincBlende}: cubic cell, turned, other origin, other order. */
  static Crystal zincBlendeCubic(String cation, String anion, double aAngstrom) {
    double c = 0.6 * aAngstrom;
    double s = 0.8 * aAngstrom;
    return Crystal.of(
        Lattice.ofRows(c, s, 0, -s, c, 0, 0, 0, aAngstrom),
        List.of(anion, cation, anion, cation, cation, anion, anion, cation),
        new double[][] {
          {0.35, 0.35, 0.35},
          {0.1, 0.1, 0.1},
          {0.35, 0.85, 0.85},
          {0.1, 0.6, 0.6},
          {0.6, 0.1, 0.6},
          {0.85, 0.35, 0.85},
          {0.85, 0.85, 0.35},
          {0.6, 0.6, 0.1}
        });
  }

  static Crystal rockSalt(String cation, String anion, double aAngstrom) {
    double h = aAngstrom / 2;
    return Crystal.of(
        Lattice.ofRows(0, h, h, h, 0, h, h, h, 0),
        List.of(cation, anion),
        new double[][] {{0, 0, 0}, {0.5, 0.5, 0.5}});
  }

  static ObjectNode jarvis(String id, Crystal crystal, Object mass, Object hole, Object gapEv) {
    ObjectNode row = MAPPER.createObjectNode().put("jid", id);
    ObjectNode atoms = row.putObject("atoms");
    matrix(atoms.putArray("lattice_mat"), crystal.lattice().vectors());
    matrix(atoms.putArray("coords"), crystal.fractionalPositions());
    crystal.species().forEach(atoms.putArray("elements")::add);
    atoms.put("cartesian", false);
    row.putPOJO("avg_elec_mass", mass).putPOJO("avg_hole_mass", hole);
    row.putPOJO("optb88vdw_bandgap", gapEv).put("mbj_bandgap", "na");
    return row.put("formation_energy_peratom", -0.5);
  }

  static ObjectNode materialsProject(
      String id, Crystal crystal, Double electron, Double hole, Double gapEv) {
    ObjectNode row = MAPPER.createObjectNode().put("mp_id", id).put("formula", "any");
    ArrayNode cell = row.putArray("cell");
    for (int i = 0; i < 3; i++) {
      cell.add(crystal.lattice().length(i));
    }
    for (int i = 0; i < 3; i++) {
      cell.add(crystal.lattice().angle(i));
    }
    crystal.species().forEach(row.putArray("species")::add);
    matrix(row.putArray("frac_coords"), crystal.fractionalPositions());
    return row.put("band_gap", gapEv)
        .put("m_n", electron)
        .put("m_p", hole)
        .put("e_form_per_atom", -0.4);
  }

  static ObjectNode dft(String id, Crystal crystal, Double mass, Double hole, Double gapEv) {
    ObjectNode row = MAPPER.createObjectNode().put("id", id).put("status", "converged");
    row.set("structure", StructureJson.toJson(new Structure(id, crystal)));
    row.put("gap_ev", gapEv).put("m_star", mass).put("mass_kind", "curvature");
    row.put("outcome", gapEv != null && gapEv == 0 ? "metal" : "semiconductor");
    if (hole != null) {
      row.putObject("hole").put("m_star", hole);
    }
    return row;
  }

  static ObjectNode failed(String id, Crystal crystal, String kind) {
    ObjectNode row = MAPPER.createObjectNode().put("id", id).put("status", "failed");
    row.set("structure", StructureJson.toJson(new Structure(id, crystal)));
    row.putObject("error").put("kind", kind).put("message", "because");
    return row;
  }

  private static void matrix(ArrayNode target, double[][] rows) {
    for (double[] row : rows) {
      target.addArray().add(row[0]).add(row[1]).add(row[2]);
    }
  }

  static Progress silent() {
    return new Progress(new PrintWriter(new StringWriter()));
  }

  /** A file of ../shared/data; the test is skipped where it is not there. */
  static Path shared(String name) {
    Path file =
        Path.of(System.getProperty("rlmaterials.project", ".."), "..", "shared", "data", name);
    for (int up = 0; up < 2 && !Files.exists(file); up++) {
      // A worktree lies one folder deeper than the checkout.
      file =
          Path.of(
              System.getProperty("rlmaterials.project", ".."),
              "../".repeat(up + 2) + "shared/data",
              name);
    }
    Assumptions.assumeTrue(Files.exists(file), "skipped: " + name + " is not in ../shared/data");
    return file;
  }
}
