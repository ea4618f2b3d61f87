package io.sluice.server;

import io.sluice.event.ChannelPattern;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the data of published events must be like: JSON Schemas for channel patterns, of which the
 * first that matches a channel counts.
 *
 * <p>Immutable.
 *
 * @param entries in order
 */
record EventSchemas(List<Entry> entries) {

  /** Any data will do. */
  static final EventSchemas NONE = new EventSchemas(List.of());

  /** What a map of schemas calls the type of events that have none. */
  static final String NO_TYPE = "message";

  /**
   * The schemas for the channels that one pattern matches: the same for events of all types, or one
   * for each of some types. Events of others may have any data.
   *
   * @param every for events of all types; null if there are schemas by type
   * @param byType in the order of the settings; empty if there is one for all
   */
  record Entry(
      ChannelPattern pattern, @Nullable EventSchema every, Map<String, EventSchema> byType) {

    Entry {
      byType = Collections.unmodifiableMap(new LinkedHashMap<>(byType));
    }

    /** The same for all types. */
    static Entry of(ChannelPattern pattern, EventSchema every) {
      return new Entry(pattern, every, Map.of());
    }

    /** One for each of some types. */
    static Entry of(ChannelPattern pattern, Map<String, EventSchema> byType) {
      return new Entry(pattern, null, byType);
    }

    @Nullable EventSchema schema(@Nullable String type) {
      return every == null ? byType.get(type == null ? NO_TYPE : type) : every;
    }
  }

  EventSchemas {
    entries = List.copyOf(entries);
  }

  /**
   * What is wrong with an event's data: a JSON Pointer (RFC 6901) into it and what was expected
   * there, or that it isn't JSON at all.
   *
   * @param data UTF-8
   * @return null if it fits its schema, or none concerns it
   */
  @Nullable String problem(String channel, @Nullable String type, byte[] data) {
    for (Entry entry : entries) {
      if (entry.pattern.matches(channel)) {
        EventSchema schema = entry.schema(type);
        return schema == null ? null : schema.problem(data);
      }
    }
    return null;
  }
}
