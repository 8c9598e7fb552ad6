package io.github.dockerimageexporter;

/// The entry point.
public final class Main {
  private Main() {}

  public static void main(String[] args) {}
}
