package org.rlmaterials.dataset;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.errors.TransientException;
import org.rlmaterials.fingerprint.Descriptors;

/** The download of JARVIS-DFT against a server that behaves as badly as servers do. */
class JarvisFetchTest {
  private static final String PATH = "/files/38521619";
  private static final Http.Patience QUICK =
      new Http.Patience(3, Duration.ofMillis(20), Duration.ofSeconds(1));

  @RegisterExtension
  static WireMockExtension server =
      WireMockExtension.newInstance()
          .options(WireMockConfiguration.options().dynamicPort())
          .build();

  @TempDir Path folder;

  private static String url() {
    return server.baseUrl() + PATH;
  }

  private static byte[] zip(String entry, String content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static byte[] good() throws IOException {
    return zip(
        "jdft_3d-12-12-2022.json",
        List.of(
                Samples.jarvis("JVASP-1", Samples.zincBlende("Ga", "As", 5.7), 0.0, 0.4, 0.2),
                Samples.jarvis("JVASP-2", Samples.zincBlende("In", "P", 5.9), 0.09, 0.5, 1.2),
                Samples.jarvis("JVASP-3", Samples.zincBlende("In", "N", 5.0), 0.0, 0.0, "na"))
            .toString());
  }

  private static String hex(String algorithm, byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
  }

  private static JarvisFetch fetch() {
    return new JarvisFetch(Samples.silent(), QUICK);
  }

  private Path archive() {
    return folder.resolve("a.json.zip");
  }

  @Test
  void downloadsChecksAndConverts() throws Exception {
    byte[] zip = good();
    server.stubFor(
        get(PATH)
            .willReturn(aResponse().withBody(zip).withHeader("ETag", '"' + hex("MD5", zip) + '"')));
    ObjectNode report =
        fetch().download(url(), archive(), (long) zip.length, null, hex("SHA-256", zip));
    assertThat(report.get("bytes").longValue()).isEqualTo(zip.length);
    assertThat(report.get("checked").toString())
        .contains("size as expected", "sha256 as expected", "ETag");
    Path out = folder.resolve("jarvis.jsonl.gz");
    ObjectNode counts = fetch().convert(archive(), LabelFilter.DEFAULT, out);
    assertThat(counts.get("read").intValue()).isEqualTo(3);
    assertThat(counts.get("kept").intValue()).isEqualTo(2);
    assertThat(counts.at("/rejected/no_label").intValue()).isEqualTo(1);
    assertThat(counts.at("/labels_masked/m_star_zero").intValue()).isEqualTo(2);
    // The cache says the same as the archive, without what the filter took off.
    Merger fromCache = merger();
    fromCache.addJarvis(out);
    Merger fromArchive = merger();
    fromArchive.addJarvis(archive());
    assertThat(fromCache.merge().structures()).isEqualTo(fromArchive.merge().structures());
    JsonRows.read(
        out,
        (row, line) -> {
          if (row.get("id").asText().equals("JVASP-1")) {
            assertThat(row.has("avg_elec_mass")).isFalse();
          }
        });
    // There already: not asked for again.
    server.resetRequests();
    fetch().download(url(), archive(), null, null, hex("SHA-256", zip));
    server.verify(0, getRequestedFor(urlEqualTo(PATH)));
  }

  private static Merger merger() {
    return new Merger(LabelFilter.DEFAULT, Descriptors.byName("fingerprint"), Samples.silent());
  }

  @Test
  void goesOnWhereItBrokeOff() throws Exception {
    byte[] zip = good();
    int half = zip.length / 2;
    server.stubFor(
        get(PATH)
            .withHeader("Range", absent())
            .willReturn(
                aResponse()
                    .withHeader("ETag", "\"v1\"")
                    .withHeader("Content-Length", String.valueOf(zip.length))
                    .withBody(Arrays.copyOf(zip, half))));
    server.stubFor(
        get(PATH)
            .withHeader("Range", equalTo("bytes=" + half + "-"))
            .withHeader("If-Range", equalTo("\"v1\""))
            .willReturn(
                aResponse()
                    .withStatus(206)
                    .withHeader("ETag", "\"v1\"")
                    .withHeader(
                        "Content-Range",
                        "bytes " + half + "-" + (zip.length - 1) + "/" + zip.length)
                    .withBody(Arrays.copyOfRange(zip, half, zip.length))));
    fetch().download(url(), archive(), null, null, hex("SHA-256", zip));
    assertThat(Files.readAllBytes(archive())).isEqualTo(zip);
    assertThat(folder.resolve("a.json.zip.part")).doesNotExist();
  }

  @Test
  void goesOnInAnotherRun() throws Exception {
    byte[] zip = good();
    int half = zip.length / 2;
    server.stubFor(
        get(PATH)
            .willReturn(
                aResponse()
                    .withHeader("ETag", "\"v1\"")
                    .withHeader("Content-Length", String.valueOf(zip.length))
                    .withBody(Arrays.copyOf(zip, half))));
    JarvisFetch once =
        new JarvisFetch(
            Samples.silent(), new Http.Patience(1, Duration.ofMillis(1), Duration.ofSeconds(1)));
    assertThatThrownBy(() -> once.download(url(), archive(), null, null, null))
        .isInstanceOf(TransientException.class)
        .hasMessageContaining("broke off")
        .hasMessageContaining("it goes on from here");
    assertThat(folder.resolve("a.json.zip.part")).exists();
    assertThat(archive()).doesNotExist();
    server.stubFor(
        get(PATH)
            .withHeader("Range", equalTo("bytes=" + half + "-"))
            .willReturn(
                aResponse()
                    .withStatus(206)
                    .withHeader(
                        "Content-Range",
                        "bytes " + half + "-" + (zip.length - 1) + "/" + zip.length)
                    .withBody(Arrays.copyOfRange(zip, half, zip.length))));
    once.download(url(), archive(), null, null, null);
    assertThat(Files.readAllBytes(archive())).isEqualTo(zip);
  }

  @Test
  void startsAnewIfTheFileHasChangedMeanwhile() throws Exception {
    byte[] zip = good();
    Files.write(folder.resolve("a.json.zip.part"), new byte[100]);
    Files.writeString(
        folder.resolve("a.json.zip.part.json"),
        Samples.MAPPER.createObjectNode().put("url", url()).put("etag", "\"old\"").toString());
    // A server with another version answers If-Range with the whole file.
    server.stubFor(get(PATH).willReturn(aResponse().withHeader("ETag", "\"new\"").withBody(zip)));
    fetch().download(url(), archive(), null, hex("MD5", zip), null);
    assertThat(Files.readAllBytes(archive())).isEqualTo(zip);
    server.verify(getRequestedFor(urlEqualTo(PATH)).withHeader("Range", equalTo("bytes=100-")));
  }

  @Test
  void aWrongChecksumLeavesNothing() throws Exception {
    byte[] zip = good();
    server.stubFor(get(PATH).willReturn(aResponse().withBody(zip)));
    String other = "0".repeat(64);
    assertThatThrownBy(() -> fetch().download(url(), archive(), null, null, other))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("SHA-256 " + hex("SHA-256", zip) + ", expected " + other);
    assertThatThrownBy(() -> fetch().download(url(), archive(), 5L, null, null))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("expected 5");
    server.stubFor(
        get(PATH).willReturn(aResponse().withBody(zip).withHeader("ETag", "0".repeat(32))));
    assertThatThrownBy(() -> fetch().download(url(), archive(), null, null, null))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("the server's ETag says");
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void waitsAsLongAsTheServerAsks() throws Exception {
    byte[] zip = good();
    server.stubFor(
        get(PATH)
            .inScenario("busy")
            .whenScenarioStateIs(Scenario.STARTED)
            .willReturn(aResponse().withStatus(503).withHeader("Retry-After", "1"))
            .willSetStateTo("free"));
    server.stubFor(
        get(PATH)
            .inScenario("busy")
            .whenScenarioStateIs("free")
            .willReturn(aResponse().withBody(zip)));
    long start = System.nanoTime();
    fetch().download(url(), archive(), null, null, null);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(990));
    assertThat(Files.readAllBytes(archive())).isEqualTo(zip);
  }

  @Test
  void brokenConnectionsAndRefusals() {
    server.stubFor(get(PATH).willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
    assertThatThrownBy(() -> fetch().download(url(), archive(), null, null, null))
        .isInstanceOf(TransientException.class)
        .hasMessageContaining("given up after 3 attempts");
    server.verify(3, getRequestedFor(urlEqualTo(PATH)));
    server.stubFor(get(PATH).willReturn(aResponse().withStatus(404)));
    assertThatThrownBy(() -> fetch().download(url() + "?token=secret", archive(), null, null, null))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("HTTP 404")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> fetch().download("file:///etc/passwd", archive(), null, null, null))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("https://");
  }

  @Test
  void everyFailureOfTheServerIsTriedAgain() {
    server.stubFor(get(PATH).willReturn(aResponse().withStatus(521)));
    assertThatThrownBy(() -> fetch().download(url(), archive(), null, null, null))
        .isInstanceOf(TransientException.class)
        .hasMessageContaining("HTTP 521; given up after 3 attempts");
  }

  @Test
  void aFileThatCannotBeWrittenIsNoBug() throws Exception {
    server.stubFor(get(PATH).willReturn(aResponse().withBody(good())));
    // A folder where the piece would be.
    Files.createDirectories(folder.resolve("a.json.zip.part/full"));
    assertThatThrownBy(() -> fetch().download(url(), archive(), null, null, null))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("a.json.zip: cannot be written");
  }

  @Test
  void redirectsAreFollowedAndBrowserChecksAreNamed() throws Exception {
    byte[] zip = good();
    server.stubFor(
        get(PATH)
            .willReturn(
                aResponse()
                    .withStatus(302)
                    .withHeader("Location", server.baseUrl() + "/store/jdft_3d.json.zip")));
    server.stubFor(get("/store/jdft_3d.json.zip").willReturn(aResponse().withBody(zip)));
    fetch().download(url(), archive(), null, null, hex("SHA-256", zip));
    assertThat(Files.readAllBytes(archive())).isEqualTo(zip);
    server.stubFor(get(PATH).willReturn(aResponse().withStatus(202)));
    assertThatThrownBy(() -> fetch().download(url(), archive(), null, null, null))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("HTTP 202 without the file: download it with a browser");
  }

  @Test
  void aServerThatFallsSilentIsABrokenConnection() throws Exception {
    JarvisFetch once =
        new JarvisFetch(
            Samples.silent(), new Http.Patience(1, Duration.ofMillis(1), Duration.ofMillis(400)));
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Socket> connection =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  Socket socket = silent.accept();
                  socket
                      .getOutputStream()
                      .write(
                          "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbeginning"
                              .getBytes(StandardCharsets.US_ASCII));
                  return socket;
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      String address = "http://localhost:" + silent.getLocalPort() + "/x";
      long start = System.nanoTime();
      assertThatThrownBy(() -> once.download(address, archive(), null, null, null))
          .isInstanceOf(TransientException.class)
          .hasMessageContaining("no byte came for");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      connection.join().close();
    }
  }

