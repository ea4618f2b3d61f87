// The timers as they were when this was loaded: tests that fake time would otherwise wait for themselves.

const { setTimeout, clearTimeout } = globalThis;

export const later = (run: () => void, ms: number) => setTimeout(run, ms);
export const never = (timer: ReturnType<typeof later> | undefined) => clearTimeout(timer);

/** Ends sooner when the signal is aborted: what is left of it would keep a process alive. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      never(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = later(done, ms);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
