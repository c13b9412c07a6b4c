package org.rlmaterials.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.rlmaterials.crystal.Crystal;
import org.rlmaterials.crystal.Lattice;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.errors.TransientException;
import org.rlmaterials.files.AtomicFiles;
import org.rlmaterials.files.Progress;

/**
 * Downloads stable semiconductors from the summary endpoint of the Materials Project API, page by
 * page. Pages are kept beside the output until all are there, so that a run that broke off goes on
 * where it stopped.
 *
 * <p>The API key comes from the environment, goes into one request header, and nowhere else: not to
 * another host (redirects are not followed), not over an open connection, not into files, messages
 * or failures.
 */
public final class MaterialsProjectFetch {
  /** The summary endpoint. */
  public static final String URL = "https://api.materialsproject.org/materials/summary/";

  /** The environment variable that holds the key. */
  public static final String KEY_VARIABLE = "MP_API_KEY";

  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String FIELDS =
      "material_id,structure,band_gap,formation_energy_per_atom,nsites,is_stable";
  private static final Duration PAGE_TIMEOUT = Duration.ofMinutes(5);

  private final String key;
  private final Http http;
  private final Progress progress;

  /**
   * What is asked for.
   *
   * @param url the endpoint
   * @param minGapEv smallest PBE gap (eV)
   * @param maxGapEv largest PBE gap (eV)
   * @param maxAtoms largest number of atoms in a cell
   * @param pageSize materials a page; the server allows 1,000
   */
  public record Query(String url, double minGapEv, double maxGapEv, int maxAtoms, int pageSize) {
    private ObjectNode toJson() {
      return JsonNodeFactory.instance
          .objectNode()
          .put("url", Http.display(Http.parse(url)))
          .put("band_gap_min", minGapEv)
          .put("band_gap_max", maxGapEv)
          .put("nsites_max", maxAtoms)
          .put("is_stable", true)
          .put("page_size", pageSize);
    }

    private URI page(long skip) {
      URI uri = Http.parse(url);
      return URI.create(
          Http.display(uri)
              + String.format(
                  Locale.ROOT,
                  "?band_gap_min=%s&band_gap_max=%s&nsites_max=%d&is_stable=true&deprecated=false"
                      + "&_fields=%s&_sort_fields=material_id&_limit=%d&_skip=%d",
                  minGapEv,
                  maxGapEv,
                  maxAtoms,
                  FIELDS.replace(",", "%2C"),
                  pageSize,
                  skip));
    }
  }

  /**
   * @param key the API key; null if there is none
   * @param progress where progress is told
   * @throws BadInputException if there is no key, or it cannot be one
   */
  public MaterialsProjectFetch(String key, Progress progress) {
    this(key, progress, Http.Patience.DEFAULT);
  }

  MaterialsProjectFetch(String key, Progress progress, Http.Patience patience) {
    if (key == null || key.isBlank()) {
      throw new BadInputException(
          KEY_VARIABLE
              + " is not set: get a key at https://next-gen.materialsproject.org/api and put it into"
              + " the environment (it is read from nowhere else)");
    }
    // Checked here, because the failure of a bad header would print its value.
    if (!key.strip().matches("[A-Za-z0-9_-]+")) {
      throw new BadInputException(
          KEY_VARIABLE
              + " holds characters that no key has: copy it again, letters and digits only");
    }
    this.key = key.strip();
    this.http = new Http(HttpClient.Redirect.NEVER, patience, progress);
    this.progress = progress;
  }

  /**
   * Downloads all pages and writes them as one file.
   *
   * @param query what is asked for
   * @param transport masses to join by id; null for none
   * @param out the rows (.jsonl.gz), layout of {@code --materials-project}
   * @return the report: counts of what came, was rejected and kept
   * @throws BadInputException if the key is refused or the answer is not what it should be
   * @throws TransientException if the server does not answer for long
   */
  public ObjectNode fetch(Query query, TransportTable transport, Path out) {
    URI endpoint = Http.parse(query.url());
    boolean local = List.of("localhost", "127.0.0.1").contains(endpoint.getHost());
    if (!"https".equals(endpoint.getScheme()) && !local) {
      throw new BadInputException(
          "--url: expected an address that starts with https://, because the key goes there");
    }
    Path folder = out.resolveSibling(out.getFileName() + ".pages");
    long total = pages(query, folder);
    ObjectNode report = write(query, transport, folder, total, out);
    deleteFolder(folder);
    return report;
  }

