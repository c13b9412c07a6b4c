package org.rlmaterials.dataset;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.errors.TransientException;
import org.rlmaterials.files.Progress;
import org.rlmaterials.fingerprint.Descriptor;
import org.rlmaterials.fingerprint.Descriptors;

/** The Materials Project download against a server that behaves as badly as servers do. */
class MaterialsProjectFetchTest {
  private static final String PATH = "/materials/summary/";
  private static final String KEY = "k3yThatMustNotBeSeenAnywhere0000";
  private static final Http.Patience QUICK =
      new Http.Patience(3, Duration.ofMillis(20), Duration.ofSeconds(1));

  @RegisterExtension
  static WireMockExtension server =
      WireMockExtension.newInstance()
          .options(WireMockConfiguration.options().dynamicPort())
          .build();

  @TempDir Path folder;
  private final StringWriter log = new StringWriter();
  private List<ObjectNode> documents;

  private static ObjectNode document(String id, Crystal crystal, double gapEv) {
    ObjectNode node = Samples.MAPPER.createObjectNode().put("material_id", id);
    ObjectNode structure = node.putObject("structure");
    ArrayNode matrix = structure.putObject("lattice").putArray("matrix");
    for (double[] row : crystal.lattice().vectors()) {
      matrix.addArray().add(row[0]).add(row[1]).add(row[2]);
    }
    ArrayNode sites = structure.putArray("sites");
    for (int i = 0; i < crystal.size(); i++) {
      ObjectNode site = sites.addObject();
      site.putArray("species")
          .addObject()
          .put("element", crystal.element(i).symbol())
          .put("occu", 1);
      ArrayNode abc = site.putArray("abc");
      for (int axis = 0; axis < 3; axis++) {
        abc.add(crystal.fractional(i, axis));
      }
    }
    return node.put("band_gap", gapEv)
        .put("formation_energy_per_atom", -0.7)
        .put("nsites", crystal.size())
        .put("is_stable", true);
  }

  @BeforeEach
  void fiveDocuments() {
    documents = new ArrayList<>();
    documents.add(document("mp-10", Samples.zincBlendeCubic("Ga", "As", 5.75), 0.2));
    documents.add(document("mp-2", Samples.zincBlende("In", "P", 5.96), 0.45));
    documents.add(document("mp-30", Samples.rockSalt("Mg", "O", 4.25), 4.4));
    ObjectNode disordered = document("mp-40", Samples.rockSalt("Mg", "S", 5.2), 2.7);
    ((ObjectNode) disordered.at("/structure/sites/0/species/0")).put("occu", 0.5);
    documents.add(disordered);
    // The server ignores a filter.
    documents.add(document("mp-50", Samples.zincBlende("Zn", "O", 4.6), 0.01));
  }

  private static MappingBuilder page(int skip) {
    return get(urlPathEqualTo(PATH))
        .withQueryParam("_skip", equalTo(String.valueOf(skip)))
        .withQueryParam("_limit", equalTo("2"))
        .withQueryParam("band_gap_min", equalTo("0.05"))
        .withQueryParam("band_gap_max", equalTo("11.7"))
        .withQueryParam("nsites_max", equalTo("50"))
        .withQueryParam("is_stable", equalTo("true"))
        .withQueryParam("_sort_fields", equalTo("material_id"))
        .withHeader("X-API-KEY", equalTo(KEY));
  }

  private String body(int skip) {
    ObjectNode answer = Samples.MAPPER.createObjectNode();
    ArrayNode data = answer.putArray("data");
    documents.stream().skip(skip).limit(2).forEach(data::add);
    answer.putObject("meta").put("total_doc", documents.size());
    return answer.toString();
  }

  private void serveAll() {
    for (int skip = 0; skip < documents.size(); skip += 2) {
      server.stubFor(page(skip).willReturn(aResponse().withBody(body(skip))));
    }
  }

  private MaterialsProjectFetch fetch() {
    return new MaterialsProjectFetch(KEY, new Progress(new PrintWriter(log)), QUICK);
  }

  private static MaterialsProjectFetch.Query query() {
    return new MaterialsProjectFetch.Query(server.baseUrl() + PATH, 0.05, 11.7, 50, 2);
  }

  private Path out() {
    return folder.resolve("mp.jsonl.gz");
  }

  private List<JsonNode> rows() {
    List<JsonNode> rows = new ArrayList<>();
    JsonRows.read(out(), (row, line) -> rows.add(row));
    return rows;
  }

