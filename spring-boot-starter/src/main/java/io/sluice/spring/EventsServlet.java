package io.sluice.spring;

import io.sluice.hub.StreamRequest;
import io.sluice.server.Problem;
import io.sluice.server.PublishParameters;
import io.sluice.server.RefusedException;
import io.sluice.server.StreamEntry;
import io.sluice.spring.EventsEndpoint.Call;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Serves the hub through the application's servlet container: streams asynchronously, on no thread
 * of the container's.
 *
 * <p>Thread-safe.
 */
final class EventsServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;

  private static final int UNBOUNDED = 0;

  private final transient EventsEndpoint endpoint;

  EventsServlet(EventsEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      switch (request.getMethod()) {
        case "GET" -> stream(request, response);
        case "HEAD" -> {
          endpoint.admit(call(request));
          head(response);
        }
        case "POST" -> publish(request, response);
        default -> throw new RefusedException(endpoint.wrongMethod(request.getMethod()));
      }
    } catch (RuntimeException failure) {
      refuse(response, EventsEndpoint.problem(failure));
    }
  }

  private Call call(HttpServletRequest request) {
    String rest = request.getPathInfo();
    if (rest != null && rest.length() < 2) {
      throw new RefusedException(Problem.of(404, "not-found", "there is nothing at " + rest));
    }
    return new Call(
        Callers.of(request.getUserPrincipal()),
        rest == null ? null : rest.substring(1),
        request.getQueryString(),
        request.getHeader(StreamEntry.LAST_EVENT_ID),
        request.getHeader(PublishParameters.IDEMPOTENCY_KEY));
  }

  private static void head(HttpServletResponse response) {
    StreamEntry.head().forEach(response::setHeader);
  }

  private void stream(HttpServletRequest request, HttpServletResponse response) throws IOException {
    StreamRequest admitted = endpoint.admit(call(request));
    head(response);
    // The head goes out on this thread, so that filters which add to it do that here.
    response.flushBuffer();
    AsyncContext context = request.startAsync(request, response);
    context.setTimeout(UNBOUNDED);
    ServletOutputStream out = response.getOutputStream();
    ServletOutlet outlet =
        endpoint.open(admitted, (loop, opening) -> new ServletOutlet(loop, context, out, opening));
    context.addListener(outlet);
    out.setWriteListener(outlet);
  }

  private void publish(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String type = request.getContentType();
    if (type != null && type.startsWith("application/x-www-form-urlencoded")) {
      // The container, or a filter, may have read the body as parameters already.
      throw new RefusedException(
          Problem.of(
              415,
              "form",
              "the content type "
                  + type
                  + " would be taken for a form; send text/plain or"
                  + " application/json"));
    }
    Call call = call(request);
    byte[] body = request.getInputStream().readNBytes(endpoint.maxEventBytes() + 1);
    byte[] answer = PublishParameters.answer(endpoint.publish(call, body).join());
    response.setContentType("application/json");
    response.setHeader("Cache-Control", "no-store");
    response.getOutputStream().write(answer);
  }

  private void refuse(HttpServletResponse response, Problem problem) throws IOException {
    response.setStatus(problem.status());
    problem.headers().forEach(response::setHeader);
    if (problem.status() == HttpServletResponse.SC_METHOD_NOT_ALLOWED) {
      response.setHeader("Allow", endpoint.methods());
    }
    response.getOutputStream().write(problem.json());
  }
}