  @Test
  void truncatedZip() throws Exception {
    byte[] zip = good();
    Files.write(archive(), Arrays.copyOf(zip, zip.length - 30));
    assertThatThrownBy(
            () -> fetch().convert(archive(), LabelFilter.DEFAULT, folder.resolve("o.jsonl.gz")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("a.json.zip: damaged or cut short");
    assertThat(folder.resolve("o.jsonl.gz")).doesNotExist();
  }

  @Test
  void zipThatEscapes() throws Exception {
    for (String name :
        List.of("../../evil.json", "/etc/evil.json", "a/../../b.json", "C:\\x.json")) {
      Files.write(archive(), zip(name, "[]"));
      assertThatThrownBy(
              () -> fetch().convert(archive(), LabelFilter.DEFAULT, folder.resolve("o.jsonl.gz")))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("points outside the archive");
    }
    Files.write(archive(), zip("readme.txt", "x"));
    assertThatThrownBy(
            () -> fetch().convert(archive(), LabelFilter.DEFAULT, folder.resolve("o.jsonl.gz")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("holds 0 .json files, expected one");
  }

  /** The published JSON is larger than the heap may be: 120 MB of it through 48 MB of heap. */
  @Test
  void aFileLargerThanTheHeap() throws Exception {
    Path zip = folder.resolve("large.zip");
    String filler = "x".repeat(3000);
    String[] rows = new String[12];
    for (int i = 0; i < rows.length; i++) {
      ObjectNode row =
          Samples.jarvis("JVASP-" + i, Samples.zincBlende("Ga", "As", 5 + 0.1 * i), 0.1, 0.2, 1.0);
      rows[i] = row.put("filler", filler).toString();
    }
    long bytes = 0;
    int count = 0;
    try (OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream entries = new ZipOutputStream(out);
        Writer text = new OutputStreamWriter(entries, StandardCharsets.UTF_8)) {
      entries.putNextEntry(new ZipEntry("large.json"));
      text.write('[');
      while (bytes < 120_000_000) {
        String row = rows[count % rows.length];
        text.write(count == 0 ? row : ", " + row);
        bytes += row.length() + 2;
        count++;
      }
      text.write(']');
    }
    server.stubFor(get(PATH).willReturn(aResponse().withBody(Files.readAllBytes(zip))));
    Path out = folder.resolve("jarvis.jsonl.gz");
    ChildJvm.Result result =
        ChildJvm.run(
            List.of("-Xmx48m"),
            List.of(),
            List.of("dataset", "fetch", "jarvis", "--url", url(), "--out", out.toString()));
    assertThat(result.exitCode()).as(result.output()).isZero();
    ObjectNode report =
        (ObjectNode)
            Samples.MAPPER.readTree(
                Files.readString(folder.resolve("jarvis.jsonl.gz.report.json")));
    assertThat(report.at("/records/kept").intValue()).isEqualTo(count);
    assertThat(report.at("/bytes").longValue()).isEqualTo(Files.size(zip));
  }
}
