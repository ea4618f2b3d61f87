package io.sluice.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.ChannelPattern;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelTreeTest {

  private final ChannelTree tree = new ChannelTree();

  @Test
  void aPatternFindsItsChannelsAndNoOthers() {
    open("a", "a/b", "a/b/c", "a/d", "e/b");

    assertThat(found("a/*", Integer.MAX_VALUE)).containsExactlyInAnyOrder("a/b", "a/d");
    assertThat(found("a/**", Integer.MAX_VALUE)).containsExactlyInAnyOrder("a/b", "a/b/c", "a/d");
    assertThat(found("*/b", Integer.MAX_VALUE)).containsExactlyInAnyOrder("a/b", "e/b");
    assertThat(found("a/b", Integer.MAX_VALUE)).containsExactly("a/b");
  }

  @Test
  void aSearchIsGivenUpWhenAStarStandsForMoreThanItMayLookAt() {
    for (int i = 0; i < 100; i++) {
      open("users/" + i + "/profile");
    }
    ChannelPattern nowhere = ChannelPattern.parse("users/*/typing");

    assertThat(tree.visit(nowhere, 100, branch -> true, channel -> true)).isTrue();
    assertThat(tree.visit(nowhere, 99, branch -> true, channel -> true)).isFalse();
  }

  private void open(String... names) {
    for (String name : names) {
      tree.findOrAdd(name).open(Retention.DEFAULT, 0, 0, 0);
    }
  }

  private List<String> found(String pattern, int maxNodes) {
    List<String> names = new ArrayList<>();
    tree.visit(
        ChannelPattern.parse(pattern),
        maxNodes,
        branch -> true,
        channel -> names.add(channel.name));
    return names;
  }
}
