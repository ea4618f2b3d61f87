package io.sluice.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.sluice.hub.Hub;
import io.sluice.hub.HubOptions;
import io.sluice.hub.Loop;
import io.sluice.hub.StreamOpener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * A whole server but for its sockets: every byte goes the way that it goes in the product. Whatever
 * a client sends, no error is logged, nothing is answered 500, and the next one is served.
 *
 * <p>One caller at a time.
 */
final class HubOnAChannel {

  private static final int MAX_ROUNDS = 100;

  private final EmbeddedChannel home = new EmbeddedChannel();
  private final ListAppender<ILoggingEvent> errors = new ListAppender<>();
  private final HttpLoop http;

  HubOnAChannel(Map<String, String> more) {
    Map<String, String> texts = new HashMap<>(more);
    texts.put("history.memory", "4MiB");
    texts.put("limits.event", "64KiB");
    Settings settings = Settings.of(texts);
    AccessParts parts = AccessParts.open(settings, InstantSource.system());
    Hub hub = Hub.open(HubOptions.builder().memoryBytes(4 << 20).build());
    NettyLoop loop = new NettyLoop(home.eventLoop());
    Map<Loop, StreamOpener> openers = Map.of(loop, hub.addLoop(loop));
    Metrics metrics = new Metrics(hub, null);
    Routes routes =
        new Routes(settings, new Routes.Served(hub, openers, parts, metrics, null), Instant.now());
    http =
        new HttpLoop(
            loop,
            new HttpService(
                routes.endpoint(),
                HttpLimits.standard(),
                metrics::refused,
                settings.proxies(),
                PendingRequests.standard()),
            Clock.systemUTC());
    recordErrors();
  }

  private void recordErrors() {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.setLevel(Level.ERROR);
    errors.start();
    root.addAppender(errors);
  }

  /**
   * What a client is answered that sends this, and then closes its side.
   *
   * @param request in pieces as they come
   */
  String answer(List<byte[]> request) {
    EmbeddedChannel channel = new EmbeddedChannel();
    Peer.announce(channel, new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000));
    if (http.service().proxies().protocol()) {
      ProxyHeader.await(channel, http, () -> sniff(channel));
    } else {
      sniff(channel);
    }
    for (byte[] piece : request) {
      if (channel.isActive()) {
        channel.writeInbound(Unpooled.copiedBuffer(piece));
        settle(channel);
      }
    }
    if (channel.isActive()) {
      channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
      settle(channel);
    }
    String answer = sent(channel);
    channel.finishAndReleaseAll();
    settle(channel);
    assertThat(errors.list).as("errors logged").isEmpty();
    assertThat(answer).doesNotContain("HTTP/1.1 500 ");
    return answer;
  }

  private void sniff(EmbeddedChannel channel) {
    channel.pipeline().addLast(new ProtocolSniffer(channel, http));
  }

  // What one does may be the other's task.
  private void settle(EmbeddedChannel channel) {
    for (int i = 0; i < MAX_ROUNDS && (home.hasPendingTasks() || channel.hasPendingTasks()); i++) {
      home.runPendingTasks();
      channel.runPendingTasks();
    }
  }

  private static String sent(EmbeddedChannel channel) {
    StringBuilder sent = new StringBuilder();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      sent.append(part.toString(ISO_8859_1));
      part.release();
    }
    return sent.toString();
  }
}
