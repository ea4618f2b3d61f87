package io.sluice.server;

/**
 * Thrown by an endpoint, or by what it calls, to refuse the request with a problem. It carries no
 * stack trace: what clients do wrong must be cheap.
 */
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  /** Refuses with a problem. */
  public RefusedException(Problem problem) {
    super(problem.code() + ": " + problem.detail(), null, false, false);
    this.problem = problem;
  }

  /** What the client is answered. */
  public Problem problem() {
    return problem;
  }
}
