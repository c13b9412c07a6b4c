package org.rlmaterials.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Element;
import org.rlmaterials.crystal.Seeds;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureGenerator;
import org.rlmaterials.crystal.StructureHash;
import org.rlmaterials.dataset.Dataset;
import org.rlmaterials.dataset.DatasetRecord;
import org.rlmaterials.dataset.MassKind;
import org.rlmaterials.dataset.Splits;
import org.rlmaterials.fingerprint.Descriptor;
import org.rlmaterials.fingerprint.Descriptors;
import org.rlmaterials.surrogate.Surrogate;
import org.rlmaterials.surrogate.TrainingOptions;

/**
 * The surrogate of the benchmarks: the folders named in RL_MATERIALS_SURROGATE (separated by
 * colons), else results/surrogate/member_*, else members trained on the spot on made-up labels.
 */
final class BenchSurrogate {
  private BenchSurrogate() {}

  static List<Path> folders(int members) throws IOException {
    String named = System.getenv("RL_MATERIALS_SURROGATE");
    if (named != null) {
      List<Path> folders = Arrays.stream(named.split(":")).map(Path::of).toList();
      return folders.subList(0, Math.min(members, folders.size()));
    }
    List<Path> found = new ArrayList<>();
    for (int k = 0; k < members; k++) {
      for (String name : List.of("member_" + k, "member_" + (k + 1))) {
        Path folder = Path.of("results", "surrogate", name);
        if (Files.exists(folder.resolve("model.json")) && !found.contains(folder)) {
          found.add(folder);
        }
      }
    }
    if (!found.isEmpty()) {
      return found.subList(0, Math.min(members, found.size()));
    }
    System.out.println(
        "no surrogate in RL_MATERIALS_SURROGATE or results/surrogate: one is trained on made-up"
            + " labels, which serves for speed alone");
    return madeUp(Files.createTempDirectory("bench-surrogate"), members, TrainingOptions.local());
  }

  /** Members trained shortly on an invented law. */
  static List<Path> madeUp(Path folder, int members, TrainingOptions preset) {
    Descriptor descriptor = Descriptors.byName("fingerprint");
    List<DatasetRecord> records = new ArrayList<>();
    List<Structure> structures = new StructureGenerator(Seeds.standard(), 1).first(400);
    for (Structure structure : structures) {
      Crystal crystal = structure.crystal();
      double electronegativity = 0;
      double z = 0;
      for (int i = 0; i < crystal.size(); i++) {
        Element element = crystal.element(i);
        electronegativity += element.electronegativity() / crystal.size();
        z += (double) element.atomicNumber() / crystal.size();
      }
      double gap = Math.max(0, 4 * (electronegativity - 1.8) + 20 / crystal.volumePerAtom() - 1.5);
      double mass = 0.02 + 0.1 * gap + 2 / z;
      records.add(
          new DatasetRecord(
              structure.id(),
              "dft",
              crystal.reducedFormula(),
              crystal.chemicalSystem(),
              Splits.of(crystal.chemicalSystem()),
              StructureHash.of(crystal),
              crystal.size(),
              gap > 0.1 ? MassKind.CURVATURE : null,
              gap > 0.1 ? mass : Double.NaN,
              Double.NaN,
              gap > 0.1 ? gap : 0,
              "PBE",
              Double.NaN,
              0,
              descriptor.of(crystal)));
    }
    Path dataset = folder.resolve("dataset.csv.gz");
    Dataset.write(dataset, records, structures);
    List<Path> folders = new ArrayList<>();
    for (int k = 0; k < members; k++) {
      Path out = folder.resolve("member_" + k);
      TrainingOptions options =
          preset.with(Map.of("epochs_phase1", 30, "patience", 30, "two_phase", false));
      Surrogate.train(dataset, options, 1, k, "bench", out, (epoch, most) -> {});
      folders.add(out);
    }
    return folders;
  }
}
