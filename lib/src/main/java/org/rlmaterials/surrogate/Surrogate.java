package org.rlmaterials.surrogate;

import ai.djl.engine.Engine;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.dataset.Dataset;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.files.AtomicFiles;
import org.rlmaterials.fingerprint.Descriptor;
import org.rlmaterials.fingerprint.Descriptors;

/** What the commands of the surrogate do, from files to files. */
public final class Surrogate {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Surrogate() {}

  /**
   * Trains one member and writes its folder.
   *
   * @param dataset NAME.csv.gz; its structures lie beside it
   * @param options what to train and how
   * @param seed seed of every random choice, together with the member
   * @param member which member, from 0
   * @param version version of this program, for the provenance
   * @param folder where the member goes
   * @param listener hears of every epoch
   * @return the member's learning curve
   */
  public static List<Training.Epoch> train(
      Path dataset,
      TrainingOptions options,
      long seed,
      int member,
      String version,
      Path folder,
      Training.EpochListener listener) {
    long start = System.nanoTime();
    Descriptor descriptor = descriptor(options.descriptor());
    TrainingTable table =
        TrainingTable.of(
            Dataset.read(dataset),
            descriptor,
            options.massMin(),
            options.massMax(),
            options.jitter().copies() > 0);
    Training training = new Training(table, options, seed, member).telling(listener);
    Model model = training.run();
    ObjectNode provenance = model.provenance();
    provenance.put("dataset_sha256", sha256(dataset));
    provenance.put(
        "split_rule",
        options.split() == TrainingOptions.HeldOut.SYSTEM
            ? "SHA-256 of the chemical system, as the dataset's column says"
            : "SHA-256 of the record's id");
    provenance.set("options", MAPPER.valueToTree(options));
    ObjectNode versions = provenance.putObject("versions");
    versions.put("rl_materials", version);
    versions.put("djl", Engine.getDjlVersion());
    versions.put("libtorch", Torch.version());
    versions.put("java", Integer.toString(Runtime.version().feature()));
    ModelFolder.write(folder, model, training.epochs());
    // The one thing that differs from run to run lies in a file that nothing reads.
    AtomicFiles.writeString(
        folder.resolve("timing.json"),
        String.format(
            Locale.ROOT, "{\"training_seconds\": %.1f}%n", (System.nanoTime() - start) / 1e9));
    return training.epochs();
  }

  /**
   * Predicts structures and writes a table: {@code
   * id,m_star,m_star_std,gap_ev,gap_std_ev,semiconductor_probability}.
   *
   * @param folders members of the ensemble
   * @param structures what to predict
   * @param out where the table goes
   */
  public static void predict(List<Path> folders, List<Structure> structures, Path out) {
    try (Ensemble ensemble = Ensemble.load(folders)) {
      int size = ensemble.descriptor().size();
      float[] features = new float[structures.size() * size];
      for (int i = 0; i < structures.size(); i++) {
        ensemble.descriptor().compute(structures.get(i).crystal(), features, i * size);
      }
      PropertyPredictor.Predictions p = ensemble.predict(features, structures.size());
      StringBuilder csv =
          new StringBuilder("id,m_star,m_star_std,gap_ev,gap_std_ev,semiconductor_probability\n");
      for (int i = 0; i < structures.size(); i++) {
        csv.append(quoted(structures.get(i).id())).append(',');
        csv.append(p.mStar()[i]).append(',').append(p.mStarStd()[i]).append(',');
        csv.append(p.gapEv()[i]).append(',').append(p.gapStdEv()[i]).append(',');
        csv.append(p.semiconductorProbability()[i]).append('\n');
      }
      AtomicFiles.writeString(out, csv.toString());
    }
  }

  private static String quoted(String text) {
    return text.matches("[^,\"\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  private static Descriptor descriptor(String name) {
    try {
      return Descriptors.byName(name);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(e.getMessage(), e);
    }
  }

  private static String sha256(Path file) {
    try {
      return ModelFolder.sha256(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new BadInputException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
