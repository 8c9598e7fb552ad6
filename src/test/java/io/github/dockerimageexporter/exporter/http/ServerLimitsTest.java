package io.github.dockerimageexporter.exporter.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerLimitsTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "64, 32", "512, 256", "1024, 768", "8192, 1024", "1073741816, 1024"})
  void connectionsLeaveDescriptorsToScans(long descriptors, long connections) {
    assertThat(ServerLimits.connections(OptionalLong.of(descriptors))).isEqualTo(connections);
  }

  @Test
  void connectionsAreBoundedWithoutALimitOfDescriptors() {
    assertThat(ServerLimits.connections(OptionalLong.empty())).isEqualTo(1024);
  }

  @Test
  void limitIsTheSoftOne() {
    String limits =
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max core file size        0                    unlimited            bytes
        Max open files            20000                524288               files
        """;
    assertThat(DescriptorLimit.parse(limits)).hasValue(20_000);
  }

  @Test
  void noLimitIsNone() {
    assertThat(DescriptorLimit.parse("Max open files   unlimited   unlimited   files")).isEmpty();
  }

  @Test
  void limitOfThisProcessIsRead() {
    assertThat(DescriptorLimit.read()).isPresent();
  }
}