  @Test
  void pagesFiltersAndJoins() throws IOException {
    serveAll();
    Path csv = folder.resolve("transport_database.csv");
    Files.writeString(csv, "mp_id,m_n,m_p\nmp-2,0.08,0.6\nmp-99,1,1\n");
    ObjectNode report = fetch().fetch(query(), TransportTable.read(csv), out());
    assertThat(report.get("total").intValue()).isEqualTo(5);
    assertThat(report.get("read").intValue()).isEqualTo(5);
    assertThat(report.get("kept").intValue()).isEqualTo(3);
    assertThat(report.at("/rejected/invalid_structure").intValue()).isEqualTo(1);
    assertThat(report.at("/rejected/gap_out_of_range").intValue()).isEqualTo(1);
    assertThat(report.get("with_masses_joined").intValue()).isEqualTo(1);
    List<JsonNode> rows = rows();
    assertThat(rows.stream().map(r -> r.get("mp_id").asText()))
        .containsExactly("mp-2", "mp-10", "mp-30");
    assertThat(rows.get(0).get("m_n").doubleValue()).isEqualTo(0.08);
    assertThat(rows.get(1).get("m_n").isNull()).isTrue();
    assertThat(rows.get(0).get("e_form_per_atom").doubleValue()).isEqualTo(-0.7);
    assertThat(folder.resolve("mp.jsonl.gz.pages")).doesNotExist();
    // What was downloaded is the structure that was served.
    Merger merger =
        new Merger(LabelFilter.DEFAULT, Descriptors.byName("fingerprint"), Samples.silent());
    merger.addMaterialsProject(out(), null);
    Descriptor descriptor = Descriptors.byName("fingerprint");
    float[] expected = descriptor.of(Samples.zincBlendeCubic("Ga", "As", 5.75));
    float[] found =
        merger.merge().records().stream()
            .filter(r -> r.id().equals("mp-10"))
            .findFirst()
            .orElseThrow()
            .fingerprint();
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(1e-3f));
    }
  }

  @Test
  void busyServersAndBrokenConnections() {
    serveAll();
    server.stubFor(
        page(2)
            .inScenario("trouble")
            .whenScenarioStateIs(Scenario.STARTED)
            .willReturn(aResponse().withStatus(429).withHeader("Retry-After", "1"))
            .willSetStateTo("broken"));
    server.stubFor(
        page(2)
            .inScenario("trouble")
            .whenScenarioStateIs("broken")
            .willReturn(aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK))
            .willSetStateTo("fine"));
    server.stubFor(
        page(2)
            .inScenario("trouble")
            .whenScenarioStateIs("fine")
            .willReturn(aResponse().withBody(body(2))));
    long start = System.nanoTime();
    fetch().fetch(query(), null, out());
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(990));
    assertThat(rows()).hasSize(3);
    assertThat(log.toString()).contains("HTTP 429; trying again in 1 s");
  }

  @Test
  void goesOnAfterABreak() {
    serveAll();
    server.stubFor(page(4).willReturn(aResponse().withStatus(502)));
    assertThatThrownBy(() -> fetch().fetch(query(), null, out()))
        .isInstanceOf(TransientException.class)
        .hasMessageContaining("HTTP 502; given up after 3 attempts");
    assertThat(out()).doesNotExist();
    server.resetRequests();
    serveAll();
    fetch().fetch(query(), null, out());
    assertThat(rows()).hasSize(3);
    server.verify(1, getRequestedFor(urlPathEqualTo(PATH)));
  }

  @Test
  void anotherQueryStartsAnew() {
    serveAll();
    server.stubFor(page(4).willReturn(aResponse().withStatus(502)));
    assertThatThrownBy(() -> fetch().fetch(query(), null, out()))
        .isInstanceOf(TransientException.class);
    server.resetRequests();
    server.stubFor(
        get(urlPathEqualTo(PATH))
            .withQueryParam("_limit", equalTo("5"))
            .willReturn(
                aResponse().withBody("{\"data\":" + documents + ",\"meta\":{\"total_doc\":5}}")));
    fetch()
        .fetch(
            new MaterialsProjectFetch.Query(server.baseUrl() + PATH, 0.1, 11.7, 50, 5),
            null,
            out());
    assertThat(rows()).hasSize(3);
  }

  @Test
  void aNewReleaseOfTheDatabaseStartsAnew() {
    serveAll();
    server.stubFor(page(4).willReturn(aResponse().withStatus(502)));
    assertThatThrownBy(() -> fetch().fetch(query(), null, out()))
        .isInstanceOf(TransientException.class);
    documents.add(document("mp-60", Samples.zincBlende("Ga", "P", 5.5), 1.6));
    serveAll();
    server.stubFor(page(4).willReturn(aResponse().withBody(body(4))));
    fetch().fetch(query(), null, out());
    assertThat(rows()).hasSize(4);
    assertThat(log.toString()).contains("the database has changed since");
  }

  @Test
  void answersThatAreNone() {
    server.stubFor(get(urlPathEqualTo(PATH)).willReturn(aResponse().withBody("{\"data\": [")));
    assertThatThrownBy(() -> fetch().fetch(query(), null, out()))
        .isInstanceOf(TransientException.class)
        .hasMessageContaining("the answer is not whole");
    server.stubFor(get(urlPathEqualTo(PATH)).willReturn(aResponse().withBody("{}")));
    assertThatThrownBy(() -> fetch().fetch(query(), null, out()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("total_doc");
    server.stubFor(
        get(urlPathEqualTo(PATH))
            .willReturn(aResponse().withBody("{\"data\":[],\"meta\":{\"total_doc\":7}}")));
    assertThatThrownBy(() -> fetch().fetch(query(), null, out()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("no materials after 0 of 7");
  }

  @Test
  void theKeyGoesToNoOtherHostAndOverNoOpenConnection() {
    server.stubFor(
        get(urlPathEqualTo(PATH))
            .willReturn(
                aResponse()
                    .withStatus(302)
                    .withHeader("Location", server.baseUrl() + "/elsewhere")));
    assertThatThrownBy(() -> fetch().fetch(query(), null, out()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("HTTP 302 (a redirect, which is not followed here)");
    server.verify(0, getRequestedFor(urlPathEqualTo("/elsewhere")));
    assertThatThrownBy(
            () ->
                fetch()
                    .fetch(
                        new MaterialsProjectFetch.Query("http://example.org/x", 0.05, 11.7, 50, 2),
                        null,
                        out()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("because the key goes there");
  }

  @Test
  void keysThatAreNone() {
    assertThatThrownBy(() -> new MaterialsProjectFetch(null, Samples.silent()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("MP_API_KEY is not set");
    assertThatThrownBy(() -> new MaterialsProjectFetch("secret\nwith a line", Samples.silent()))
        .isInstanceOf(BadInputException.class)
        .hasMessageNotContaining("secret");
  }

  /** Every way a run can end, with --verbose: the key is in no output and in no file. */
  @Test
  void theKeyIsNowhere() throws Exception {
    serveAll();
    run(0);
    server.stubFor(page(0).willReturn(aResponse().withStatus(403).withBody("bad key " + KEY)));
    assertThat(run(65)).contains("the key in MP_API_KEY is refused");
    server.stubFor(page(0).willReturn(aResponse().withFault(Fault.EMPTY_RESPONSE)));
    // Retried for a minute: one break is enough to see what is printed.
    server.stubFor(
        page(0)
            .inScenario("once")
            .whenScenarioStateIs(Scenario.STARTED)
            .willReturn(aResponse().withFault(Fault.EMPTY_RESPONSE))
            .willSetStateTo("later"));
    server.stubFor(
        page(0)
            .inScenario("once")
            .whenScenarioStateIs("later")
            .willReturn(aResponse().withStatus(429).withHeader("Retry-After", "100000")));
    assertThat(run(75)).contains("the server asks to wait 100000 s");
    server.stubFor(page(0).willReturn(aResponse().withBody(body(0))));
    server.stubFor(page(2).willReturn(aResponse().withStatus(400).withBody(KEY)));
    assertThat(run(65)).contains("HTTP 400");
    assertThat(folder.resolve("mp.jsonl.gz.pages")).exists();
  }

  private String run(int expected) throws Exception {
    ChildJvm.Result result =
        ChildJvm.run(
            List.of(),
            List.of("MP_API_KEY=" + KEY),
            List.of(
                "dataset",
                "fetch",
                "materials-project",
                "--verbose",
                "--url",
                server.baseUrl() + PATH,
                "--page-size",
                "2",
                "--out",
                out().toString()));
    assertThat(result.exitCode()).as(result.output()).isEqualTo(expected);
    assertThat(result.output()).doesNotContain(KEY);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(text(file)).doesNotContain(KEY);
        assertThat(file.toString()).doesNotContain(KEY);
      }
    }
    return result.output();
  }

  private static String text(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (file.toString().endsWith(".gz")) {
      try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
        bytes = in.readAllBytes();
      }
    }
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
