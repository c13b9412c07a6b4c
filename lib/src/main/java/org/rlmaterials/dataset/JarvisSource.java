package org.rlmaterials.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.errors.BadInputException;

/**
 * JARVIS-DFT {@code dft_3d}: the published file (JSON, or the zip it comes in) and the cache that
 * {@code dataset fetch jarvis} makes of it, which is the same in the JSON form of structures.
 *
 * <p>{@code avg_elec_mass} and {@code avg_hole_mass} are conductivity masses at 300 K (mₑ) from
 * BoltzTraP, rounded to 0.01 before averaging over directions; 0.0 stands where there is none, and
 * "na" or NaN where a value is missing. {@code optb88vdw_bandgap} (eV) is with OptB88vdW, {@code
 * formation_energy_peratom} in eV. K. Choudhary et al., npj Comput. Mater. 6, 173 (2020).
 */
record JarvisSource(Path file) implements Source {
  static final String GAP_FUNCTIONAL = "OptB88vdW";

  /** The numbers kept in the cache, under the names of JARVIS. */
  private static final List<String> KEYS =
      List.of(
          "avg_elec_mass",
          "avg_hole_mass",
          "optb88vdw_bandgap",
          "mbj_bandgap",
          "formation_energy_peratom",
          "ehull");

  @Override
  public void read(SourceCounts counts, Consumer<SourceRecord> sink) {
    JsonRows.read(
        file,
        (row, line) -> {
          counts.read();
          Structure structure;
          try {
            structure = structure(row, file.toString(), line);
          } catch (UnusableStructureException e) {
            counts.rejected("invalid_structure");
            return;
          }
          sink.accept(new SourceRecord(structure.crystal(), labels(structure)));
        });
  }

  /**
   * @param row a row of the published file or of the cache
   * @return the structure with the numbers of {@link #KEYS} that it has
   * @throws BadInputException if the file is not JARVIS-DFT at all
   * @throws UnusableStructureException if the structure of this row cannot be used
   */
  static Structure structure(JsonNode row, String source, long line)
      throws UnusableStructureException {
    JsonNode atoms = row.get("atoms");
    if (atoms == null) {
      if (!row.has("lattice_angstrom")) {
        throw BadInputException.at(
            source,
            line,
            "keys \"jid\" and \"atoms\" are missing: expected JARVIS-DFT dft_3d, as 'rl-materials"
                + " dataset fetch jarvis' downloads it");
      }
      try {
        return StructureJson.of(row, source, line);
      } catch (BadInputException e) {
        throw new UnusableStructureException(e);
      }
    }
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    for (String key : KEYS) {
      double value = Labels.number(row, key);
      if (!Double.isNaN(value)) {
        properties.put(key, value);
      }
    }
    String id = row.path("jid").asText();
    if (id.isEmpty()) {
      throw BadInputException.at(source, line, "key \"jid\" is missing: expected JVASP-...");
    }
    try {
      return new Structure(id, crystal(atoms), properties);
    } catch (IllegalArgumentException e) {
      throw new UnusableStructureException(e);
    }
  }

  private static Crystal crystal(JsonNode atoms) {
    Lattice lattice = Lattice.of(matrix(atoms.path("lattice_mat")));
    List<String> species = new ArrayList<>();
    // Some symbols are padded with blanks.
    atoms.path("elements").forEach(e -> species.add(e.asText().strip()));
    double[][] positions = matrix(atoms.path("coords"));
    if (atoms.path("cartesian").asBoolean()) {
      for (int i = 0; i < positions.length; i++) {
        positions[i] = lattice.toFractional(positions[i]);
      }
    }
    return Crystal.of(lattice, species, positions);
  }

  private static double[][] matrix(JsonNode rows) {
    double[][] matrix = new double[rows.size()][3];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < 3; j++) {
        matrix[i][j] = rows.path(i).path(j).asDouble(Double.NaN);
      }
    }
    return matrix;
  }

  static Labels labels(Structure structure) {
    ObjectNode properties = structure.properties();
    return new Labels(
        SourceKind.JARVIS,
        structure.id(),
        MassKind.CONDUCTIVITY_300K,
        Labels.number(properties, "avg_elec_mass"),
        Labels.number(properties, "avg_hole_mass"),
        Labels.number(properties, "optb88vdw_bandgap"),
        GAP_FUNCTIONAL,
        Labels.number(properties, "formation_energy_peratom"),
        0,
        "");
  }

  /**
   * @return the structure without the numbers that its labels do not have
   */
  static Structure withLabels(Structure structure, Labels labels) {
    ObjectNode properties = structure.properties().deepCopy();
    if (Double.isNaN(labels.mStar())) {
      properties.remove("avg_elec_mass");
    }
    if (Double.isNaN(labels.mHole())) {
      properties.remove("avg_hole_mass");
    }
    if (!labels.hasGap()) {
      properties.remove("optb88vdw_bandgap");
    }
    return new Structure(structure.id(), structure.crystal(), properties);
  }
}
