// A position that outlives the page. One tab at a time keeps it: two that resumed from the same one would both show the
// same events, and overwrite what the other has seen.

import type { Platform, Store } from "./platform.js";

/** How long another page may take to let go: the one before a reload is just going. */
const PATIENCE_MS = 500;
/** At most so often storage is written; what a crash loses of the position comes a second time. */
const WRITE_MS = 200;
/** Without Web Locks: who hasn't renewed its claim for so long is gone. */
const CLAIM_MS = 5000;

export class Persistence {
  #platform: Platform;
  #store: Store | undefined;
  #local: Store | undefined;
  #key: string;
  #owner = "";
  #held = false;
  #release: (() => void) | undefined;
  #waiting = new AbortController();
  #position = "";
  #written = "";
  #timer: unknown;

  constructor(platform: Platform, kind: "session" | "local", key: string) {
    this.#platform = platform;
    this.#store = storage(platform, kind);
    this.#local = storage(platform, "local");
    this.#key = `sluice:${key}`;
    if (kind === "session") {
      // sessionStorage is a tab's own, until the tab is duplicated: then the copy has the same name.
      this.#owner = this.#read(this.#store, "sluice:tab") ?? this.#name();
      this.#write(this.#store, "sluice:tab", this.#owner);
    }
  }

  /** The position to go on from; empty if there is none, or another tab goes on from it. */
  async begin(): Promise<string> {
    if (this.#store === undefined) return "";
    await (this.#platform.global.navigator?.locks === undefined ? this.#claim() : this.#lock(this.#platform.global.navigator?.locks));
    return this.#held ? (this.#read(this.#store, this.#key) ?? "") : "";
  }

  /** The position moves. */
  keep(position: string): void {
    this.#position = position;
    if (this.#held && this.#timer === undefined) {
      this.#timer = this.#platform.setTimeout(() => this.flush(), WRITE_MS);
    }
  }

  flush(): void {
    this.#platform.clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#held || this.#position === this.#written) return;
    if (this.#platform.global.navigator?.locks === undefined && !this.#renew()) return;
    this.#written = this.#position;
    this.#write(this.#store, this.#key, this.#position);
  }

  /** Writes what there is, and lets other tabs have it. */
  end(): void {
    this.flush();
    this.#waiting.abort();
    this.#waiting = new AbortController();
    this.#release?.();
    this.#release = undefined;
    this.#held = false;
  }

  #lock(locks: LockManager): Promise<void> {
    return new Promise((decided) => {
      const timer = this.#platform.setTimeout(decided, PATIENCE_MS);
      const { signal } = this.#waiting;
      // Waited for as long as it takes: when the other tab goes, this one keeps the position.
      locks
        .request(`${this.#key}:${this.#owner}`, { signal }, () => {
          this.#held = true;
          this.#platform.clearTimeout(timer);
          decided();
          return new Promise<void>((release) => (this.#release = release));
        })
        .catch(() => {
          // No longer waited for, or a page that may have no locks: then there is no position either.
          this.#platform.clearTimeout(timer);
          decided();
        });
    });
  }

  // Pages over plain HTTP have no locks. A claim in localStorage has a name and a time, and is renewed with each write.
  async #claim(): Promise<void> {
    const name = this.#owner || this.#name();
    const key = `${this.#key}:${this.#owner}:claim`;
    const free = () => {
      const claim = this.#read(this.#local, key);
      return claim === undefined || Number(claim.split(" ")[1]) < this.#platform.now() - CLAIM_MS;
    };
    if (!free()) await new Promise<void>((done) => this.#platform.setTimeout(done, PATIENCE_MS));
    if (!free()) return;
    this.#held = true;
    const mine = `${name}-${this.#platform.random()}`;
    const renew = () => this.#write(this.#local, key, `${mine} ${this.#platform.now()}`);
    this.#renew = () => {
      const claim = this.#read(this.#local, key);
      const ours = claim === undefined || claim.startsWith(`${mine} `);
      if (ours) renew();
      else this.#held = false; // taken over while this tab was asleep
      return ours;
    };
    this.#release = () => {
      if (this.#read(this.#local, key)?.startsWith(`${mine} `)) this.#local?.removeItem(key);
    };
    renew();
  }

  #renew = () => true;

  #name(): string {
    return this.#platform.random().toString(36).slice(2);
  }

  #read(store: Store | undefined, key: string): string | undefined {
    try {
      return store?.getItem(key) ?? undefined;
    } catch {
      return undefined;
    }
  }

  #write(store: Store | undefined, key: string, value: string): void {
    try {
      store?.setItem(key, value);
    } catch {
      // full or forbidden: the stream is worth more than its position
    }
  }
}

function storage({ global }: Platform, kind: "session" | "local"): Store | undefined {
  try {
    return kind === "session" ? global.sessionStorage : global.localStorage;
  } catch {
    return undefined; // forbidden, as in a sandboxed frame
  }
}
