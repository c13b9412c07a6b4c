package org.rlmaterials.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The test profile on a real SLURM cluster of this one machine (tests/slurm/cluster), and what goes
 * wrong on clusters: every disturbed run must end with the dataset of the undisturbed one.
 */
@Tag("slurm")
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class SlurmTest {
  private static final Path SLURM = Nextflow.CHECKOUT.resolve("tests/slurm");
  private static final String DFT_JOB = "COMPUTE_DFT";

  @TempDir private Path folder;
  private Path cluster;
  private byte[] undisturbed;

  @BeforeAll
  void startCluster() {
    cluster = folder.resolve("cluster");
    control("install");
    control("start", cluster.toString());
  }

  @AfterAll
  void stopCluster() {
    control("stop", cluster.toString());
  }

  @Test
  @Order(1)
  void theTestProfileRunsAsSlurmJobs() throws IOException {
    Nextflow nextflow = nextflow("plain");
    Nextflow.Outcome run = nextflow.finish(start(nextflow));
    assertThat(run.exit()).as(run.output()).isZero();
    undisturbed = dataset(nextflow);
    String script = Files.readString(run.of(DFT_JOB).get(0).workdir().resolve(".command.run"));
    assertThat(script).contains("#SBATCH");
    assertThat(nextflow.results().resolve("report.html")).exists();
  }

  @Test
  @Order(2)
  void jobArraysGiveTheSameDataset() throws IOException {
    Nextflow nextflow = nextflow("array");
    Nextflow.Outcome run = nextflow.finish(start(nextflow, "--slurm_array", "2"));
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(
            Shell.run(
                nextflow.launch(), "bash", "-c", "grep -l -- '--array' work/*/*/.command.run"))
        .isNotBlank();
    assertThat(dataset(nextflow)).isEqualTo(undisturbed);
  }

  @Test
  @Order(3)
  void aCancelledJobIsSubmittedAgain() throws Exception {
    Nextflow nextflow = nextflow("cancelled");
    Process head = start(nextflow);
    String job = awaitRunningDft(head);
    slurm("scancel", job);
    Nextflow.Outcome run = nextflow.finish(head);
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.of(DFT_JOB).stream().filter(t -> t.status().equals("FAILED"))).hasSize(1);
    assertThat(dataset(nextflow)).isEqualTo(undisturbed);
  }

  @Test
  @Order(4)
  void aJobAtItsTimeLimitIsSubmittedAgainWithMoreTime() throws Exception {
    Nextflow nextflow = nextflow("time limit");
    // The first pw.x of this run hangs; SLURM's limit of a minute ends that job.
    Path marker = folder.resolve("hung");
    Path pw = folder.resolve("pw-hangs-once");
    Files.writeString(
        pw,
        "#!/bin/bash\nif mkdir '"
            + marker
            + "' 2>/dev/null; then sleep 600; fi\nexec pw.x \"$@\"\n");
    assertThat(pw.toFile().setExecutable(true)).isTrue();
    Path config =
        Files.writeString(
            folder.resolve("time.config"),
            "process.resourceLimits = [cpus: 2, memory: 4.GB]\nprocess { withName: COMPUTE_DFT { time = { task.attempt == 1 ? 1.min : 20.min }\n memory = 2.GB } }\n");
    Nextflow.Outcome run =
        nextflow.finish(start(nextflow, "-c", config.toString(), "--pw_command", pw.toString()));
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.of(DFT_JOB).stream().filter(t -> t.status().equals("FAILED"))).isNotEmpty();
    assertThat(dataset(nextflow)).isEqualTo(undisturbed);
  }

  @Test
  @Order(5)
  void aRestartOfTheControllerIsNotNoticed() throws Exception {
    Nextflow nextflow = nextflow("restart");
    Process head = start(nextflow);
    awaitRunningDft(head);
    control("controller-stop", cluster.toString());
    TimeUnit.SECONDS.sleep(8);
    control("controller-start", cluster.toString());
    Nextflow.Outcome run = nextflow.finish(head);
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(dataset(nextflow)).isEqualTo(undisturbed);
  }

  @Test
  @Order(6)
  void aDrainedNodeIsWaitedFor() throws Exception {
    Nextflow nextflow = nextflow("drain");
    Process head = start(nextflow);
    awaitRunningDft(head);
    String node = slurm("sinfo", "-h", "-o", "%n").strip();
    slurm("scontrol", "update", "nodename=" + node, "state=drain", "reason=test");
    TimeUnit.SECONDS.sleep(10);
    slurm("scontrol", "update", "nodename=" + node, "state=resume");
    Nextflow.Outcome run = nextflow.finish(head);
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.with("FAILED")).isEmpty();
    assertThat(dataset(nextflow)).isEqualTo(undisturbed);
  }

  private Nextflow nextflow(String name) throws IOException {
    Path launch = Files.createDirectories(folder.resolve(name));
    return Nextflow.in(launch)
        .environment(Map.of("SLURM_CONF", cluster.resolve("slurm.conf").toString()));
  }

  private static Process start(Nextflow nextflow, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-profile",
                "test,slurm",
                "-c",
                SLURM.resolve("fast.config").toString(),
                "--structures",
                "4"));
    arguments.addAll(Arrays.asList(more));
    return nextflow.start(arguments.toArray(String[]::new));
  }

  /** Waits until a DFT job runs; returns its number. */
  private String awaitRunningDft(Process head) throws InterruptedException {
    for (int i = 0; i < 1200 && head.isAlive(); i++) {
      String jobs = slurm("squeue", "-h", "-t", "RUNNING", "-o", "%i %j");
      for (String line : jobs.lines().toList()) {
        if (line.contains(DFT_JOB)) {
          return line.substring(0, line.indexOf(' '));
        }
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    throw new AssertionError("no DFT job ever ran");
  }

  private static byte[] dataset(Nextflow nextflow) throws IOException {
    return Files.readAllBytes(nextflow.results().resolve("dataset/dataset.csv.gz"));
  }

  private String slurm(String... command) {
    List<String> all =
        new ArrayList<>(List.of("env", "SLURM_CONF=" + cluster.resolve("slurm.conf")));
    all.addAll(Arrays.asList(command));
    return Shell.run(folder, all.toArray(String[]::new));
  }

  private void control(String... arguments) {
    List<String> all = new ArrayList<>(List.of(SLURM.resolve("cluster").toString()));
    all.addAll(Arrays.asList(arguments));
    // The daemons keep the output open: it must be a file.
    all.add(0, "exec \"$@\" > '" + folder.resolve("cluster.txt") + "' 2>&1");
    all.addAll(0, List.of("bash", "-c"));
    all.add(3, "cluster");
    Shell.run(folder, all.toArray(String[]::new));
  }
}
