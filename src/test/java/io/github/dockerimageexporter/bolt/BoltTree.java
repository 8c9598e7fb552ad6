package io.github.dockerimageexporter.bolt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A database's whole content, comparable; keys and values are bytes as ISO 8859-1 text.
public sealed interface BoltTree {

  record Value(String bytes) implements BoltTree {}

  record Bucket(SortedMap<String, BoltTree> items) implements BoltTree {

    public Bucket() {
      this(new TreeMap<>());
    }

    public Bucket with(String key, String value) {
      items.put(key, new Value(value));
      return this;
    }

    public Bucket with(String name, Bucket nested) {
      items.put(name, nested);
      return this;
    }
  }

  /// Reads everything below `bucket`.
  static Bucket of(BoltBucket bucket) throws IOException {
    var tree = new Bucket();
    bucket.values().forEach((key, value) -> tree.with(key, new String(value, ISO_8859_1)));
    for (String name : bucket.bucketNames()) {
      tree.with(name, of(bucket.bucket(name).orElseThrow()));
    }
    return tree;
  }

  /// As the dumps beside the real engine's files are written.
  static String dump(Bucket bucket) {
    var text = new StringBuilder();
    dump(bucket, "", text);
    return text.toString();
  }

  private static void dump(Bucket bucket, String indent, StringBuilder text) {
    for (Map.Entry<String, BoltTree> item : bucket.items().entrySet()) {
      text.append(indent);
      switch (item.getValue()) {
        case Value(String bytes) ->
            text.append(escape(item.getKey())).append(" = ").append(escape(bytes)).append('\n');
        case Bucket nested -> {
          text.append('[').append(escape(item.getKey())).append("]\n");
          dump(nested, indent + "  ", text);
        }
      }
    }
  }

  private static String escape(String bytes) {
    var text = new StringBuilder();
    for (byte b : bytes.getBytes(ISO_8859_1)) {
      if (b >= ' ' && b < 0x7f && b != '\\') {
        text.append((char) b);
      } else {
        text.append("\\x%02x".formatted(b));
      }
    }
    return text.toString();
  }
}
