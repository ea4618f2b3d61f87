// What a client did with a hostile server, whether that is right, and both in a few words.

import { text } from "./player.js";

const LONGEST_QUOTE = 60;
const CLOCKS_DIFFER = 0.9; // of a waiting time: the player notes a request when it gets round to it

/**
 * @typedef {object} Seen what is known of a client at some moment
 * @property {{ id?: string, type: string, data: string }[]} events that its application was given
 * @property {{ path: string, lastEventId: string, credential: string | undefined, at: number }[]} requests
 * @property {number} tries: requests, or connections where it can't get as far as a request
 * @property {number} open connections on which something was asked for
 * @property {number} bytes that the system has taken from the player
 * @property {string | undefined} closed that it has ended for good, and what it says of it; "": nothing
 * @property {string | undefined} crashed what it threw where nobody could catch it
 */

/**
 * Judges what was seen so far.
 *
 * @param row of the data
 * @param {Seen} seen
 * @returns {{ right: boolean, silent: boolean, hopeless: boolean }} right now; right, but without saying what it
 *     should say; can't become right any more
 */
export function judge({ verdict }, seen) {
  const events = compareLists(expectedEvents(verdict), visible(seen.events), sameEvent);
  const requests = Object.entries(verdict.requests ?? {}).map(([path, ids]) =>
    compareLists(ids, requestsFor(seen, path).map((request) => request.lastEventId), Object.is),
  );
  const all = [events, ...requests];
  const hopeless =
    all.includes("different") ||
    tooEarly(verdict, seen) !== undefined ||
    wrongCredential(verdict, seen) !== undefined ||
    Object.entries(verdict.most ?? {}).some(([path, most]) => watchedRequests(verdict, seen, path).length > most) ||
    seen.crashed !== undefined;
  const kept = !hopeless && all.every((one) => one === "equal") && endedAs(verdict.end, seen);
  const says = verdict.says?.some((said) => (seen.closed ?? "").includes(said)) ?? true;
  return { right: kept && says, silent: kept && !says, hopeless };
}

/** What it did, in a few words. */
export function describe({ server, client, verdict }, seen) {
  const said = [goesOn(verdict, seen), ...aboutEvents(verdict, seen), ...aboutRequests(verdict, seen)];
  if (said[0] === "stays" && server.listensAfter !== undefined) {
    said[0] = "gets through";
  }
  if (client?.maxEvent !== undefined && seen.closed === undefined) {
    said.push(`takes ${(seen.bytes / 1024 ** 2).toFixed(0)} MiB`);
  }
  return said.join("; ");
}

// "shorter": more can still come.
function compareLists(expected, actual, same) {
  const common = actual.length <= expected.length && actual.every((one, i) => same(one, expected[i]));
  return !common ? "different" : actual.length === expected.length ? "equal" : "shorter";
}

// Clients may keep to themselves that the hub has said `connected`.
const visible = (events) => events.filter((event) => event.type !== "connected");
const expectedEvents = (verdict) =>
  visible(verdict.events).map((event) => ({ ...event, data: text(event.data) }));

// Not every client tells the id.
function sameEvent(actual, expected) {
  return (
    actual.type === expected.type &&
    actual.data === expected.data &&
    (actual.id === undefined || actual.id === expected.id)
  );
}

const requestsFor = (seen, path) => seen.requests.filter((request) => request.path === path);

function watchedRequests({ watch }, seen, path) {
  const requests = requestsFor(seen, path);
  return requests.filter(({ at }) => at - requests[0].at <= watch);
}

function endedAs(end, seen) {
  switch (end) {
    case "open":
      return seen.closed === undefined && seen.open > 0;
    case "waiting":
      return seen.closed === undefined;
    case "trying":
      return seen.closed === undefined && seen.tries > 1;
    case "closed":
      return seen.closed !== undefined;
    default:
      throw new Error(`there is no such end: ${end}`);
  }
}

