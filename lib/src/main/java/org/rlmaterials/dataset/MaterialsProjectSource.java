package org.rlmaterials.dataset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.errors.BadInputException;

/**
 * Materials Project, one JSON object a line: {@code mp_id}, {@code cell} (a, b, c in Å; α, β, γ in
 * degrees), {@code species}, {@code frac_coords}, {@code band_gap} (eV, PBE), {@code m_n} and
 * {@code m_p} (conductivity masses of electrons and holes at 300 K and 1e18 cm⁻³, mₑ; null where
 * unknown), {@code e_form_per_atom} (eV). The masses are those of F. Ricci et al., Sci. Data 4,
 * 170085 (2017).
 *
 * @param file the rows
 * @param transport more masses by id; null for none
 */
record MaterialsProjectSource(Path file, TransportTable transport) implements Source {
  static final String GAP_FUNCTIONAL = "PBE";

  @Override
  public void read(SourceCounts counts, Consumer<SourceRecord> sink) {
    JsonRows.read(
        file,
        (row, line) -> {
          if (!row.has("mp_id") || !row.has("species")) {
            throw BadInputException.at(
                file.toString(),
                line,
                "keys \"mp_id\" and \"species\" are missing: expected rows as 'rl-materials dataset"
                    + " fetch materials-project' downloads them");
          }
          counts.read();
          Structure structure;
          try {
            structure = StructureJson.of(row, file.toString(), line);
          } catch (BadInputException e) {
            counts.rejected("invalid_structure");
            return;
          }
          sink.accept(new SourceRecord(structure.crystal(), labels(structure)));
        });
  }

  private Labels labels(Structure structure) {
    ObjectNode properties = structure.properties();
    double electron = Labels.number(properties, "m_n");
    double hole = Labels.number(properties, "m_p");
    if (transport != null) {
      TransportTable.Masses masses = transport.of(structure.id());
      electron = Double.isNaN(electron) ? masses.electron() : electron;
      hole = Double.isNaN(hole) ? masses.hole() : hole;
    }
    return new Labels(
        SourceKind.MATERIALS_PROJECT,
        structure.id(),
        MassKind.CONDUCTIVITY_300K,
        electron,
        hole,
        Labels.number(properties, "band_gap"),
        GAP_FUNCTIONAL,
        Labels.number(properties, "e_form_per_atom"),
        0,
        "");
  }
}
