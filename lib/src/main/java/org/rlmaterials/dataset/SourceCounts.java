package org.rlmaterials.dataset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/** How many records of one source were read, rejected and kept, and why. */
final class SourceCounts {
  private int read;
  private int kept;
  private final Map<String, Integer> failed = new TreeMap<>();
  private final Map<String, Integer> rejected = new TreeMap<>();
  private final Map<String, Integer> masked = new TreeMap<>();

  void read() {
    read++;
  }

  void kept() {
    kept++;
  }

  void failed(String kind) {
    failed.merge(kind, 1, Integer::sum);
  }

  void rejected(String reason) {
    rejected.merge(reason, 1, Integer::sum);
  }

  void masked(String reason) {
    masked.merge(reason, 1, Integer::sum);
  }

  int readCount() {
    return read;
  }

  int keptCount() {
    return kept;
  }

  ObjectNode toJson(ObjectNode node) {
    node.put("read", read).put("kept", kept);
    write(node.putObject("failed"), failed);
    write(node.putObject("rejected"), rejected);
    write(node.putObject("labels_masked"), masked);
    return node;
  }

  private static void write(ObjectNode node, Map<String, Integer> counts) {
    counts.forEach(node::put);
  }

  /**
   * @return one line for people
   */
  String summary() {
    StringBuilder text = new StringBuilder(String.format("%,d read, %,d kept", read, kept));
    append(text, "failed", failed);
    append(text, "rejected", rejected);
    append(text, "labels taken off", masked);
    return text.toString();
  }

  private static void append(StringBuilder text, String title, Map<String, Integer> counts) {
    if (!counts.isEmpty()) {
      text.append("; ").append(title).append(": ");
      text.append(
          String.join(
              ", ",
              counts.entrySet().stream()
                  .map(e -> e.getKey() + String.format(" %,d", e.getValue()))
                  .toList()));
    }
  }
}
