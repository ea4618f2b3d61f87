// A tab's part in the connection of all: in place of a connection of its own (connection.ts), for connect.ts the same.
//
// The tab knows its own position, and brings it to each host. It takes what the host hands it, from the `welcome` on. Where
// that begins after its position, or a gap may be that of others, it reads up (reading.ts) and goes over where the two
// meet. Where it begins before, the host leaves out what the tab has had.
//
// What not every tab needs is loaded by those that do: reading up, changing a subscription, being elected.

import type { Beginning } from "../begin.js";
import type { Block } from "../block.js";
import type { Connection } from "../connection.js";
import { startWorker } from "../shared-worker.js";
import type { Change, Options, SharedOptions, State, Subscription } from "../types.js";
import type { Changes } from "./changes.js";
import type { Seat } from "./election.js";
import { blockOf, told, until, VERSION, type Join, type Port, type Reply, type Request } from "./messages.js";
import type { Kept, Reading } from "./reading.js";

/** A host that hasn't been heard for so many milliseconds is asked whether it is there; after three times it isn't. */
const PING_MS = 5000;
/** What a tab keeps of the host while it reads up. */
const KEPT = 1000;

const FUNCTIONS = ["token", "ticket", "headers", "fetch"] as const;
const CONNECTING: State = { status: "connecting", attempt: 0 };

export function joinShared(beginning: Beginning): Connection {
  const [platform, options, requests, stream, begun, listener, ownConnection, connectOn] = beginning;
  const { global, setTimeout, clearTimeout } = platform;
  const { document, navigator, SharedWorker } = global;
  const locks = navigator?.locks;
  const { worker } = Object(options.shared) as SharedOptions;

  // The host, the way to it, and what it says.
  let port: Port | undefined;
  let linked: AbortController | undefined;
  let seat: Seat | undefined;
  let heardOf = false;
  let misses = 0;
  let silent = 0;
  let workerFailed = !SharedWorker || worker === false;
  let timer: unknown;
  let theirs: State = CONNECTING;
  let live = false;
  let isHub = false;
  let exact = false;
  let connected: Reply["connected"];

  /** While it reads up: where the host began, what came from there on, and the connection, once that is loaded. */
  let kept: Kept | undefined;
  let reading: Reading | undefined;
  /** A connection of its own, for good. */
  let alone: Connection | undefined;

  let changing: Changes | undefined;

  const own = () => alone ?? reading?.connection;

  const member: Connection = {
    state: CONNECTING,
    lastEventId: begun.lastEventId,
    attempts: 0,
    bytes: 0,
    connect() {
      if (alone) alone.connect();
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
      const { newChanges } = await import("./changes.js");
      changing ??= newChanges(beginning, post, changed);
      if (exact || !changing.possible(change)) stayAlone();
      if (alone) return patch(change, signal);
      return changing.update(change, signal);
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
      changing?.end(state.why);
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
    const life = `sluice tab ${tab}`;
    const failed = () => {
      workerFailed = true;
      if (!signal.aborted) link();
    };
    const begin = async () => {
      try {
        if (!workerFailed) {
          const { port } = Object.assign(startWorker(SharedWorker!, worker || undefined), { onerror: failed });
          return join(port, locks && life);
        }
        if (!locks || !global.BroadcastChannel) return stayAlone();
        const { standForElection } = await import("./election.js");
        if (signal.aborted) return;
        seat = standForElection(platform, connectOn, joining(life), tab, (pipe) => {
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
    if (kept) kept.open = false;
    if (!own()) drop();
    live = heardOf = false;
    connected = undefined;
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
    const served = life && !seat ? `${life} served` : undefined;
    to.onmessage = ({ data }: MessageEvent<Reply>) => {
      if (port !== to || data?.v !== VERSION) return;
      misses = 0;
      if (!heardOf && served) {
        // A worker that crashes says nothing; the browser takes from it what it holds for this tab.
        locks!.request(served, linked!, () => port === to && link()).catch(() => {});
      }
      heardOf = true;
      heard(data);
    };
    post({ join: joining(life, served) });
    changing?.again();
  }

  function joining(life: string | undefined, served?: string): Join {
    // What JSON can't say can't be sent: functions.
    const sendable = (name: string, value: unknown) =>
      name === "schemas" ? undefined : value instanceof Headers ? [...value] : value;
    return {
      url: stream.url,
      options: JSON.parse(JSON.stringify(options, sendable)) as Options,
      functions: FUNCTIONS.filter((one) => typeof options[one] === "function"),
      exact,
      position: member.lastEventId,
      subscription: requests.subscription,
      hub: isHub,
      life,
      served,
    };
  }

  function heard(reply: Reply): void {
    const { state, welcome, id, ask, apart } = reply;
    connected = reply.connected ?? connected;
    if (state) theirs = "why" in state ? { ...state, why: told(state.why)! } : state;
    if (welcome) {
      live = true;
      if (!own()) drop();
      if (kept || welcome.readUp) {
        readUp(welcome.at);
      } else {
        member.lastEventId = welcome.at;
        introduce();
      }
    }
    if (theirs.status === "closed") enter(theirs);
    if (state) show();
    if (reply.step) listener.inspect(reply.step);
    reply.blocks?.forEach(shared);
    if (id !== undefined && live && id !== (kept ?? member).lastEventId) shared(blockOf(id, "message"));
    Object.assign(member, reply.stats);
    if (reply.changed) changing?.answered(reply.changed.n, told(reply.changed.error));
    // Where that can't be loaded, another tab is asked.
    if (ask) import("./secrets.js").then(({ answer }) => answer(options, ask, post), () => {});
    if (apart === "alone") stayAlone();
    else if (apart) {
      exact ||= apart === "url";
      link();
    }
  }

  /** Another subscription holds from here on. */
  function changed(next: Subscription): void {
    requests.subscription = next;
    const upTo = kept?.lastEventId;
    take(blockOf(member.lastEventId, "subscription", next));
    if (upTo === undefined) return;
    // What is being read up is of the subscription before.
    drop();
    readUp(upTo);
  }

  // ── positions ──

  /** It comes to a connection that is open already. */
  function introduce(): void {
    show();
    if (connected && theirs.status === "open") take({ ...connected, id: member.lastEventId });
  }

  function shared(block: Block): void {
    if (!live) return;
    if (!kept) {
      take(block);
      if (isHub && block.type === "connected") connected = block;
      return;
    }
    kept.lastEventId = block.id;
    // The oldest goes: it is still to be read up to.
    if (kept.blocks.push(block) > KEPT) kept.at = kept.blocks.shift()!.id;
    reading?.meet();
  }

  function readUp(at: string): void {
    const mine = (kept = { at, lastEventId: at, blocks: [], open: true });
    show();
    if (reading) return reading.again(mine);
    import("./reading.js").then(({ read }) => {
      if (kept === undefined || reading) return;
      reading = read(beginning, kept, { member, take, enter, patch, isHub: () => isHub, met: introduce, done });
      show();
    }, stayAlone);
  }

  function done(rest: readonly Block[]): void {
    drop();
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
    changing?.alone(patch);
  }

  document?.addEventListener("freeze", member.suspend);
  return member;
}
