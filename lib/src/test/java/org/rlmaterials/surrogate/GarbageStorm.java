package org.rlmaterials.surrogate;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Collects garbage and overwrites the native memory that this frees. */
public final class GarbageStorm {
  private GarbageStorm() {}

  /**
   * Collects garbage all the time while something is done.
   *
   * @param work what is done
   * @return its result
   */
  static <T> T during(Supplier<T> work) throws InterruptedException {
    AtomicBoolean over = new AtomicBoolean();
    Thread storm =
        new Thread(
            () -> {
              while (!over.get()) {
                collect();
              }
            },
            "garbage storm");
    storm.start();
    try {
      return work.get();
    } finally {
      over.set(true);
      storm.join();
    }
  }

  /** One collection; native memory of what has died holds other numbers after it. */
  public static void collect() {
    System.gc();
    List<ByteBuffer> memory = new ArrayList<>();
    for (int k = 0; k < 2000; k++) {
      memory.add(ByteBuffer.allocateDirect(8));
    }
    memory.forEach(m -> m.putDouble(0, 1e30));
  }
}
