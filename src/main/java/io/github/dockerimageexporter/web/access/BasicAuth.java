package io.github.dockerimageexporter.web.access;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/// Passwords of the users that the configuration names.
///
/// An unknown user costs as much as a known one: his password is compared with a hash that is
/// nobody's, of the highest cost among those of the users.
public final class BasicAuth {
  /// Salt and hash, in bcrypt's own alphabet.
  private static final String NOBODY = ".".repeat(53);

  /// What becomes of a request.
  public enum Verdict {
    ALLOWED,
    NO_CREDENTIALS,
    UNKNOWN_USER,
    WRONG_PASSWORD,
    BUSY
  }

  private final Map<String, String> users;
  private final String nobody;
  private final PasswordVerdicts known = new PasswordVerdicts();
  private final HashQueue hashes;

  /// @param users bcrypt hashes by user, at least one
  public BasicAuth(Map<String, String> users, HashQueue hashes) {
    this.users = Map.copyOf(users);
    this.hashes = hashes;
    String cost =
        users.values().stream().map(BasicAuth::cost).max(Comparator.naturalOrder()).orElseThrow();
    this.nobody = "$2a$" + cost + "$" + NOBODY;
  }

  /// Decides about a request.
  ///
  /// @param header the value of the Authorization header
  public Verdict check(Optional<String> header) throws InterruptedException {
    Optional<Credentials> credentials = header.flatMap(Credentials::parse);
    return credentials.isEmpty() ? Verdict.NO_CREDENTIALS : check(credentials.get());
  }

  private Verdict check(Credentials credentials) throws InterruptedException {
    boolean isUser = users.containsKey(credentials.user());
    String hash = users.getOrDefault(credentials.user(), nobody);
    Optional<Boolean> answer = known.find(credentials, hash);
    if (answer.isEmpty()) {
      answer = hashes.matches(credentials.password(), hash);
      answer.ifPresent(isRight -> known.add(credentials, hash, isRight));
    }
    if (answer.isEmpty()) {
      return Verdict.BUSY;
    }
    if (!isUser) {
      return Verdict.UNKNOWN_USER;
    }
    return answer.get() ? Verdict.ALLOWED : Verdict.WRONG_PASSWORD;
  }

  /// The two digits in `$2a$10$…`.
  private static String cost(String hash) {
    return hash.substring(4, 6);
  }
}
