package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.access.TokenOptions;
import io.sluice.access.Tokens;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  private final TokenSettings settings;
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
      names = "--secret-file",
      paramLabel = "FILE",
      description = {
        "File with the secret to sign with (default: the hub's settings, as the variables",
        "SLUICE_IDENTITY_TOKENS_SECRET_FILE and SLUICE_IDENTITY_TOKENS_SECRET have them).",
      })
  private @Nullable Path secretFile;

  TokenCommand() {
    this(new TokenSettings(System.getenv()), InstantSource.system());
  }

  /**
   * @param settings have the secret
   * @param clock says when the token begins
   */
  TokenCommand(TokenSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** Prints the token, or what is wrong and answers 2. */
  @Override
  public Integer call() {
    Notices notices = new Notices(spec.commandLine().getErr());
    Instant now = clock.instant();
    String token;
    try {
      TokenOptions options = settings.read(secretFile);
      if (options == null) {
        tellHowToMakeASecret(notices);
        return ExitCode.USAGE;
      }
      token = Tokens.sign(options, contents(options), now);
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
    notices.tell("and give it to the hub, identity.tokens.secret-file, and to this command:");
    notices.tell("  --secret-file secret.txt, or SLUICE_IDENTITY_TOKENS_SECRET_FILE=secret.txt");
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
