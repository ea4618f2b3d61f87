package io.sluice.server;

import java.time.Duration;
import java.util.Map;
import org.slf4j.event.Level;

/**
 * Everything that can be set, checked: a server that has these can start. {@link SettingTable} has
 * names, defaults and ranges; {@link SettingsLoader} reads them from where people write them.
 *
 * <p>Immutable.
 *
 * @param listen where to listen
 * @param drain how long stopping may take to close streams in order
 * @param loops number of event loops, 0 for one for every two cores
 * @param log how much to log
 * @param node how it is one of several
 * @param stream how streams behave
 * @param history what is kept
 * @param presence where it is told who is there
 * @param access who may do what
 * @param limits what is refused because it is too much
 * @param proxies what stands between the clients and this server
 * @param cors which pages may use the hub beside its own
 * @param tls whether connections are encrypted
 * @param schemas what published data must be like
 * @param demo the live streams that the server publishes itself
 */
public record Settings(
    ListenAddress listen,
    Duration drain,
    int loops,
    Level log,
    NodeSettings node,
    StreamSettings stream,
    HistorySettings history,
    PresenceSettings presence,
    AccessSettings access,
    LimitSettings limits,
    ProxySettings proxies,
    CorsRules cors,
    TlsSettings tls,
    EventSchemas schemas,
    DemoSettings demo) {

  /** The defaults, demo streams off, whatever the environment and the machine: for programs. */
  public static Settings defaults() {
    return of(Map.of());
  }

  /**
   * The defaults with some settings replaced, whatever the environment and the machine: for
   * programs that start a server, such as tests. Demo streams are off unless {@code demo.enabled}
   * is on.
   *
   * @param texts names, as in the configuration file, and values in text form
   * @throws InvalidSettingsException if a name or value is wrong
   */
  public static Settings of(Map<String, String> texts) {
    return SettingsLoader.forProgram(texts);
  }

  static Settings from(Values values, AccessSettingReader.Composed composed, boolean demo) {
    return new Settings(
        values.listen(),
        values.get(SettingTable.DRAIN),
        values.get(SettingTable.LOOPS),
        values.get(SettingTable.LOG),
        new NodeSettings(values.get(NodeSettingTable.NAME), values.get(NodeSettingTable.LEASE)),
        new StreamSettings(
            values.get(SettingTable.HEARTBEAT),
            values.get(SettingTable.RETRY),
            values.get(SettingTable.WRITE_TIMEOUT),
            values.get(SettingTable.TIME),
            values.get(SettingTable.BUFFER),
            values.get(SettingTable.GZIP_ABOVE)),
        new HistorySettings(
            values.get(HistorySettingTable.STORE),
            values.get(HistorySettingTable.DATA),
            values.get(HistorySettingTable.SYNC),
            values.get(HistorySettingTable.DISK),
            values.get(HistorySettingTable.MEMORY),
            values.get(HistorySettingTable.CHANNELS),
            new RedisSettings(
                values.get(HistorySettingTable.REDIS_URL),
                values.get(HistorySettingTable.REDIS_PASSWORD),
                values.get(HistorySettingTable.REDIS_PASSWORD_FILE),
                values.get(HistorySettingTable.REDIS_CA_FILE),
                values.get(HistorySettingTable.REDIS_PREFIX),
                values.get(HistorySettingTable.REDIS_TIMEOUT),
                values.get(HistorySettingTable.REPLICAS))),
        new PresenceSettings(
            values.get(PresenceSettingTable.CHANNELS),
            values.get(PresenceSettingTable.GRACE),
            values.get(PresenceSettingTable.LIST),
            values.get(PresenceSettingTable.INTERVAL)),
        composed.access(),
        new LimitSettings(
            values.get(SettingTable.EVENT),
            values.get(SettingTable.CONNECTIONS),
            values.get(SettingTable.CHANNELS_PER_CONNECTION),
            values.get(SettingTable.HEAD),
            values.get(SettingTable.IDEMPOTENCY_KEYS),
            values.get(AccessSettingTable.PENDING),
            composed.clients(),
            values.get(AccessSettingTable.REFUSE_STREAMS)),
        new ProxySettings(
            values.get(AccessSettingTable.TRUSTED), values.get(AccessSettingTable.PROXY_PROTOCOL)),
        composed.cors(),
        composed.tls(),
        values.get(AccessSettingTable.SCHEMAS),
        new DemoSettings(
            demo,
            values.get(SettingTable.DEMO_STOCKS),
            values.get(SettingTable.DEMO_METRICS),
            values.get(SettingTable.DEMO_NOTIFICATIONS)));
  }
}
