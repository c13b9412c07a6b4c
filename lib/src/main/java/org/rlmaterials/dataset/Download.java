package org.rlmaterials.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.rlmaterials.errors.BadInputException;
import org.rlmaterials.files.Progress;

/**
 * One large file from the network: into NAME.part, from where it broke off if it did, then checked
 * and renamed. A file under its final name is complete.
 */
final class Download {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int MD5_DIGITS = 32;

  private final Http http;
  private final Progress progress;

  Download(Http http, Progress progress) {
    this.http = http;
    this.progress = progress;
  }

  /**
   * What is known of a file beforehand.
   *
   * @param size number of bytes; negative if unknown
   * @param md5 MD5 (32 hexadecimal digits); null if unknown
   * @param sha256 SHA-256 (64 hexadecimal digits); null if unknown
   */
  record Expected(long size, String md5, String sha256) {
    static final Expected NOTHING = new Expected(-1, null, null);

    boolean isNothing() {
      return size < 0 && md5 == null && sha256 == null;
    }
  }

  /**
   * What came.
   *
   * @param size number of bytes
   * @param md5 MD5
   * @param sha256 SHA-256
   * @param checked what was compared, and with what was said by whom
   */
  record Receipt(long size, String md5, String sha256, List<String> checked) {
    ObjectNode toJson(ObjectNode node) {
      node.put("bytes", size).put("md5", md5).put("sha256", sha256);
      ArrayNode list = node.putArray("checked");
      checked.forEach(list::add);
      return node;
    }
  }

  /**
   * Downloads a file, unless it is there already and is the one expected.
   *
   * @param uri where from
   * @param target the file
   * @param expected what is known of it
   * @return what came
   * @throws BadInputException if what came is not what was expected, or will never come
   * @throws org.rlmaterials.errors.TransientException if it may come later
   */
  Receipt get(URI uri, Path target, Expected expected) {
    try {
      if (!expected.isNothing() && Files.exists(target)) {
        Receipt there = receipt(target, expected, null);
        if (mismatch(there, expected, null) == null) {
          progress.line(target + ": there already, and its size and checksum are right");
          return there;
        }
      }
      Files.createDirectories(target.toAbsolutePath().getParent());
      Path part = target.resolveSibling(target.getFileName() + ".part");
      Path state = target.resolveSibling(target.getFileName() + ".part.json");
      boolean resumed = Files.exists(part) && Files.exists(state);
      while (true) {
        String etag = http.retry(Http.display(uri), () -> attempt(uri, part, state, expected));
        Receipt came = receipt(part, expected, etag);
        String mismatch = mismatch(came, expected, etag);
        if (mismatch == null) {
          Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
          Files.deleteIfExists(state);
          return came;
        }
        Files.deleteIfExists(part);
        Files.deleteIfExists(state);
        if (!resumed) {
          throw new BadInputException(
              Http.display(uri)
                  + ": "
                  + mismatch
                  + "; what came was deleted. Try again; if the publisher has replaced the file, give"
                  + " its new --size, --md5 or --sha256");
        }
        // The piece that was there may have been of another file: once more, from the start.
        progress.line(Http.display(uri) + ": " + mismatch + "; starting anew");
        resumed = false;
      }
    } catch (IOException e) {
      throw new BadInputException(target + ": cannot be written: " + e, e);
    }
  }

  /** What the server said of the file whose first bytes are in NAME.part. */
  private record State(String url, String etag) {
    static State read(Path file) throws IOException {
      try {
        JsonNode node = Files.exists(file) ? MAPPER.readTree(Files.readString(file)) : null;
        return node == null
            ? new State("", "")
            : new State(node.path("url").asText(), node.path("etag").asText());
      } catch (JsonProcessingException e) {
        return new State("", "");
      }
    }

    void write(Path file) throws IOException {
      Files.writeString(
          file, MAPPER.createObjectNode().put("url", url).put("etag", etag).toString());
    }
  }

