// A tab's part in the connection of all: in place of a connection of its own (connection.ts), for connect.ts the same.
//
// The tab knows its own position, and nobody else has to. It takes what the host hands it, from the `welcome` on. Where
// that begins after its position, or a gap may be that of others, it reads up (reading.ts) and goes over where the two
// meet. Where it begins before, what it has had is dropped.
//
// What not every tab needs is loaded by those that do: reading up, changing a subscription, being elected.

import type { Beginning } from "../begin.js";
import type { Block } from "../block.js";
import type { Connection } from "../connection.js";
import { ask } from "../credentials.js";
import { StreamError } from "../errors.js";
import { startWorker } from "../shared-worker.js";
import type { Change, Connected, State, Subscription } from "../types.js";
import type { Changes } from "./changes.js";
import type { Seat } from "./election.js";
import { isAfter, servedOf, tell, told, until, VERSION, type Port, type Reply, type Request } from "./messages.js";
import type { Kept, Reading } from "./reading.js";
import { inCommon } from "./sharing.js";

/** A host that hasn't been heard for so many milliseconds is asked whether it is there; after three times it isn't. */
const PING_MS = 5000;
/** What a tab keeps of the host while it reads up. */
const KEPT = 1000;

const CONNECTING: State = { status: "connecting", attempt: 0 };
/** What concerns the connection concerns all, wherever they are. */
const OF_CONNECTION = ["connected", "expired", "rejected"];

