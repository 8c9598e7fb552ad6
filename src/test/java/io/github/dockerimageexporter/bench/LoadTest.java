package io.github.dockerimageexporter.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class LoadTest {
  private static final String REPORT =
      """
      Running 30s test @ http://127.0.0.1:10210/metrics
        2 threads and 64 connections
        Thread Stats   Avg      Stdev     Max   +/- Stdev
          Latency   800.00ms  100.00ms   1.20s    70.00%
          Req/Sec    40.00     10.00    60.00     70.00%
        Latency Distribution
           50%  790.00ms
           75%  850.00ms
           90%    1.01s
           99%    1.25s
        2400 requests in 30.03s, 40.00GB read
      """;

  @Test
  void reportWithoutErrorsHasNone() throws IOException {
    assertThat(Load.parse(REPORT + "Requests/sec:     79.92\n"))
        .isEqualTo(new Load(79.92, 1250, 0));
  }

  @Test
  void errorsOfEveryKindAreSummedUp() throws IOException {
    assertThat(
            Load.parse(
                    REPORT
                        + "  Socket errors: connect 1, read 20, write 0, timeout 3\n"
                        + "  Non-2xx or 3xx responses: 400\n"
                        + "Requests/sec:     79.92\n")
                .errors())
        .isEqualTo(424);
  }

  @Test
  void whatIsNoReportIsQuoted() {
    assertThatThrownBy(() -> Load.parse("unable to connect"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("unable to connect");
  }
}
