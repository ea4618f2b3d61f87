// Changing what one tab of many is subscribed to: the host is asked, one change after the other.

import type { Beginning } from "../begin.js";
import { StreamError } from "../errors.js";
import { changed } from "../subscription.js";
import type { Change, Subscription } from "../types.js";
import type { Request } from "./messages.js";
import { subscriptionOf } from "./sharing.js";

export interface Changes {
  /** Whether it can be done to a connection of many. */
  possible(change: Change): boolean;
  update(change: Change, signal?: AbortSignal): Promise<Subscription>;
  /** The host has done it, or not. */
  answered(n: number, error: StreamError | undefined): void;
  /** There is another host. */
  again(): void;
  /** There is none any more: changes are made to the tab's own connection. */
  alone(patch: (change: Change) => Promise<Subscription>): void;
  end(why: StreamError | undefined): void;
}

export function newChanges(
  [, { method = "GET", body, transport }, requests]: Beginning,
  post: (request: Omit<Request, "v">) => void,
  apply: (subscription: Subscription) => void,
): Changes {
  const current = () => requests.subscription ?? subscriptionOf(requests.url);
  let last: Promise<unknown> = Promise.resolve();
  let numbers = 0;
  let asked:
    | {
        readonly n: number;
        readonly change: Change;
        readonly subscription: Subscription;
        readonly resolve: (subscription: Subscription | Promise<Subscription>) => void;
        readonly reject: (error: StreamError) => void;
      }
    | undefined;
  let byItself: ((change: Change) => Promise<Subscription>) | undefined;
  let over: StreamError | undefined;

  function ask(change: Change): Promise<Subscription> {
    if (over) throw over;
    if (byItself) return byItself(change);
    const subscription = changed(current()!, change);
    if (subscription.channels.length === 0) {
      throw new StreamError("request", "a stream keeps at least one channel; close it instead");
    }
    return new Promise((resolve, reject) => {
      asked = { n: ++numbers, change, subscription, resolve, reject };
      again();
    });
  }

  function again(): void {
    if (asked) post({ change: { n: asked.n, subscription: asked.subscription } });
  }

  return {
    possible: ({ since }) =>
      since === undefined && current() !== undefined && method === "GET" && !body && transport !== "eventsource",
    async update(change, signal) {
      const before = last;
      // What is on its way is done, whoever stops waiting for it.
      const doing = before.then(() => {
        signal?.throwIfAborted();
        return ask(change);
      });
      last = doing.catch(() => {});
      if (signal === undefined) return doing;
      return Promise.race([
        doing,
        new Promise<never>((_, reject) => {
          if (signal.aborted) reject(signal.reason);
          signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        }),
      ]);
    },
    answered(n, error) {
      if (asked?.n !== n) return;
      const { subscription, resolve, reject } = asked;
      asked = undefined;
      if (error) return reject(error);
      apply(subscription);
      resolve(subscription);
    },
    again,
    alone(patch) {
      byItself = patch;
      asked?.resolve(patch(asked.change));
      asked = undefined;
    },
    end(why) {
      over = why ?? new StreamError("ended", `${requests.url.href} is closed`);
      asked?.reject(over);
      asked = undefined;
    },
  };
}
