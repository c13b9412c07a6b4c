package org.rlmaterials.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rlmaterials.crystal.Bonding;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.Palette;
import org.rlmaterials.crystal.RandomStream;
import org.rlmaterials.crystal.Seeds;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.Validity;

class CrystalEnvironmentTest {
  private static final CrystalEnvironment.Restarts OFTEN = new CrystalEnvironment.Restarts(0.8, 9);

  private static CrystalEnvironment environment(
      ActionSet actions, Reward.Mode mode, int count, int threads, List<Structure> seeds) {
    return environment(actions, mode, CrystalEnvironment.Restarts.NONE, count, threads, seeds);
  }

  private static CrystalEnvironment environment(
      ActionSet actions,
      Reward.Mode mode,
      CrystalEnvironment.Restarts restarts,
      int count,
      int threads,
      List<Structure> seeds) {
    return new CrystalEnvironment(
        new CrystalEnvironment.Options(
            seeds, actions, new Reward(mode, 1), 1, restarts, 0, count, threads, 7),
        new FakePredictor(),
        new Archive(50));
  }

  @Test
  void formulasOfEarlierEpisodesAreClosed() {
    try (CrystalEnvironment environment =
        new CrystalEnvironment(
            new CrystalEnvironment.Options(
                Seeds.standard(),
                ActionSet.TARGETED,
                new Reward(Reward.Mode.PESSIMISTIC, 1),
                1,
                CrystalEnvironment.Restarts.NONE,
                5,
                2,
                1,
                7),
            new FakePredictor(),
            new Archive(50))) {
      RandomStream random = RandomStream.of(8);
      VectorEnvironment.Outcome outcome = outcome(environment);
      List<Deque<String>> closed = List.of(new ArrayDeque<>(), new ArrayDeque<>());
      String[] formula = new String[2];
      int startedAtClosed = 0;
      for (int t = 0; t < 30 * CrystalEnvironment.EPISODE_STEPS; t++) {
        String[] before = new String[2];
        for (int e = 0; e < 2; e++) {
          before[e] = environment.crystal(e).reducedFormula();
          startedAtClosed += closed.get(e).contains(before[e]) ? 1 : 0;
        }
        environment.listen((e, valid, present) -> formula[e] = present.crystal().reducedFormula());
        environment.step(randomActions(environment, random), outcome);
        for (int e = 0; e < 2; e++) {
          assertThat(closed.get(e)).as("from %s", before[e]).doesNotContain(formula[e]);
          if (outcome.terminated[e]) {
            closed.get(e).addLast(formula[e]);
            if (closed.get(e).size() > 5) {
              closed.get(e).removeFirst();
            }
          }
        }
      }
      assertThat(startedAtClosed).as("steps that had to leave").isPositive();
    }
  }

  private static int[] randomActions(CrystalEnvironment environment, RandomStream random) {
    int size = environment.actionCount();
    boolean[] allowed = new boolean[environment.count() * size];
    environment.allowedActions(allowed);
    int[] actions = new int[environment.count()];
    for (int e = 0; e < actions.length; e++) {
      actions[e] =
          MaskedCategorical.sample(new float[allowed.length], allowed, e * size, size, random);
    }
    return actions;
  }

  private static VectorEnvironment.Outcome outcome(CrystalEnvironment environment) {
    return new VectorEnvironment.Outcome(environment.count(), environment.observationSize());
  }

