package io.sluice.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.ChannelPattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelTreeTest {

  private final ChannelTree tree = new ChannelTree();
  private final Map<String, Channel> model = new HashMap<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void findsWhatWasAddedAndNotRemoved(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 5000; i++) {
      String name = name(random, random.nextInt(4) == 0 ? 200 : 4);
      if (random.nextInt(3) > 0) {
        model.put(name, open(name));
      } else {
        Channel removed = model.remove(name);
        if (removed != null) {
          tree.remove(removed);
        }
      }
      String other = name(random, 4);
      Channel found = tree.find(other);
      assertThat(found == null || found.retention == null ? null : found)
          .isSameAs(model.get(other));
    }
    assertThat(visited(ChannelPattern.ALL)).containsExactlyInAnyOrderElementsOf(model.keySet());
    model.values().forEach(tree::remove);
    assertThat(tree.size()).isZero();
    assertThat(tree.footprint()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aPatternVisitsTheChannelsThatItMatches(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      String name = name(random, 4);
      model.put(name, open(name));
    }
    for (int i = 0; i < 500; i++) {
      ChannelPattern pattern = ChannelPattern.parse(pattern(random));
      assertThat(visited(pattern))
          .as("%s", pattern)
          .containsExactlyInAnyOrderElementsOf(
              model.keySet().stream().filter(pattern::matches).toList());
    }
  }

  @Test
  void aBranchThatIsntEnteredIsPassedBy() {
    open("a/b");
    Channel lost = open("c/d");
    lost.floor = 7;
    ChannelTree.raise(lost);
    List<String> visited = new ArrayList<>();
    tree.visit(
        ChannelPattern.parse("*/*"),
        branch -> branch.floor > 3,
        channel -> visited.add(channel.name));
    assertThat(visited).containsExactly("c/d");
  }

  @Test
  void aVisitEndsWhenTheVisitorHasEnough() {
    open("a");
    open("b");
    open("c");
    List<String> visited = new ArrayList<>();
    boolean whole =
        tree.visit(
            ChannelPattern.ALL,
            branch -> true,
            channel -> {
              visited.add(channel.name);
              return visited.size() < 2;
            });
    assertThat(whole).isFalse();
    assertThat(visited).hasSize(2);
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

  @Test
  void aPathOnTheWayToAChannelIsNoChannel() {
    open("a/b/c");
    assertThat(visited(ChannelPattern.parse("a/*"))).isEmpty();
    assertThat(visited(ChannelPattern.parse("a"))).isEmpty();
    assertThat(visited(ChannelPattern.parse("a/**"))).containsExactly("a/b/c");
  }

  private Channel open(String name) {
    Channel channel = tree.findOrAdd(name);
    channel.open(Retention.DEFAULT, 0, 0, 0);
    return channel;
  }

  private List<String> visited(ChannelPattern pattern) {
    List<String> visited = new ArrayList<>();
    tree.visit(pattern, branch -> true, channel -> visited.add(channel.name));
    return visited;
  }

  private static String name(Random random, int segments) {
    StringBuilder name = new StringBuilder().append(random.nextInt(segments));
    while (random.nextInt(3) > 0) {
      name.append('/').append(random.nextInt(segments));
    }
    return name.length() > 200 ? "0" : name.toString();
  }

  private static String pattern(Random random) {
    StringBuilder pattern = new StringBuilder();
    int segments = 1 + random.nextInt(4);
    for (int i = 0; i < segments; i++) {
      pattern.append(i == 0 ? "" : "/").append(random.nextInt(3) == 0 ? "*" : random.nextInt(4));
    }
    return random.nextInt(3) == 0 ? pattern + "/**" : pattern.toString();
  }
}
