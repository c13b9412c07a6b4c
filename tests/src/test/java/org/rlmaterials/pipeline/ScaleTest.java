package org.rlmaterials.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 2,000 stubbed DFT tasks through the head job with a heap of 1 GB, and the time for it. */
@Tag("slow")
class ScaleTest {
  private static final int TASKS = Integer.getInteger("rlmaterials.tasks", 2000);

  @TempDir private Path folder;

  @Test
  void aThousandMegabytesOfHeapAreEnough() throws IOException {
    Nextflow nextflow = Nextflow.in(folder).environment(Map.of("NXF_OPTS", "-Xmx1000m"));
    String[] stub = {"-profile", "test", "-stub-run", "--structures", String.valueOf(TASKS)};
    long start = System.nanoTime();
    Process head = nextflow.start(stub);
    long[] peak = {0};
    Thread watch = new Thread(() -> watch(head, peak));
    watch.start();
    Nextflow.Outcome run = nextflow.finish(head);
    Duration fresh = Duration.ofNanos(System.nanoTime() - start);
    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(run.of("COMPUTE_DFT")).hasSize(TASKS);
    assertThat(run.with("COMPLETED")).hasSameSizeAs(run.tasks());

    start = System.nanoTime();
    String[] again = {stub[0], stub[1], stub[2], stub[3], stub[4], "-resume"};
    Nextflow.Outcome resumed = nextflow.run(again);
    Duration cached = Duration.ofNanos(System.nanoTime() - start);
    assertThat(resumed.exit()).as(resumed.output()).isZero();
    assertThat(Nextflow.submitted(resumed.output())).isEmpty();
    System.out.printf(
        "%d stubbed DFT tasks: %d s, head job at most %d MB resident; -resume %d s%n",
        TASKS, fresh.toSeconds(), peak[0] / 1024, cached.toSeconds());
  }

  /** The largest resident size of a process (KB), as the kernel counts it. */
  private static void watch(Process process, long[] peak) {
    Path status = Path.of("/proc/" + process.pid() + "/status");
    while (process.isAlive()) {
      try {
        Files.readAllLines(status).stream()
            .filter(l -> l.startsWith("VmHWM:"))
            .forEach(l -> peak[0] = Long.parseLong(l.replaceAll("\\D", "")));
        Thread.sleep(500);
      } catch (IOException | InterruptedException e) {
        return;
      }
    }
  }
}
