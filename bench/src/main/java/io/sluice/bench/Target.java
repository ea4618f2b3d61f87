package io.sluice.bench;

import java.util.List;
import java.util.Map;

/**
 * The server under test: how to subscribe and how to publish. Immutable.
 *
 * <p>Both URLs and the body are templates. {@code {channel}} stands for the channel; in it, and
 * anywhere else in them, {@code {n}} stands for its number, where there are several channels. In
 * the body {@code {payload}} stands for the payload.
 *
 * @param subscribeUrl {@code http} URL of the stream, as {@code
 *     http://127.0.0.1:8080/events/{channel}}
 * @param publishUrl {@code http} URL to publish to; it may be of another port, not of another host
 * @param channel the channel, as {@code bench} or {@code user-{n}}
 * @param method the method to publish with, as {@code POST}
 * @param body what to publish, as {@code {payload}}
 * @param subscribeHeaders further request headers when subscribing
 * @param publishHeaders further request headers when publishing
 * @param processes the server's process ids; empty if they are to be found by the port, which works
 *     for servers on this machine
 */
public record Target(
    String subscribeUrl,
    String publishUrl,
    String channel,
    String method,
    String body,
    Map<String, String> subscribeHeaders,
    Map<String, String> publishHeaders,
    List<Long> processes) {

  /** Copies the collections. */
  public Target {
    subscribeHeaders = Map.copyOf(subscribeHeaders);
    publishHeaders = Map.copyOf(publishHeaders);
    processes = List.copyOf(processes);
  }

  /** A target that is published to by POST with the payload as body, on the channel "bench". */
  public static Target of(String subscribeUrl, String publishUrl) {
    return new Target(
        subscribeUrl, publishUrl, "bench", "POST", "{payload}", Map.of(), Map.of(), List.of());
  }

  /** This target with another URL to subscribe to. */
  public Target withSubscribeUrl(String url) {
    return new Target(
        url, publishUrl, channel, method, body, subscribeHeaders, publishHeaders, processes);
  }

  /** This target with another channel. */
  public Target withChannel(String channel) {
    return new Target(
        subscribeUrl,
        publishUrl,
        channel,
        method,
        body,
        subscribeHeaders,
        publishHeaders,
        processes);
  }
}
