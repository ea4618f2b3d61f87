// What tabs must have in common to share a connection.

import type { Options, Subscription } from "../types.js";
import { VERSION, type Join, type Secret } from "./messages.js";

export interface Sharing {
  /** Tabs with the same key share. */
  readonly key: string;
  /** Without what says where to begin. */
  readonly url: string;
  /** What requests are made with. */
  readonly options: Options;
  readonly secrets: readonly Secret[];
  /** Why it can't be shared. */
  readonly impossible: string | undefined;
  /** Undefined: all tabs with this key ask for the same, and get all of it. */
  readonly subscription: Subscription | undefined;
  /** Whether the URL says where to begin. */
  readonly first: boolean;
}

export function sharingOf({ url: from, options, functions, exact, subscription }: Join): Sharing {
  const { method = "GET", credentials, maxRetries, backoff, watchdog, connectTimeout, maxEventSize } = options;
  const { lastEventIdIn, transport, body, headers, token, shared } = options;
  const { identity } = Object(shared) as { identity?: string };
  const secrets = functions.filter((one) => one !== "fetch");
  const url = new URL(from);
  const { searchParams } = url;
  const said = subscriptionOf(url);
  const first = said !== undefined && (searchParams.has("since") || searchParams.has("last"));
  if (said) for (const one of ["since", "last", "lastEventId"]) searchParams.delete(one);
  const made = {
    ...{ method, credentials, maxRetries, backoff, watchdog, connectTimeout, maxEventSize },
    ...{ lastEventIdIn, transport, body, token },
    headers: headers && [...new Headers(headers as HeadersInit)],
  } as Options;
  // By JSON, which knows no undefined, as the options have to be.
  const asked = JSON.stringify(made);
  const union = said && !exact && method === "GET" && !body && transport !== "eventsource";
  const where = new URL(url);
  if (union) {
    where.pathname = where.pathname.replace(/\/events\/.*$/, "/events");
    for (const one of ["channel", "type"]) where.searchParams.delete(one);
  }
  return {
    key: JSON.stringify([where, identity, secrets, asked]),
    url: url.href,
    options: JSON.parse(asked) as Options,
    secrets,
    impossible:
      functions.length > secrets.length || typeof transport === "object"
        ? "a fetch or transport of one's own can't be shared between tabs"
        : typeof body === "object"
          ? "only a body that is a string can be shared between tabs"
          : secrets.length > 0 && identity === undefined
            ? `${secrets[0]}() may give another user's in another tab: shared.identity has to say whose it is`
            : undefined,
    subscription: union ? (subscription ?? said) : undefined,
    first,
  };
}

/** Of locks' and channels' names; a hash, for what is in the key is nobody's business. */
export function nameOf({ key }: Sharing): string {
  let hash = 0;
  for (const char of key) hash = (Math.imul(hash, 31) + char.codePointAt(0)!) | 0;
  return `sluice ${VERSION} ${hash}`;
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
