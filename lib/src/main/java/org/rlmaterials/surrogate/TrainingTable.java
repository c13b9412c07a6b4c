package org.rlmaterials.surrogate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.dataset.Dataset;
import org.rlmaterials.dataset.DatasetRecord;
import org.rlmaterials.dataset.MassKind;
import org.rlmaterials.dataset.Split;
import org.rlmaterials.fingerprint.Descriptor;

/** Records with features and labels, as the surrogate trains on them and is judged by them. */
public final class TrainingTable {
  private final Descriptor descriptor;
  private final List<Row> rows;

  /**
   * One record.
   *
   * @param id name
   * @param source where it comes from
   * @param chemicalSystem sorted element symbols joined by "-"
   * @param split side by chemical system
   * @param features raw descriptor
   * @param labels what is known of it
   * @param crystal the crystal, null where it is not needed
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Row(
      String id,
      String source,
      String chemicalSystem,
      Split split,
      float[] features,
      Labels labels,
      Crystal crystal) {

    /**
     * @param heldOut which rows are held out
     * @return the side of this row
     */
    Split side(TrainingOptions.HeldOut heldOut) {
      if (heldOut == TrainingOptions.HeldOut.SYSTEM) {
        return split;
      }
      double u = fraction("random split:" + id);
      return u < 0.7 ? Split.TRAIN : u < 0.85 ? Split.VALIDATION : Split.TEST;
    }
  }

  /**
   * @param descriptor what the features are
   * @param rows the records
   */
  public TrainingTable(Descriptor descriptor, List<Row> rows) {
    this.descriptor = descriptor;
    this.rows = List.copyOf(rows);
  }

  /**
   * Takes a dataset. Descriptors other than the fingerprint, and copies with displaced atoms, are
   * computed from the structures beside it.
   *
   * @param dataset the dataset
   * @param descriptor what to describe crystals with
   * @param massMin smallest |m*| that is a label (mₑ)
   * @param massMax largest |m*| that is a label (mₑ)
   * @param withCrystals whether crystals are needed even if features are in the table
   * @return the table, in the order of the dataset
   */
  public static TrainingTable of(
      Dataset dataset,
      Descriptor descriptor,
      double massMin,
      double massMax,
      boolean withCrystals) {
    boolean inTable = descriptor.name().equals("fingerprint");
    List<Structure> structures = inTable && !withCrystals ? null : dataset.structures();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < dataset.records().size(); i++) {
      DatasetRecord record = dataset.records().get(i);
      Crystal crystal = structures == null ? null : structures.get(i).crystal();
      rows.add(
          new Row(
              record.id(),
              record.source(),
              record.chemicalSystem(),
              record.split(),
              inTable ? record.fingerprint() : descriptor.of(crystal),
              Labels.of(
                  record.mStar(),
                  record.mHole(),
                  record.massKind() == MassKind.CURVATURE,
                  record.gapEv(),
                  record.formationEnergyEvPerAtom(),
                  massMin,
                  massMax),
              crystal));
    }
    return new TrainingTable(descriptor, rows);
  }

  /**
   * @return what the features are
   */
  public Descriptor descriptor() {
    return descriptor;
  }

  /**
   * @return the records
   */
  public List<Row> rows() {
    return rows;
  }

  private static double fraction(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Integer.toUnsignedLong(ByteBuffer.wrap(digest).getInt()) / 0x1p32;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
