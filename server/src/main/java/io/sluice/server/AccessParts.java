package io.sluice.server;

import io.sluice.access.ApiKeys;
import io.sluice.access.AttemptLimit;
import io.sluice.access.Authorizer;
import io.sluice.access.ClientAddress;
import io.sluice.access.ConnectionLimits;
import io.sluice.access.Identities;
import io.sluice.access.MemoryRevocations;
import io.sluice.access.MemoryTicketStore;
import io.sluice.access.PublishLimits;
import io.sluice.access.Revocations;
import io.sluice.access.Rules;
import io.sluice.access.SessionBackend;
import io.sluice.access.Tickets;
import io.sluice.access.TokenVerifier;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a server asks who may do what, opened as the settings say.
 *
 * <p>Immutable; its parts are thread-safe.
 *
 * @param access asks
 * @param tickets makes tickets
 * @param revocations what was taken back
 * @param identities is closed with this; null on a hub that is open
 * @param authorizer is closed with this; null if nobody is asked
 */
record AccessParts(
    Access access,
    Tickets tickets,
    Revocations revocations,
    @Nullable Identities identities,
    @Nullable Authorizer authorizer)
    implements AutoCloseable {

  /**
   * Opens what the settings say.
   *
   * @throws InvalidSettingsException if a file of keys can't be used
   */
  static AccessParts open(Settings settings, InstantSource clock) {
    AccessSettings wanted = settings.access();
    ClientLimits limits = limits(settings);
    Revocations revocations = new MemoryRevocations(clock);
    Tickets tickets = new Tickets(new MemoryTicketStore(clock), clock);
    if (wanted.isOpen()) {
      return new AccessParts(Access.open(limits), tickets, revocations, null, null);
    }
    Identities.Sources sources = Identities.Sources.NONE.with(tickets);
    try {
      if (wanted.tokens().isPresent()) {
        sources = sources.with(TokenVerifier.open(wanted.tokens().get(), clock));
      }
      if (wanted.session().isPresent()) {
        sources = sources.with(SessionBackend.open(wanted.session().get(), revocations, clock));
      }
    } catch (IllegalArgumentException unusable) {
      throw new InvalidSettingsException(
          List.of(
              new SettingProblem(
                  "identity", String.valueOf(unusable.getMessage()), "settings", "")));
    }
    if (!wanted.keys().isEmpty()) {
      sources = sources.with(new ApiKeys(wanted.keys(), clock));
    }
    Identities identities = new Identities(sources, revocations, clock);
    Authorizer authorizer =
        wanted.authorizer().map(options -> Authorizer.open(options, clock)).orElse(null);
    Rules rules = wanted.rules().rules().isEmpty() ? Rules.byGrantsAlone() : wanted.rules();
    CredentialReader credentials =
        new CredentialReader(
            wanted.cookie(),
            wanted.queryToken(),
            wanted.session().flatMap(session -> Optional.ofNullable(session.cookie())),
            wanted.session().flatMap(session -> Optional.ofNullable(session.header())));
    Access access =
        Access.guarded(new Access.Guards(credentials, identities, rules, authorizer), limits);
    return new AccessParts(access, tickets, revocations, identities, authorizer);
  }

  private static ClientLimits limits(Settings settings) {
    ClientAddress addresses = new ClientAddress(settings.proxies().trusted());
    LimitSettings.Clients clients = settings.limits().clients();
    boolean publishes = clients.publishes().isPresent() || clients.publishBytes().isPresent();
    return new ClientLimits(
        addresses,
        clients.attempts().map(AttemptLimit::new).orElse(null),
        clients.equals(LimitSettings.Clients.UNLIMITED)
            ? null
            : new ConnectionLimits(
                new ConnectionLimits.Bounds(
                    settings.limits().connections(),
                    clients.connectionsPerSubject(),
                    clients.connectionsPerAddress())),
        publishes
            ? new PublishLimits(
                clients.publishes().orElse(null), clients.publishBytes().orElse(null))
            : null);
  }

  @Override
  public void close() {
    if (identities != null) {
      identities.close();
    }
    if (authorizer != null) {
      authorizer.close();
    }
  }
}
