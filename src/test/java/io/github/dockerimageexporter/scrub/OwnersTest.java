package io.github.dockerimageexporter.scrub;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.snapshot.StoreSnapshot.FirstUser;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class OwnersTest {
  @Test
  void areTheSameOfADaemonOfRoot() {
    var owners = new Owners(Optional.empty(), true);

    assertThat(owners.user(70_000)).isEqualTo(OptionalLong.of(70_000));
    assertThat(owners.group(0)).isEqualTo(OptionalLong.of(0));
  }

  @Test
  void areShiftedByADaemonThatRemapsThem() {
    var owners = new Owners(Optional.of(new FirstUser(165_536, 231_072)), true);

    assertThat(owners.user(0)).isEqualTo(OptionalLong.of(165_536));
    assertThat(owners.group(1000)).isEqualTo(OptionalLong.of(232_072));
  }

  @Test
  void areNotKnownBeyondTheRangeThatARemapHas() {
    var owners = new Owners(Optional.of(new FirstUser(165_536, 165_536)), true);

    assertThat(owners.user(65_536)).isEmpty();
  }

  @Test
  void areNotKnownOfADaemonInAUserNameSpace() {
    assertThat(new Owners(Optional.empty(), false).user(0)).isEmpty();
  }
}
