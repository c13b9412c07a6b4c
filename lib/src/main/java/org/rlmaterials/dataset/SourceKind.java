package org.rlmaterials.dataset;

import java.util.Arrays;
import java.util.Locale;

/**
 * Where records come from, in order of priority: where two sources describe the same structure, the
 * structure and each label are those of the first that has them. Our own DFT is first because its
 * method is known and its masses are what validation will measure; a user's own data come before
 * public databases; of these Materials Project comes first, because its gaps are PBE like ours.
 */
enum SourceKind {
  DFT,
  ID_PROP,
  MATERIALS_PROJECT,
  JARVIS;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException if there is no such source
   */
  static SourceKind ofLabel(String label) {
    return Arrays.stream(values())
        .filter(kind -> kind.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "source '" + label + "': expected dft, id_prop, materials_project or jarvis"));
  }
}
