// What a Sluice stream is subscribed to, when that is changed while it runs. Loaded when it is.

import type { Connection } from "./connection.js";
import { StreamError } from "./errors.js";
import { problemOf } from "./fetch-transport.js";
import type { Platform } from "./platform.js";
import type { Requests } from "./requests.js";
import type { Change, Connected, EventStream, Options, Subscription } from "./types.js";

export async function update(
  stream: EventStream,
  requests: Requests,
  { credentials, ticket }: Options,
  fetcher: Platform["fetch"],
  current: () => Connection,
  change: Change,
  signal: AbortSignal | undefined,
): Promise<Subscription> {
  const hub = hubOf(requests.url);
  for (;;) {
    const { connection: name, channels } = await connected(stream, signal);
    const connection = current();
    if (connection.update !== undefined) return connection.update(change, signal); // it is that of all tabs
    if (ticket !== undefined) {
      // A ticket opens a stream and nothing else. But a position is one of the whole log: another stream goes on from it.
      requests.subscription = changed(requests.subscription ?? { channels, types: typesOf(requests.url) }, change);
      connection.connect();
      return requests.subscription;
    }
    const url = `${hub}/connections/${name}`;
    const headers = await requests.headers();
    headers.set("Content-Type", "application/json");
    const init: RequestInit = { method: "PATCH", headers, body: JSON.stringify(change) };
    if (credentials !== undefined) init.credentials = credentials;
    if (signal !== undefined) init.signal = signal;
    const response = await fetcher(url, init);
    if (response.ok) return (requests.subscription = (await response.json()) as Subscription);
    const { status } = response;
    const problem = await problemOf(response);
    response.body?.cancel().catch(() => {}); // where it wasn't read
    // It has gone meanwhile, and another is coming.
    if (status === 404 && stream.connection?.connection !== name) continue;
    throw new StreamError("status", problem?.detail ?? `PATCH ${url}: ${status}`, { status, problem });
  }
}

/** What the hub says of the connection that is open, as soon as one is. */
function connected(stream: EventStream, signal: AbortSignal | undefined): Promise<Connected> {
  return new Promise((resolve, reject) => {
    const watching = new AbortController();
    const look = () => {
      const { connection, state } = stream;
      if (signal?.aborted) reject(signal.reason);
      else if (state.status === "closed") reject(state.why ?? new StreamError("ended", `${stream.url} is closed`));
      else if (connection !== undefined) resolve(connection);
      else return;
      watching.abort();
    };
    stream.onState(look, watching);
    stream.on("connected", look, watching);
    signal?.addEventListener("abort", look, watching);
    look();
  });
}

/** The stream's URL with another subscription. */
export function subscribed(url: URL, { channels, types }: Subscription): URL {
  const changed = new URL(`${hubOf(url)}/events${url.search}`);
  changed.searchParams.delete("channel");
  changed.searchParams.delete("type");
  for (const channel of channels) changed.searchParams.append("channel", channel);
  for (const type of types) changed.searchParams.append("type", type);
  return changed;
}

// What stands before `/events` in the stream's URL.
function hubOf({ href, origin, pathname }: URL): string {
  const at = pathname.search(/\/events(\/|$)/);
  if (at < 0) throw new StreamError("request", `${href} has no /events in its path: only a Sluice hub's streams can be changed`);
  return origin + pathname.slice(0, at);
}

function typesOf(url: URL): string[] {
  return url.searchParams.getAll("type").flatMap((list) => list.split(","));
}

export function changed({ channels, types }: Subscription, { add, remove }: Change): Subscription {
  const apply = (had: readonly string[], more: readonly string[] = [], less: readonly string[] = []) => [
    ...new Set([...had.filter((one) => !less.includes(one)), ...more]),
  ];
  return {
    channels: apply(channels, add?.channels, remove?.channels),
    types: apply(types, add?.types, remove?.types),
  };
}
