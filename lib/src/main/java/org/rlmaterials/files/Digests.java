package org.rlmaterials.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests of files and texts, as lower-case hexadecimal digits. */
public final class Digests {
  private Digests() {}

  /**
   * @param file a file
   * @return MD5 of its bytes (32 digits): what pseudopotential libraries publish
   * @throws IOException if the file cannot be read
   */
  public static String md5(Path file) throws IOException {
    return digest(file, "MD5");
  }

  /**
   * @param file a file
   * @return SHA-256 of its bytes (64 digits)
   * @throws IOException if the file cannot be read
   */
  public static String sha256(Path file) throws IOException {
    return digest(file, "SHA-256");
  }

  private static String digest(Path file, String algorithm) throws IOException {
    MessageDigest digest = algorithm(algorithm);
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * @param text a text
   * @return SHA-256 of its UTF-8 bytes (64 digits)
   */
  public static String sha256(String text) {
    return HexFormat.of()
        .formatHex(algorithm("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest algorithm(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + name, e);
    }
  }
}
