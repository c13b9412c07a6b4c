package org.rlmaterials.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.rlmaterials.errors.BadInputException;

class SeedFilesTest {
  @Test
  void smallSeedsOnly() {
    assertThat(SeedFiles.read(null, null)).hasSize(18);
    assertThat(SeedFiles.read(null, 2)).hasSize(12).allMatch(s -> s.crystal().size() == 2);
    assertThatThrownBy(() -> SeedFiles.read(null, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("no seed has at most 1 atoms");
  }
}
