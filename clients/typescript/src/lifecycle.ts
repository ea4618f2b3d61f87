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

export function watchLifecycle({ global }: Platform, { wake, leave, back }: LifecycleListener): Unsubscribe {
  const watched: [typeof global | undefined, Record<string, (event: Event) => void>][] = [
    [global, { online: wake, pagehide: leave, pageshow: (event) => (event as PageTransitionEvent).persisted && back() }],
    [
      global.document,
      { resume: wake, visibilitychange: () => global.document!.visibilityState === "visible" && wake() },
    ],
  ];
  const each = (call: "addEventListener" | "removeEventListener") => () => {
    for (const [target, handlers] of watched) {
      for (const type in handlers) target?.[call]?.(type, handlers[type]!);
    }
  };
  each("addEventListener")();
  return each("removeEventListener");
}
