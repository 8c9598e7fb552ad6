package io.github.dockerimageexporter.web.tls;

import java.util.Arrays;
import java.util.stream.Collectors;

/// What is asked of a client's certificate, by the names that Go gives it.
///
/// | name                         | asked for | required | verified |
/// |------------------------------|-----------|----------|----------|
/// | `NoClientCert`               | no        |          |          |
/// | `RequestClientCert`          | yes       | no       | no       |
/// | `RequireAnyClientCert`       | yes       | yes      | no       |
/// | `VerifyClientCertIfGiven`    | yes       | no       | yes      |
/// | `RequireAndVerifyClientCert` | yes       | yes      | yes      |
///
/// Source: Go, `crypto/tls`, "ClientAuthType"; exporter-toolkit, `web/tls_config.go`, for
/// `RequireClientCert`, an older name of `RequireAnyClientCert`.
public enum ClientAuth {
  NO_CLIENT_CERT("NoClientCert", false, false),
  REQUEST_CLIENT_CERT("RequestClientCert", false, false),
  REQUIRE_ANY_CLIENT_CERT("RequireAnyClientCert", true, false),
  VERIFY_CLIENT_CERT_IF_GIVEN("VerifyClientCertIfGiven", false, true),
  REQUIRE_AND_VERIFY_CLIENT_CERT("RequireAndVerifyClientCert", true, true);

  private final String goName;
  private final boolean required;
  private final boolean verified;

  ClientAuth(String goName, boolean required, boolean verified) {
    this.goName = goName;
    this.required = required;
    this.verified = verified;
  }

  /// The value of that name in a web configuration.
  ///
  /// @throws IllegalArgumentException naming the five, if `name` is none of them
  public static ClientAuth parse(String name) {
    if (name.equals("RequireClientCert")) {
      return REQUIRE_ANY_CLIENT_CERT;
    }
    return Arrays.stream(values())
        .filter(one -> one.goName.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "expected one of %s, found \"%s\"".formatted(names(), name)));
  }

  public boolean isAsked() {
    return this != NO_CLIENT_CERT;
  }

  boolean isRequired() {
    return required;
  }

  public boolean isVerified() {
    return verified;
  }

  @Override
  public String toString() {
    return goName;
  }

  private static String names() {
    return Arrays.stream(values()).map(ClientAuth::toString).collect(Collectors.joining(", "));
  }
}
