// The tab or worker that has the connection. Tabs come over ports; those with the same key share a stream of their
// union, and each is handed what is its own.
//
//   stream (connect.ts) ── inspect ──▶ Group: what does the hub hold, who is in it ──▶ port ──▶ member.ts
//
// A tab is live from the block on from which the hub holds all that it wants: `connected` or `subscription`. These
// blocks, not the answers to PATCH, say where in the stream that is.

import { StreamError } from "../errors.js";
import type { Block } from "../block.js";
import type { Platform } from "../platform.js";
import type { EventStream, Options, Subscription } from "../types.js";
import { isAfter, servedOf, tell, tellState, until, VERSION, type Join, type Port, type Reply, type Request, type Secret } from "./messages.js";
import { subscriptionOf } from "./sharing.js";
import { changeOf, covers, matches, unionOf } from "./union.js";

type Connect = (platform: Platform, url: string | URL, options: Options) => EventStream;
type Url = (url: URL, subscription: Subscription) => URL;

/** Milliseconds until another tab is asked for a token or ticket. */
const ANSWER_MS = 5000;
/** Tabs whose events are others' are told where the stream is so often, in milliseconds. */
const NOTE_MS = 1000;
/** What a tab that went was subscribed to is kept for so many milliseconds: it may just be reloading. */
const LINGER_MS = 1000;
/** Tabs that were there before are waited for so many milliseconds. */
const GATHER_MS = 1000;
/** Where there are no locks: who has said nothing for so many milliseconds is gone. Timers of hidden tabs run once a minute. */
const GONE_MS = 200_000;

interface Client {
  readonly join: Join;
  subscription: Subscription | undefined;
  live: boolean;
  /** What it waits for. Until then it gets what it had. */
  change: { n: number; subscription: Subscription } | undefined;
  blocks: Block[];
  noted: string;
  heard: number;
  post(reply: Omit<Reply, "v">): void;
}

export interface Host {
  /** Serves a tab for as long as it stays. */
  accept(port: Port): void;
  /** Lets go of everything. */
  close(): void;
}

/**
 * @param expected how many tabs there are already: the stream begins where the hindmost is
 */
