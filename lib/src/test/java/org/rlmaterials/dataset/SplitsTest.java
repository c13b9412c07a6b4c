package org.rlmaterials.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The split is a contract: the same chemical system is on the same side for ever. */
class SplitsTest {
  @Test
  void goldenValues() {
    // python3 -c "import hashlib; print(int(hashlib.sha256(b'As-Ga').hexdigest()[:8],16)/2**32)"
    // As-Ga 0.437, Si 0.142, In-Sb 0.757, Te-Zn 0.823, Ga-P 0.951, Al-N 0.895
    assertThat(Splits.of("As-Ga")).isEqualTo(Split.TRAIN);
    assertThat(Splits.of("Si")).isEqualTo(Split.TRAIN);
    assertThat(Splits.of("In-Sb")).isEqualTo(Split.VALIDATION);
    assertThat(Splits.of("Te-Zn")).isEqualTo(Split.VALIDATION);
    assertThat(Splits.of("Ga-P")).isEqualTo(Split.TEST);
    assertThat(Splits.of("Al-N")).isEqualTo(Split.TEST);
  }

  @Test
  void sharesOfSystems() {
    Map<Split, Integer> counts = new EnumMap<>(Split.class);
    String[] symbols = {
      "H", "Li", "Be", "B", "C", "N", "O", "F", "Na", "Mg", "Al", "Si", "P", "S", "Cl", "K", "Ca",
      "Ga", "Ge", "As", "Se", "Br", "In", "Sn"
    };
    int systems = 0;
    for (String a : symbols) {
      for (String b : symbols) {
        for (String c : symbols) {
          if (a.compareTo(b) < 0 && b.compareTo(c) < 0) {
            counts.merge(Splits.of(a + "-" + b + "-" + c), 1, Integer::sum);
            systems++;
          }
        }
      }
    }
    // 2024 systems: three standard deviations of a binomial are 3.1 % and 2.4 %.
    assertThat(counts.get(Split.TRAIN) / (double) systems).isBetween(0.67, 0.73);
    assertThat(counts.get(Split.VALIDATION) / (double) systems).isBetween(0.125, 0.175);
    assertThat(counts.get(Split.TEST) / (double) systems).isBetween(0.125, 0.175);
  }
}
