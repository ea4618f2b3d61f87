// How a stream is.

import { useCallback, useSyncExternalStore } from "react";
import type { StreamError } from "../errors.js";
import type { EventStream, State } from "../types.js";
import { nothing } from "./shared.js";

export interface ConnectionView {
  /** `connecting`, also before there is a stream and on the server. */
  readonly state: State;
  /** Why it waits, or why it was closed. */
  readonly error: StreamError | undefined;
  /** Ends the stream for good, for all who use it. */
  close(): void;
}

const connecting: State = { status: "connecting", attempt: 0 };
const beginning = () => connecting;

/** How a stream is. Renders when that changes, not with what comes over it. */
export function useConnection(events: EventStream<any> | undefined): ConnectionView {
  const subscribe = useCallback((changed: () => void) => events?.onState(changed) ?? nothing, [events]);
  const state = useSyncExternalStore(subscribe, () => events?.state ?? connecting, beginning);
  return { state, error: "why" in state ? state.why : undefined, close: events?.close ?? nothing };
}
