package org.rlmaterials.surrogate;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rlmaterials.errors.BadInputException;

/**
 * Starts libtorch: offline, from the native libraries on the class path, with one thread unless
 * asked for more. The libraries (400 MB) are unpacked once into {@code DJL_CACHE_DIR}, else {@code
 * ~/.djl.ai}, else, where the home folder cannot be written to, a folder of the user's under {@code
 * java.io.tmpdir}.
 */
public final class Torch {
  private static boolean started;

  private Torch() {}

  /**
   * A manager of native memory. The first call starts the engine with one thread.
   *
   * @return a new manager, to be closed by the caller
   */
  public static NDManager newManager() {
    start(1);
    return NDManager.newBaseManager();
  }

  /**
   * Starts the engine; later calls change nothing.
   *
   * @param threads threads of one operation, at least 1
   * @throws BadInputException if the libraries can be neither unpacked nor loaded here
   */
  public static synchronized void start(int threads) {
    if (started) {
      return;
    }
    System.setProperty("ai.djl.offline", "true");
    setDefault("ai.djl.pytorch.num_threads", Integer.toString(threads));
    setDefault("ai.djl.pytorch.num_interop_threads", "1");
    // The graph optimiser is for TorchScript models; without them it only costs start-up.
    setDefault("ai.djl.pytorch.graph_optimizer", "false");
    if (System.getenv("DJL_CACHE_DIR") == null
        && System.getProperty("DJL_CACHE_DIR") == null
        && System.getenv("ENGINE_CACHE_DIR") == null
        && !canHold(Path.of(System.getProperty("user.home"), ".djl.ai"))) {
      System.setProperty(
          "DJL_CACHE_DIR",
          Path.of(
                  System.getProperty("java.io.tmpdir"),
                  "djl-" + System.getProperty("user.name").replaceAll("[^A-Za-z0-9]", "_"))
              .toString());
    }
    try {
      Engine.getInstance();
    } catch (EngineException | UnsatisfiedLinkError e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new BadInputException(
          "libtorch cannot be unpacked or loaded ("
              + cause
              + "): it needs 64-bit Linux with glibc and a folder it can write 400 MB to; set"
              + " DJL_CACHE_DIR to one",
          e);
    }
    started = true;
  }

  /**
   * A number to compute with where gradients are collected. {@link NDArray#mul(Number)} and its
   * like free their number at once, but libtorch keeps a pointer to it for the backward pass: a
   * garbage collection between the two makes the gradient wrong. This one lives as long as the
   * manager.
   *
   * @param like an array; the number has its precision and manager
   * @param value the number
   * @return the number (scalar)
   */
  public static NDArray scalar(NDArray like, double value) {
    return like.getDataType() == DataType.FLOAT64
        ? like.getManager().create(value)
        : like.getManager().create((float) value);
  }

  /**
   * @return version of libtorch, such as 2.7.1
   */
  public static String version() {
    start(1);
    return Engine.getInstance().getVersion();
  }

  private static void setDefault(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }

  private static boolean canHold(Path folder) {
    try {
      Files.createDirectories(folder);
      return Files.isWritable(folder);
    } catch (IOException e) {
      return false;
    }
  }
}
