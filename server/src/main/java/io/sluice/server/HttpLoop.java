package io.sluice.server;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.AsciiString;
import io.sluice.server.Deadlines.Deadline;
import io.sluice.server.Deadlines.Holder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * What the connections of one listener on one loop share.
 *
 * <p>Confined to the loop.
 */
final class HttpLoop {

  /** How long a client has to close its side, after the server has. */
  static final Duration LINGER = Duration.ofSeconds(2);

  private static final int MIN_READ = 1 << 10;
  private static final int FIRST_READ = 4 << 10;
  private static final int MAX_READ = 64 << 10;

  /** How often a socket that has more is read before it is another one's turn. */
  private static final int READS_PER_TURN = 1;

  private static final Duration COARSEST_TICK = Duration.ofSeconds(1);

  // IMF-fixdate of RFC 9110, section 5.6.7: the JDK's RFC_1123_DATE_TIME has days of one digit.
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final NettyLoop loop;
  private final HttpService service;
  private final Clock clock;
  private final Deadlines deadlines;
  private final long headTicks;
  private final long idleTicks;
  private final long bodyTicks;
  private final long writeTicks;
  private final long lingerTicks;

  private final RecvByteBufAllocator receiveBuffers;

  private long dateSecond = Long.MIN_VALUE;
  private byte[] dateLine = {};
  private AsciiString date = AsciiString.EMPTY_STRING;
  private boolean draining;

  HttpLoop(NettyLoop loop, HttpService service, Clock clock) {
    this.loop = loop;
    this.service = service;
    this.clock = clock;
    HttpLimits limits = service.limits();
    deadlines = new Deadlines(loop, tick(limits), System::nanoTime);
    headTicks = deadlines.ticks(limits.headTimeout());
    idleTicks = deadlines.ticks(limits.idleTimeout());
    bodyTicks = deadlines.ticks(limits.bodyTimeout());
    writeTicks = deadlines.ticks(limits.writeTimeout());
    lingerTicks = deadlines.ticks(LINGER);
    // Netty's guess at the size of the next read is kept in an object for each connection, 130
    // bytes
    // in all, of which only one is used at a time: a loop reads one socket after the other.
    var shared =
        new AdaptiveRecvByteBufAllocator(MIN_READ, FIRST_READ, MAX_READ)
            .maxMessagesPerRead(READS_PER_TURN)
            .newHandle();
    receiveBuffers = () -> shared;
  }

  // An eighth of the shortest time keeps that time to within a quarter.
  private static Duration tick(HttpLimits limits) {
    Duration shortest = limits.headTimeout();
    for (Duration time : new Duration[] {limits.idleTimeout(), limits.bodyTimeout()}) {
      shortest = time.compareTo(shortest) < 0 ? time : shortest;
    }
    Duration tick = shortest.dividedBy(8);
    return tick.compareTo(COARSEST_TICK) < 0 ? tick : COARSEST_TICK;
  }

  NettyLoop loop() {
    return loop;
  }

  HttpService service() {
    return service;
  }

  HttpLimits limits() {
    return service.limits();
  }

  Deadline deadline(Holder holder) {
    return deadlines.add(holder);
  }

  long headTicks() {
    return headTicks;
  }

  long idleTicks() {
    return idleTicks;
  }

  long bodyTicks() {
    return bodyTicks;
  }

  long writeTicks() {
    return writeTicks;
  }

  long lingerTicks() {
    return lingerTicks;
  }

  /** Finds the size of the next read, for all connections of the loop. */
  RecvByteBufAllocator receiveBuffers() {
    return receiveBuffers;
  }

  /** Whether connections are to end once nothing is left to answer on them. */
  boolean draining() {
    return draining;
  }

  /** Lets connections end once nothing is left to answer on them. */
  void drain() {
    draining = true;
    deadlines.drain();
  }

  /** The line with the date that a head of HTTP/1 must have (RFC 9110, section 6.6.1). */
  byte[] dateLine() {
    refreshDate();
    return dateLine;
  }

  /** The date that a head must have. */
  AsciiString date() {
    refreshDate();
    return date;
  }

  private void refreshDate() {
    long second = clock.millis() / 1000;
    if (second != dateSecond) {
      dateSecond = second;
      String text = DATE.format(Instant.ofEpochSecond(second));
      date = AsciiString.of(text);
      dateLine = ("Date: " + text + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
  }
}
