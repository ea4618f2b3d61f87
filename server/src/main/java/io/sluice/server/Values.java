package io.sluice.server;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The value of each setting and where it came from, while the sources are read one after the other:
 * what comes later replaces what came before. One caller at a time.
 */
final class Values {

  private static final Origin DEFAULT = new Origin.Default();

  private final Map<Setting<?>, Object> values = new HashMap<>();
  private final Map<Setting<?>, Origin> origins = new HashMap<>();
  private final Set<Setting<?>> rejected = new HashSet<>();

  // The two parts of listen come from different places: the port of PORT or --port goes with the
  // host of whatever else says where to listen, and a host without a port leaves that alone.
  private String host = SettingTable.LISTEN.byDefault().host();
  private Origin hostOrigin = DEFAULT;
  private int port = SettingTable.PORT.byDefault();
  private Origin portOrigin = DEFAULT;

  /** Reads the value, and sets it unless there is a problem. */
  void assign(Assignment assignment, Problems problems) {
    Setting<?> setting = assignment.setting();
    Object value = setting.read(assignment.value(), assignment.origin(), problems);
    if (value == null) {
      rejected.add(setting);
      return;
    }
    values.put(setting, value);
    origins.put(setting, assignment.origin());
    switch (value) {
      case HostAndPort listen -> {
        host = listen.host();
        hostOrigin = assignment.origin();
        setPort(listen.port(), assignment.origin());
      }
      case Integer number when setting == SettingTable.PORT -> setPort(number, assignment.origin());
      default -> {}
    }
  }

  private void setPort(@Nullable Integer given, Origin origin) {
    if (given != null) {
      port = given;
      portOrigin = origin;
    }
  }

  /** The setting's value. */
  @SuppressWarnings("unchecked") // assign() puts in what the setting itself has read
  <T> T get(Setting<T> setting) {
    Object value = values.get(setting);
    return value == null ? setting.byDefault() : (T) value;
  }

  /** Where to listen: the last host and the last port that any source gave. */
  ListenAddress listen() {
    return new ListenAddress(host, port);
  }

  /** Where the setting's value came from. */
  Origin origin(Setting<?> setting) {
    if (setting == SettingTable.LISTEN) {
      return new Origin.HostAndPortOrigin(hostOrigin, portOrigin);
    }
    return origins.getOrDefault(setting, DEFAULT);
  }

  /** Whether any source gave it a value. */
  boolean isSet(Setting<?> setting) {
    return origins.containsKey(setting);
  }

  /** Whether any of the settings had a value that can't be used. */
  boolean isRejected(Setting<?>... settings) {
    for (Setting<?> setting : settings) {
      if (rejected.contains(setting)) {
        return true;
      }
    }
    return false;
  }
}
