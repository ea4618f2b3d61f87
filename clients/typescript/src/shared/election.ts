// Without a SharedWorker one of the tabs is the host: the one that holds a lock, which the browser takes from it when it
// is closed or crashes, and gives to the next that waits for it.
//
//   lobby  (a channel of all)    lead: I am the host. seek: who is? enter: somebody follows a host
//   pipe   (a channel of two)    a host and one tab, named for both: what a deposed host says is heard by nobody

import type { Beginning } from "../begin.js";
import type { Platform } from "../platform.js";

import { until, VERSION, type Join, type Port } from "./messages.js";
import { nameOf, sharingOf } from "./sharing.js";

interface Call {
  readonly v: number;
  readonly seek?: true;
  readonly lead?: string;
  readonly enter?: { readonly host: string; readonly tab: string };
}

export interface Seat {
  /** Takes the lock from a host that doesn't answer. */
  depose(): void;
  /** Follows nobody any more, and leads nobody. */
  close(): void;
}

/**
 * @param tab names this one
 * @param follow given the port to each host: it is the caller's from then on
 */
export function standForElection(
  platform: Platform,
  connectOn: Beginning[7],
  join: Join,
  tab: string,
  follow: (port: Port) => void,
): Seat {
  const { navigator, BroadcastChannel } = platform.global;
  const locks = navigator!.locks!;
  const name = nameOf(sharingOf(join));
  const over = new AbortController();
  const lobby = new BroadcastChannel!(name);
  let resign: (() => void) | undefined;

  const pipeOf = (host: string, tab: string) => new BroadcastChannel!(`${name} ${host} ${tab}`);
  const call = (to: BroadcastChannel, call: Omit<Call, "v">) => to.postMessage({ v: VERSION, ...call });

  async function lead(): Promise<void> {
    // Given to somebody who has just left.
    if (over.signal.aborted) return;
    const resigned = new Promise<void>((resolve) => (resign = resolve));
    const { held = [] } = await locks.query();
    const [{ newHost }, { subscribed }] = await Promise.all([import("./host.js"), import("../subscription.js")]);
    const tabs = held.filter((lock) => lock.name?.startsWith(`${name} tab `)).length;
    const leading = newHost(platform, connectOn, subscribed, tabs);
    const id = platform.random().toString(36).slice(2);
    const hall = new BroadcastChannel!(name);
    const entered = new Map<string, () => void>();
    hall.onmessage = ({ data }: MessageEvent<Call>) => {
      if (data?.v !== VERSION) return;
      if (data.seek) call(hall, { lead: id });
      const { host, tab } = data.enter ?? {};
      if (tab !== undefined && host === id) {
        // Again, perhaps: it followed another for a moment, who didn't know yet of being deposed.
        entered.get(tab)?.();
        const pipe = pipeOf(id, tab);
        entered.set(tab, leading.accept(pipe, () => entered.delete(tab)));
        pipe.postMessage({ v: VERSION, pong: true });
      }
    };
    call(hall, { lead: id });
    await resigned;
    // Who follows by mistake learns of the one that leads now.
    call(hall, { seek: true });
    hall.close();
    leading.close();
  }

  function stand(options: LockOptions): void {
    const leading = () => lead();
    locks.request(`${name} host`, options, leading).then(undefined, ({ name }: Error) => {
      resign?.();
      // Deposed. Who deposed others has a place in the queue still.
      if (name === "AbortError" && !over.signal.aborted && !options.steal) stand(options);
    });
  }

  /** To a host that doesn't listen yet. */
  let pipe: BroadcastChannel | undefined;
  let followed: string | undefined;
  lobby.onmessage = ({ data }: MessageEvent<Call>) => {
    if (data?.v !== VERSION || data.lead === undefined || data.lead === followed) return;
    followed = data.lead;
    pipe?.close();
    const mine = (pipe = pipeOf(data.lead, tab));
    // Heard once the host listens, too.
    mine.onmessage = () => {
      pipe = undefined;
      follow(mine);
    };
    call(lobby, { enter: { host: data.lead, tab } });
  };
  call(lobby, { seek: true });
  // For who leads to know how many there are.
  locks.request(`${name} tab ${tab}`, { signal: over.signal }, () => until(over.signal)).catch(() => {});
  stand({ signal: over.signal });

  return {
    depose: () => stand({ steal: true }),
    close() {
      over.abort();
      resign?.();
      lobby.close();
      pipe?.close();
    },
  };
}
