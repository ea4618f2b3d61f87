package io.sluice.cli;

import io.sluice.cli.ExaminedStream.Answer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.function.Consumer;

/**
 * Whether a page of another origin may use the hub (Fetch standard, CORS protocol).
 *
 * <p>Immutable.
 *
 * @param plan what to ask for
 * @param http asks
 * @param told gets the findings
 */
record OriginChecks(Examination.Plan plan, HttpClient http, Consumer<Finding> told) {

  private static final String CORS = "cors";
  private static final String ALLOWED = "Access-Control-Allow-Origin";

  void run(String origin) throws InterruptedException {
    HttpRequest request = plan.stream().header("Origin", origin).build();
    switch (ExaminedStream.open(http, request, plan.patience())) {
      case Answer.Begun begun -> {
        try (ExaminedStream stream = begun.stream()) {
          judge(origin, stream);
        }
      }
      case Answer.Refused refused ->
          told.accept(
              refused.refusal().status() == 403
                  ? Finding.problem(
                      CORS,
                      "pages of " + origin + " are refused: " + refused.refusal(),
                      Remedy.ORIGINS)
                  : Finding.skipped(CORS, "no stream to look at: " + refused.refusal()));
      case Answer.Silent silent -> told.accept(Finding.skipped(CORS, "no answer to look at"));
      case Answer.Failed failed ->
          told.accept(Finding.skipped(CORS, "no answer to look at: " + failed.reason()));
    }
  }

  private void judge(String origin, ExaminedStream stream) {
    String allowed = stream.field(ALLOWED);
    String credentials = stream.field("Access-Control-Allow-Credentials");
    if (allowed.equals(origin) || allowed.equals("*")) {
      told.accept(
          Finding.ok(
              CORS,
              "pages of "
                  + origin
                  + " may use the hub"
                  + (credentials.equals("true") ? ", with cookies" : ", without cookies")));
    } else if (allowed.isEmpty()) {
      told.accept(
          Finding.problem(
              CORS,
              "browsers keep the stream from pages of " + origin + ": there is no " + ALLOWED,
              Remedy.ORIGINS));
    } else {
      told.accept(
          Finding.problem(
              CORS,
              "browsers keep the stream from pages of "
                  + origin
                  + ": "
                  + ALLOWED
                  + " is "
                  + allowed
                  + (allowed.contains(",") ? ", and must be there once" : ""),
              allowed.contains(",") ? Remedy.ONE_CORS : Remedy.ORIGINS));
    }
  }
}
