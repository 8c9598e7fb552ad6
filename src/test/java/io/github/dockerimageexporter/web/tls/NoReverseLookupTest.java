package io.github.dockerimageexporter.web.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class NoReverseLookupTest {

  @Test
  void nameOfAnAddressIsNotAskedFor() throws UnknownHostException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});

    assertThat(loopback.getHostName()).isEqualTo("127.0.0.1");
  }

  @Test
  void addressOfANameIs() throws UnknownHostException {
    assertThat(InetAddress.getByName("localhost").isLoopbackAddress()).isTrue();
  }
}
