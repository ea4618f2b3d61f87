// Web Locks as all tabs of an origin have them in common.

/** Exclusive locks, first come, first served. */
export class FakeLocks {
  #queues = new Map<string, (() => void)[]>();
  readonly held = new Set<string>();
  granted = 0;

  /** A tab's own door to them. `gone()` is the end of the tab, however it comes. */
  tab(): LockManager & { gone(): void } {
    const releases = new Set<() => void>();
    const waiting = new Set<{ cancelled: boolean }>();
    return {
      request: ((name: string, { signal }: LockOptions, callback: (lock: Lock) => Promise<unknown>) =>
        new Promise<unknown>((resolve, reject) => {
          const place = { cancelled: false };
          waiting.add(place);
          signal?.addEventListener("abort", () => {
            place.cancelled = true;
            reject(signal.reason);
          });
          const grant = () => {
            if (place.cancelled) return this.#next(name);
            waiting.delete(place);
            this.held.add(name);
            this.granted++;
            let released = false;
            const release = () => {
              if (released) return;
              released = true;
              releases.delete(release);
              this.held.delete(name);
              this.#next(name);
            };
            releases.add(release);
            void callback({ name, mode: "exclusive" }).then(resolve, reject).finally(release);
          };
          const queue = this.#queues.get(name) ?? [];
          this.#queues.set(name, queue);
          if (this.held.has(name) || queue.length > 0) queue.push(grant);
          else grant();
        })) as unknown as LockManager["request"],
      query: () => Promise.resolve({ held: [], pending: [] }),
      gone() {
        for (const place of waiting) place.cancelled = true;
        for (const release of releases) release();
      },
    };
  }

  #next(name: string): void {
    if (!this.held.has(name)) this.#queues.get(name)?.shift()?.();
  }
}
