// What a Sluice stream is subscribed to, when that is changed while it runs.

import { StreamError } from "./errors.js";
import { problemOf } from "./fetch-transport.js";
import type { Change, Subscription } from "./types.js";

/** The hub's address: what stands before `/events` in the stream's. */
export function hubOf(url: URL): string {
  const at = url.pathname.search(/\/events(\/|$)/);
  if (at < 0) {
    throw new StreamError("request", `${url.href} has no /events in its path: only streams of a Sluice hub can be changed`);
  }
  return url.origin + url.pathname.slice(0, at);
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

/** What holds after a change, where nobody can be asked. */
export function changed({ channels, types }: Subscription, { add, remove }: Change): Subscription {
  const apply = (had: readonly string[], more: readonly string[] = [], less: readonly string[] = []) => [
    ...new Set([...had.filter((one) => !less.includes(one)), ...more]),
  ];
  return {
    channels: apply(channels, add?.channels, remove?.channels),
    types: apply(types, add?.types, remove?.types),
  };
}

/** Asks the hub to change a connection. */
export async function patch(
  send: typeof fetch,
  url: string,
  init: RequestInit & { headers: Headers },
  change: Change,
): Promise<Subscription> {
  init.headers.set("Content-Type", "application/json");
  const response = await send(url, { ...init, method: "PATCH", body: JSON.stringify(change) });
  if (!response.ok) {
    const { status } = response;
    const problem = await problemOf(response);
    const message = problem?.detail ?? `PATCH ${url}: ${status}`;
    throw new StreamError("status", message, problem === undefined ? { status } : { status, problem });
  }
  return (await response.json()) as Subscription;
}
