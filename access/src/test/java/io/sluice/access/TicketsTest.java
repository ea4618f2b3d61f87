package io.sluice.access;

import static io.sluice.access.Answers.code;
import static io.sluice.access.Answers.known;
import static io.sluice.access.Answers.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.event.ChannelPattern;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TicketsTest {

  private static final List<ChannelPattern> NEWS = List.of(ChannelPattern.parse("news/*"));

  private final TestClock clock = new TestClock();
  private final MemoryTicketStore store = new MemoryTicketStore(clock);
  private final Tickets tickets = new Tickets(store, clock);

  private Identity somebody(String subject, @Nullable Instant expires) {
    return new Identity(
        Identity.Kind.TOKEN,
        subject,
        Set.of("reader"),
        Set.of(),
        Map.of("tenant", "acme"),
        Grants.NONE,
        expires,
        "t-1",
        clock.instant(),
        null);
  }

  private Ticket issue(Identity owner) {
    return tickets.issue(owner, List.of(), Tickets.DEFAULT_TTL).join();
  }

  @Test
  void aTicketStandsForWhoAskedForItOnce() {
    Identity ann = somebody("ann", null);
    Ticket ticket = issue(ann);
    assertThat(known(tickets.redeem(ticket.text()))).isEqualTo(ann);
    Identification.Refused again = refused(tickets.redeem(ticket.text()));
    assertThat(again.code()).isEqualTo("ticket-invalid");
    assertThat(again.retryAfter()).isNull();
    assertThat(again.detail()).contains("once", "30 s", "POST /tickets");
    assertThat(store.size()).isZero();
    assertThat(store.owners()).isZero();
  }

  @Test
  void ofManyWhoComeAtATimeOneGetsIn() throws Exception {
    int threads = 4;
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      texts.add(issue(somebody("s" + i, null)).text());
    }
    CyclicBarrier together = new CyclicBarrier(threads);
    AtomicIntegerArray in = new AtomicIntegerArray(texts.size());
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> done = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        done.add(
            pool.submit(
                () -> {
                  together.await();
                  for (int i = 0; i < texts.size(); i++) {
                    if (tickets.redeem(texts.get(i)).join() instanceof Identification.Known) {
                      in.incrementAndGet(i);
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> one : done) {
        one.get();
      }
    }
    for (int i = 0; i < texts.size(); i++) {
      assertThat(in.get(i)).isEqualTo(1);
    }
  }

  @Test
  void aTicketIsConfinedToChannels() {
    Ticket ticket = tickets.issue(somebody("ann", null), NEWS, Tickets.DEFAULT_TTL).join();
    assertThat(known(tickets.redeem(ticket.text())).confinedTo()).isEqualTo(NEWS);
  }

  @Test
  void whoIsConfinedCannotGetATicketForMore() {
    Identity confined = somebody("ann", null).confinedTo(NEWS);
    Ticket same = tickets.issue(confined, List.of(), Tickets.DEFAULT_TTL).join();
    assertThat(known(tickets.redeem(same.text())).confinedTo()).isEqualTo(NEWS);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> tickets.issue(confined, List.of(ChannelPattern.ALL), Tickets.DEFAULT_TTL));
  }

  @Test
  void aTicketIsGoodForItsTimeAndNoLonger() {
    Ticket early = issue(somebody("ann", null));
    Ticket late = issue(somebody("ann", null));
    assertThat(early.expires()).isEqualTo(clock.instant().plusSeconds(30));
    clock.advance(Duration.ofMillis(29_999));
    known(tickets.redeem(early.text()));
    clock.advance(Duration.ofMillis(1));
    assertThat(code(tickets.redeem(late.text()))).isEqualTo("ticket-invalid");
  }

  @Test
  void aTicketDoesNotOutliveWhatItWasGivenFor() {
    Instant soon = clock.instant().plusSeconds(5);
    Ticket ticket = issue(somebody("ann", soon));
    assertThat(ticket.expires()).isEqualTo(soon);
    clock.advance(Duration.ofSeconds(5));
    assertThat(code(tickets.redeem(ticket.text()))).isEqualTo("ticket-invalid");
    assertThatIllegalArgumentException().isThrownBy(() -> issue(somebody("ann", soon)));
  }

  @Test
  void whatCannotBeATicketIsNone() {
    for (String text : List.of("", "slt_", "x", "slt_" + "a".repeat(32), "a".repeat(36))) {
      assertThat(code(tickets.redeem(text))).isEqualTo("ticket-invalid");
    }
    Ticket ticket = issue(somebody("ann", null));
    assertThat(code(tickets.redeem(ticket.text() + 'a'))).isEqualTo("ticket-invalid");
    assertThat(code(tickets.redeem(ticket.text().substring(4)))).isEqualTo("ticket-invalid");
    known(tickets.redeem(ticket.text()));
  }

  @Test
  void ticketsAreOfChance() {
    Set<String> texts = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      texts.add(issue(somebody("s" + i, null)).text());
    }
    assertThat(texts).hasSize(1000).allMatch(text -> text.matches("slt_[A-Za-z0-9_-]{32}"));
  }

  @Test
  void aSubjectWhoAsksForManyLosesItsOldestAndNobodyElses() {
    Ticket other = issue(somebody("bob", null));
    Ticket key =
        issue(
            new Identity(
                Identity.Kind.KEY,
                "ann",
                Set.of(),
                Set.of(),
                Map.of(),
                Grants.NONE,
                null,
                null,
                null,
                null));
    List<Ticket> all = new ArrayList<>();
    for (int i = 0; i < MemoryTicketStore.MAX_PER_SUBJECT + 2; i++) {
      all.add(issue(somebody("ann", null)));
    }
    assertThat(store.size()).isEqualTo(MemoryTicketStore.MAX_PER_SUBJECT + 2);
    assertThat(code(tickets.redeem(all.get(0).text()))).isEqualTo("ticket-invalid");
    assertThat(code(tickets.redeem(all.get(1).text()))).isEqualTo("ticket-invalid");
    known(tickets.redeem(all.get(2).text()));
    known(tickets.redeem(other.text()));
    known(tickets.redeem(key.text()));
  }

  @Test
  void whereThereAreTooManyTheOldestGo() {
    MemoryTicketStore small = new MemoryTicketStore(clock, 3, 2);
    Tickets few = new Tickets(small, clock);
    List<Ticket> all = new ArrayList<>();
    for (String subject : List.of("a", "b", "c", "d", "d", "d", "e")) {
      all.add(few.issue(somebody(subject, null), List.of(), Tickets.DEFAULT_TTL).join());
    }
    assertThat(small.size()).isEqualTo(3);
    assertThat(small.owners()).isEqualTo(2);
    List<Boolean> in = new ArrayList<>();
    for (Ticket ticket : all) {
      in.add(few.redeem(ticket.text()).join() instanceof Identification.Known);
    }
    assertThat(in).containsExactly(false, false, false, false, true, true, true);
    assertThat(small.owners()).isZero();
  }

  @Test
  void ticketsThatNobodyShowsAreForgottenInSmallSteps() {
    for (int i = 0; i < 1000; i++) {
      issue(somebody("s" + i, null));
    }
    clock.advance(Duration.ofSeconds(30));
    for (int i = 0; i < 250; i++) {
      int before = store.size();
      issue(somebody("t" + i, null));
      assertThat(store.size()).isBetween(before - 3, before + 1);
    }
    assertThat(store.size()).isEqualTo(250);
    assertThat(store.owners()).isEqualTo(250);
  }

  @Test
  void aTicketMustBeSomebodys() {
    assertThatIllegalArgumentException().isThrownBy(() -> issue(Identity.ANONYMOUS));
  }

  @Test
  void boundsAreToldWithTheValue() {
    Identity ann = somebody("ann", null);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tickets.issue(ann, List.of(), Duration.ofMillis(999)))
        .withMessageContaining("999 ms");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tickets.checkTtl(Duration.ofSeconds(601)))
        .withMessageContainingAll("601000", "10 min");
    List<ChannelPattern> many = new ArrayList<>();
    for (int i = 0; i <= Tickets.MAX_CHANNELS; i++) {
      many.add(ChannelPattern.parse("c/" + i));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tickets.issue(ann, many, Tickets.DEFAULT_TTL))
        .withMessageContainingAll("100", "101");
  }

  @Test
  void aBackendVouchesForOthersWithinWhatItsKeyMay() {
    Instant end = clock.instant().plusSeconds(60);
    Vouched guest = new Vouched("guest-7", Set.of("reader"), Map.of("tenant", "acme"), null);
    Identity identity = guest.by(key(Set.of("tickets"), end), clock.instant());
    assertThat(identity.subject()).isEqualTo("guest-7");
    assertThat(identity.kind()).isNotEqualTo(Identity.Kind.KEY);
    assertThat(identity.roles()).containsExactly("reader");
    assertThat(identity.grants()).isEqualTo(Grants.NONE);
    assertThat(identity.expires()).isEqualTo(end);
    assertThat(identity.issued()).isEqualTo(clock.instant());
    assertThat(new Revocation.OfToken("slk_aaaaaaaa", end).concerns(identity)).isTrue();
    Instant sooner = end.minusSeconds(1);
    assertThat(
            new Vouched("g", Set.of(), Map.of(), sooner)
                .by(key(Set.of("tickets"), end), clock.instant())
                .expires())
        .isEqualTo(sooner);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> guest.by(key(Set.of(), null), clock.instant()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> guest.by(somebody("ann", null), clock.instant()));
  }

  @Test
  void nobodyIsMadeAnOperatorByOneWhoIsNone() {
    Vouched operator = new Vouched("eve", Set.of("operator"), Map.of(), null);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> operator.by(key(Set.of("tickets"), null), clock.instant()));
    assertThat(operator.by(key(Set.of("tickets", "operator"), null), clock.instant()).isOperator())
        .isTrue();
  }

  @Test
  void aRoleOfAnIssuersTokenIsNoPermissionToVouch() {
    Identity ann =
        new Identity(
            Identity.Kind.TOKEN,
            "ann",
            Set.of("tickets"),
            Set.of(),
            Map.of(),
            Grants.NONE,
            null,
            null,
            null,
            null);
    assertThat(ann.mayVouch()).isFalse();
  }

  private static Identity key(Set<String> roles, @Nullable Instant expires) {
    return new Identity(
        Identity.Kind.KEY,
        "backend",
        roles,
        Set.of(),
        Map.of(),
        Grants.NONE,
        expires,
        "slk_aaaaaaaa",
        null,
        null);
  }
}
