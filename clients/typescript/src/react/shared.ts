// What several components use at once: made for the first of them, ended after the last. Streams are, and what is shown
// of them.

import { useCallback, useInsertionEffect, useRef, useSyncExternalStore, type RefObject } from "react";

interface Shared {
  it: unknown;
  readonly users: Set<() => void>;
  end: () => void;
  leaving?: ReturnType<typeof setTimeout>;
}

/** By a key that says all that tells one from another. Effects fill it, so it stays empty on a server. */
const all = new Map<string, Shared>();

/**
 * What is there under a key, and each change of it.
 *
 * @param key undefined: nothing yet
 * @param make makes it, once somebody who is on the page wants it: shows what there is, now or later and as often as it
 *     is another object, and gives what ends it
 * @param before what there is as long as it isn't made
 * @param linger milliseconds for which it is kept without users. Even 0 outlives what React does in one go: StrictMode
 *     takes each component away and puts it back, and one page's components go as the next page's come
 */
export function useShared<T>(
  key: string | undefined,
  make: (show: (it: T) => void) => () => void,
  before: T,
  linger = 0,
): T {
  const join = useCallback(
    (user: () => void) => {
      if (!key) return nothing;
      const shared = all.get(key) ?? begin(key, make as (show: (it: unknown) => void) => () => void);
      const { users } = shared;
      clearTimeout(shared.leaving);
      users.add(user);
      return () => {
        users.delete(user);
        if (users.size > 0) return;
        shared.leaving = setTimeout(() => {
          all.delete(key);
          shared.end();
        }, linger);
      };
    },
    // The key says what is made.
    [key],
  );
  return useSyncExternalStore(
    join,
    () => (all.get(key!)?.it ?? before) as T,
    () => before,
  );
}

function begin(key: string, make: (show: (it: unknown) => void) => () => void): Shared {
  const shared: Shared = { it: undefined, users: new Set(), end: nothing };
  shared.end = make((it) => {
    shared.it = it;
    for (const changed of shared.users) changed();
  });
  all.set(key, shared); // not if it can't be made
  return shared;
}

export const nothing = () => {};

/** What was rendered last. Set before any other effect runs, a child's too: those connect. */
export function useLatest<T>(value: T): RefObject<T> {
  const latest = useRef(value);
  useInsertionEffect(() => {
    latest.current = value;
  });
  return latest;
}

const names = new WeakMap<object, number>();
let named = 0;

/** A name for what can only be told by being the same object. */
export function nameOf(thing: object): number {
  const name = names.get(thing) ?? named++;
  names.set(thing, name);
  return name;
}
