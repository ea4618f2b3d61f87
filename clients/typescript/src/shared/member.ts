// A tab's part in the connection of all: in place of a connection of its own (connection.ts), for connect.ts the same.
//
// The tab knows its own position, and nobody else has to. It takes what the host hands it, from the `welcome` on. Where
// that begins after its position, or a gap may be that of others, it reads up by a connection of its own, keeps what the
// host hands it meanwhile, and goes over where the two meet. Where it begins before, what it has had is dropped.

import type { Beginning } from "../begin.js";
import type { Connection } from "../connection.js";
import { ask } from "../credentials.js";
import { StreamError } from "../errors.js";
import type { Block } from "../block.js";
import { startWorker } from "../shared-worker.js";
import type { Change, Connected, State, Subscription } from "../types.js";
import { standForElection, type Seat } from "./election.js";
import { isAfter, servedOf, tell, told, toldState, until, VERSION, type Join, type Port, type Reply, type Request, type Secret } from "./messages.js";
import { subscriptionOf } from "./union.js";

/** A host that hasn't been heard for so many milliseconds is asked whether it is there; after three times it isn't. */
const PING_MS = 5000;
/** What a tab keeps of the host while it reads up. */
const KEPT = 1000;
/** So long another tab's reading up is waited for: a browser has only so many connections to a server. */
const TURN_MS = 5000;
/** How often the hub is asked where a connection of one's own stands, doubled each time. */
const NUDGE_MS = 50;

const CONNECTING: State = { status: "connecting", attempt: 0 };
/** What concerns the connection concerns all, wherever they are. */
const OF_CONNECTION = ["connected", "expired", "rejected"];

