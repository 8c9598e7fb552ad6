package io.github.dockerimageexporter.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InodeSetTest {
  private final InodeSet inodes = new InodeSet();

  @Test
  void eachInodeOfADeviceIsNewOnce() {
    var random = new Random(1);
    Set<Long> expected = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      long inode = random.nextLong(10_000);
      assertThat(inodes.add(7, inode)).as("inode %d", inode).isEqualTo(expected.add(inode));
    }
  }

  @Test
  void anInodeOfAnotherDeviceIsAnother() {
    assertThat(inodes.add(7, 3)).isTrue();
    assertThat(inodes.add(8, 3)).isTrue();
    assertThat(inodes.add(7, 3)).isFalse();
    assertThat(inodes.add(8, 3)).isFalse();
  }

  @Test
  void numbersOf64BitsAreToldApart() {
    assertThat(inodes.add(0, 0)).isTrue();
    assertThat(inodes.add(0, -1)).isTrue();
    assertThat(inodes.add(0, Long.MIN_VALUE)).isTrue();
    assertThat(inodes.add(0, 0)).isFalse();
    assertThat(inodes.add(0, -1)).isFalse();
  }

  @Test
  void tenMillionInARowTakeLittleMemory() {
    var thread = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    long before = thread.getCurrentThreadAllocatedBytes();

    for (long inode = 1_000_000; inode < 11_000_000; inode++) {
      inodes.add(7, inode);
    }

    assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(32 * 1024 * 1024);
  }
}
