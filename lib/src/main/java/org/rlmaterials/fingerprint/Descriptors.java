package org.rlmaterials.fingerprint;

import java.util.List;

/** The descriptors there are, by the name a model records. */
public final class Descriptors {
  private static final List<Descriptor> ALL =
      List.of(new CrystalFingerprint(), new LocalDescriptor());

  private Descriptors() {}

  /**
   * @param name "fingerprint" (152 numbers) or "local"
   * @return the descriptor
   * @throws IllegalArgumentException if there is none of that name; the message lists them
   */
  public static Descriptor byName(String name) {
    return ALL.stream()
        .filter(d -> d.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown descriptor '" + name + "': expected one of " + names()));
  }

  /**
   * @return the names {@link #byName(String)} knows
   */
  public static List<String> names() {
    return ALL.stream().map(Descriptor::name).toList();
  }
}
