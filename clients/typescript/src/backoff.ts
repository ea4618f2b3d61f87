// When to try again.

export interface Backoff {
  readonly min: number;
  readonly max: number;
}

/** Milliseconds. Longer than this nobody waits on a server's word alone: a day. */
export const LONGEST = 86_400_000;

/** A server that says `retry: 0` and ends at once must not make a client spin. */
const SHORTEST = 100;

/**
 * Milliseconds to wait. The floor is what the server asked for with `retry:`, else `min`. Above it all is random, so that
 * clients that were cut together don't come back together: after a stream that worked half of the floor, and with each
 * failure twice as much as before, up to `max`. A `retry:` beyond `max` is waited, and up to half of it more.
 */
export function delay(failures: number, retry: number | undefined, { min, max }: Backoff, random: number): number {
  const floor = retry === undefined ? min : Math.max(SHORTEST, Math.min(LONGEST, retry));
  const grown = Math.min(max, failures === 0 ? floor * 1.5 : floor * 2 ** failures);
  const ceiling = Math.max(grown, retry === undefined ? floor : floor * 1.5);
  return floor + random * (ceiling - floor);
}