export function joinShared(beginning: Beginning): Connection {
  const [platform, options, requests, stream, begun, listener, ownConnection, connectOn] = beginning;
  const { now, global, setTimeout, clearTimeout } = platform;
  const { locks } = global.navigator ?? {};
  const { worker, identity } = Object(options.shared) as { worker?: string | URL | false; identity?: string };
  const url = new URL(requests.url);
  const { searchParams } = url;
  let subscription = subscriptionOf(url);
  const { token, ticket, headers, body } = options;
  const secrets = (["token", "ticket", "headers"] as const).filter((one) => typeof options[one] === "function");

  // What this tab asks for, and when it stops being one of many.
  const own: { connection?: Connection | undefined } = {};
  let alone = false;
  let begins = false;
  if (subscription) {
    begins = searchParams.has("since") || searchParams.has("last");
    for (const one of ["since", "last", "lastEventId"]) searchParams.delete(one);
  }
  let exact = !!subscription && (options.method ?? "GET") === "GET" && !body && options.transport !== "eventsource" ? false : true;

  // The host, and what it says.
  let port: Port | undefined;
  let tab = "";
  let linked: AbortController | undefined;
  let seat: Seat | undefined;
  let heardOf = false;
  let misses = 0;
  let timer: unknown;
  let theirs: State = CONNECTING;
  let live = false;
  let isHub = false;
  let same = true;
  let said: Reply["said"];
  /** The host is behind this tab: another life of the log may begin before it has come to where this tab was. */
  let ahead = false;

  // Reading up: where the host began, and what came from there on.
  let met = "";
  let kept: Block[] = [];
  let turn: AbortController | undefined;
  let nudged: unknown;

  const changes = new Map<number, { next: Subscription; done: (error?: StreamError) => void }>();
  let numbers = 0;

  const member: Connection = {
    state: CONNECTING,
    lastEventId: begun.lastEventId,
    attempts: 0,
    bytes: 0,
    connect() {
      const impossible = whyNot();
      if (impossible !== undefined) enter({ status: "closed", why: new StreamError("request", impossible) });
      else if (alone) own.connection!.connect();
      else link();
    },
    wake() {
      own.connection?.wake();
      if (alone || member.state.status === "closed") return;
      if (linked === undefined) link();
      else post({ wake: true });
    },
    suspend() {
      if (alone) return own.connection!.suspend();
      unlink();
      drop();
      live = false;
    },
    close(why) {
      enter({ status: "closed", why });
    },
    heartbeat: (seconds) => own.connection?.heartbeat(seconds),
    willEnd: (error, retryAfter) => own.connection?.willEnd(error, retryAfter),
    async update(change, signal) {
      if (exact || change.since !== undefined) stayAlone();
      if (alone) return patch(change, signal);
      const { changed } = await import("../subscription.js");
      const next = changed(subscription!, change);
      if (next.channels.length === 0) throw new StreamError("request", "a stream keeps at least one channel; close it instead");
      return new Promise((resolve, reject) => {
        const n = ++numbers;
        const aborted = () => done(signal!.reason as StreamError);
        const done = (error?: StreamError) => {
          changes.delete(n);
          signal?.removeEventListener("abort", aborted);
          if (error) return reject(error);
          requests.subscription = subscription = next;
          take({ id: member.lastEventId, type: "subscription", data: JSON.stringify(next), channel: undefined, time: undefined });
          resolve(next);
        };
        if (signal?.aborted) return aborted();
        signal?.addEventListener("abort", aborted);
        changes.set(n, { next, done });
        post({ change: { n, subscription: next } });
      });
    },
  };

  async function patch(change: Change, signal?: AbortSignal): Promise<Subscription> {
    const { update } = await import("../subscription.js");
    return update(stream, requests, options, platform.fetch, () => own.connection!, change, signal);
  }

  function enter(state: State): void {
    if (state === member.state || member.state.status === "closed") return;
    member.state = state;
    if (state.status === "closed") {
      unlink();
      drop();
      global.document?.removeEventListener("freeze", member.suspend);
      for (const { done } of changes.values()) done(state.why ?? new StreamError("ended", `${requests.url.href} is closed`));
    }
    listener.inspect({ kind: "state", state });
    listener.changed(state);
  }

  function show(): void {
    if (own.connection) enter(own.connection.state);
    else enter(live || theirs.status !== "open" ? theirs : CONNECTING);
  }

  function take(block: Block): void {
    member.lastEventId = block.id;
    listener.block(block);
  }

  // ── the host ──

  const post = (request: Omit<Request, "v">) => port?.postMessage({ v: VERSION, ...request });

  function link(): void {
    unlink();
    live = heardOf = false;
    theirs = CONNECTING;
    show();
    misses = 0;
    timer = setTimeout(look, PING_MS);
    tab = platform.random().toString(36).slice(2);
    const mine = (linked = new AbortController());
    const { signal } = mine;
    const { SharedWorker, BroadcastChannel } = global;
    const key = keyOf();
    let hash = 0;
    for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0;
    const name = `sluice ${VERSION} ${hash}`;
    const begin = () => {
      if (signal.aborted) return;
      if (SharedWorker && worker !== false && !workerFailed) {
        const failed = () => {
          workerFailed = true;
          if (!signal.aborted) link();
        };
        try {
          const { port, onerror: _ } = Object.assign(startWorker(SharedWorker, worker), { onerror: failed });
          join(port, key, locks && `${name} tab ${tab}`);
        } catch {
          failed(); // of another origin, or forbidden by the page's policy
        }
      } else if (locks && BroadcastChannel) {
        const host = async (tabs: number) => {
          const [{ newHost }, { subscribed }] = await Promise.all([import("./host.js"), import("../subscription.js")]);
          return newHost(platform, connectOn, subscribed, tabs);
        };
        seat = standForElection(platform, name, tab, host, (pipe) => {
          live = false;
          theirs = CONNECTING;
          show();
          join(pipe, key, `${name} tab ${tab}`);
        });
      } else stayAlone();
    };
    // It tells the host, and who is going to be it, that this tab is there.
    if (locks) {
      const held = () => {
        begin();
        return until(signal);
      };
      locks.request(`${name} tab ${tab}`, { signal }, held).catch(() => signal.aborted || stayAlone());
    } else begin();
  }

  function unlink(): void {
    clearTimeout(timer);
    post({ leave: true });
    port?.close();
    seat?.close();
    linked?.abort();
    port = seat = linked = undefined;
  }

  let workerFailed = false;
  let silent = 0;

  function look(): void {
    timer = setTimeout(look, PING_MS);
    post({ ping: true });
    // It may be this tab that slept: then the first look finds nothing.
    if (++misses < (heardOf ? 4 : 2)) return;
    misses = 0;
    if (seat) return seat.depose();
    // A worker that has just crashed is one thing, one that never answers another.
    if (heardOf) silent = 0;
    else if (++silent > 2) workerFailed = true;
    link();
  }

  function join(to: Port, key: string, life: string | undefined): void {
    port?.close();
    port = to;
    const { href } = url;
    const position = member.lastEventId;
    const join: Join = {
      key,
      url: href,
      options: shareable(),
      secrets,
      position,
      subscription: exact ? undefined : subscription,
      hub: isHub,
      life,
    };
    port.onmessage = ({ data }: MessageEvent<Reply>) => {
      if (port !== to || data?.v !== VERSION) return;
      misses = 0;
      if (!heardOf && seat === undefined && locks) {
        // A worker that crashes says nothing; the browser takes from it what it holds for this tab.
        locks.request(servedOf(life!), linked!, () => port === to && link()).catch(() => {});
      }
      heardOf = true;
      heard(data);
    };
    post({ join });
    for (const [n, { next }] of changes) post({ change: { n, subscription: next } });
  }

  function heard(reply: Reply): void {
    const { state, attempts, welcome, blocks, id, step, changed, ask, apart } = reply;
    if (attempts !== undefined) {
      member.attempts = attempts;
      member.bytes = reply.bytes!;
      member.lag = reply.lag;
    }
    same = reply.same ?? same;
    said = reply.said ?? said;
    if (state !== undefined) theirs = toldState(state);
    if (welcome !== undefined) begin(welcome.at);
    if (state !== undefined) {
      if (theirs.status === "closed") enter(theirs);
      show();
    }
    if (step !== undefined) listener.inspect(step);
    for (const block of blocks ?? []) shared(block);
    if (id !== undefined && live && id !== (kept.at(-1)?.id ?? member.lastEventId)) {
      shared({ id, type: "message", data: undefined, channel: undefined, time: undefined });
    }
    if (changed !== undefined) {
      changes.get(changed.n)?.done(told(changed.error));
      if (own.connection && !changed.error) {
        // What is being read up is of the subscription before.
        drop();
        readUp(id!);
      }
    }
    if (ask !== undefined) void answer(ask.n, ask.secret);
    if (apart === "alone") stayAlone();
    else if (apart !== undefined) {
      exact ||= apart === "url";
      link();
    }
  }

  async function answer(n: number, secret: Secret): Promise<void> {
    try {
      const value =
        secret === "headers"
          ? [...new Headers(await (options.headers as () => HeadersInit)())]
          : await ask(options[secret] as () => string);
      post({ answer: { n, value } });
    } catch (cause) {
      const error = cause instanceof StreamError ? cause : new StreamError("credentials", `headers(): ${cause}`);
      post({ answer: { n, error: tell(error) } });
    }
  }

  // ── positions ──

  function begin(at: string): void {
    const { lastEventId } = member;
    live = true;
    ahead = isAfter(lastEventId, at);
    if (own.connection || !(ahead || lastEventId === at || (lastEventId === "" && !begins))) return readUp(at);
    if (!ahead) member.lastEventId = at;
    show();
    introduce();
  }

  /** The tab comes to a connection that is open already. */
  function introduce(): void {
    if (said === undefined || theirs.status !== "open") return;
    const { resumed: _, ...connected } = JSON.parse(said.text) as Connected;
    const time = new Date(Date.parse(connected.time) + now() - said.at).toISOString();
    present({ ...connected, time });
  }

  function present(connected: Connected): void {
    isHub = true;
    const { channels } = subscription && !exact ? subscription : connected;
    const data = JSON.stringify({ ...connected, channels });
    take({ id: member.lastEventId, type: "connected", data, channel: undefined, time: undefined });
  }

  function shared(block: Block): void {
    const { id, type, data } = block;
    const { lastEventId } = member;
    if (!live) return;
    if (own.connection) {
      // The oldest goes: it is still to be read up to.
      if (kept.push(block) > KEPT) met = kept.shift()!.id;
      return meet();
    }
    const had = isHub && (id === lastEventId || isAfter(lastEventId, id));
    if (had) {
      if (!OF_CONNECTION.includes(type) || data === undefined) return;
      block = { ...block, id: lastEventId };
    } else if (isHub && ahead) {
      ahead = false;
      if (!isAfter(id, lastEventId) && type !== "gap") {
        // The log's life ended where this tab had been further than the one that the stream went on from.
        const gap = JSON.stringify({ reason: "reset", after: lastEventId, next: id });
        take({ id: lastEventId, type: "gap", data: gap, channel: undefined, time: undefined });
      }
    }
    if (type === "connected" && data !== undefined) {
      const connected = Object(JSON.parse(data)) as Connected;
      if (connected.connection !== undefined) {
        member.lastEventId = block.id;
        return present(connected);
      }
    }
    if (isHub && type === "gap" && !same && (JSON.parse(data!) as { reason: string }).reason !== "reset") return readUp(id);
    take(block);
  }

  function readUp(at: string): void {
    met = at;
    kept = [];
    if (own.connection) return meet();
    const mine = (own.connection = ownConnection({
      ...listener,
      changed: (state) => own.connection === mine && enter(state),
      block(block) {
        if (own.connection !== mine) return;
        // What is said to a nudge is nobody's business.
        if (isHub && block.type === "subscription") member.lastEventId = block.id;
        else take(block);
        isHub ||= block.type === "connected";
        meet();
        if (block.type === "connected") nudge(mine, NUDGE_MS);
      },
    }));
    mine.lastEventId = member.lastEventId;
    const start = () => own.connection === mine && mine.connect();
    show();
    if (!locks) return void start();
    // One tab after the other.
    const mineTurn = (turn = new AbortController());
    const late = setTimeout(start, TURN_MS);
    const held = () => {
      clearTimeout(late);
      if (mine.attempts === 0) start();
      return until(mineTurn.signal);
    };
    locks.request(`sluice ${url.host} reads up`, { signal: mineTurn.signal }, held).catch(() => {});
  }

  /** The hub says where a stream stands when it is changed, also to what it was: a quiet one would say so only in a while. */
  function nudge(mine: Connection, ms: number): void {
    if (ticket || !isHub) return;
    clearTimeout(nudged);
    nudged = setTimeout(() => {
      if (own.connection !== mine || alone) return;
      patch({}).catch(() => {});
      nudge(mine, ms * 2);
    }, ms);
  }

  function meet(): void {
    const mine = own.connection!;
    const at = mine.lastEventId;
    if (alone || mine.attempts === 0) return;
    let from = at === met ? 0 : kept.findLastIndex(({ id }) => id === at) + 1;
    if (from === 0 && at !== met) {
      if (!isAfter(at, met)) return;
      while (from < kept.length && isAfter(at, kept[from]!.id)) from++;
    }
    const rest = kept.slice(from);
    drop();
    show();
    introduce();
    rest.forEach(shared);
  }

  /** Ends the connection of its own. */
  function drop(): void {
    const mine = own.connection;
    own.connection = undefined;
    kept = [];
    clearTimeout(nudged);
    turn?.abort();
    mine?.close();
  }

  function stayAlone(): void {
    if (alone) return;
    unlink();
    alone = true;
    if (own.connection) return turn?.abort();
    const mine = (own.connection = ownConnection({ ...listener, changed: enter, block: take }));
    mine.lastEventId = member.lastEventId;
    mine.connect();
  }

  // ── what tabs have to have in common ──

  function whyNot(): string | undefined {
    if (options.fetch || typeof options.transport === "object") return "a fetch or transport of one's own can't be shared between tabs";
    if (body && typeof body !== "string") return "only a body that is a string can be shared between tabs";
    if (secrets.length === 0 || identity !== undefined) return undefined;
    return `${secrets[0]}() may give another user's in another tab: shared.identity has to say whose it is`;
  }

  function shareable(): Join["options"] {
    const { method, credentials, maxRetries, backoff, watchdog, connectTimeout, maxEventSize, lastEventIdIn, transport } = options;
    const all = { method, credentials, maxRetries, backoff, watchdog, connectTimeout, maxEventSize, lastEventIdIn, transport };
    return Object.fromEntries(
      Object.entries({
        ...all,
        body,
        headers: headers && typeof headers !== "function" ? [...new Headers(headers)] : undefined,
        token: typeof token === "string" ? token : undefined,
      }).filter(([, value]) => value !== undefined),
    ) as Join["options"];
  }

  function keyOf(): string {
    const where = new URL(url);
    if (!exact) {
      where.pathname = where.pathname.replace(/\/events(\/.*)?$/, "/events");
      searchParams.forEach((_, name) => (name === "channel" || name === "type") && where.searchParams.delete(name));
    }
    return JSON.stringify([where.href, identity, secrets, shareable()]);
  }

  global.document?.addEventListener("freeze", member.suspend);
  return member;
}