  /**
   * @return the entity tag of the file, empty if the server has none
   */
  private String attempt(URI uri, Path part, Path state, Expected expected)
      throws Http.PassingFailure, IOException, InterruptedException {
    State before = State.read(state);
    long offset = Files.exists(part) ? Files.size(part) : 0;
    // Without the server's mark of the version, only a checksum can tell that both pieces fit.
    boolean certain = expected.md5() != null || expected.sha256() != null;
    if (!before.url().equals(Http.display(uri)) || (before.etag().isEmpty() && !certain)) {
      offset = 0;
    }
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofMinutes(2));
    if (offset > 0) {
      request.header("Range", "bytes=" + offset + "-");
      if (!before.etag().isEmpty()) {
        request.header("If-Range", before.etag());
      }
    }
    HttpResponse<InputStream> response;
    try {
      response = http.client().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new Http.PassingFailure("no answer (" + e.getClass().getSimpleName() + ")", null, e);
    }
    try (InputStream body = response.body()) {
      int status = response.statusCode();
      if (status == 416) {
        // Nothing behind what is there: complete, or not the beginning of this file.
        long total = totalOfRange(response);
        if (total == offset) {
          return before.etag();
        }
        Files.deleteIfExists(part);
        throw new Http.PassingFailure("the piece that is there does not fit", Duration.ZERO, null);
      }
      if (status / 100 == 2 && status != 200 && status != 206) {
        // 202 with nothing in it: a check for browsers stands in front of the file.
        throw new BadInputException(
            Http.display(uri)
                + ": HTTP "
                + status
                + " without the file: download it with a browser and name it with --archive");
      }
      if (status / 100 != 2) {
        throw Http.failure(response, uri);
      }
      boolean append = status == 206 && offset > 0;
      long total =
          append
              ? totalOfRange(response)
              : response.headers().firstValueAsLong("Content-Length").orElse(-1);
      // A weak tag does not promise the same bytes.
      String etag =
          response.headers().firstValue("ETag").filter(tag -> !tag.startsWith("W/")).orElse("");
      new State(Http.display(uri), etag).write(state);
      if (append) {
        progress.line(String.format("going on after %,d bytes", offset));
      } else {
        offset = 0;
      }
      long size = copy(body, part, offset, total, append);
      if (total >= 0 && size != total) {
        throw new Http.PassingFailure(
            String.format("broke off after %,d of %,d bytes", size, total), null, null);
      }
      return etag;
    }
  }

  private static long totalOfRange(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Content-Range")
        .map(range -> range.substring(range.indexOf('/') + 1))
        .filter(total -> total.matches("\\d{1,18}"))
        .map(Long::parseLong)
        .orElse(-1L);
  }

  private long copy(InputStream body, Path part, long offset, long total, boolean append)
      throws IOException, Http.PassingFailure {
    AtomicLong lastByte = new AtomicLong(System.nanoTime());
    AtomicBoolean stalled = new AtomicBoolean();
    ScheduledExecutorService guard =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "download-guard");
              thread.setDaemon(true);
              return thread;
            });
    long stallNanos = http.patience().stall().toNanos();
    ScheduledFuture<?> watch =
        guard.scheduleWithFixedDelay(
            () -> {
              if (System.nanoTime() - lastByte.get() > stallNanos) {
                stalled.set(true);
                closeQuietly(body);
              }
            },
            stallNanos / 4,
            stallNanos / 4,
            TimeUnit.NANOSECONDS);
    long size = offset;
    try (OutputStream out =
        append
            ? Files.newOutputStream(part, StandardOpenOption.APPEND)
            : Files.newOutputStream(part)) {
      byte[] buffer = new byte[1 << 16];
      while (true) {
        int count;
        try {
          count = body.read(buffer);
        } catch (IOException e) {
          if (stalled.get()) {
            break;
          }
          throw new Http.PassingFailure(String.format("broke off after %,d bytes", size), null, e);
        }
        if (count < 0) {
          break;
        }
        lastByte.set(System.nanoTime());
        out.write(buffer, 0, count);
        size += count;
        progress.step("download", "bytes", size, Math.max(total, 0));
      }
    } finally {
      watch.cancel(false);
      guard.shutdownNow();
    }
    if (stalled.get()) {
      throw new Http.PassingFailure(
          String.format("no byte came for %d s", http.patience().stall().toSeconds()), null, null);
    }
    return size;
  }

  private static void closeQuietly(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      // Closed to end a read that waits; that read reports.
    }
  }

  private static Receipt receipt(Path file, Expected expected, String etag) throws IOException {
    MessageDigest md5 = digest("MD5");
    MessageDigest sha256 = digest("SHA-256");
    long size = 0;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      int count;
      while ((count = in.read(buffer)) >= 0) {
        md5.update(buffer, 0, count);
        sha256.update(buffer, 0, count);
        size += count;
      }
    }
    List<String> checked = new ArrayList<>();
    if (expected.size() >= 0) {
      checked.add("size as expected");
    }
    if (expected.md5() != null) {
      checked.add("md5 as expected");
    }
    if (expected.sha256() != null) {
      checked.add("sha256 as expected");
    }
    if (etag != null) {
      checked.add("size as the server said");
      if (md5OfEtag(etag) != null) {
        checked.add("md5 as the server's ETag says");
      }
    }
    HexFormat hex = HexFormat.of();
    return new Receipt(size, hex.formatHex(md5.digest()), hex.formatHex(sha256.digest()), checked);
  }

  /**
   * @return what does not agree; null if all does
   */
  private static String mismatch(Receipt came, Expected expected, String etag) {
    if (expected.size() >= 0 && came.size() != expected.size()) {
      return String.format("%,d bytes, expected %,d", came.size(), expected.size());
    }
    if (expected.md5() != null && !came.md5().equalsIgnoreCase(expected.md5())) {
      return "MD5 " + came.md5() + ", expected " + expected.md5().toLowerCase(Locale.ROOT);
    }
    if (expected.sha256() != null && !came.sha256().equalsIgnoreCase(expected.sha256())) {
      return "SHA-256 "
          + came.sha256()
          + ", expected "
          + expected.sha256().toLowerCase(Locale.ROOT);
    }
    String said = md5OfEtag(etag);
    // A user's own checksum outweighs an ETag, which need not be an MD5 even if it looks like one.
    if (said != null
        && expected.md5() == null
        && expected.sha256() == null
        && !came.md5().equals(said)) {
      return "MD5 " + came.md5() + ", the server's ETag says " + said;
    }
    return null;
  }

  /** Object stores (figshare's among them) give the MD5 of a file as its ETag. */
  private static String md5OfEtag(String etag) {
    if (etag == null) {
      return null;
    }
    String bare = etag.replace("\"", "");
    return bare.length() == MD5_DIGITS && bare.matches("[0-9a-f]+") ? bare : null;
  }

  private static MessageDigest digest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + name, e);
    }
  }
}
