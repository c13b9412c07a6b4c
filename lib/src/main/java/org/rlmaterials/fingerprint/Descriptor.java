package org.rlmaterials.fingerprint;

import java.util.List;
import org.rlmaterials.crystal.Crystal;

/**
 * A fixed list of numbers computed from a crystal. It does not change under permutation of atoms,
 * rotation, shift of origin or choice of lattice basis. Implementations are thread-safe.
 */
public interface Descriptor {
  /**
   * @return the name a model records: "fingerprint" (152 numbers) or "local"
   */
  String name();

  /**
   * @return feature names with units, in the order of the numbers
   */
  List<String> featureNames();

  /**
   * Writes the features of a crystal.
   *
   * @param crystal the crystal
   * @param target where the features go, in the units of {@link #featureNames()}
   * @param offset index in target of the first feature
   */
  void compute(Crystal crystal, float[] target, int offset);

  /**
   * @return how many numbers there are
   */
  default int size() {
    return featureNames().size();
  }

  /**
   * @param crystal the crystal
   * @return its features, in the units of {@link #featureNames()}
   */
  default float[] of(Crystal crystal) {
    float[] features = new float[size()];
    compute(crystal, features, 0);
    return features;
  }
}
