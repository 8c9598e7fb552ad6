package io.github.dockerimageexporter.model;

/// What an image runs on, as its configuration says; an empty text where it says nothing.
///
/// Source: OCI image spec, `config.md`, `architecture`, `os`, `variant`.
public record Platform(String os, String architecture, String variant) {}
