package io.github.dockerimageexporter.web.access;

import java.util.Map;
import java.util.Optional;

/// What becomes of a request before its page is looked for.
///
/// @param refusal empty if it is let through
/// @param headers of the answer, whichever it is
public record Admission(Optional<Refusal> refusal, Map<String, String> headers) {
  public Admission {
    headers = Map.copyOf(headers);
  }

  /// An answer in place of the page.
  public record Refusal(int status, String line, Map<String, String> headers) {
    public Refusal {
      headers = Map.copyOf(headers);
    }
  }
}
