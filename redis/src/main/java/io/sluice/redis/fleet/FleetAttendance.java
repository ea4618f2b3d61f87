package io.sluice.redis.fleet;

import io.sluice.event.EventId;
import io.sluice.presence.Attendance;
import io.sluice.presence.Member;
import io.sluice.presence.Present;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The attendance of all nodes, as one of them uses it: it reports who is there through itself, and
 * asks the one that tells.
 *
 * <p>Thread-safe. Nothing blocks.
 */
final class FleetAttendance implements Attendance {

  private static final String KIND = "present";

  private final Calls calls;
  private final PresenceReport report;
  private final PresenceLead lead;

  FleetAttendance(Calls calls, PresenceReport report, PresenceLead lead) {
    this.calls = calls;
    this.report = report;
    this.lead = lead;
    calls.answer(KIND, this::answer);
  }

  @Override
  public void enter(String channel, Member member) {
    report.enter(channel, member);
  }

  @Override
  public void leave(String channel, Member member) {
    report.leave(channel, member);
  }

  // Whoever takes the lead looks at all channels that had members.
  @Override
  public void watch(String channel) {}

  /**
   * {@inheritDoc} Fails with {@link NodeCallException} if the node that tells doesn't answer, or
   * there is none for the moment.
   */
  @Override
  public CompletableFuture<Present> present(String channel) {
    Attendance here = lead.attendance();
    if (here != null) {
      return here.present(channel);
    }
    String leader = lead.leader();
    if (leader.isEmpty()) {
      return CompletableFuture.failedFuture(nobody());
    }
    return calls
        .ask(leader, KIND, channel.getBytes(StandardCharsets.UTF_8))
        .thenApply(FleetAttendance::decode);
  }

  private static NodeCallException nobody() {
    return Line.away("no node tells at present who is there; another takes that over");
  }

  private CompletableFuture<byte[]> answer(byte[] channel) {
    Attendance here = lead.attendance();
    return here == null
        ? CompletableFuture.failedFuture(nobody())
        : here.present(new String(channel, StandardCharsets.UTF_8))
            .thenApply(FleetAttendance::encode);
  }

  private static byte[] encode(Present present) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(present.count());
      out.writeUTF(present.position().toString());
      List<String> members = present.members();
      out.writeInt(members == null ? -1 : members.size());
      if (members != null) {
        for (String member : members) {
          out.writeUTF(member);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static Present decode(byte[] encoded) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(encoded))) {
      int count = in.readInt();
      EventId position = Objects.requireNonNull(EventId.parse(in.readUTF()));
      int listed = in.readInt();
      @Nullable List<String> members = listed < 0 ? null : new ArrayList<>();
      for (int i = 0; i < listed && members != null; i++) {
        members.add(in.readUTF());
      }
      return new Present(count, members, position);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int rooms() {
    Attendance here = lead.attendance();
    return here == null ? 0 : here.rooms();
  }

  @Override
  public long told() {
    Attendance here = lead.attendance();
    return here == null ? 0 : here.told();
  }
}
