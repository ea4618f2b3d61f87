// Tabs that share a stream: what does the hub hold, what is whose, who has to be asked.
//
// A tab is live from the block on from which the hub holds all that it wants: `connected` or `subscription`. These
// blocks, not the answers to PATCH, say where in the stream that is.

import type { Block } from "../block.js";
import { StreamError } from "../errors.js";
import type { Platform } from "../platform.js";
import type { Connected, EventStream, Gap, Options, Subscription } from "../types.js";
import { newAsking } from "./asking.js";
import { blockOf, isAfter, tell, tellState, type Join, type Reply } from "./messages.js";
import { OF_CONNECTION } from "./reading.js";
import { subscriptionOf, type Sharing } from "./sharing.js";
import { changeOf, covers, matches, unionOf } from "./union.js";

export type Connect = (platform: Platform, url: string | URL, options: Options) => EventStream;
export type Url = (url: URL, subscription: Subscription) => URL;
export type Group = ReturnType<typeof newGroup>;

/** Tabs whose events are others' are told where the stream is so often, in milliseconds. */
const NOTE_MS = 1000;
/** What a tab that went was subscribed to is kept for so many milliseconds: it may just be reloading. */
const LINGER_MS = 1000;
/** Tabs that were there before are waited for so many milliseconds. */
const GATHER_MS = 1000;

/** A tab. */
export interface Client {
  readonly join: Join;
  readonly sharing: Sharing;
  subscription: Subscription | undefined;
  live: boolean;
  /** It was further than the stream, and gets nothing up to there again. */
  had: string | undefined;
  /** What it waits for. Until then it gets what it had. */
  change: { n: number; subscription: Subscription } | undefined;
  blocks: Block[];
  noted: string;
  heard: number;
  post(reply: Omit<Reply, "v">): void;
}

