package org.rlmaterials.espresso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;

class PwInputTest {
  private static final Crystal ARSENIDE =
      Crystal.of(
          Lattice.of(
              new double[][] {{0, 2.8265, 2.8265}, {2.8265, 0, 2.8265}, {2.8265, 2.8265, 0}}),
          List.of("Ga", "As"),
          new double[][] {{0, 0, 0}, {0.25, 0.25, 0.25}});

  private static PwInput input() {
    return PwInput.of(ARSENIDE, Map.of("Ga", "Ga.UPF", "As", "As.UPF"), new KPoints.Mesh(6, 6, 6))
        .with("control", "calculation", "scf")
        .with("system", "ecutwfc", 40.0)
        .with("electrons", "conv_thr", 1e-9);
  }

  @Test
  void rendersWhatPwReads() {
    assertThat(input().render())
        .isEqualTo(
            """
            &control
              calculation = 'scf'
              outdir = '.'
              prefix = 'pw'
            /
            &system
              ecutwfc = 40.0
              ibrav = 0
              nat = 2
              ntyp = 2
            /
            &electrons
              conv_thr = 1.0E-9
            /
            ATOMIC_SPECIES
            As 74.9216 As.UPF
            Ga 69.723 Ga.UPF
            ATOMIC_POSITIONS crystal
            Ga 0.00000000000000 0.00000000000000 0.00000000000000
            As 0.25000000000000 0.25000000000000 0.25000000000000
            K_POINTS automatic
            6 6 6 0 0 0
            CELL_PARAMETERS angstrom
            0.00000000000000 2.82650000000000 2.82650000000000
            2.82650000000000 0.00000000000000 2.82650000000000
            2.82650000000000 2.82650000000000 0.00000000000000
            """);
  }

  @Test
  void changesMakeNewInputs() {
    PwInput first = input();
    PwInput second = first.with("electrons", "mixing_beta", 0.3);
    assertThat(first.get("electrons", "mixing_beta")).isEmpty();
    assertThat(second.number("electrons", "mixing_beta", 0.7)).isEqualTo(0.3);
    assertThat(second.number("electrons", "electron_maxstep", 100)).isEqualTo(100);
  }

  @Test
  void onlyRelaxationsHaveIonsAndCell() {
    PwInput relax = input().with("cell", "press_conv_thr", 0.3).with("ions", "upscale", 10.0);
    assertThat(relax.render()).doesNotContain("&ions", "&cell");
    assertThat(relax.with("control", "calculation", "vc-relax").render())
        .contains("&ions", "&cell");
  }

  @Test
  void textCannotEndItsQuotes() {
    PwInput evil = input().with("control", "title", "x' /\n&system ecutwfc=1");
    assertThatThrownBy(evil::render).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void launcherIsSplitWithoutAShell() {
    assertThat(PwSettings.parseLauncher("mpirun -np 4 --map-by 'slot:PE=1'"))
        .containsExactly("mpirun", "-np", "4", "--map-by", "slot:PE=1");
    assertThat(PwSettings.parseLauncher("srun $(touch /x); rm")).contains("$(touch", "/x);");
    assertThat(PwSettings.parseLauncher(null)).isEmpty();
    assertThat(PwSettings.parseLauncher("none")).isEmpty();
    assertThatThrownBy(() -> PwSettings.parseLauncher("mpirun 'x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void poolsDivideTheRanks() {
    PwSettings six =
        new PwSettings(
            List.of("mpirun", "-np", "6"), "pw.x", 1, 100, java.nio.file.Path.of("."), false);
    assertThat(six.ranks()).isEqualTo(6);
    assertThat(six.pools(1)).isEqualTo(1);
    assertThat(six.pools(5)).isEqualTo(3);
    assertThat(six.pools(100)).isEqualTo(6);
    PwSettings nice =
        new PwSettings(
            List.of("nice", "-n", "10"), "pw.x", 1, 100, java.nio.file.Path.of("."), false);
    assertThat(nice.ranks()).as("no launcher of MPI").isEqualTo(1);
  }

  @Test
  void meshAndCutoffsOfAProtocol() {
    assertThat(Protocol.mesh(ARSENIDE, 0.34)).isEqualTo(new KPoints.Mesh(6, 6, 6));
    // A spacing that fits exactly is not cut finer by rounding noise.
    double length = 2 * Math.PI * Math.sqrt(3) / 5.653;
    assertThat(Protocol.mesh(ARSENIDE, length / 6)).isEqualTo(new KPoints.Mesh(6, 6, 6));
    assertThat(Protocol.mesh(ARSENIDE.supercell(2, 1, 1), 0.34).n1()).isEqualTo(3);
    UpfHeader hard = new UpfHeader("Ga", 13, "USPP", "PBE", 43.3, 239.5);
    UpfHeader soft = new UpfHeader("As", 5, "USPP", "PBE", 19.9, 103.1);
    assertThat(Protocol.BALANCED.cutoffs(List.of(soft, hard)))
        .isEqualTo(new DftRecord.Cutoffs(42, 228));
    assertThat(Protocol.FAST.cutoffs(List.of(soft))).isEqualTo(new DftRecord.Cutoffs(30, 150));
  }
}
