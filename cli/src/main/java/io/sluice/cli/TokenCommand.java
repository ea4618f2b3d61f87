package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.access.KeyOptions;
import io.sluice.access.TokenOptions;
import io.sluice.access.Tokens;
import io.sluice.server.InvalidSettingsException;
import io.sluice.server.SettingsLoader;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice token}: a token for development, as the hub believes it. */
@Command(
    name = "token",
    description = {
      "Makes a token for development: signed with the secret that the hub has in its settings.",
      "",
      "Prints the token and nothing else to standard output; what it says goes to standard error.",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    parameterListHeading = "%n",
    optionListHeading = "%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the token was printed",
      "2:wrong arguments or settings, or there is no secret",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice token alice --secret-file secret.txt",
      "  sluice token alice --role service --publish 'orders/**' --ttl 8h --secret-file secret.txt",
      "  SLUICE_TOKEN=$(sluice token alice --secret-file secret.txt) sluice subscribe"
          + " users/alice/a",
    })
final class TokenCommand implements Callable<Integer> {

  private final SettingsLoader loader;
  private final InstantSource clock;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "SUBJECT", description = "Whose token it is.")
  private String subject = "";

  @Mixin private GrantOptions grants = new GrantOptions();

  @Option(
      names = "--scope",
      paramLabel = "SCOPE",
      description = "A scope, as rules name it. Repeatable.")
  private List<String> scopes = List.of();

  @Option(
      names = "--claim",
      paramLabel = "NAME=TEXT",
      converter = TokenClaim.Converter.class,
      description = {
        "Any other claim. Repeatable.",
        "NAME:=JSON is one that isn't a text: 'tenants:=[\"a\",\"b\"]'."
      })
  private List<TokenClaim> claims = List.of();

  @Option(
      names = "--ttl",
      paramLabel = "TIME",
      defaultValue = "1h",
      converter = DurationConverter.class,
      description = "How long it is good (default: ${DEFAULT-VALUE}).")
  private Duration ttl = Duration.ZERO;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The hub's settings, for secret, issuer and audience (default: SLUICE_CONFIG's). The"
              + " variables that the hub reads hold here too.")
  private @Nullable String config;

  @Option(
      names = "--secret-file",
      paramLabel = "FILE",
      description = "File with the secret to sign with, whatever the settings say.")
  private @Nullable Path secretFile;

  TokenCommand() {
    // The heap that the hub's history needs is another process's.
    this(
        new SettingsLoader(System.getenv(), Files::readString, Long.MAX_VALUE),
        InstantSource.system());
  }

  /**
   * @param loader reads the hub's settings
   * @param clock says when the token begins
   */
  TokenCommand(SettingsLoader loader, InstantSource clock) {
    this.loader = loader;
    this.clock = clock;
  }

  /** Prints the token, or what is wrong and answers 2. */
  @Override
  public Integer call() {
    Notices notices = new Notices(spec.commandLine().getErr());
    Instant now = clock.instant();
    String token;
    try {
      Optional<TokenOptions> options = options();
      if (options.isEmpty()) {
        tellHowToMakeASecret(notices);
        return ExitCode.USAGE;
      }
      token = Tokens.sign(options.get(), contents(options.get()), now);
    } catch (InvalidSettingsException e) {
      return WrongSettings.tell(e, spec.commandLine().getErr());
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(token);
    out.flush();
    notices.tell(payload(token));
    notices.tell("good until " + now.plus(ttl).truncatedTo(ChronoUnit.SECONDS));
    return ExitCode.OK;
  }

  private Optional<TokenOptions> options() {
    Optional<TokenOptions> ofHub = loader.load(config, List.of()).settings().access().tokens();
    if (secretFile == null) {
      return ofHub;
    }
    KeyOptions keys = KeyOptions.NONE.withSecretFile(secretFile);
    return Optional.of(
        ofHub
            .map(
                hub ->
                    new TokenOptions(
                        keys, hub.issuer(), hub.audiences(), hub.clockSkew(), hub.rolesClaim()))
            .orElseGet(() -> TokenOptions.of(keys)));
  }

  private Tokens.Contents contents(TokenOptions options) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (TokenClaim claim : claims) {
      if (claim.name().equals(options.rolesClaim())) {
        throw wrong("the claim " + claim.name() + " has the roles: use --role");
      }
      if (values.put(claim.name(), claim.value()) != null) {
        throw wrong(
            "the claim "
                + claim.name()
                + " is given twice; several values are one list, as in 'tenants:=[\"a\",\"b\"]'");
      }
    }
    return Tokens.Contents.of(subject, ttl)
        .withRoles(grants.roles())
        .withScopes(grants.names("--scope", scopes))
        .withGrants(grants.grants())
        .withClaims(values);
  }

  /** What the token itself says (RFC 7519, section 3): the second of its three parts. */
  private static String payload(String token) {
    String payload = token.substring(token.indexOf('.') + 1, token.lastIndexOf('.'));
    return new String(Base64.getUrlDecoder().decode(payload), UTF_8);
  }

  private static void tellHowToMakeASecret(Notices notices) {
    notices.tell("there is no secret to sign with. Make one:");
    notices.tell("  openssl rand -base64 48 > secret.txt");
    notices.tell("and give it to the hub, and to this command:");
    notices.tell("  sluice serve --identity.tokens.secret-file secret.txt");
    notices.tell("  sluice token SUBJECT --secret-file secret.txt");
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
