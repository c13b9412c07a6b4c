package org.rlmaterials.rl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Moves;
import org.rlmaterials.crystal.RandomStream;
import org.rlmaterials.crystal.Seeds;
import org.rlmaterials.crystal.StructureMatcher;

class ArchiveTest {
  private static final Crystal GAAS = Seeds.standard().get(3).crystal();

  private static ArchiveEntry entry(Crystal crystal, double score, double probability) {
    return new ArchiveEntry(
        crystal, 0.1, 0.01, 1, 0.1, probability, 0, score, "GaAs", new Episode(-5, List.of(1, 2)));
  }

  private static Crystal randomCrystal(long k) {
    Crystal crystal = Seeds.standard().get((int) (k % 18)).crystal();
    RandomStream random = RandomStream.of(k);
    for (int i = 0; i < 3; i++) {
      crystal = Moves.draw(Moves.Kind.SWAP_SPECIES, crystal, random).apply(crystal);
    }
    return Moves.draw(Moves.Kind.PERTURB_LARGE, crystal, random).apply(crystal);
  }

  @Test
  void ofTheSameStructureTheBetterStays() {
    Archive archive = new Archive(10);
    archive.offer(entry(GAAS, 5, 1));
    archive.offer(entry(Moves.scale(0.02).apply(GAAS), 7, 1));
    archive.offer(entry(GAAS.supercell(2, 1, 1), 6, 1));
    assertThat(archive.best()).extracting(ArchiveEntry::score).containsExactly(7.0);
  }

  @Test
  void metalsDoNotEnter() {
    Archive archive = new Archive(10);
    archive.offer(entry(GAAS, 50, 0.49));
    assertThat(archive.size()).isZero();
    assertThat(archive.bestScore()).isNaN();
  }

  @Test
  void itHoldsTheBestOfDistinctStructuresAndNoMore() {
    Archive archive = new Archive(40);
    RandomStream random = RandomStream.of(1);
    for (int k = 0; k < 600; k++) {
      archive.offer(entry(randomCrystal(k), random.uniform(0, 100), 1));
      assertThat(archive.size()).isLessThanOrEqualTo(40).isEqualTo(archive.best().size());
    }
    List<ArchiveEntry> best = archive.best();
    assertThat(best)
        .hasSize(40)
        .isSortedAccordingTo((a, b) -> Double.compare(b.score(), a.score()));
    // 600 uniform scores on 0 to 100: the fortieth best is near 93.
    assertThat(best.get(39).score()).isGreaterThan(80);
    Map<String, Integer> formulas = new TreeMap<>();
    for (int i = 0; i < 40; i++) {
      formulas.merge(best.get(i).crystal().reducedFormula(), 1, Integer::sum);
      for (int j = 0; j < i; j++) {
        assertThat(StructureMatcher.same(best.get(i).crystal(), best.get(j).crystal())).isFalse();
      }
    }
    assertThat(formulas.values()).allMatch(count -> count <= Archive.PER_FORMULA);
  }

  @Test
  void itGoesOnAfterABreakAsIfThereWasNone() throws JsonProcessingException {
    Archive unbroken = new Archive(30);
    Archive broken = new Archive(30);
    for (int k = 0; k < 400; k++) {
      ArchiveEntry entry = entry(randomCrystal(k), RandomStream.of(9, k).uniform(0, 100), 1);
      unbroken.offer(entry);
      broken.offer(entry);
      if (k == 200) {
        String text = broken.snapshot().toString();
        broken = new Archive(30);
        broken.restore(new ObjectMapper().readTree(text));
      }
    }
    assertThat(broken.snapshot().toString()).isEqualTo(unbroken.snapshot().toString());
  }

  @Test
  void aLineReadsBackAsTheSameEntry() throws JsonProcessingException {
    ArchiveEntry entry = entry(randomCrystal(4), 12.345678901234567, 0.75);
    String line = entry.toJson().toString();
    assertThat(ArchiveEntry.of(new ObjectMapper().readTree(line), "x", 1)).isEqualTo(entry);
  }
}