  /**
   * Sees to it that every page is in the folder.
   *
   * @return number of materials
   */
  private long pages(Query query, Path folder) {
    Path state = folder.resolve("query.json");
    ObjectNode wanted = query.toJson();
    long total = -1;
    try {
      if (Files.exists(state)) {
        JsonNode before = MAPPER.readTree(Files.readString(state));
        if (before instanceof ObjectNode object) {
          long known = object.path("total").asLong(-1);
          object.remove("total");
          if (object.equals(wanted)) {
            total = known;
          }
        }
      }
    } catch (IOException e) {
      // Unreadable: asked anew.
    }
    if (total < 0) {
      deleteFolder(folder);
    } else {
      progress.line("going on with the pages in " + folder);
    }
    boolean fresh = total < 0;
    long skip = 0;
    while (total < 0 || skip < total) {
      Path file = folder.resolve(String.format(Locale.ROOT, "page-%07d.jsonl.gz", skip));
      if (!Files.exists(file)) {
        Page page = page(query, skip);
        if (total >= 0 && page.total() != total) {
          // A new release of the database in between: pages of two releases do not fit together.
          deleteFolder(folder);
          if (fresh) {
            throw new TransientException(
                "Materials Project changed while it was read: run the same command again", null);
          }
          progress.line("the database has changed since: starting anew");
          return pages(query, folder);
        }
        if (total < 0) {
          total = page.total();
          AtomicFiles.writeString(state, wanted.deepCopy().put("total", total).toString());
        }
        writeRows(file, page.rows());
      }
      int count = countRows(file);
      if (count == 0 && skip < total) {
        throw new BadInputException(
            Http.display(Http.parse(query.url()))
                + ": no materials after "
                + skip
                + " of "
                + total
                + ": the server does not answer as its documentation says");
      }
      skip += count;
      progress.step("materials_project", "materials", skip, total);
    }
    return total;
  }

  private record Page(long total, List<ObjectNode> rows) {}

  private Page page(Query query, long skip) {
    URI uri = query.page(skip);
    try {
      return http.retry(
          Http.display(uri) + " after " + skip,
          () -> {
            HttpRequest request =
                HttpRequest.newBuilder(uri)
                    .header("X-API-KEY", key)
                    .header("Accept", "application/json")
                    .build();
            HttpResponse<byte[]> response = send(request);
            int status = response.statusCode();
            if (status == 401 || status == 403) {
              throw new BadInputException(
                  Http.display(uri)
                      + ": HTTP "
                      + status
                      + ": the key in "
                      + KEY_VARIABLE
                      + " is refused: check it at https://next-gen.materialsproject.org/api");
            }
            if (status != 200) {
              throw Http.failure(response, uri);
            }
            return parse(response.body(), uri);
          });
    } catch (IOException e) {
      throw new BadInputException(Http.display(uri) + ": cannot be read: " + e, e);
    }
  }

  private HttpResponse<byte[]> send(HttpRequest request)
      throws Http.PassingFailure, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.client().sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
    try {
      return answer.get(PAGE_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new Http.PassingFailure("no answer within " + PAGE_TIMEOUT.toSeconds() + " s", null, e);
    } catch (ExecutionException e) {
      throw new Http.PassingFailure(
          "the connection broke (" + e.getCause().getClass().getSimpleName() + ")",
          null,
          e.getCause());
    }
  }

  private static Page parse(byte[] body, URI uri) throws Http.PassingFailure {
    JsonNode answer;
    try {
      answer = MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      // Cut short behind a proxy that calls it whole.
      throw new Http.PassingFailure("the answer is not whole", null, null);
    } catch (IOException e) {
      throw new Http.PassingFailure("the answer cannot be read", null, null);
    }
    JsonNode data = answer.path("data");
    JsonNode total = answer.path("meta").path("total_doc");
    if (!data.isArray() || !total.isIntegralNumber()) {
      throw new BadInputException(
          Http.display(uri)
              + ": keys \"data\" and \"meta\".\"total_doc\" are missing: is --url the summary"
              + " endpoint?");
    }
    List<ObjectNode> rows = new ArrayList<>();
    data.forEach(document -> rows.add(row(document)));
    return new Page(total.longValue(), rows);
  }

