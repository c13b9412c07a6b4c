package org.rlmaterials.rl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Arrays of numbers inside JSON: Base64 of little-endian IEEE 754 single precision. */
final class Numbers {
  private Numbers() {}

  static byte[] toBytes(float[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  static void put(ArrayNode target, float[][] arrays) {
    for (float[] array : arrays) {
      target.add(toBytes(array));
    }
  }

  static float[] get(JsonNode source) {
    try {
      byte[] bytes = source.binaryValue();
      float[] values = new float[bytes.length / 4];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void get(JsonNode source, float[][] target) {
    if (source == null || source.size() != target.length) {
      throw new IllegalArgumentException("not the arrays of this network");
    }
    for (int k = 0; k < target.length; k++) {
      float[] values = get(source.get(k));
      if (values.length != target[k].length) {
        throw new IllegalArgumentException(
            "array " + k + " has " + values.length + " numbers, expected " + target[k].length);
      }
      System.arraycopy(values, 0, target[k], 0, values.length);
    }
  }
}
