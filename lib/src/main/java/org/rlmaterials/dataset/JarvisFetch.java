package org.rlmaterials.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.rlmaterials.crystal.Structure;
import org.rlmaterials.crystal.StructureJson;
import org.rlmaterials.files.AtomicFiles;
import org.rlmaterials.files.Progress;

/** Downloads JARVIS-DFT and keeps the records that have labels, in the JSON form of structures. */
public final class JarvisFetch {
  /** JARVIS-DFT dft_3d of 12 December 2022 on figshare: 75,993 records. */
  public static final String URL = "https://ndownloader.figshare.com/files/38521619";

  // figshare gives size and MD5 with article 6815699 (version 11); the SHA-256 is the one that
  // users of the file publish.
  private static final Download.Expected EXPECTED =
      new Download.Expected(
          40_811_489L,
          "fb3e1eb80339a70ff313af1c644c1777",
          "d4c64660e9e1fa45c82bd8868a96ec10162195eed69636445972c05550d8d0d6");

  private final Http http;
  private final Progress progress;

  /**
   * @param progress where progress is told
   */
  public JarvisFetch(Progress progress) {
    this(progress, Http.Patience.DEFAULT);
  }

  JarvisFetch(Progress progress, Http.Patience patience) {
    this.http = new Http(HttpClient.Redirect.NORMAL, patience, progress);
    this.progress = progress;
  }

  /**
   * Downloads the archive.
   *
   * @param url where from
   * @param archive where it is kept
   * @param size expected number of bytes; null if unknown
   * @param md5 expected MD5; null if unknown
   * @param sha256 expected SHA-256; null if unknown
   * @return the report: url, size, checksums and what they were checked against
   */
  public ObjectNode download(String url, Path archive, Long size, String md5, String sha256) {
    URI uri = Http.parse(url);
    boolean given = size != null || md5 != null || sha256 != null;
    Download.Expected expected =
        given
            ? new Download.Expected(size == null ? -1 : size, md5, sha256)
            : url.equals(URL) ? EXPECTED : Download.Expected.NOTHING;
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    report.put("url", Http.display(uri));
    return new Download(http, progress).get(uri, archive, expected).toJson(report);
  }

  /**
   * Reads an archive and writes the records that the filter keeps, one a line; needs little memory
   * however large the archive is. Labels that the filter takes off are left out.
   *
   * @param archive the zip, or the JSON in it
   * @param filter which records and labels are kept
   * @param out where they go (.jsonl.gz)
   * @return counts of what was read, rejected and kept
   */
  public ObjectNode convert(Path archive, LabelFilter filter, Path out) {
    SourceCounts counts = new SourceCounts();
    AtomicFiles.write(
        out,
        stream -> {
          Writer text = new OutputStreamWriter(stream, StandardCharsets.UTF_8);
          try {
            JsonRows.read(
                archive,
                (row, line) -> {
                  counts.read();
                  progress.step("reading JARVIS-DFT", "records", counts.readCount(), 0);
                  kept(row, archive, line, filter, counts)
                      .ifPresent(
                          structure -> {
                            counts.kept();
                            write(text, structure);
                          });
                });
          } catch (UncheckedIOException e) {
            throw e.getCause();
          }
          text.flush();
        });
    progress.line("jarvis: " + counts.summary());
    return counts.toJson(JsonNodeFactory.instance.objectNode());
  }

  private static Optional<Structure> kept(
      JsonNode row, Path archive, long line, LabelFilter filter, SourceCounts counts) {
    Structure structure;
    try {
      structure = JarvisSource.structure(row, archive.toString(), line);
    } catch (UnusableStructureException e) {
      counts.rejected("invalid_structure");
      return Optional.empty();
    }
    return filter
        .apply(new SourceRecord(structure.crystal(), JarvisSource.labels(structure)), counts)
        .map(record -> JarvisSource.withLabels(structure, record.labels()));
  }

  private static void write(Writer text, Structure structure) {
    try {
      text.write(StructureJson.toJson(structure).toString());
      text.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