  /**
   * @return the document as a row of the cache; with the key "rejected" if it has no usable
   *     structure
   */
  private static ObjectNode row(JsonNode document) {
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    row.put("mp_id", document.path("material_id").asText());
    Crystal crystal;
    double[] cell = new double[6];
    try {
      crystal = crystal(document.path("structure"));
      Lattice lattice = crystal.lattice();
      for (int i = 0; i < 3; i++) {
        cell[i] = lattice.length(i);
        cell[3 + i] = lattice.angle(i);
      }
      // Must be readable again from lengths and angles.
      Lattice.ofParameters(cell[0], cell[1], cell[2], cell[3], cell[4], cell[5]);
    } catch (IllegalArgumentException e) {
      return row.put("rejected", "invalid_structure");
    }
    row.put("formula", crystal.reducedFormula());
    ArrayNode parameters = row.putArray("cell");
    for (double x : cell) {
      parameters.add(x);
    }
    crystal.species().forEach(row.putArray("species")::add);
    ArrayNode positions = row.putArray("frac_coords");
    for (double[] position : crystal.fractionalPositions()) {
      positions.addArray().add(position[0]).add(position[1]).add(position[2]);
    }
    put(row, "band_gap", Labels.number(document, "band_gap"));
    row.putNull("m_n");
    row.putNull("m_p");
    put(row, "e_form_per_atom", Labels.number(document, "formation_energy_per_atom"));
    return row;
  }

  private static void put(ObjectNode row, String key, double value) {
    if (Double.isNaN(value)) {
      row.putNull(key);
    } else {
      row.put(key, value);
    }
  }

  private static Crystal crystal(JsonNode structure) {
    double[][] vectors = new double[3][3];
    JsonNode matrix = structure.path("lattice").path("matrix");
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        vectors[i][j] = matrix.path(i).path(j).asDouble(Double.NaN);
      }
    }
    List<String> species = new ArrayList<>();
    List<double[]> positions = new ArrayList<>();
    for (JsonNode site : structure.path("sites")) {
      JsonNode occupants = site.path("species");
      if (occupants.size() != 1 || occupants.path(0).path("occu").asDouble(1) != 1) {
        throw new IllegalArgumentException("a site is not fully occupied by one element");
      }
      species.add(occupants.path(0).path("element").asText());
      double[] position = new double[3];
      for (int i = 0; i < 3; i++) {
        position[i] = site.path("abc").path(i).asDouble(Double.NaN);
      }
      positions.add(position);
    }
    return Crystal.of(Lattice.of(vectors), species, positions.toArray(double[][]::new));
  }

  private static void writeRows(Path file, Iterable<ObjectNode> rows) {
    AtomicFiles.write(
        file,
        out -> {
          Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
          for (ObjectNode row : rows) {
            text.write(row.toString());
            text.write('\n');
          }
          text.flush();
        });
  }

  private static int countRows(Path file) {
    int[] count = new int[1];
    JsonRows.read(file, (row, line) -> count[0]++);
    return count[0];
  }

  private ObjectNode write(
      Query query, TransportTable transport, Path folder, long total, Path out) {
    SourceCounts counts = new SourceCounts();
    Map<String, ObjectNode> rows = new TreeMap<>(byNumber());
    int[] joined = new int[1];
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(file -> file.getFileName().toString().startsWith("page-"))
          .sorted()
          .forEach(
              file ->
                  JsonRows.read(
                      file,
                      (row, line) -> {
                        counts.read();
                        String reason = rejection((ObjectNode) row, query, rows);
                        if (reason == null) {
                          counts.kept();
                          rows.put(row.path("mp_id").asText(), (ObjectNode) row);
                        } else {
                          counts.rejected(reason);
                        }
                      }));
    } catch (IOException e) {
      throw new BadInputException(folder + ": cannot be read: " + e, e);
    }
    if (transport != null) {
      rows.forEach(
          (id, row) -> {
            TransportTable.Masses masses = transport.of(id);
            put(row, "m_n", masses.electron());
            put(row, "m_p", masses.hole());
            if (!Double.isNaN(masses.electron()) || !Double.isNaN(masses.hole())) {
              joined[0]++;
            }
          });
    }
    writeRows(out, rows.values());
    progress.line("materials_project: " + counts.summary());
    ObjectNode report = counts.toJson(query.toJson().put("total", total));
    if (transport != null) {
      report.put("with_masses_joined", joined[0]);
      progress.line(String.format("masses joined by id: %,d", joined[0]));
    }
    return report;
  }

  private static String rejection(ObjectNode row, Query query, Map<String, ObjectNode> rows) {
    if (row.has("rejected")) {
      return row.get("rejected").asText();
    }
    // The server was asked for these; it may know a parameter by another name one day.
    double gap = Labels.number(row, "band_gap");
    if (!(gap >= query.minGapEv() && gap <= query.maxGapEv())) {
      return "gap_out_of_range";
    }
    if (row.path("species").size() > query.maxAtoms()) {
      return "too_many_atoms";
    }
    return rows.containsKey(row.path("mp_id").asText()) ? "came_twice" : null;
  }

  /** mp-2 before mp-10. */
  private static Comparator<String> byNumber() {
    return Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());
  }

  private static void deleteFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new BadInputException(folder + ": cannot be deleted: " + e, e);
    }
  }
}
