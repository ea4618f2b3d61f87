package io.sluice.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Netty's client of HTTP/2 with prior knowledge, whose windows open only when a test says so. */
final class Http2TestClient implements AutoCloseable {

  private static final long TIMEOUT_SECONDS = 20;

  /** What has come on one stream. */
  static final class Reply {
    final Http2FrameStream stream;
    final CompletableFuture<Http2Headers> head = new CompletableFuture<>();
    final CompletableFuture<Void> end = new CompletableFuture<>();
    final CompletableFuture<Http2Error> reset = new CompletableFuture<>();
    final BlockingQueue<Integer> arrivals = new LinkedBlockingQueue<>();
    private final StringBuilder content = new StringBuilder();

    Reply(Http2FrameStream stream) {
      this.stream = stream;
    }

    int status() throws Exception {
      return Integer.parseInt(head.get(TIMEOUT_SECONDS, TimeUnit.SECONDS).status().toString());
    }

    /** Waits for the end and gives all that came. */
    String text() throws Exception {
      end.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      return soFar();
    }

    synchronized String soFar() {
      return content.toString();
    }

    private synchronized void add(ByteBuf bytes) {
      content.append(bytes.toString(StandardCharsets.US_ASCII));
      arrivals.add(bytes.readableBytes());
    }

    /** Waits until this many bytes have come. */
    String await(int bytes) throws Exception {
      while (soFar().length() < bytes) {
        if (arrivals.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS) == null) {
          throw new AssertionError("only " + soFar().length() + " bytes of " + bytes + " came");
        }
      }
      return soFar();
    }
  }

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Receiver receiver = new Receiver();
  private final Channel channel;
  private final Map<Http2FrameStream, Reply> replies = new ConcurrentHashMap<>();
  private final boolean consuming;
  final CompletableFuture<Long> goAway = new CompletableFuture<>();

  /**
   * @param window of each stream, in bytes
   * @param consuming whether the windows are opened as data comes
   */
  Http2TestClient(InetSocketAddress address, int window, boolean consuming) {
    this.consuming = consuming;
    Http2FrameCodec codec =
        Http2FrameCodecBuilder.forClient()
            .initialSettings(Http2Settings.defaultSettings().initialWindowSize(window))
            .encoderEnforceMaxRstFramesPerWindow(0, 0)
            .encoderIgnoreMaxHeaderListSize(true)
            .build();
    channel =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel c) {
                    c.pipeline().addLast(codec, receiver);
                  }
                })
            .connect(address)
            .syncUninterruptibly()
            .channel();
  }

  Channel channel() {
    return channel;
  }

  Reply request(String method, String path) {
    return request(headers(method, path), true);
  }

  Reply request(Http2Headers headers, boolean end) {
    Http2FrameStream stream = receiver.newStream();
    Reply reply = new Reply(stream);
    replies.put(stream, reply);
    channel.writeAndFlush(new DefaultHttp2HeadersFrame(headers, end).stream(stream));
    return reply;
  }

  void data(Reply reply, String text, boolean end) {
    ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    channel.writeAndFlush(new DefaultHttp2DataFrame(bytes, end).stream(reply.stream));
  }

  void reset(Reply reply) {
    channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL).stream(reply.stream));
  }

  /** Opens the window of a stream, and of the connection, for as many bytes as were received. */
  void consume(Reply reply, int bytes) {
    channel.writeAndFlush(new DefaultHttp2WindowUpdateFrame(bytes).stream(reply.stream));
  }

  static Http2Headers headers(String method, String path) {
    return new DefaultHttp2Headers()
        .method(method)
        .path(path)
        .scheme("http")
        .authority("localhost");
  }

  /** Closes the socket without a word to the server. */
  void cut() {
    if (channel.isActive()) {
      channel.pipeline().firstContext().close().syncUninterruptibly();
    }
  }

  @Override
  public void close() {
    cut();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private final class Receiver extends Http2ChannelDuplexHandler {

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
      try {
        switch (frame) {
          case Http2HeadersFrame head -> {
            Reply reply = replies.get(head.stream());
            reply.head.complete(head.headers());
            if (head.isEndStream()) {
              reply.end.complete(null);
            }
          }
          case Http2DataFrame data -> data(data);
          case Http2ResetFrame reset -> {
            Reply reply = replies.get(reset.stream());
            reply.reset.complete(Http2Error.valueOf(reset.errorCode()));
            reply.end.completeExceptionally(new AssertionError("reset: " + reset.errorCode()));
            reply.head.completeExceptionally(new AssertionError("reset: " + reset.errorCode()));
          }
          case Http2GoAwayFrame away -> goAway.complete(away.errorCode());
          default -> {}
        }
      } finally {
        ReferenceCountUtil.release(frame);
      }
    }

    private void data(Http2DataFrame data) {
      Reply reply = replies.get(data.stream());
      reply.add(data.content());
      if (data.isEndStream()) {
        reply.end.complete(null);
      } else if (consuming) {
        consume(reply, data.initialFlowControlledBytes());
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      replies.values().forEach(r -> r.end.completeExceptionally(new AssertionError("closed")));
      goAway.completeExceptionally(new AssertionError("closed without a GOAWAY"));
    }
  }
}