export function joinShared(beginning: Beginning): Connection {
  const [platform, options, requests, stream, begun, listener, ownConnection, connectOn] = beginning;
  const { now, global, setTimeout, clearTimeout } = platform;
  const { document, navigator, SharedWorker } = global;
  const locks = navigator?.locks;
  const sharing = inCommon(requests.url, options);
  const { name, url, secrets } = sharing;
  let { subscription } = sharing;

  // The host, the way to it, and what it says.
  let port: Port | undefined;
  let linked: AbortController | undefined;
  let seat: Seat | undefined;
  let heardOf = false;
  let misses = 0;
  let silent = 0;
  let workerFailed = !SharedWorker || sharing.worker === false;
  let timer: unknown;
  let theirs: State = CONNECTING;
  let live = false;
  let isHub = false;
  let whole = true;
  let said: Reply["said"];
  /** The host is behind this tab: another life of the log may begin before it has come to where this tab was. */
  let ahead = false;

  /** While it reads up: where the host began, what came from there on, and the connection, once that is loaded. */
  let kept: Kept | undefined;
  let reading: Reading | undefined;
  /** A connection of its own, for good. */
  let alone: Connection | undefined;

  let changes: Promise<Changes> | undefined;
  let changing: Changes | undefined;

  const own = () => alone ?? reading?.connection;

  const member: Connection = {
    state: CONNECTING,
    lastEventId: begun.lastEventId,
    attempts: 0,
    bytes: 0,
    connect() {
      if (sharing.impossible) member.close(new StreamError("request", sharing.impossible));
      else if (alone) alone.connect();
      else link();
    },
    wake() {
      own()?.wake();
      if (alone || member.state.status === "closed") return;
      if (linked) post({ wake: true });
      else link();
    },
    suspend() {
      if (alone) return alone.suspend();
      unlink();
      drop();
    },
    close: (why) => enter({ status: "closed", why }),
    heartbeat: (seconds) => own()?.heartbeat(seconds),
    willEnd: (error, retryAfter) => own()?.willEnd(error, retryAfter),
    async update(change, signal) {
      if (sharing.exact || change.since !== undefined) stayAlone();
      if (alone) return patch(change, signal);
      changes ??= import("./changes.js").then(({ newChanges }) => newChanges(() => subscription!, post, changed));
      return (changing = await changes).update(change, signal);
    },
  };

  async function patch(change: Change, signal?: AbortSignal): Promise<Subscription> {
    const { update } = await import("../subscription.js");
    return update(stream, requests, options, platform.fetch, () => own()!, change, signal);
  }

  function enter(state: State): void {
    if (state === member.state || member.state.status === "closed") return;
    member.state = state;
    if (state.status === "closed") {
      unlink();
      drop();
      alone?.close();
      document?.removeEventListener("freeze", member.suspend);
      changing?.end(state.why ?? new StreamError("ended", `${stream.url} is closed`));
    }
    listener.inspect({ kind: "state", state });
    listener.changed(state);
  }

  function show(): void {
    enter(own()?.state ?? (live || theirs.status !== "open" ? theirs : CONNECTING));
  }

  function take(block: Block): void {
    member.lastEventId = block.id;
    listener.block(block);
    isHub ||= stream.connection !== undefined;
  }

  const block = (id: string, type: string, data?: unknown): Block => ({
    id,
    type,
    data: JSON.stringify(data),
    channel: undefined,
    time: undefined,
  });

  // ── the host ──

  function post(request: Omit<Request, "v">): void {
    port?.postMessage({ v: VERSION, ...request });
  }

  function link(): void {
    unlink();
    begins();
    misses = 0;
    timer = setTimeout(look, PING_MS);
    linked = new AbortController();
    const { signal } = linked;
    const tab = platform.random().toString(36).slice(2);
    const life = `${name} tab ${tab}`;
    const failed = () => {
      workerFailed = true;
      if (!signal.aborted) link();
    };
    const begin = async () => {
      try {
        if (!workerFailed) {
          const worker = startWorker(SharedWorker!, sharing.worker || undefined);
          worker.onerror = failed;
          return join(worker.port, locks && life);
        }
        if (!locks || !global.BroadcastChannel) return stayAlone();
        const { standForElection } = await import("./election.js");
        if (signal.aborted) return;
        seat = standForElection(platform, connectOn, name, tab, (pipe) => {
          begins();
          join(pipe, life);
        });
      } catch {
        // A worker of another origin, or forbidden by the page's policy; or the election couldn't be loaded.
        if (workerFailed) stayAlone();
        else failed();
      }
    };
    // It tells the host, and who is going to be it, that this tab is there.
    const held = () => {
      void begin();
      return until(signal);
    };
    if (locks) locks.request(life, { signal }, held).catch(() => signal.aborted || stayAlone());
    else void begin();
  }

  function begins(): void {
    live = heardOf = false;
    theirs = CONNECTING;
    show();
  }

  function unlink(): void {
    clearTimeout(timer);
    post({ leave: true });
    port?.close();
    seat?.close();
    linked?.abort();
    port = seat = linked = undefined;
    live = false;
  }

  function look(): void {
    timer = setTimeout(look, PING_MS);
    post({ ping: true });
    // It may be this tab that slept: then the first look finds nothing.
    if (++misses < (heardOf ? 4 : 2)) return;
    misses = 0;
    if (seat) return seat.depose();
    // A worker that has just crashed is one thing, one that never answers another.
    silent = heardOf ? 0 : silent + 1;
    workerFailed ||= silent > 2;
    link();
  }

  function join(to: Port, life: string | undefined): void {
    port?.close();
    port = to;
    to.onmessage = ({ data }: MessageEvent<Reply>) => {
      if (port !== to || data?.v !== VERSION) return;
      misses = 0;
      if (!heardOf && !seat && life) {
        // A worker that crashes says nothing; the browser takes from it what it holds for this tab.
        locks!.request(servedOf(life), linked!, () => port === to && link()).catch(() => {});
      }
      heardOf = true;
      heard(data);
    };
    const { key, options, exact } = sharing;
    const { lastEventId: position } = member;
    post({ join: { key, url, options, secrets, position, subscription: exact ? undefined : subscription, hub: isHub, life } });
    changing?.again();
  }

  function heard(reply: Reply): void {
    const { state, welcome, id, ask, apart } = reply;
    if (reply.attempts !== undefined) {
      const { attempts, bytes = 0, lag } = reply;
      Object.assign(member, { attempts, bytes, lag });
    }
    whole = reply.whole ?? whole;
    said = reply.said ?? said;
    if (state) theirs = "why" in state ? { ...state, why: told(state.why)! } : state;
    if (welcome !== undefined) begin(welcome);
    if (theirs.status === "closed") enter(theirs);
    if (state) show();
    if (reply.step) listener.inspect(reply.step);
    for (const one of reply.blocks ?? []) shared(one);
    if (id !== undefined && live && id !== (kept ?? member).lastEventId) shared(block(id, "message"));
    if (reply.changed) changing?.answered(reply.changed.n, told(reply.changed.error));
    if (ask) void answer(ask.n, ask.secret);
    if (apart === "alone") stayAlone();
    else if (apart) {
      if (apart === "url") sharing.apart();
      link();
    }
  }

  async function answer(n: number, secret: (typeof secrets)[number]): Promise<void> {
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

  /** Another subscription holds from here on. */
  function changed(next: Subscription): void {
    requests.subscription = subscription = next;
    const upTo = kept?.lastEventId;
    take(block(member.lastEventId, "subscription", next));
    if (upTo === undefined) return;
    // What is being read up is of the subscription before.
    drop();
    readUp(upTo);
  }

  // ── positions ──

  /** From here on it gets what comes after a position. */
  function begin(at: string): void {
    const { lastEventId } = member;
    live = true;
    ahead = isAfter(lastEventId, at);
    if (kept || !(ahead || lastEventId === at || (lastEventId === "" && !sharing.begins))) return readUp(at);
    if (!ahead) member.lastEventId = at;
    show();
    introduce();
  }

  /** It comes to a connection that is open already. */
  function introduce(): void {
    if (!said || theirs.status !== "open") return;
    const { resumed: _, ...connected } = JSON.parse(said.text) as Connected;
    const time = new Date(Date.parse(connected.time) + now() - said.at).toISOString();
    present({ ...connected, time });
  }

  function present(connected: Connected): void {
    const { channels } = (!sharing.exact && subscription) || connected;
    take(block(member.lastEventId, "connected", { ...connected, channels }));
  }

  function shared(one: Block): void {
    const { id, type, data } = one;
    const { lastEventId } = member;
    if (!live) return;
    if (kept) {
      kept.lastEventId = id;
      // The oldest goes: it is still to be read up to.
      if (kept.blocks.push(one) > KEPT) kept.at = kept.blocks.shift()!.id;
      return reading?.meet();
    }
    if (isHub) {
      if (id === lastEventId || isAfter(lastEventId, id)) {
        if (!data || !OF_CONNECTION.includes(type)) return;
        one = { ...one, id: lastEventId };
      } else if (ahead) {
        ahead = false;
        // The log's life ended where this tab had been further than the one that the stream went on from.
        if (!isAfter(id, lastEventId) && type !== "gap") {
          take(block(lastEventId, "gap", { reason: "reset", after: lastEventId, next: id }));
        }
      }
      if (type === "gap" && !whole && (JSON.parse(data!) as { reason: string }).reason !== "reset") return readUp(id);
    }
    const connected = type === "connected" && (Object(JSON.parse(data!)) as Connected);
    if (!connected || !connected.connection) return take(one);
    member.lastEventId = one.id;
    present(connected);
  }

  function readUp(at: string): void {
    const mine = (kept = { at, lastEventId: at, blocks: [] });
    show();
    if (reading) return reading.again(mine);
    import("./reading.js").then(({ read }) => {
      if (kept === undefined || reading) return;
      reading = read(beginning, kept, { member, take, enter, patch, isHub: () => isHub, met });
      show();
    }, stayAlone);
  }

  /** It has read up to here, and what is left comes after it. */
  function met(rest: readonly Block[]): void {
    drop();
    show();
    introduce();
    rest.forEach(shared);
  }

  function drop(): void {
    const { end } = reading ?? {};
    kept = reading = undefined;
    end?.();
  }

  function stayAlone(): void {
    if (alone || member.state.status === "closed") return;
    unlink();
    drop();
    alone = ownConnection({ ...listener, changed: enter, block: take });
    alone.lastEventId = member.lastEventId;
    alone.connect();
  }

  document?.addEventListener("freeze", member.suspend);
  return member;
}
