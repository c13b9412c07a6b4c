package org.rlmaterials.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What holds of every hull, for phases of three elements with energies at random. */
class ConvexHullPropertyTest {
  private static final double NOISE_EV = 1e-7;

  private static List<ConvexHull.Phase> phases(long seed, int compounds) {
    Random random = new Random(seed);
    List<ConvexHull.Phase> phases = new ArrayList<>();
    for (String element : List.of("As", "Ga", "In")) {
      phases.add(ConvexHull.Phase.of(element, Map.of(element, 1), -100 * random.nextDouble() - 50));
    }
    for (int i = 0; i < compounds; i++) {
      Map<String, Integer> counts = new TreeMap<>();
      for (String element : List.of("As", "Ga", "In")) {
        int n = random.nextInt(4);
        if (n > 0) {
          counts.put(element, n);
        }
      }
      if (counts.size() > 1) {
        int atoms = counts.values().stream().mapToInt(n -> n).sum();
        double energy = random.nextGaussian() * 0.3;
        for (ConvexHull.Phase element : phases.subList(0, 3)) {
          energy +=
              element.energyEvPerAtom() * counts.getOrDefault(element.name(), 0) / (double) atoms;
        }
        phases.add(ConvexHull.Phase.of("compound " + i, counts, energy));
      }
    }
    return phases;
  }

  private static double above(ConvexHull hull, ConvexHull.Phase phase) {
    return phase.energyEvPerAtom() - hull.at(phase.fractions()).orElseThrow().energyEvPerAtom();
  }

  @Property(tries = 200)
  void noPhaseLiesBelowItAndElementsLieOnIt(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 12) int compounds) {
    List<ConvexHull.Phase> phases = phases(seed, compounds);
    ConvexHull hull = new ConvexHull(phases);
    assertThat(phases).allSatisfy(p -> assertThat(above(hull, p)).isGreaterThan(-NOISE_EV));
    assertThat(phases.subList(0, 3))
        .allSatisfy(p -> assertThat(above(hull, p)).isCloseTo(0, within(NOISE_EV)));
  }

  /** A mixture has the composition it was asked for, and the energy that is stated. */
  @Property(tries = 200)
  void theMixtureIsWhatItSays(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int compounds) {
    List<ConvexHull.Phase> phases = phases(seed, compounds);
    Map<String, ConvexHull.Phase> byName = new TreeMap<>();
    phases.forEach(p -> byName.put(p.name(), p));
    ConvexHull.Phase last = phases.get(phases.size() - 1);
    ConvexHull.Point point = new ConvexHull(phases).at(last.fractions()).orElseThrow();
    double energy = 0;
    Map<String, Double> composition = new TreeMap<>();
    for (Map.Entry<String, Double> amount : point.amounts().entrySet()) {
      ConvexHull.Phase phase = byName.get(amount.getKey());
      energy += amount.getValue() * phase.energyEvPerAtom();
      phase
          .fractions()
          .forEach((element, x) -> composition.merge(element, x * amount.getValue(), Double::sum));
    }
    assertThat(energy).isCloseTo(point.energyEvPerAtom(), within(1e-3));
    last.fractions()
        .forEach((element, x) -> assertThat(composition.get(element)).isCloseTo(x, within(1e-5)));
  }

  @Property(tries = 100)
  void neitherOrderNorFormulaUnitsMatter(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int compounds) {
    List<ConvexHull.Phase> phases = phases(seed, compounds);
    List<ConvexHull.Phase> other = new ArrayList<>(phases);
    Collections.shuffle(other, new Random(seed));
    ConvexHull hull = new ConvexHull(phases);
    ConvexHull same = new ConvexHull(other);
    assertThat(phases)
        .allSatisfy(p -> assertThat(above(same, p)).isCloseTo(above(hull, p), within(NOISE_EV)));
    assertThat(ConvexHull.Phase.of("x", Map.of("Ga", 6, "As", 4), -1).fractions())
        .isEqualTo(ConvexHull.Phase.of("x", Map.of("Ga", 3, "As", 2), -1).fractions());
  }

  /** Another phase can only take energy away from the hull, so the others rise above it. */
  @Property(tries = 200)
  void anotherPhaseNeverBringsOthersNearer(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int compounds) {
    List<ConvexHull.Phase> phases = phases(seed, compounds);
    List<ConvexHull.Phase> fewer = phases.subList(0, phases.size() - 1);
    ConvexHull with = new ConvexHull(phases);
    ConvexHull without = new ConvexHull(fewer);
    assertThat(fewer)
        .allSatisfy(
            p -> assertThat(above(with, p)).isGreaterThanOrEqualTo(above(without, p) - NOISE_EV));
  }
}
