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
import io.sluice.access.Rate;
import io.sluice.access.Revocations;
import io.sluice.access.Rules;
import io.sluice.access.SessionBackend;
import io.sluice.access.Tickets;
import io.sluice.access.TokenVerifier;
import io.sluice.redis.fleet.Fleet;
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

  /** Opens what the settings say, for a hub that is alone. */
  static AccessParts open(Settings settings, InstantSource clock) {
    return open(settings, clock, null);
  }

  /**
   * Opens what the settings say.
   *
   * @param fleet what is shared with other nodes; null on a hub that is alone
   * @throws InvalidSettingsException if a file of keys can't be used
   */
  static AccessParts open(Settings settings, InstantSource clock, @Nullable Fleet fleet) {
    AccessSettings wanted = settings.access();
    ClientLimits limits = limits(settings, fleet);
    Revocations revocations = fleet == null ? new MemoryRevocations(clock) : fleet.revocations();
    Tickets tickets =
        new Tickets(fleet == null ? new MemoryTicketStore(clock) : fleet.tickets(), clock);
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

  private static ClientLimits limits(Settings settings, @Nullable Fleet fleet) {
    LimitSettings.Clients clients = settings.limits().clients();
    return new ClientLimits(
        new ClientAddress(settings.proxies().trusted()),
        attempts(clients, fleet),
        clients.equals(LimitSettings.Clients.UNLIMITED)
            ? null
            : connections(
                new ConnectionLimits.Bounds(
                    settings.limits().connections(),
                    clients.connectionsPerSubject(),
                    clients.connectionsPerAddress()),
                fleet),
        publishes(clients, fleet));
  }

  private static @Nullable AttemptLimit attempts(
      LimitSettings.Clients clients, @Nullable Fleet fleet) {
    if (clients.attempts().isEmpty()) {
      return null;
    }
    if (fleet == null) {
      return new AttemptLimit(clients.attempts().get());
    }
    AttemptLimit limit = new AttemptLimit(clients.attempts().get(), fleet.attempts());
    fleet.chargeAttempts((address, amounts) -> limit.charge(address, amounts[0]));
    return limit;
  }

  private static ConnectionLimits connections(
      ConnectionLimits.Bounds bounds, @Nullable Fleet fleet) {
    if (fleet == null) {
      return new ConnectionLimits(bounds);
    }
    ConnectionLimits limits = new ConnectionLimits(bounds, fleet.places());
    fleet.countWith(limits::all);
    return limits;
  }

  private static @Nullable PublishLimits publishes(
      LimitSettings.Clients clients, @Nullable Fleet fleet) {
    if (clients.publishes().isEmpty() && clients.publishBytes().isEmpty()) {
      return null;
    }
    Rate events = clients.publishes().orElse(null);
    Rate bytes = clients.publishBytes().orElse(null);
    if (fleet == null) {
      return new PublishLimits(events, bytes);
    }
    PublishLimits limits = new PublishLimits(events, bytes, fleet.publishes());
    fleet.chargePublishes((who, amounts) -> limits.charge(who, amounts[0], amounts[1]));
    return limits;
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
