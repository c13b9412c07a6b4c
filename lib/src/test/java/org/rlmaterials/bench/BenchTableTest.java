package org.rlmaterials.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rlmaterials.bench.Figures.Figure;

class BenchTableTest {
  private static final Figure SPEED = new Figure("x", "speed", 100, "1/s", true);
  private static final Figure OVER =
      new Figure("x", "ours over theirs, \"fast\"", 2, "ratio", true);
  private static final Figure COST = new Figure("x", "cost", 1.5, "ratio", false);

  private static Figure with(Figure f, double value) {
    return new Figure(f.bench(), f.quantity(), value, f.unit(), f.higherIsBetter());
  }

  @Test
  void ratiosThatGotWorseArePointedOut() {
    List<Figure> committed = List.of(SPEED, OVER, COST);
    List<String> same =
        BenchTable.table(List.of(with(SPEED, 10), with(OVER, 1.7), with(COST, 1.7)), committed);
    assertThat(same).hasSize(5).noneMatch(l -> l.contains("WORSE"));
    assertThat(BenchTable.table(List.of(with(OVER, 1.6), with(COST, 3)), committed))
        .anyMatch(l -> l.contains("1.600") && l.contains("WORSE by 25 %"))
        .anyMatch(l -> l.contains("cost") && l.contains("WORSE by 100 %"));
    assertThat(BenchTable.table(List.of(SPEED), List.of())).anyMatch(l -> l.contains("| new |"));
  }

  @Test
  void figuresComeBackFromTheirFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("a.csv");
    Figures.write(file, List.of(SPEED, OVER, COST));
    assertThat(Figures.read(file)).containsExactly(SPEED, OVER, COST);
  }
}
