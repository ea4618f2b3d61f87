// What several tabs are subscribed to together, and which of it is whose.

import type { Change, Subscription } from "../types.js";

export function unionOf(all: Iterable<Subscription>): Subscription {
  const channels = new Set<string>();
  const types = new Set<string>();
  let every = false;
  for (const one of all) {
    for (const channel of one.channels) channels.add(channel);
    for (const type of one.types) types.add(type);
    every ||= one.types.length === 0;
  }
  return { channels: [...channels], types: every ? [] : [...types] };
}

/** Whether whoever has `held` gets all of `wanted`. Pattern by pattern: that `a/**` has `a/b` is for the hub to know. */
export function covers(held: Subscription, wanted: Subscription): boolean {
  const within = (all: readonly string[], some: readonly string[]) => some.every((one) => all.includes(one));
  return (
    within(held.channels, wanted.channels) &&
    (held.types.length === 0 || (wanted.types.length > 0 && within(held.types, wanted.types)))
  );
}

/** How one subscription becomes another; undefined if it is that. */
export function changeOf(from: Subscription, to: Subscription): Change | undefined {
  const less = (a: Subscription, b: Subscription): Subscription => ({
    channels: a.channels.filter((one) => !b.channels.includes(one)),
    types: a.types.filter((one) => !b.types.includes(one)),
  });
  const add = less(to, from);
  const remove = less(from, to);
  const any = [add, remove].some(({ channels, types }) => channels.length + types.length > 0);
  return any ? { add, remove } : undefined;
}

/** Whether an event is of a subscription. `*` is a segment, a last `**` one or more; neither is a last `@presence`. */
export function matches({ channels, types }: Subscription, channel: string, type: string): boolean {
  if (types.length > 0 && !types.includes(type)) return false;
  return channels.some((pattern) => pattern === channel || (pattern.includes("*") && patternOf(pattern).test(channel)));
}

const patterns = new Map<string, RegExp>();

function patternOf(pattern: string): RegExp {
  let made = patterns.get(pattern);
  if (made === undefined) {
    const hidden = /\*$/.test(pattern) ? "(?!(.*/)?@presence$)" : "";
    const source = pattern
      .replace(/[.+]/g, "\\$&")
      .replace(/\*+/g, (stars) => (stars === "*" ? "[^/]+" : ".+"));
    patterns.set(pattern, (made = new RegExp(`^${hidden}${source}$`)));
  }
  return made;
}
