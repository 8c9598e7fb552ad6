package io.github.dockerimageexporter.web.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Which credentials were right and which wrong, so that a scraper costs one hash, not one a
/// scrape. Of each the latest are kept; wrong ones never drive out right ones.
///
/// Passwords are not kept: a salted digest of them is.
final class PasswordVerdicts {
  private static final int MAX_ANSWERS = 100;

  private final byte[] salt = new byte[32];
  private final Map<String, Boolean> right = new Latest();
  private final Map<String, Boolean> wrong = new Latest();

  PasswordVerdicts() {
    new SecureRandom().nextBytes(salt);
  }

  synchronized Optional<Boolean> find(Credentials credentials, String hash) {
    String key = key(credentials, hash);
    return Optional.ofNullable(right.get(key)).or(() -> Optional.ofNullable(wrong.get(key)));
  }

  synchronized void add(Credentials credentials, String hash, boolean isRight) {
    (isRight ? right : wrong).put(key(credentials, hash), isRight);
  }

  /// A hash is of fixed length and a user has no colon, so that no two credentials share a text.
  private String key(Credentials credentials, String hash) {
    MessageDigest digest = sha256();
    digest.update(salt);
    digest.update((hash + credentials.user() + ":" + credentials.password()).getBytes(UTF_8));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java platform has SHA-256", impossible);
    }
  }

  private static final class Latest extends LinkedHashMap<String, Boolean> {
    private static final long serialVersionUID = 1L;

    Latest() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
      return size() > MAX_ANSWERS;
    }
  }
}