/** @param expected how many tabs there are already: the stream begins where the hindmost is */
export function newGroup(platform: Platform, connect: Connect, subscribed: Url, expected: number) {
  const clients = new Set<Client>();
  let stream: EventStream | undefined;
  /** Where the tabs are that are live: the stream's position, but before the block that is just coming. */
  let here = "";
  let wake: ((event: Event) => void) | undefined;
  let hub: boolean | undefined;
  let exact = false;
  /** What it said when it let the stream in, and when. */
  let said: { connected: Connected; at: number } | undefined;
  /** What the hub gives at this place in the stream. */
  let held: Subscription = { channels: [], types: [] };
  /** A change is on its way until it was answered and the stream has said it. */
  let asked = false;
  let answered = true;
  /** What it may give from some place on that is still to come. */
  let coming: Subscription[] = [];
  let failures = 0;
  let timer: unknown;
  let noting: unknown;
  let flushing = false;
  let enough: (() => void) | undefined;
  const asking = newAsking(platform, clients);

  const all = (reply: Omit<Reply, "v">) => clients.forEach((client) => client.post(reply));
  /** Those who want what isn't there yet; after a refusal one at a time, to see whose wish it was. */
  const wishing = () => [...clients].filter(({ live, change }) => !live || change);
  let single = false;
  function wanted(): Subscription {
    const wishes = wishing();
    single &&= wishes.length > 0;
    const heeded = single ? wishes.slice(0, 1) : wishes;
    const all = [...clients].flatMap((client) => {
      const { live, subscription, change } = client;
      const heed = heeded.includes(client);
      return [live || heed ? subscription! : [], (heed && change?.subscription) || []].flat();
    });
    return unionOf(all);
  }
  /** Whether each of them wants all that the stream gives: found again when that changes, or one comes. */
  let whole = true;
  function compare(): void {
    whole = exact || [...clients].every(({ subscription }) => changeOf(held, subscription!) === undefined);
  }
  const figures = () => {
    const { attempts, bytes, lag } = stream!.stats;
    return { stats: { attempts, bytes, lag } };
  };

  async function begin(): Promise<void> {
    if (clients.size < expected) {
      await new Promise<void>((resolve) => {
        enough = resolve;
        platform.setTimeout(resolve, GATHER_MS);
      });
    }
    const [first] = clients;
    if (first === undefined || stream !== undefined) return;
    const { options, secrets, url } = first.sharing;
    // Of a server that may not be a hub only one thing is asked, until it has said what it is.
    const together = exact ? [...clients] : [...clients].filter((one) => one === first || one.join.hub);
    const union = exact ? undefined : unionOf(together.flatMap(({ subscription }) => subscription ?? []));
    // The hindmost: who is further on drops what it has had.
    const lastEventId = together
      .map(({ join }) => join.position)
      .reduce((a, b) => (a === "" || (b !== "" && isAfter(a, b)) ? b : a));
    here = lastEventId;
    const own: Options = { ...options, lastEventId, onError: () => {} };
    for (const secret of secrets) own[secret] = (() => asking.ask(secret)) as never;
    const global = {
      EventSource: platform.global.EventSource!,
      addEventListener(type: string, handler: (event: Event) => void) {
        if (type === "online") wake = handler;
      },
    };
    const from = union && changeOf(subscriptionOf(new URL(url))!, union) ? subscribed(new URL(url), union) : url;
    stream = connect({ ...platform, global }, from, own);
    // A gap is for a tab to hear, and it may have no handler.
    stream.on("gap", () => {});
    if (exact) clients.forEach(admit);
    stream.inspect((step) => {
      if (step.kind === "block") return take(step.block);
      if (step.kind === "request" && !exact) {
        held = subscriptionOf(new URL(step.url)) ?? held;
        compare();
      }
      if (step.kind === "state") {
        flush();
        if (step.state.status === "closed") over(step.state.why);
        else all({ state: tellState(step.state), ...figures() });
      } else if (step.kind !== "error") all({ step });
    });
  }

  function over(why: StreamError | undefined): void {
    group.over = true;
    // Which of them was refused? Each finds out for itself.
    if (why !== undefined && !whole) all({ apart: "alone" });
    else all({ state: tellState({ status: "closed", why }), ...(stream ? figures() : {}) });
  }

  function take(block: Block): void {
    const { type, data } = block;
    if (data !== undefined) {
      // What refuses streams on a stream is a hub or isn't: the next one tells.
      if (hub === undefined && type !== "rejected") {
        hub = type === "connected" && Object(JSON.parse(data)).connection !== undefined;
        if (!hub) settle();
      }
    }
    if (hub && type === "subscription") {
      held = JSON.parse(data!) as Subscription;
      coming = coming.slice(coming.findIndex((one) => changeOf(held, one) === undefined) + 1);
      compare();
      asked = false;
    }
    if (hub && type === "connected") {
      said = { connected: JSON.parse(data!) as Connected, at: platform.now() };
      asked = false;
      coming = [];
    }
    for (const client of clients) if (client.live) offer(client, block);
    here = block.id;
    if (hub && (type === "connected" || type === "subscription")) settle();
    if (!flushing) {
      flushing = true;
      queueMicrotask(flush);
    }
  }

  function offer(client: Client, block: Block): void {
    const { had } = client;
    const { id, type, data } = block;
    let unsure = hub && type === "gap" && !whole && (JSON.parse(data!) as Gap).reason !== "reset";
    if (had !== undefined && hub) {
      if (id === had || isAfter(had, id)) {
        // What concerns the connection concerns all, wherever they are.
        if (data !== undefined && OF_CONNECTION.includes(type)) hand(client, { ...block, id: had });
        return;
      }
      client.had = undefined;
      // Another life of the log. Whether it has all that this tab had, the place that the stream came from doesn't say.
      unsure ||= !isAfter(id, had) && type !== "gap";
    }
    if (unsure) {
      // A gap of this tab, or of others? It asks for itself.
      if (client.blocks.length > 0) client.post({ blocks: client.blocks.splice(0) });
      client.noted = id;
      return client.post({ welcome: { at: id, readUp: true } });
    }
    hand(client, block);
  }

  function hand(client: Client, block: Block): void {
    const { subscription } = client;
    const { channel, type, data } = block;
    if (hub && subscription !== undefined) {
      if (type === "subscription") return;
      if (type === "connected") return void client.blocks.push({ ...block, data: JSON.stringify(mine(client, false)) });
      if (channel !== undefined && !matches(subscription, channel, type)) return;
      if (type === "batch" && data !== undefined) {
        const events = JSON.parse(data) as { channel: string; type?: string }[];
        const own = events.filter(({ channel, type = "message" }) => matches(subscription, channel, type));
        if (own.length > 0) client.blocks.push({ ...block, data: JSON.stringify(own) });
        return;
      }
    }
    client.blocks.push(block);
  }

  /** What the hub said, as the tab would have heard it; `late`: now. */
  function mine({ subscription }: Client, late: boolean): Connected | undefined {
    if (!said || !hub) return undefined;
    const { connected, at } = said;
    const { channels } = subscription ?? connected;
    if (!late) return { ...connected, channels };
    const { resumed: _, ...rest } = connected;
    return { ...rest, channels, time: new Date(Date.parse(connected.time) + platform.now() - at).toISOString() };
  }

  // What came in one piece goes on in one message.
  function flush(): void {
    flushing = false;
    const shared = figures();
    let behind = false;
    for (const client of clients) {
      if (client.blocks.length > 0) {
        client.noted = client.had ?? here;
        client.post({ blocks: client.blocks.splice(0), id: client.noted, ...shared });
      } else behind ||= client.live && client.noted !== (client.had ?? here);
    }
    if (behind) noting ??= platform.setTimeout(note, NOTE_MS);
  }

  function note(): void {
    noting = undefined;
    for (const client of clients) {
      const at = client.had ?? here;
      if (client.live && client.noted !== at) client.post({ id: at, ...figures() });
      client.noted = at;
    }
  }

  function admit(client: Client): void {
    client.live = true;
    const { position } = client.join;
    if (isAfter(position, here)) client.had = position;
    const at = (client.noted = client.had ?? here);
    const connected = stream!.state.status === "open" ? mine(client, true) : undefined;
    client.post({
      welcome: { at, readUp: position === "" ? client.sharing.first : position !== at },
      connected: connected && blockOf(at, "connected", connected),
      state: tellState(stream!.state),
      ...figures(),
    });
  }

  /** Lets in those who have all that they want now, and asks for what is missing. */
  function settle(): void {
    if (stream === undefined || exact) return;
    if (hub === false) {
      // Its streams can't be changed, so only those share who ask for the same.
      for (const client of clients) {
        if (client.sharing.url !== stream.url) client.post({ apart: "url" });
        else if (!client.live) admit(client);
      }
      return;
    }
    flush();
    for (const client of clients) {
      const { change } = client;
      if (stream.state.status !== "open" || !hub) continue;
      // Something that goes in a moment isn't had.
      const has = (wanted: Subscription) => [held, ...coming].every((one) => covers(one, wanted));
      if (!client.live && has(client.subscription!)) admit(client);
      if (change === undefined || !client.live || !has(change.subscription)) continue;
      client.subscription = change.subscription;
      client.change = undefined;
      client.noted = client.had ?? here;
      compare();
      client.post({ id: client.noted, changed: { n: change.n } });
    }
    update();
  }

  function update(): void {
    platform.clearTimeout(timer);
    const union = wanted();
    const change = changeOf(held, union);
    if (change === undefined || asked || !answered || !hub || clients.size === 0) return;
    asked = true;
    answered = false;
    coming.push(union);
    stream!.update(change).then(
      () => {
        failures = 0;
        answered = true;
        settle();
      },
      (error: unknown) => {
        answered = true;
        asked = false;
        // Where there was no answer it may have been done.
        if (error instanceof StreamError && error.status) coming = coming.filter((one) => one !== union);
        refused(error instanceof StreamError ? error : new StreamError("network", String(error)));
      },
    );
  }

  function refused(error: StreamError): void {
    if (group.over || group.closed) return;
    const { status = 0 } = error;
    if (status < 400 || status > 499 || [401, 404, 408, 429].includes(status)) {
      timer = platform.setTimeout(settle, Math.min(30_000, 1000 * 2 ** failures++));
      return;
    }
    // Not like this. Who wanted it is told, or finds out for itself; the others go on.
    const [wish, another] = wishing();
    if (wish !== undefined && (single || another === undefined)) {
      if (wish.live) wish.post({ changed: { n: wish.change!.n, error: tell(error) } });
      else wish.post({ apart: "alone" });
      wish.change = undefined;
      if (!wish.live) clients.delete(wish);
    }
    single = true;
    settle();
  }

  const group = {
    over: false,
    closed: false,
    join(client: Client): void {
      clients.add(client);
      exact = client.subscription === undefined; // as it is for all with this key
      compare();
      if (clients.size >= expected) enough?.();
      if (stream === undefined) {
        if (clients.size === 1) void begin();
        return;
      }
      client.post({ state: tellState(stream.state), ...figures() });
      if (exact) admit(client);
      else settle();
    },
    /** How many are left. */
    leave(client: Client): number {
      clients.delete(client);
      if (clients.size === 0) {
        group.closed = true;
        platform.clearTimeout(timer);
        platform.clearTimeout(noting);
        asking.end();
        stream?.close();
      } else if (stream !== undefined) {
        platform.clearTimeout(timer);
        timer = platform.setTimeout(settle, LINGER_MS);
      }
      return clients.size;
    },
    settle,
    answer: asking.answer,
    wake: () => wake?.(new Event("online")),
  };
  return group;
}
