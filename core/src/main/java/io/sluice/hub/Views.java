package io.sluice.hub;

import io.sluice.event.ChannelName;
import io.sluice.event.ChannelPattern;
import io.sluice.event.PresenceChannel;
import io.sluice.subscription.Subscription;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A loop's views, found by channel. Which views a channel concerns is worked out once for each
 * channel, by a walk down a tree of patterns, not for each event.
 *
 * <p>Confined to its loop.
 */
final class Views {

  /** More channels than this with subscribers, and what was worked out is forgotten. */
  private static final int MAX_RESOLVED = 100_000;

  private static final View[] NONE = {};

  private final Map<Wish, View> byWish = new HashMap<>();
  private final Map<String, List<View>> exact = new HashMap<>();
  private final Node patterns = new Node();
  private final Map<String, View[]> resolved = new HashMap<>();
  private int patternCount;

  /** What makes two streams have one view. */
  private record Wish(Subscription subscription, Packing packing) {}

  /** A segment of patterns. */
  private static final class Node {
    final Map<String, Node> children = new HashMap<>();
    @Nullable Node star;
    final List<View> ending = new ArrayList<>();
    final List<View> deep = new ArrayList<>();

    boolean isEmpty() {
      return children.isEmpty() && star == null && ending.isEmpty() && deep.isEmpty();
    }
  }

  /** The view of a subscription, with one stream more. */
  View enter(Subscription subscription, Packing packing) {
    Wish wish = new Wish(subscription, packing);
    View view = byWish.get(wish);
    if (view == null) {
      view = new View(subscription, packing);
      byWish.put(wish, view);
      index(view);
    }
    view.streams++;
    return view;
  }

  /** Takes a stream off the view; the last one takes the view with it. */
  void exit(View view) {
    if (--view.streams > 0) {
      return;
    }
    byWish.remove(new Wish(view.subscription, view.packing));
    for (ChannelPattern pattern : view.subscription.patterns()) {
      if (pattern.isExact()) {
        exact.computeIfPresent(
            pattern.toString(),
            (name, views) -> views.remove(view) && views.isEmpty() ? null : views);
        resolved.remove(pattern.toString());
      } else {
        unindex(patterns, pattern.toString(), 0, view);
        patternCount--;
        resolved.clear();
      }
    }
  }

  private void index(View view) {
    for (ChannelPattern pattern : view.subscription.patterns()) {
      if (pattern.isExact()) {
        exact.computeIfAbsent(pattern.toString(), name -> new ArrayList<>(1)).add(view);
        resolved.remove(pattern.toString());
      } else {
        index(pattern.toString(), view);
        patternCount++;
        resolved.clear();
      }
    }
  }

  private void index(String pattern, View view) {
    Node node = patterns;
    int start = 0;
    while (true) {
      int end = ChannelName.segmentEnd(pattern, start);
      String segment = pattern.substring(start, end);
      if (segment.equals("**")) {
        node.deep.add(view);
        return;
      }
      if (segment.equals("*")) {
        Node star = node.star;
        if (star == null) {
          star = new Node();
          node.star = star;
        }
        node = star;
      } else {
        node = node.children.computeIfAbsent(segment, s -> new Node());
      }
      if (end == pattern.length()) {
        node.ending.add(view);
        return;
      }
      start = end + 1;
    }
  }

  private static void unindex(Node node, String pattern, int start, View view) {
    int end = ChannelName.segmentEnd(pattern, start);
    String segment = pattern.substring(start, end);
    if (segment.equals("**")) {
      node.deep.remove(view);
      return;
    }
    Node child = segment.equals("*") ? node.star : node.children.get(segment);
    if (child == null) {
      throw new IllegalStateException("not indexed: " + pattern);
    }
    if (end == pattern.length()) {
      child.ending.remove(view);
    } else {
      unindex(child, pattern, end + 1, view);
    }
    if (child.isEmpty()) {
      if (segment.equals("*")) {
        node.star = null;
      } else {
        node.children.remove(segment);
      }
    }
  }

  /** The views that a channel concerns. Not to be changed. */
  View[] of(String channel) {
    View[] known = resolved.get(channel);
    if (known != null) {
      return known;
    }
    List<View> direct = exact.get(channel);
    if (patternCount == 0 && direct == null) {
      return NONE; // nothing worth remembering: a hub may have a million channels without readers
    }
    Set<View> found = new LinkedHashSet<>();
    if (direct != null) {
      found.addAll(direct);
    }
    if (patternCount > 0) {
      collect(patterns, channel, 0, found);
      if (PresenceChannel.is(channel)) {
        found.removeIf(view -> !view.subscription.matches(channel));
      }
    }
    View[] views = found.toArray(NONE);
    if (resolved.size() >= MAX_RESOLVED) {
      resolved.clear();
    }
    resolved.put(channel, views);
    return views;
  }

  private static void collect(Node node, String channel, int start, Set<View> found) {
    found.addAll(node.deep);
    int end = ChannelName.segmentEnd(channel, start);
    collectBelow(node.children.get(channel.substring(start, end)), channel, end, found);
    collectBelow(node.star, channel, end, found);
  }

  private static void collectBelow(@Nullable Node node, String channel, int end, Set<View> found) {
    if (node == null) {
      return;
    }
    if (end == channel.length()) {
      found.addAll(node.ending);
    } else {
      collect(node, channel, end + 1, found);
    }
  }

  /** All of them. */
  Collection<View> all() {
    return byWish.values();
  }

  int size() {
    return byWish.size();
  }
}
