package io.sluice.spring;

import io.sluice.server.Setting;
import io.sluice.server.SettingTable;
import io.sluice.server.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the hub's settings from the application's properties: each has its name from the hub's
 * documentation, with {@code sluice.} before it, and its value as it is written there.
 *
 * <p>Stateless.
 */
final class HubSettings {

  private static final String PREFIX = "sluice.";

  /** What concerns the hub's own server alone. */
  private static final List<String> OF_ITS_SERVER =
      List.of(
          "listen",
          "loops",
          "identity.",
          "rules",
          "authorizer.",
          "schemas",
          "cors.",
          "tls.",
          "proxies.",
          "presence.",
          "demo.",
          "limits.");

  /** And what of that concerns the hub too. */
  private static final Set<String> OF_THE_HUB =
      Set.of(
          "limits.event",
          "limits.connections",
          "limits.channels-per-connection",
          "limits.idempotency-keys");

  private HubSettings() {}

  /**
   * Reads them.
   *
   * @param ownServer whether the hub's own server is going to serve it
   * @throws io.sluice.server.InvalidSettingsException if a value can't be
   * @throws IllegalStateException if something is set that would do nothing
   */
  static Settings read(Environment environment, boolean ownServer) {
    Binder binder = Binder.get(environment);
    Map<String, String> texts = new LinkedHashMap<>();
    for (Setting<?> setting : SettingTable.all()) {
      text(binder, setting).ifPresent(text -> texts.put(setting.name(), text));
    }
    if (texts.containsKey("log")) {
      throw new IllegalStateException(
          "sluice.log would do nothing: logging.level.io.sluice says how much is logged");
    }
    if (!ownServer) {
      refuseUseless(texts);
    }
    return Settings.of(texts);
  }

  private static void refuseUseless(Map<String, String> texts) {
    List<String> useless =
        texts.keySet().stream()
            .filter(name -> OF_ITS_SERVER.stream().anyMatch(name::startsWith))
            .filter(name -> !OF_THE_HUB.contains(name))
            .map(name -> PREFIX + name)
            .toList();
    if (!useless.isEmpty()) {
      throw new IllegalStateException(
          String.join(", ", useless)
              + " would do nothing: they are about the hub's own server, which runs with"
              + " sluice.serve=port only. Where the application serves the streams, its security"
              + " and a SubscriptionPolicy bean say who may do what");
    }
  }

  private static Optional<String> text(Binder binder, Setting<?> setting) {
    String property = PREFIX + setting.name();
    BindResult<String> text = binder.bind(property, String.class);
    if (text.isBound()) {
      return Optional.of(text.get());
    }
    if (setting.kind().equals("list")) {
      BindResult<List<String>> list = binder.bind(property, Bindable.listOf(String.class));
      return list.isBound() ? Optional.of(String.join(",", list.get())) : Optional.empty();
    }
    BindResult<Map<String, Object>> mapping =
        binder.bind(property, Bindable.mapOf(String.class, Object.class));
    return mapping.isBound() ? Optional.of(json(mapping.get())) : Optional.empty();
  }

  private static String json(Map<String, Object> value) {
    return JsonMapper.shared().writeValueAsString(value);
  }
}