export function newHost(platform: Platform, connect: Connect, subscribed: Url, expected = 1): Host {
  const groups = new Map<string, Group>();
  const ends = new Set<() => void>();

  return {
    accept(port) {
      let client: Client | undefined;
      let group: Group | undefined;
      const watching = new AbortController();
      const end = () => {
        watching.abort();
        port.close();
        leave();
        ends.delete(end);
      };
      ends.add(end);
      const leave = () => {
        if (client !== undefined && group?.leave(client) === 0 && groups.get(client.join.key) === group) {
          groups.delete(client.join.key);
        }
        client = group = undefined;
      };
      const post = (reply: Omit<Reply, "v">) => {
        if (!watching.signal.aborted) port.postMessage({ v: VERSION, ...reply });
      };
      port.onmessage = ({ data }: MessageEvent<Request>) => {
        if (data?.v !== VERSION) return;
        const { join, ping, wake, change, answer } = data;
        if (data.leave) return end();
        if (join !== undefined) {
          leave();
          const { key, life, subscription } = join;
          const joining = { join, subscription, live: false, change: undefined, blocks: [], noted: "", heard: 0, post };
          client = joining;
          const enter = () => {
            group = groups.get(key);
            if (group === undefined || group.over) groups.set(key, (group = newGroup()));
            group.join(joining);
          };
          const { locks } = platform.global.navigator ?? {};
          if (life !== undefined && locks) {
            const { signal } = watching;
            // In this order: a tab that was let in looks whether it is still served.
            const serve = () => {
              if (client === joining) enter();
              return until(signal);
            };
            locks.request(servedOf(life), { signal }, serve).catch(() => {});
            locks.request(life, { signal }, end).catch(() => {});
          } else {
            enter();
            const look = () => {
              if (client !== joining) return;
              if (platform.now() - joining.heard > GONE_MS) leave();
              else platform.setTimeout(look, GONE_MS);
            };
            platform.setTimeout(look, GONE_MS);
          }
        }
        if (client === undefined) {
          if (ping) post({ apart: "again" });
          return;
        }
        client.heard = platform.now();
        if (ping) post({ pong: true });
        if (wake) group?.wake();
        if (change) client.change = change;
        if (change) group?.settle();
        if (answer) group?.answer(answer);
      };
    },
    close() {
      for (const end of [...ends]) end();
    },
  };

  type Group = ReturnType<typeof newGroup>;

  function newGroup() {
    const clients = new Set<Client>();
    let stream: EventStream | undefined;
    let wake: ((event: Event) => void) | undefined;
    let hub: boolean | undefined;
    let exact = false;
    let said: Reply["said"];
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
    const asks = new Map<number, (answer: { value?: unknown; error?: ReturnType<typeof tell> }) => void>();
    let numbers = 0;

    const all = (reply: Omit<Reply, "v">) => clients.forEach((client) => client.post(reply));
    const wanted = () =>
      unionOf([...clients].flatMap(({ subscription, change }) => [subscription ?? [], change?.subscription ?? []].flat()));
    /** Whether each of them wants all that the stream gives: found again when that changes, or one comes. */
    let whole = true;
    function compare(): void {
      whole = exact || [...clients].every(({ subscription }) => changeOf(held, subscription!) === undefined);
    }
    const figures = () => {
      const { attempts, bytes, lag } = stream!.stats;
      return { attempts, bytes, lag };
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
      const { options, secrets, url, subscription } = first.join;
      exact = subscription === undefined;
      compare();
      // Of a server that may not be a hub only one thing is asked, until it has said what it is.
      const together = exact ? [...clients] : [...clients].filter((one) => one === first || one.join.hub);
      const union = exact ? undefined : unionOf(together.flatMap(({ subscription }) => subscription ?? []));
      // The hindmost: who is further on drops what it has had.
      const lastEventId = together
        .map(({ join }) => join.position)
        .reduce((a, b) => (a === "" || (b !== "" && isAfter(a, b)) ? b : a));
      const whole: Options = { ...options, lastEventId, onError: () => {} };
      for (const secret of secrets) whole[secret] = (() => ask(secret)) as never;
      const global = {
        EventSource: platform.global.EventSource!,
        addEventListener(type: string, handler: (event: Event) => void) {
          if (type === "online") wake = handler;
        },
      };
      const from = union && changeOf(subscriptionOf(new URL(url))!, union) ? subscribed(new URL(url), union) : url;
      stream = connect({ ...platform, global }, from, whole);
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
        if (type !== "rejected") hub ??= type === "connected" && Object(JSON.parse(data)).connection !== undefined;
        if (hub === false && !exact) settle();
      }
      if (hub && type === "subscription") {
        held = JSON.parse(data!) as Subscription;
        coming = coming.slice(coming.findIndex((one) => changeOf(held, one) === undefined) + 1);
        compare();
        asked = false;
      }
      if (hub && type === "connected") {
        said = { text: data!, at: platform.now() };
        asked = false;
        coming = [];
        all({ said });
      }
      for (const client of clients) if (client.live) hand(client, block);
      if (hub && (type === "connected" || type === "subscription")) settle();
      if (!flushing) {
        flushing = true;
        queueMicrotask(flush);
      }
    }

    function hand(client: Client, block: Block): void {
      const { subscription } = client;
      const { channel, type, data } = block;
      if (hub && subscription !== undefined) {
        if (type === "subscription") return;
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

    // What came in one piece goes on in one message.
    function flush(): void {
      flushing = false;
      const id = stream!.lastEventId;
      const shared = { id, whole, ...figures() };
      let behind = false;
      for (const client of clients) {
        if (client.blocks.length > 0) {
          client.post({ blocks: client.blocks.splice(0), ...shared });
          client.noted = id;
        } else behind ||= client.live && client.noted !== id;
      }
      if (behind) noting ??= platform.setTimeout(note, NOTE_MS);
    }

    function note(): void {
      noting = undefined;
      const id = stream!.lastEventId;
      for (const client of clients) {
        if (client.live && client.noted !== id) client.post({ id, ...figures() });
        client.noted = id;
      }
    }

    function admit(client: Client): void {
      client.live = true;
      client.noted = stream!.lastEventId;
      client.post({ welcome: client.noted, said, whole, state: tellState(stream!.state), ...figures() });
    }

    /** Lets in those who have all that they want now, and asks for what is missing. */
    function settle(): void {
      if (stream === undefined || exact) return;
      if (hub === false) {
        // Its streams can't be changed, so only those share who ask for the same.
        for (const client of clients) {
          if (client.join.url !== stream.url) client.post({ apart: "url" });
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
        client.noted = stream.lastEventId;
        compare();
        client.post({ id: client.noted, whole, changed: { n: change.n } });
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
      // Not like this. Those who wanted it are told, or find out for themselves; the others go on.
      for (const client of clients) {
        if (client.change) {
          client.post({ changed: { n: client.change.n, error: tell(error) } });
          client.change = undefined;
        } else if (!client.live) client.post({ apart: "alone" });
      }
    }

    // One after the other: a frozen tab doesn't answer.
    async function ask(secret: Secret): Promise<unknown> {
      for (const client of clients) {
        if (!clients.has(client)) continue;
        const n = ++numbers;
        const answer = await new Promise<{ value?: unknown; error?: ReturnType<typeof tell> } | undefined>((resolve) => {
          const late = platform.setTimeout(() => resolve(undefined), ANSWER_MS);
          asks.set(n, (answer) => {
            platform.clearTimeout(late);
            resolve(answer);
          });
          client.post({ ask: { n, secret } });
        });
        asks.delete(n);
        if (answer?.error) throw new StreamError(answer.error.code, answer.error.message);
        if (answer !== undefined) return answer.value;
      }
      throw new Error("no tab answers");
    }

    const group = {
      over: false,
      closed: false,
      join(client: Client): void {
        clients.add(client);
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
          for (const answer of asks.values()) answer({});
          stream?.close();
        } else if (stream !== undefined) {
          platform.clearTimeout(timer);
          timer = platform.setTimeout(settle, LINGER_MS);
        }
        return clients.size;
      },
      settle,
      answer: (answer: NonNullable<Request["answer"]>) => asks.get(answer.n)?.(answer),
      wake: () => wake?.(new Event("online")),
    };
    return group;
  }
}
