// What is asked for: the URL as it is subscribed now, headers, and who is asking.

import { spent, ticketOf, tokenOf } from "./credentials.js";
import { StreamError } from "./errors.js";
import { subscribed } from "./subscription.js";
import type { StreamRequest } from "./transport.js";
import type { Options, Subscription } from "./types.js";

export class Requests {
  readonly url: URL;
  #options: Options;
  #token: string | undefined;
  /** What holds instead of what the URL says, once it was changed. */
  subscription: Subscription | undefined;

  constructor(url: URL, options: Options) {
    this.url = url;
    this.#options = options;
    const { body, token, ticket } = options;
    if (typeof ReadableStream === "function" && (body as unknown) instanceof ReadableStream) {
      throw new TypeError("body is a stream, which can be sent only once; a request is sent again with each connection");
    }
    if (token !== undefined && ticket !== undefined) throw new TypeError("there is a token and a ticket; one is enough");
  }

  /** Headers, with the token. */
  async headers(): Promise<Headers> {
    const { headers, token } = this.#options;
    const made = new Headers(typeof headers === "function" ? await asked(headers) : headers);
    if (token !== undefined) {
      this.#token = await tokenOf(token);
      made.set("Authorization", `Bearer ${this.#token}`);
    }
    return made;
  }

  async next(lastEventId: string): Promise<StreamRequest> {
    const { method = "GET", body, credentials, ticket, lastEventIdIn, maxEventSize = 16 * 1024 * 1024 } = this.#options;
    const headers = await this.headers();
    const url = this.subscription === undefined ? new URL(this.url) : subscribed(this.url, this.subscription);
    if (ticket !== undefined) url.searchParams.set("ticket", await ticketOf(ticket));
    const positionInQuery = lastEventIdIn === "query";
    return { url: url.href, method, headers, body, credentials, lastEventId, positionInQuery, maxEventSize };
  }

  /** What the last request was made with is no longer good. False: there is nothing fresher. */
  expired(): boolean {
    const { token, ticket } = this.#options;
    spent(token, this.#token);
    return typeof token === "function" || ticket !== undefined;
  }
}

async function asked<T>(source: () => T | Promise<T>): Promise<T> {
  try {
    return await source();
  } catch (cause) {
    throw new StreamError("credentials", `the headers function failed: ${(cause as Error)?.message ?? cause}`, { cause });
  }
}
