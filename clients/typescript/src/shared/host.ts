// The tab or worker that has the connection. Tabs come over ports, in groups of those that share a stream (group.ts).
//
//   stream (connect.ts) ── inspect ──▶ Group ──▶ port ──▶ member.ts

import { StreamError } from "../errors.js";
import type { Platform } from "../platform.js";
import type { State } from "../types.js";
import { newGroup, type Client, type Connect, type Group, type Url } from "./group.js";
import { tell, until, VERSION, type Port, type Reply, type Request } from "./messages.js";
import { sharingOf } from "./sharing.js";

/** Where there are no locks: who has said nothing for so many milliseconds is gone. Timers of hidden tabs run once a minute. */
const GONE_MS = 200_000;

export interface Host {
  /** Serves a tab for as long as it stays; `ended` is called then. The function that it gives ends it. */
  accept(port: Port, ended?: () => void): () => void;
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
    accept(port, ended) {
      let client: Client | undefined;
      let group: Group | undefined;
      const watching = new AbortController();
      const end = () => {
        watching.abort();
        port.close();
        leave();
        if (ends.delete(end)) ended?.();
      };
      ends.add(end);
      const leave = () => {
        if (client !== undefined && group?.leave(client) === 0 && groups.get(client.sharing.key) === group) {
          groups.delete(client.sharing.key);
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
          const { life, served } = join;
          const sharing = sharingOf(join);
          const { key, subscription, impossible } = sharing;
          if (impossible !== undefined) {
            const why = tell(new StreamError("request", impossible));
            return post({ state: { status: "closed", why } as State });
          }
          const joining: Client = {
            ...{ join, sharing, subscription, post },
            ...{ live: false, had: undefined, change: undefined, blocks: [], noted: "", heard: 0 },
          };
          client = joining;
          const enter = () => {
            group = groups.get(key);
            if (group === undefined || group.over) groups.set(key, (group = newGroup(platform, connect, subscribed, expected)));
            expected = 1; // of the first group
            group.join(joining);
          };
          const { locks } = platform.global.navigator ?? {};
          const { signal } = watching;
          if (served !== undefined && locks) {
            // In this order: a tab that was let in looks whether it is still served.
            const serve = () => {
              if (client === joining) enter();
              return until(signal);
            };
            locks.request(served, { signal }, serve).catch(() => {});
          } else enter();
          if (life !== undefined && locks) {
            locks.request(life, { signal }, end).catch(() => {});
          } else {
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
      return end;
    },
    close() {
      for (const end of [...ends]) end();
    },
  };
}
