package io.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.function.Consumer;

/**
 * Ends a connection of HTTP/2 whose client floods it with frames that no request needs. Floods of
 * resets, empty DATA and CONTINUATION are the codec's own to end.
 *
 * <p>Confined to the connection's loop.
 */
final class Http2FloodGuard extends Http2FrameListenerDecorator {

  private static final Problem FLOOD =
      Problem.of(429, "http2-flood", "the connection carried too many frames that nobody needs");

  private final Http2Connection connection;
  private final Consumer<Problem> refusals;
  private final Http2Allowance allowance = new Http2Allowance(System::nanoTime);

  Http2FloodGuard(
      Http2FrameListener guarded, Http2Connection connection, Consumer<Problem> refusals) {
    super(guarded);
    this.connection = connection;
    this.refusals = refusals;
  }

  /** So many bytes of DATA go out now. */
  void sent(int bytes) {
    allowance.sent(bytes);
  }

  @Override
  public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
    check(allowance.control());
    super.onPingRead(ctx, data);
  }

  @Override
  public void onPingAckRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
    check(allowance.control());
    super.onPingAckRead(ctx, data);
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings)
      throws Http2Exception {
    check(allowance.settings(connection.numActiveStreams()));
    super.onSettingsRead(ctx, settings);
  }

  @Override
  public void onSettingsAckRead(ChannelHandlerContext ctx) throws Http2Exception {
    check(allowance.control());
    super.onSettingsAckRead(ctx);
  }

  @Override
  public void onPriorityRead(
      ChannelHandlerContext ctx, int streamId, int dependency, short weight, boolean exclusive)
      throws Http2Exception {
    check(allowance.control());
    super.onPriorityRead(ctx, streamId, dependency, weight, exclusive);
  }

  @Override
  public void onGoAwayRead(
      ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData)
      throws Http2Exception {
    check(allowance.control());
    super.onGoAwayRead(ctx, lastStreamId, errorCode, debugData);
  }

  @Override
  public void onUnknownFrame(
      ChannelHandlerContext ctx, byte frameType, int streamId, Http2Flags flags, ByteBuf payload)
      throws Http2Exception {
    check(allowance.control());
    super.onUnknownFrame(ctx, frameType, streamId, flags, payload);
  }

  @Override
  public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment)
      throws Http2Exception {
    check(allowance.windowUpdate());
    super.onWindowUpdateRead(ctx, streamId, increment);
  }

  private void check(boolean allowed) throws Http2Exception {
    if (!allowed) {
      refusals.accept(FLOOD);
      throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, FLOOD.detail());
    }
  }
}
