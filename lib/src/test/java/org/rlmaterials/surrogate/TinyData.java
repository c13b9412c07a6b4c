package org.rlmaterials.surrogate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.RandomStream;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.dataset.Dataset;
import org.rlmaterials.dataset.DatasetRecord;
import org.rlmaterials.dataset.MassKind;
import org.rlmaterials.dataset.Splits;
import org.rlmaterials.fingerprint.CrystalFingerprint;

/**
 * Zincblende-like crystals with a made-up law behind mass and gap, for tests: both follow the
 * lattice constant and the electronegativities, every third record is a metal.
 */
public final class TinyData {
  private static final String[] CATIONS = {"Al", "Ga", "In", "Si", "Ge", "Sn"};
  private static final String[] ANIONS = {"N", "P", "As", "Sb", "C", "Se", "Te"};

  private TinyData() {}

  /**
   * @param file NAME.csv.gz
   * @param count number of records
   */
  public static void write(Path file, int count) {
    List<DatasetRecord> records = new ArrayList<>();
    List<Structure> structures = new ArrayList<>();
    RandomStream random = RandomStream.of(1);
    for (int i = 0; i < count; i++) {
      double a = random.uniform(4, 6.5);
      List<String> species =
          List.of(CATIONS[random.nextInt(CATIONS.length)], ANIONS[random.nextInt(ANIONS.length)]);
      Crystal crystal =
          Crystal.of(
              Lattice.ofRows(0, a / 2, a / 2, a / 2, 0, a / 2, a / 2, a / 2, 0),
              species,
              new double[][] {{0, 0, 0}, {0.25, 0.25, 0.25}});
      boolean metal = i % 3 == 0;
      String id = "tiny-" + i;
      records.add(
          new DatasetRecord(
              id,
              i % 5 == 4 ? "materials_project" : "dft",
              crystal.reducedFormula(),
              crystal.chemicalSystem(),
              Splits.of(crystal.chemicalSystem()),
              "hash-" + i,
              2,
              metal ? null : MassKind.CURVATURE,
              metal || i % 5 == 4 ? Double.NaN : 0.05 + 0.1 * (6.5 - a),
              Double.NaN,
              metal ? 0 : 0.3 + (6.5 - a),
              "PBE",
              Double.NaN,
              0,
              new CrystalFingerprint().of(crystal)));
      structures.add(new Structure(id, crystal));
    }
    Dataset.write(file, records, structures);
  }
}
