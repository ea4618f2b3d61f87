// What tabs must have in common to share a connection.

import type { Options, Subscription } from "../types.js";
import { VERSION, type Join } from "./messages.js";

export interface Sharing {
  /** Of workers' and locks' names; a hash, for what is in the key is nobody's business. */
  name: string;
  key: string;
  /** Without what says where to begin. */
  readonly url: string;
  readonly options: Join["options"];
  readonly secrets: Join["secrets"];
  /** Undefined: only the server knows. */
  readonly subscription: Subscription | undefined;
  /** Only those share who ask for the same. */
  exact: boolean;
  /** Whether the URL says where to begin. */
  readonly begins: boolean;
  readonly worker: string | URL | false | undefined;
  /** Why it can't be shared. */
  readonly impossible: string | undefined;
  /** From now on only with those who ask for the same. */
  apart(): void;
}

export function inCommon(from: URL, options: Options): Sharing {
  const { method, credentials, maxRetries, backoff, watchdog, connectTimeout, maxEventSize, lastEventIdIn, transport } = options;
  const { headers, body, token, fetch, shared } = options;
  const { worker, identity } = Object(shared) as { worker?: string | URL | false; identity?: string };
  const url = new URL(from);
  const { searchParams } = url;
  const subscription = subscriptionOf(url);
  const begins = subscription !== undefined && (searchParams.has("since") || searchParams.has("last"));
  if (subscription) for (const one of ["since", "last", "lastEventId"]) searchParams.delete(one);
  const secrets = (["token", "ticket", "headers"] as const).filter((one) => typeof options[one] === "function");
  const shareable = {
    ...{ method, credentials, maxRetries, backoff, watchdog, connectTimeout, maxEventSize, lastEventIdIn, transport, body },
    headers: headers && typeof headers !== "function" ? [...new Headers(headers)] : undefined,
    token: typeof token === "string" ? token : undefined,
  } as Join["options"];

  const sharing: Sharing = {
    name: "",
    key: "",
    url: url.href,
    options: shareable,
    secrets,
    subscription,
    exact: !subscription || (method ?? "GET") !== "GET" || !!body || transport === "eventsource",
    begins,
    worker,
    impossible:
      fetch || typeof transport === "object"
        ? "a fetch or transport of one's own can't be shared between tabs"
        : body && typeof body !== "string"
          ? "only a body that is a string can be shared between tabs"
          : secrets.length > 0 && identity === undefined
            ? `${secrets[0]}() may give another user's in another tab: shared.identity has to say whose it is`
            : undefined,
    apart() {
      sharing.exact = true;
      identify();
    },
  };

  function identify(): void {
    const where = new URL(url);
    if (!sharing.exact) {
      where.pathname = where.pathname.replace(/\/events\/.*$/, "/events");
      for (const one of ["channel", "type"]) where.searchParams.delete(one);
    }
    sharing.key = JSON.stringify([where, identity, secrets, shareable]);
    let hash = 0;
    for (const char of sharing.key) hash = (Math.imul(hash, 31) + char.codePointAt(0)!) | 0;
    sharing.name = `sluice ${VERSION} ${hash}`;
  }

  identify();
  return sharing;
}

/** What a stream of a hub is asked for with; undefined if it can't be one, or only the hub knows what it means. */
export function subscriptionOf({ pathname, searchParams }: URL): Subscription | undefined {
  const path = /\/events(?:\/(.+))?$/.exec(pathname);
  if (!path) return undefined;
  const channels = searchParams.getAll("channel");
  if (path[1]) channels.push(decodeURIComponent(path[1]));
  if (channels.some((channel) => channel.includes("@me"))) return undefined;
  const types = searchParams.getAll("type").flatMap((list) => list.split(","));
  return { channels: channels.length > 0 ? channels : ["**"], types };
}
