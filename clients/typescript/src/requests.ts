// What is asked for: the URL as it is subscribed now, headers, and who is asking.

import { ask, spent, tokenOf } from "./credentials.js";
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
  if (Object(body).getReader) throw new TypeError("body is a stream, sent only once");
  if (token && ticket) throw new TypeError("token or ticket, not both");
  let sent: Promise<string> | string | undefined;

  const requests: Requests = {
    url,
    subscription: undefined,
    async headers() {
      const { headers } = options;
      const made = new Headers(typeof headers === "function" ? await ask(headers) : headers);
      sent = typeof token === "function" ? tokenOf(token) : token;
      if (sent) made.set("Authorization", `Bearer ${await sent}`);
      return made;
    },
    async next(lastEventId) {
      const { subscription } = requests;
      const to =
        subscription === undefined ? new URL(url) : (await import("./subscription.js")).subscribed(url, subscription);
      const headers = await requests.headers();
      if (ticket) to.searchParams.set("ticket", await ask(ticket));
      const inQuery = options.lastEventIdIn === "query";
      return { url: to.href, method, headers, body, credentials, lastEventId, inQuery, maxEventSize };
    },
    expired() {
      const renewable = typeof token === "function";
      if (renewable) spent(token, sent);
      return renewable || ticket !== undefined;
    },
  };
  return requests;
}
