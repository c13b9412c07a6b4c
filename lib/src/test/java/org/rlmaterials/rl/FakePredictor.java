package org.rlmaterials.rl;

import org.rlmaterials.fingerprint.Descriptor;
import org.rlmaterials.fingerprint.Descriptors;
import org.rlmaterials.surrogate.PropertyPredictor;

/**
 * A law instead of a surrogate: heavy elements and large cells make light masses and small gaps.
 * The uncertainty grows with the mean atomic number.
 */
final class FakePredictor implements PropertyPredictor {
  private final Descriptor descriptor = Descriptors.byName("fingerprint");
  private final int meanZ = descriptor.featureNames().indexOf("mean_atomic_number");
  private final int volume = descriptor.featureNames().indexOf("volume_per_atom_angstrom3");

  @Override
  public Descriptor descriptor() {
    return descriptor;
  }

  @Override
  public Predictions predict(float[] features, int rows) {
    Predictions p =
        new Predictions(
            new float[rows], new float[rows], new float[rows], new float[rows], new float[rows]);
    for (int i = 0; i < rows; i++) {
      float z = features[i * descriptor.size() + meanZ];
      float v = features[i * descriptor.size() + volume];
      float gap = 3 - 0.06f * z - 0.02f * (v - 20);
      p.mStar()[i] = 1.2f - 0.028f * z;
      p.mStarStd()[i] = 0.01f + 0.001f * z;
      p.gapEv()[i] = Math.max(0, gap);
      p.gapStdEv()[i] = 0.2f;
      p.semiconductorProbability()[i] = gap > 0.1 ? 0.9f : 0.1f;
    }
    return p;
  }

  @Override
  public void close() {}
}
