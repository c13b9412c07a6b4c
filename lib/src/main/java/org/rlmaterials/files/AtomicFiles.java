package org.rlmaterials.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.rlmaterials.errors.BadInputException;

/** Files that are there whole or not at all: written under a temporary name, synced, renamed. */
public final class AtomicFiles {
  private AtomicFiles() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /**
     * @param out where the bytes go; closed by the caller
     * @throws IOException if the disk does not take them
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes a file whole or not at all. A target ending in {@code .gz} is compressed, without a time
   * stamp, so that the same content is the same bytes.
   *
   * @param target the file; its folder is made if it is not there
   * @param content what to write
   * @throws BadInputException if the folder cannot be written to
   */
  public static void write(Path target, Content content) {
    Path folder = target.toAbsolutePath().getParent();
    Path temporary =
        folder.resolve(
            "."
                + target.getFileName()
                + "."
                // Not the number of the process: in two containers it may be the same.
                + UUID.randomUUID()
                + ".tmp");
    try {
      Files.createDirectories(folder);
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
        if (target.toString().endsWith(".gz")) {
          GZIPOutputStream zip = new GZIPOutputStream(out, 1 << 16);
          content.writeTo(zip);
          zip.finish();
        } else {
          content.writeTo(out);
        }
        out.flush();
        channel.force(true);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AccessDeniedException e) {
      throw new BadInputException(
          target + ": cannot be written: no permission in " + folder + "; choose another folder",
          e);
    } catch (IOException e) {
      throw new BadInputException(target + ": cannot be written: " + e, e);
    } finally {
      deleteQuietly(temporary);
    }
  }

  /**
   * Writes a text file (UTF-8) whole or not at all.
   *
   * @param target the file
   * @param text its content
   */
  public static void writeString(Path target, String text) {
    write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void deleteQuietly(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // The rename has happened or the failure is already being reported.
    }
  }
}
