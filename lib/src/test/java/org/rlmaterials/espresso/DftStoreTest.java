package org.rlmaterials.espresso;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;

class DftStoreTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path folder;

  private static Crystal silicon(double half) {
    return Crystal.of(
        Lattice.of(new double[][] {{0, half, half}, {half, 0, half}, {half, half, 0}}),
        List.of("Si", "Si"),
        new double[][] {{0, 0, 0}, {0.25, 0.25, 0.25}});
  }

  private static PseudopotentialLibrary library(String md5, double cutoff) {
    return new PseudopotentialLibrary(
        Path.of("anywhere"),
        Map.of(
            "Si",
            new PseudopotentialLibrary.Entry(
                "Si.UPF", md5, new UpfHeader("Si", 4, "USPP", "PBE", cutoff, 4 * cutoff))));
  }

  private static final DftParameters FAST =
      new DftParameters(Protocol.FAST, false, false, null, null);

  private static String key(Crystal crystal) {
    return DftStore.key(crystal, FAST, library("a", 40), "6.7MaX", "d");
  }

  private static JsonNode record(String id) {
    ObjectNode record = MAPPER.createObjectNode();
    record.put("id", id);
    record.set("structure", StructureJson.toJson(new Structure(id, silicon(2.7))));
    record.set("initial_structure", StructureJson.toJson(new Structure(id, silicon(2.7))));
    record.put("status", "converged");
    record.put("gap_ev", 0.1 + 0.2);
    return record;
  }

  @Test
  void givesBackWhatWasPut() {
    DftStore store = new DftStore(folder);
    String key = key(silicon(2.7));
    assertThat(store.find(key, new Structure("x", silicon(2.7)))).isEmpty();
    store.put(key, record("first"));
    JsonNode found = store.find(key, new Structure("second", silicon(2.7))).orElseThrow();
    assertThat(found.path("id").asText()).isEqualTo("second");
    assertThat(found.path("structure").path("id").asText()).isEqualTo("second");
    assertThat(found.path("gap_ev").doubleValue()).isEqualTo(0.1 + 0.2);
  }

  @Test
  void givesBackTheVeryTextThatWasComputed() {
    DftStore store = new DftStore(folder);
    String key = key(silicon(2.7));
    ObjectNode properties = MAPPER.createObjectNode().put("origin", "seed").put("source", "CODATA");
    Structure structure = new Structure("Si", silicon(2.7), properties);
    ObjectNode computed = (ObjectNode) record("Si");
    computed.set("initial_structure", StructureJson.toJson(structure));
    store.put(key, computed);
    assertThat(store.find(key, structure).orElseThrow().toString()).isEqualTo(computed.toString());
  }

  /**
   * Of what may be the machine's fault nothing is kept, and what an older program kept is passed
   * over.
   */
  @Test
  void failuresThatMayBeTheMachinesAreNotKept() throws IOException {
    DftStore store = new DftStore(folder);
    String key = key(silicon(2.7));
    Structure structure = new Structure("x", silicon(2.7));
    ObjectNode failed = (ObjectNode) record("x");
    failed.put("status", "failed").putObject("error").put("kind", "interrupted");
    store.put(key, failed);
    assertThat(folder).isEmptyDirectory();
    failed.withObject("/error").put("kind", "atoms_overlap");
    store.put(key, failed);
    assertThat(store.find(key, structure)).isPresent();
  }

  @Test
  void keyDependsOnAllThatMatters() {
    Crystal si = silicon(2.7);
    Set<String> keys = new HashSet<>();
    keys.add(key(si));
    keys.add(key(silicon(2.7001)));
    keys.add(DftStore.key(si, FAST, library("b", 40), "6.7MaX", "d"));
    keys.add(DftStore.key(si, FAST, library("a", 41), "6.7MaX", "d"));
    keys.add(DftStore.key(si, FAST, library("a", 40), "7.2", "d"));
    keys.add(DftStore.key(si, FAST, library("a", 40), "6.7MaX", "e"));
    keys.add(DftStore.key(si, FAST, library("a", 40), "6.7MaX", null));
    for (DftParameters other :
        List.of(
            new DftParameters(Protocol.BALANCED, false, false, null, null),
            new DftParameters(Protocol.FAST, true, false, null, null),
            new DftParameters(Protocol.FAST, false, true, null, null),
            new DftParameters(Protocol.FAST, false, false, 30.0, null),
            new DftParameters(Protocol.FAST, false, false, null, 0.4))) {
      keys.add(DftStore.key(si, other, library("a", 40), "6.7MaX", "d"));
    }
    assertThat(keys).hasSize(12);
  }

  @Test
  void keyIgnoresRoundingAndLatticeTranslations() {
    Crystal si = silicon(2.7);
    Crystal moved =
        Crystal.of(
            si.lattice(),
            si.species(),
            new double[][] {{1 - 1e-12, -1e-12, 0}, {1.25, 0.25, -0.75 + 1e-11}});
    assertThat(key(moved)).isEqualTo(key(si));
  }

  @Test
  void damagedEntryIsSetAsideAndComputedAgain() throws IOException {
    DftStore store = new DftStore(folder);
    String key = key(silicon(2.7));
    Structure structure = new Structure("x", silicon(2.7));
    for (String damage : List.of("changed", "cut", "empty", "binary")) {
      store.put(key, record("x"));
      Path file;
      try (Stream<Path> files = Files.walk(folder)) {
        file = files.filter(f -> f.toString().endsWith(".json")).findFirst().orElseThrow();
      }
      String text = Files.readString(file);
      switch (damage) {
        case "changed" -> Files.writeString(file, text.replace("converged", "convergeD"));
        case "cut" -> Files.writeString(file, text.substring(0, text.length() / 2));
        case "empty" -> Files.writeString(file, "");
        default -> Files.write(file, new byte[] {(byte) 0xff, 0, 1, 2});
      }
      assertThat(store.find(key, structure)).as(damage).isEmpty();
      assertThat(file).doesNotExist();
      assertThat(file.resolveSibling(file.getFileName() + ".corrupt")).exists();
    }
    store.put(key, record("x"));
    assertThat(store.find(key, structure)).isPresent();
  }

  @Test
  void manyWritersAndReadersAtOnce() throws InterruptedException {
    DftStore store = new DftStore(folder);
    String key = key(silicon(2.7));
    Structure structure = new Structure("x", silicon(2.7));
    store.put(key, record("x"));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Throwable> failures = new java.util.concurrent.CopyOnWriteArrayList<>();
    for (int i = 0; i < 40; i++) {
      boolean writes = i % 2 == 0;
      threads.execute(
          () -> {
            try {
              if (writes) {
                store.put(key, record("x"));
              } else {
                assertThat(store.find(key, structure)).isPresent();
              }
            } catch (RuntimeException | AssertionError e) {
              failures.add(e);
            }
          });
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    assertThat(failures).isEmpty();
  }
}
