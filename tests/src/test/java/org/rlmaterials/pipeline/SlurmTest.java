package org.rlmaterials.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
 *
 * <p>The undisturbed run computes its structures with pw.x. The later ones resume it with another
 * pw.x, so that their DFT runs again and what follows from equal records does not. Where the fault
 * is one of the scheduler, they find their results in the store, and a pw.x that waits to be let go
 * keeps the jobs running until the fault has happened.
 */
@Tag("slurm")
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class SlurmTest {
  private static final Path SLURM = Nextflow.CHECKOUT.resolve("tests/slurm");
  private static final String DFT = "COMPUTE_DFT";
  private static final String DATASET = "dataset/dataset.csv.gz";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;
  private Path cluster;
  private byte[] undisturbed;
  private Path own;

  @BeforeAll
  void startCluster() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "daemons of SLURM need root");
    control("install");
    own = Nextflow.withoutValidation(folder);
    cluster = folder.resolve("cluster");
    control("start", cluster.toString());
  }

  @AfterAll
  void stopCluster() {
    if (cluster != null) {
      control("stop", cluster.toString());
    }
  }

  @Test
  @Order(1)
  void theTestProfileComputesItsDftInSlurmJobs() throws IOException {
    Nextflow nextflow = nextflow();
    Nextflow.Outcome run = nextflow.finish(start(nextflow));
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.with("COMPLETED")).hasSameSizeAs(run.tasks());
    for (Nextflow.Task task : run.tasks()) {
      assertThat(Files.readString(task.workdir().resolve(".command.run")))
          .contains("#SBATCH")
          .contains("--no-requeue");
    }
    List<Nextflow.Task> dft = run.of(DFT);
    assertThat(dft).hasSize(2);
    for (Nextflow.Task task : dft) {
      assertThat(Files.readString(task.workdir().resolve(".command.err")))
          .doesNotContain("from the store");
      assertThat(record(task).path("status").asText()).isEqualTo("converged");
    }
    undisturbed = dataset(nextflow);
    assertThat(nextflow.results().resolve("report.html")).exists();
  }

  @Test
  @Order(2)
  void jobArraysUnderFireGiveTheSameDataset() throws Exception {
    Nextflow nextflow = nextflow();
    Path go = folder.resolve("fire/go");
    Process head = start(nextflow, "--slurm_array", "2", "--pw_command", pwThatWaitsFor(go));
    String job = awaitRunningDft(head);
    assertThat(job).as("an element of a job array").contains("_");
    slurm("scancel", job);
    awaitEnd(job, head);
    // The retry is submitted while the controller is away.
    control("controller-stop", cluster.toString());
    TimeUnit.SECONDS.sleep(6);
    control("controller-start", cluster.toString());
    String node = slurm("sinfo", "-h", "-o", "%n").strip();
    slurm("scontrol", "update", "nodename=" + node, "state=drain", "reason=test");
    // Jobs that run may end on a draining node, and none starts.
    Files.createFile(go);
    TimeUnit.SECONDS.sleep(6);
    slurm("scontrol", "update", "nodename=" + node, "state=resume");
    Nextflow.Outcome run = nextflow.finish(head);
    assertThat(run.exit()).as(run.output()).isZero();
    // The trace does not always have a row of an array's element that was lost; the log says it.
    assertThat(run.output()).as("the cancelled job").contains("Execution is retried (1)");
    assertSameDataset(nextflow, run);
  }

  @Test
  @Order(3)
  void aCancelledPwxIsComputedAgain() throws Exception {
    Nextflow nextflow = nextflow();
    Path pw = executable(folder.resolve("cancelled/pw"), "exec pw.x \"$@\"\n");
    Process head =
        start(
            nextflow,
            "--pw_command",
            pw.toString(),
            "--dft_store",
            folder.resolve("empty store").toString());
    String job = awaitRunningDft(head);
    awaitPwx(head);
    slurm("scancel", job);
    Nextflow.Outcome run = nextflow.finish(head);
    assertThat(run.with("FAILED")).extracting(Nextflow.Task::process).containsExactly(DFT);
    assertSameDataset(nextflow, run);
  }

  @Test
  @Order(4)
  void aJobAtItsTimeLimitIsSubmittedAgainWithMoreTime() throws Exception {
    Nextflow nextflow = nextflow();
    // The first pw.x of this run hangs; SLURM's limit of a minute ends that job.
    Path marker = folder.resolve("hung");
    Path pw =
        executable(
            folder.resolve("pw-hangs-once"),
            "if mkdir '" + marker + "' 2>/dev/null; then sleep 600; fi\nexec pw.x \"$@\"\n");
    Path config =
        Files.writeString(
            folder.resolve("time.config"),
            "process.resourceLimits = [cpus: 2, memory: 4.GB]\n"
                + "process { withName: COMPUTE_DFT {"
                + " time = { task.attempt == 1 ? 1.min : 20.min } } }\n");
    Nextflow.Outcome run =
        nextflow.finish(start(nextflow, "-c", config.toString(), "--pw_command", pw.toString()));
    assertThat(marker).as("what the pw.x that hung has left").exists();
    // On a slow machine the calculation beside it, which works, may also need more than a minute.
    assertThat(run.with("FAILED"))
        .isNotEmpty()
        .extracting(Nextflow.Task::process)
        .containsOnly(DFT);
    // With more time each of them ended.
    assertThat(run.with("FAILED")).extracting(Nextflow.Task::tag).doesNotHaveDuplicates();
    assertSameDataset(nextflow, run);
  }

  @Test
  @Order(5)
  void aRestartOfTheControllerInMidRunIsNotNoticed() throws Exception {
    Nextflow nextflow = nextflow();
    Path go = folder.resolve("restart/go");
    // Another number of candidates: there is something to submit after the dataset.
    Process head = start(nextflow, "--pw_command", pwThatWaitsFor(go), "--top_k", "2");
    awaitRunningDft(head);
    control("controller-stop", cluster.toString());
    // Jobs end, and the next ones are to be submitted, while nobody answers.
    Files.createFile(go);
    TimeUnit.SECONDS.sleep(20);
    control("controller-start", cluster.toString());
    Nextflow.Outcome run = nextflow.finish(head);
    assertThat(run.with("FAILED")).isEmpty();
    assertSameDataset(nextflow, run);
  }

  @Test
  @Order(6)
  void aDrainedNodeIsWaitedFor() throws Exception {
    Nextflow nextflow = nextflow();
    Path go = folder.resolve("drain/go");
    Process head = start(nextflow, "--pw_command", pwThatWaitsFor(go));
    awaitRunningDft(head);
    String node = slurm("sinfo", "-h", "-o", "%n").strip();
    slurm("scontrol", "update", "nodename=" + node, "state=drain", "reason=test");
    Files.createFile(go);
    TimeUnit.SECONDS.sleep(15);
    slurm("scontrol", "update", "nodename=" + node, "state=resume");
    Nextflow.Outcome run = nextflow.finish(head);
    assertThat(run.with("FAILED")).isEmpty();
    assertSameDataset(nextflow, run);
  }

  @Test
  @Order(7)
  void mpiRanksAreSlurmTasksOfOneCpu() throws Exception {
    Path output = folder.resolve("ranks/output");
    Path pw =
        executable(
            folder.resolve("ranks/pw"), "set -o pipefail\npw.x \"$@\" | tee -a '" + output + "'\n");
    Nextflow nextflow = nextflow();
    Process head =
        start(
            nextflow,
            "--pw_command",
            pw.toString(),
            "--pw_ranks",
            "2",
            "--dft_store",
            folder.resolve("store of two ranks").toString());
    // Both crystals: one of them may be a metal, which has too few k-points for pools.
    Nextflow.Task task = nextflow.stopAfter(head, DFT, 2).of(DFT).get(0);
    assertThat(Files.readString(task.workdir().resolve(".command.run")))
        .contains("--ntasks=2 --cpus-per-task=1");
    assertThat(Files.readString(task.workdir().resolve(".command.sh"))).contains("'srun'");
    JsonNode record = record(task);
    assertThat(record.path("status").asText()).as(record.toString()).isEqualTo("converged");
    // One pw.x of two ranks that share the k-points, not two of one rank each.
    assertThat(Files.readString(output))
        .containsPattern("running on +2 processors")
        .containsPattern("npool += +2");
  }

  private void assertSameDataset(Nextflow nextflow, Nextflow.Outcome run) throws IOException {
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.of(DFT).stream().filter(t -> t.status().equals("COMPLETED"))).hasSize(2);
    assertThat(dataset(nextflow)).isEqualTo(undisturbed);
  }

  private static JsonNode record(Nextflow.Task task) throws IOException {
    return JSON.readTree(task.workdir().resolve(task.tag() + ".jsonl").toFile());
  }

  private Nextflow nextflow() throws IOException {
    Path launch = Files.createDirectories(folder.resolve("launch"));
    return Nextflow.in(launch)
        .environment(Map.of("SLURM_CONF", cluster.resolve("slurm.conf").toString()));
  }

  private Process start(Nextflow nextflow, String... more) throws IOException {
    // What is compared afterwards is what this run has published.
    Files.deleteIfExists(nextflow.results().resolve(DATASET));
    List<String> arguments = new ArrayList<>(List.of("-resume", "-profile", "test,slurm"));
    arguments.addAll(List.of("-c", SLURM + "/fast.config", "-c", own.toString()));
    List<String> given = Arrays.asList(more);
    arguments.addAll(Nextflow.LITTLE_AFTER_THE_DATASET);
    arguments.addAll(List.of("--structures", "2"));
    if (!given.contains("--dft_store")) {
      arguments.addAll(List.of("--dft_store", folder.resolve("store").toString()));
    }
    arguments.addAll(given);
    return nextflow.start(arguments.toArray(String[]::new));
  }

  /** A pw.x that does nothing until the file is there. */
  private static String pwThatWaitsFor(Path go) throws IOException {
    return executable(
            go.resolveSibling("pw"),
            "until [ -e '" + go + "' ]; do sleep 0.2; done\nexec pw.x \"$@\"\n")
        .toString();
  }

  private static Path executable(Path file, String script) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/bash\n" + script);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  /** Waits until a DFT job runs; returns its number. */
  private String awaitRunningDft(Process head) throws InterruptedException {
    for (int i = 0; i < 1200 && head.isAlive(); i++) {
      String jobs = slurm("squeue", "-h", "-r", "-t", "RUNNING", "-o", "%i %j");
      for (String line : jobs.lines().toList()) {
        if (line.contains(DFT)) {
          return line.substring(0, line.indexOf(' '));
        }
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    throw new AssertionError("no DFT job ever ran");
  }

  /** Waits until a job is out of the queue. */
  private void awaitEnd(String job, Process head) throws InterruptedException {
    for (int i = 0; i < 300 && head.isAlive(); i++) {
      if (!slurm("squeue", "-h", "-r", "-o", "%i").lines().toList().contains(job)) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    throw new AssertionError(job + " does not end");
  }

  /** Waits until a pw.x of this cluster's jobs computes. */
  private static void awaitPwx(Process head) throws InterruptedException {
    for (int i = 0; i < 600 && head.isAlive(); i++) {
      if (ProcessHandle.allProcesses()
          .anyMatch(
              p ->
                  p.info().command().orElse("").endsWith("/pw.x")
                      && worksIn(p).startsWith(folder.toAbsolutePath()))) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    throw new AssertionError("no pw.x was seen");
  }

  private static Path worksIn(ProcessHandle process) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd"));
    } catch (IOException e) {
      return Path.of("/"); // it has ended
    }
  }

  private static byte[] dataset(Nextflow nextflow) throws IOException {
    return Files.readAllBytes(nextflow.results().resolve(DATASET));
  }

  private String slurm(String... command) {
    List<String> all =
        new ArrayList<>(List.of("env", "SLURM_CONF=" + cluster.resolve("slurm.conf")));
    all.addAll(Arrays.asList(command));
    return Shell.run(folder, all.toArray(String[]::new));
  }

  private static void control(String... arguments) {
    List<String> all = new ArrayList<>(List.of(SLURM.resolve("cluster").toString()));
    all.addAll(Arrays.asList(arguments));
    // The daemons keep the output open: it must be a file.
    all.add(0, "exec \"$@\" > '" + folder.resolve("cluster.txt") + "' 2>&1");
    all.addAll(0, List.of("bash", "-c"));
    all.add(3, "cluster");
    Shell.run(folder, all.toArray(String[]::new));
  }
}
