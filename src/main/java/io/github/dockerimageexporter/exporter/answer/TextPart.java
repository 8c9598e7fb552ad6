package io.github.dockerimageexporter.exporter.answer;

/// A part of a text as it is sent, complete to the byte, so that others can follow it; of one text
/// or of several.
public final class TextPart {
  private final byte[] bytes;
  private final int textLength;
  private final int checksum;

  /// How many texts hold it; [HeldBytes] counts them.
  private int holders;

  /// @param textLength the length of the text itself
  /// @param checksum the CRC-32 of the text itself, if it is compressed
  TextPart(byte[] bytes, int textLength, int checksum) {
    this.bytes = bytes;
    this.textLength = textLength;
    this.checksum = checksum;
  }

  byte[] bytes() {
    return bytes;
  }

  int textLength() {
    return textLength;
  }

  int checksum() {
    return checksum;
  }

  /// One text more holds it; what that adds to what is held.
  int hold() {
    return holders++ == 0 ? bytes.length : 0;
  }

  /// One text less holds it; what that takes from what is held.
  int letGo() {
    return --holders == 0 ? bytes.length : 0;
  }
}
