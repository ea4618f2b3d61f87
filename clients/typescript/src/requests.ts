// What is asked for: the URL as it is subscribed now, headers, and who is asking.

import { ask, spent, tokenOf } from "./credentials.js";
import { StreamError } from "./errors.js";
import type { StreamRequest } from "./transport.js";
import type { Options, Subscription } from "./types.js";

export interface Requests {
  readonly url: URL;
  /** What holds instead of what the URL says, once it was changed. */
  subscription: Subscription | undefined;
  /** Headers as they are now, with the token. */
  headers(): Promise<Headers>;
  /** The next request for the stream. */
  next(lastEventId: string): Promise<StreamRequest>;
  /** What the last request was made with is no longer good. False: there is nothing fresher. */
  expired(): boolean;
}

export function newRequests(url: URL, options: Options): Requests {
  const { method = "GET", body = null, credentials = "same-origin", token, ticket, maxEventSize = 16 << 20 } = options;
  if (Object(body).getReader) throw new TypeError("body is a stream, and can be sent only once");
  if (token && ticket) throw new TypeError("token and ticket exclude each other");
  let sent: Promise<string> | undefined;

  const requests: Requests = {
    url,
    subscription: undefined,
    async headers() {
      let { headers } = options;
      if (typeof headers === "function") {
        try {
          headers = await headers();
        } catch (cause) {
          throw new StreamError("credentials", `headers(): ${cause}`, { cause });
        }
      }
      const made = new Headers(headers);
      if (typeof token === "function") sent = tokenOf(token);
      if (token) made.set("Authorization", `Bearer ${typeof token === "string" ? token : await sent}`);
      return made;
    },
    async next(lastEventId) {
      const { subscription } = requests;
      const to =
        subscription === undefined ? new URL(url) : (await import("./subscription.js")).subscribed(url, subscription);
      const headers = await requests.headers();
      if (ticket) to.searchParams.set("ticket", await ask(ticket));
      const positionInQuery = options.lastEventIdIn === "query";
      return { url: to.href, method, headers, body, credentials, lastEventId, positionInQuery, maxEventSize };
    },
    expired() {
      if (typeof token === "function") spent(token, sent);
      return typeof token === "function" || ticket !== undefined;
    },
  };
  return requests;
}