  @ParameterizedTest
  @EnumSource(ActionSet.class)
  void aReplayGivesEveryStructureBitByBit(ActionSet actionSet) {
    List<Structure> seeds = Seeds.standard();
    try (CrystalEnvironment environment =
        environment(actionSet, Reward.Mode.PESSIMISTIC, 6, 1, seeds)) {
      RandomStream random = RandomStream.of(1);
      List<List<Crystal>> lived = new ArrayList<>();
      List<Episode> episodes = new ArrayList<>();
      for (int e = 0; e < 6; e++) {
        lived.add(new ArrayList<>(List.of(environment.crystal(e))));
        episodes.add(null);
      }
      environment.listen(
          (e, valid, present) -> {
            lived.get(e).add(present.crystal());
            episodes.set(e, present.episode());
          });
      for (int t = 0; t < 40; t++) {
        environment.step(randomActions(environment, random), outcome(environment));
      }
      for (int e = 0; e < 6; e++) {
        assertThat(episodes.get(e).actions()).hasSize(40);
        assertThat(episodes.get(e).replay(seeds, actionSet)).isEqualTo(lived.get(e));
        for (Crystal crystal : lived.get(e)) {
          assertThat(Validity.problem(crystal)).isEmpty();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ActionSet.class)
  void threadsAndBreaksChangeNothing(ActionSet actionSet) throws JsonProcessingException {
    String[] ends = new String[3];
    for (int variant = 0; variant < 3; variant++) {
      CrystalEnvironment environment =
          environment(
              actionSet, Reward.Mode.ARCHIVE, OFTEN, 5, variant == 1 ? 3 : 1, Seeds.standard());
      RandomStream random = RandomStream.of(3);
      StringBuilder log = new StringBuilder();
      for (int t = 0; t < 120; t++) {
        if (variant == 2 && t == 85) {
          String snapshot = environment.snapshot().toString();
          environment.close();
          environment = environment(actionSet, Reward.Mode.ARCHIVE, OFTEN, 5, 1, Seeds.standard());
          environment.restore(new ObjectMapper().readTree(snapshot));
        }
        float[] observation = new float[5 * environment.observationSize()];
        environment.observe(observation);
        VectorEnvironment.Outcome outcome = outcome(environment);
        environment.step(randomActions(environment, random), outcome);
        log.append(Arrays.hashCode(observation)).append(Arrays.toString(outcome.reward));
      }
      ends[variant] = log.append(environment.snapshot()).toString();
      environment.close();
    }
    assertThat(ends[1]).isEqualTo(ends[0]);
    assertThat(ends[2]).isEqualTo(ends[0]);
  }

  @ParameterizedTest
  @EnumSource(ActionSet.class)
  void episodesThatStartFromTheArchiveAreShortStayWithinFortyStepsAndReplay(ActionSet actionSet) {
    List<Structure> seeds = Seeds.standard();
    try (CrystalEnvironment environment =
        environment(actionSet, Reward.Mode.BEST_OF_EPISODE, OFTEN, 4, 1, seeds)) {
      RandomStream random = RandomStream.of(11);
      int[] own = new int[4];
      List<Integer> lengths = new ArrayList<>();
      List<Episode> episodes = new ArrayList<>(Collections.nCopies(4, null));
      VectorEnvironment.Outcome outcome = outcome(environment);
      environment.listen((e, valid, present) -> episodes.set(e, present.episode()));
      // After the 152 numbers of the fingerprint.
      int left = 152;
      float[] observation = new float[4 * environment.observationSize()];
      for (int t = 0; t < 600; t++) {
        environment.observe(observation);
        Crystal[] before = new Crystal[4];
        for (int e = 0; e < 4; e++) {
          before[e] = environment.crystal(e);
        }
        environment.step(randomActions(environment, random), outcome);
        for (int e = 0; e < 4; e++) {
          own[e]++;
          Episode episode = episodes.get(e);
          List<Crystal> lived = episode.replay(seeds, actionSet);
          assertThat(lived.get(lived.size() - 2)).isEqualTo(before[e]);
          assertThat(episode.actions().size()).isLessThanOrEqualTo(40);
          float now = observation[e * environment.observationSize() + left];
          assertThat(outcome.terminated[e]).isEqualTo(Math.abs(now - 1 / 40f) < 1e-6);
          if (outcome.terminated[e]) {
            assertThat(own[e]).isLessThanOrEqualTo(episode.branches().isEmpty() ? 40 : 9);
            lengths.add(episode.branches().isEmpty() ? -1 : own[e]);
            own[e] = 0;
          }
        }
      }
      // From seeds, from the archive with room, and from the archive near the limit.
      assertThat(lengths).contains(-1, 9);
    }
  }

  @Test
  void theArchiveRewardIsWhatTheArchiveGains() {
    Archive archive = new Archive(12);
    try (CrystalEnvironment environment =
        new CrystalEnvironment(
            new CrystalEnvironment.Options(
                Seeds.standard(),
                ActionSet.TARGETED,
                new Reward(Reward.Mode.ARCHIVE, 1),
                1,
                OFTEN,
                0,
                1,
                1,
                7),
            new FakePredictor(),
            archive)) {
      RandomStream random = RandomStream.of(4);
      VectorEnvironment.Outcome outcome = outcome(environment);
      int paid = 0;
      for (int t = 0; t < 400; t++) {
        double before = archive.best().stream().mapToDouble(ArchiveEntry::score).sum();
        environment.step(randomActions(environment, random), outcome);
        double after = archive.best().stream().mapToDouble(ArchiveEntry::score).sum();
        if (outcome.reward[0] != Reward.INVALID) {
          assertThat(outcome.reward[0]).isCloseTo(Math.max(0, after - before), within(1e-9));
          paid += outcome.reward[0] > 0 ? 1 : 0;
        }
      }
      assertThat(paid).isBetween(12, 200);
    }
  }

  @Test
  void anEpisodeLastsFortyStepsAndSaysHowManyAreLeft() {
    try (CrystalEnvironment environment =
        environment(ActionSet.SIX_MOVES, Reward.Mode.SEED, 3, 1, Seeds.standard())) {
      // 152 numbers and the fraction of the episode left: the seed document's observation.
      assertThat(environment.observationSize()).isEqualTo(153);
      assertThat(environment.actionCount()).isEqualTo(6);
      float[] observation = new float[3 * 153];
      VectorEnvironment.Outcome outcome = outcome(environment);
      for (int t = 0; t < 40; t++) {
        environment.observe(observation);
        assertThat(observation[152]).isCloseTo(1 - t / 40f, within(1e-6f));
        environment.step(new int[] {0, 0, 0}, outcome);
        assertThat(outcome.terminated).containsOnly(t == 39);
      }
      environment.observe(observation);
      assertThat(observation[152]).isEqualTo(1);
      assertThat(outcome.lastObservation[152]).isCloseTo(0, within(1e-6f));
    }
  }

  @Test
  void anInvalidMoveCostsFiveAndChangesNothing() {
    // As close as allowed: 0.6 × 2.22 Å = 1.332 Å.
    Crystal tight =
        Crystal.of(
            Lattice.ofRows(6, 0, 0, 0, 6, 0, 0, 0, 6),
            List.of("Si", "Si"),
            new double[][] {{0, 0, 0}, {1.3325 / 6, 0, 0}});
    try (CrystalEnvironment environment =
        environment(
            ActionSet.SIX_MOVES,
            Reward.Mode.PESSIMISTIC,
            2,
            1,
            List.of(new Structure("tight", tight)))) {
      VectorEnvironment.Outcome outcome = outcome(environment);
      // Compress by at least 1 %.
      environment.step(new int[] {2, 3}, outcome);
      assertThat(outcome.reward[0]).isEqualTo(-5);
      assertThat(environment.crystal(0)).isEqualTo(tight);
      assertThat(environment.crystal(1)).isNotEqualTo(tight);
      assertThat(outcome.reward[1]).isGreaterThan(0);
    }
  }

  @Test
  void theRewardIsTheWorthOfTheNewCrystal() {
    for (Reward.Mode mode : List.of(Reward.Mode.SEED, Reward.Mode.PESSIMISTIC)) {
      try (CrystalEnvironment environment =
          environment(ActionSet.SIX_MOVES, mode, 4, 1, Seeds.standard())) {
        VectorEnvironment.Outcome outcome = outcome(environment);
        double[] expected = new double[4];
        Reward reward = new Reward(mode, 1);
        environment.listen(
            (e, valid, p) ->
                expected[e] =
                    valid ? reward.worth(p.mStar(), p.mStarStd(), p.gapEv(), p.instability()) : -5);
        for (int t = 0; t < 100; t++) {
          environment.step(new int[] {t % 6, (t + 1) % 6, 5, (t / 3) % 6}, outcome);
          assertThat(outcome.reward).containsExactly(expected);
        }
      }
    }
  }

  @Test
  void bestOfEpisodePaysForTheBestStructureOnce() {
    try (CrystalEnvironment environment =
        environment(ActionSet.TARGETED, Reward.Mode.BEST_OF_EPISODE, 8, 1, Seeds.standard())) {
      Reward reward = new Reward(Reward.Mode.BEST_OF_EPISODE, 1);
      double[] best = new double[8];
      double[] start = new double[8];
      FakePredictor predictor = new FakePredictor();
      for (int e = 0; e < 8; e++) {
        var p = predictor.predict(predictor.descriptor().of(environment.crystal(e)), 1);
        start[e] =
            reward.worth(
                p.mStar()[0],
                p.mStarStd()[0],
                p.gapEv()[0],
                Bonding.instability(environment.crystal(e)));
        best[e] = start[e];
      }
      environment.listen(
          (e, valid, p) ->
              best[e] =
                  Math.max(
                      best[e], reward.worth(p.mStar(), p.mStarStd(), p.gapEv(), p.instability())));
      VectorEnvironment.Outcome outcome = outcome(environment);
      double[] sum = new double[8];
      RandomStream random = RandomStream.of(2);
      for (int t = 0; t < 40; t++) {
        environment.step(randomActions(environment, random), outcome);
        for (int e = 0; e < 8; e++) {
          sum[e] += Math.max(0, outcome.reward[e]);
        }
      }
      for (int e = 0; e < 8; e++) {
        assertThat(sum[e]).isCloseTo(best[e] - start[e], within(1e-9));
      }
    }
  }

  @Test
  void aMaskedTargetedActionIsOneThatWouldFail() {
    try (CrystalEnvironment environment =
        environment(ActionSet.TARGETED, Reward.Mode.PESSIMISTIC, 1, 1, Seeds.standard())) {
      RandomStream random = RandomStream.of(5);
      boolean[] allowed = new boolean[environment.actionCount()];
      VectorEnvironment.Outcome outcome = outcome(environment);
      int masked = 0;
      for (int t = 0; t < 400; t++) {
        environment.allowedActions(allowed);
        Crystal crystal = environment.crystal(0);
        for (int a = 0; a < 56 + 14; a++) {
          int atom = a / 14;
          boolean possible = a >= 56 || atom < crystal.size();
          if (possible) {
            Crystal moved =
                ActionSet.TARGETED.move(a, crystal, 4, RandomStream.of(0)).apply(crystal);
            possible = !moved.equals(crystal) && Validity.isValid(moved);
          }
          assertThat(allowed[a]).as("action %d", a).isEqualTo(possible);
          masked += possible ? 0 : 1;
        }
        environment.step(randomActions(environment, random), outcome);
      }
      assertThat(masked).isPositive();
    }
  }

  /** All steps but those from the seed itself; the actions on all lengths are closed. */
  @Test
  void settledStepsEndAtTheVolumeOfTheirBonds() {
    try (CrystalEnvironment environment =
        environment(ActionSet.SETTLED, Reward.Mode.PESSIMISTIC, 4, 1, Seeds.standard())) {
      RandomStream random = RandomStream.of(6);
      VectorEnvironment.Outcome outcome = outcome(environment);
      boolean[] allowed = new boolean[4 * environment.actionCount()];
      int[] seen = new int[1];
      environment.listen(
          (e, valid, present) -> {
            if (valid) {
              Crystal settled = Bonding.settled(present.crystal());
              assertThat(settled.lattice().volume())
                  .isCloseTo(present.crystal().lattice().volume(), withinPercentage(1e-6));
              seen[0]++;
            }
          });
      for (int t = 0; t < 200; t++) {
        environment.allowedActions(allowed);
        for (int e = 0; e < 4; e++) {
          int scaling = e * environment.actionCount() + 4 * Palette.size() + 12;
          assertThat(allowed[scaling] || allowed[scaling + 1]).isFalse();
        }
        environment.step(randomActions(environment, random), outcome);
      }
      assertThat(seen[0]).isGreaterThan(600);
    }
  }
}
