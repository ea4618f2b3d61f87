package io.sluice.client;

/**
 * The hub refuses a request, and sending it again won't change that. Nothing was published.
 *
 * <p>{@link DeniedException} and {@link InvalidException} are the two that programs most often tell
 * apart; {@link Problem#code} tells all.
 */
public sealed class RefusedException extends PublishException
    permits DeniedException, InvalidException {

  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // nobody sends it away
  private final Problem problem;

  RefusedException(Problem problem) {
    super(problem.toString(), null);
    this.problem = problem;
  }

  /** The kind of exception that a problem is. */
  static RefusedException of(Problem problem) {
    return switch (problem.status()) {
      case 401, 403 -> new DeniedException(problem);
      case 400, 413, 415, 422 -> new InvalidException(problem);
      default -> new RefusedException(problem);
    };
  }

  /** What the hub said. */
  public Problem problem() {
    return problem;
  }
}