function tooEarly({ waits = {} }, seen) {
  for (const [path, least] of Object.entries(waits)) {
    const requests = requestsFor(seen, path);
    for (let n = 0; n < least.length && n + 1 < requests.length; n++) {
      const waited = requests[n + 1].at - requests[n].at;
      if (waited < least[n] * CLOCKS_DIFFER) {
        return `doesn't wait for ${least[n]} ms`;
      }
    }
  }
  return undefined;
}

function wrongCredential({ credentials = {} }, seen) {
  for (const [path, expected] of Object.entries(credentials)) {
    const had = requestsFor(seen, path).map((request) => request.credential ?? null);
    const wrong = had.findIndex((credential, n) => n < expected.length && credential !== expected[n]);
    if (wrong >= 0) {
      return expected[wrong] === null ? "takes the token along" : "without the right token";
    }
  }
  return undefined;
}

function goesOn(verdict, seen) {
  if (seen.crashed !== undefined) {
    return `throws “${quote(seen.crashed)}”`;
  }
  if (seen.closed !== undefined) {
    return seen.closed === "" ? "ends without a reason" : `ends: “${quote(seen.closed)}”`;
  }
  if (verdict.most !== undefined) {
    const [path] = Object.keys(verdict.most);
    const requests = watchedRequests(verdict, seen, path).length;
    if (requests > verdict.most[path]) {
      return `${about(requests)} requests in ${verdict.watch / 1000} s`;
    }
    return requests > 1 ? "comes back, with rests" : "waits";
  }
  const last = seen.requests.at(-1);
  if (last === undefined) {
    return seen.tries > 1 ? "keeps trying" : "gives up";
  }
  const ids = requestsFor(seen, last.path).map((request) => request.lastEventId);
  if (ids.length === 1) {
    if (seen.open === 0) {
      return "doesn't come back";
    }
    return missingEvents(verdict, seen).length > 0 ? "still waits" : "stays";
  }
  const position = last.lastEventId === "" ? "" : ` after ${quote(last.lastEventId)}`;
  const wanted = verdict.requests?.[last.path]?.length ?? Infinity;
  if (ids.length > wanted) {
    return `comes back${position} again and again`;
  }
  if (ids.every((id) => id === "")) {
    const expected = verdict.requests?.[last.path]?.at(-1) ?? "";
    return expected === "" ? "tries again" : "comes back without an id";
  }
  return `comes back${position}`;
}

function missingEvents(verdict, seen) {
  return expectedEvents(verdict).filter((one) => !seen.events.some((other) => sameEvent(other, one)));
}

function aboutEvents(verdict, seen) {
  const expected = expectedEvents(verdict);
  const actual = visible(seen.events);
  const missing = missingEvents(verdict, seen);
  const odd = actual.filter((one) => !expected.some((other) => sameEvent(one, other)));
  const said = [];
  if (missing.length > 0) {
    said.push(`misses ${missing.map((event) => `“${quote(event.data, 12)}”`).join(", ")}`);
  }
  if (odd.length > 0) {
    said.push(`shows “${quote(odd[0].data, 24)}”${odd.length > 1 ? ` and ${odd.length - 1} more` : ""}`);
  }
  if (missing.length === 0 && odd.length === 0 && actual.length > expected.length) {
    said.push(`repeats ${actual.length - expected.length}`);
  }
  return said;
}

function aboutRequests(verdict, seen) {
  return [tooEarly(verdict, seen), wrongCredential(verdict, seen)].filter((said) => said !== undefined);
}

// Differs from run to run; the table is to differ only where a client does.
function about(number) {
  return number < 100 ? "dozens of" : "hundreds of";
}

function quote(said, longest = LONGEST_QUOTE) {
  const line = said.replace(/\s+/g, " ").replace(/127\.0\.0\.1:\d+/g, "…").trim();
  return line.length <= longest ? line : `${line.slice(0, longest)}…`;
}
