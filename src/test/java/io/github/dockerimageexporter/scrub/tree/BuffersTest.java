package io.github.dockerimageexporter.scrub.tree;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class BuffersTest {
  @Test
  void whereNoContentIsReadNoMemoryIsTakenForIt() {
    new Buffers(); // loads what it takes
    var thread = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    long before = thread.getCurrentThreadAllocatedBytes();

    new Buffers();

    assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(Buffers.CHUNK / 2);
  }
}
