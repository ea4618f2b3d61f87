/**
 * What went wrong, for programs:
 *
 * - `network`: no connection, or it broke. Tried again.
 * - `ended`: the server ended the stream in good order. Connected again; the reason of a `waiting`.
 * - `silent`: nothing was heard for the watchdog's time, or no answer for `connectTimeout`. Tried again.
 * - `status`: an answer that is no stream; `status`, and `problem` where the server explained itself.
 * - `content-type`: an answer that isn't `text/event-stream`. Final.
 * - `unauthorized`: 401, and there is no fresh token or ticket to be had. Final.
 * - `rejected`: the hub said so on a stream (`event: rejected`); `problem.code` says why. Tried again.
 * - `expired`: the token, key or session that the stream was opened with is no longer good.
 * - `retries`: `maxRetries` are used up; `cause` is the last failure. Final.
 * - `too-large`: an event of more than `maxEventSize`. Final.
 * - `credentials`: the `token` or `ticket` function failed; `cause` is what it threw. Tried again.
 * - `data`: an event's data couldn't be read (`data: "json"`, a decoder, a schema). The event is left out.
 * - `overflow`: a `stream()` that isn't read fast enough, with `overflow: "error"`.
 * - `request`: the request itself can't be made (a body that can't be sent twice, a header that EventSource can't send). Final.
 */
export type ErrorCode =
  | "network"
  | "ended"
  | "silent"
  | "status"
  | "content-type"
  | "unauthorized"
  | "rejected"
  | "expired"
  | "retries"
  | "too-large"
  | "credentials"
  | "data"
  | "overflow"
  | "request";

/** Problem details (RFC 9457) as Sluice and others send them. */
export interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly status?: number;
  readonly detail?: string;
  /** Sluice's stable name of what is wrong. */
  readonly code?: string;
  readonly [member: string]: unknown;
}

/** Everything that this client reports as wrong. The message is for people. */
export class StreamError extends Error {
  override readonly name = "StreamError";
  readonly code: ErrorCode;
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** What the server said of it. */
  readonly problem: Problem | undefined;

  constructor(code: ErrorCode, message: string, details: StreamErrorDetails = {}) {
    super(message, details);
    this.code = code;
    this.status = details.status;
    this.problem = details.problem;
  }
}

export interface StreamErrorDetails {
  status?: number | undefined;
  problem?: Problem | undefined;
  cause?: unknown;
}
