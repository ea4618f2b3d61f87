// What happens to the page or worker that a stream lives in.

import type { Platform } from "./platform.js";
import type { Unsubscribe } from "./types.js";

export interface LifecycleListener {
  /** The network is back, somebody looks at the page, or it was frozen and goes on. */
  wake(): void;
  /** The page goes away, or into the back/forward cache. */
  leave(): void;
  /** It comes back from there. */
  back(): void;
}

export function watchLifecycle({ window, document }: Platform, listener: LifecycleListener): Unsubscribe {
  const wake = () => listener.wake();
  const shown = () => document?.visibilityState === "visible" && listener.wake();
  const leave = () => listener.leave();
  const back = (event: Event) => (event as PageTransitionEvent).persisted && listener.back();
  const all: [EventTarget | undefined, string, (event: Event) => void][] = [
    [window, "online", wake],
    [window, "pagehide", leave],
    [window, "pageshow", back],
    [document, "visibilitychange", shown],
    [document, "resume", wake],
  ];
  for (const [target, type, handler] of all) target?.addEventListener(type, handler);
  return () => all.forEach(([target, type, handler]) => target?.removeEventListener(type, handler));
}
