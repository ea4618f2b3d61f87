// A stream on the fake platform, and what it has told.

import { connectOn } from "../src/connect.js";
import type { Inspection, Options, SluiceEvent, State } from "../src/types.js";
import { FakePlatform } from "./fake.js";

export async function started(options: Options = {}, { platform = new FakePlatform(), url = "events?channel=news" } = {}) {
  const errors: unknown[] = [];
  const stream = connectOn(platform, url, { onError: (error) => errors.push(error), ...options });
  const states: State[] = [];
  const events: SluiceEvent[] = [];
  const steps: Inspection[] = [];
  stream.onState((state) => states.push(state));
  stream.onAny((event) => events.push(event));
  stream.inspect((step) => steps.push(step));
  await platform.pass(0);
  return {
    platform,
    stream,
    states,
    events,
    errors,
    steps,
    /** The state, which has to be this one. */
    in<S extends State["status"]>(status: S): Extract<State, { status: S }> {
      if (stream.state.status !== status) throw new Error(`${stream.state.status}, not ${status}`);
      return stream.state as Extract<State, { status: S }>;
    },
  };
}

export const data = (events: readonly SluiceEvent[]) => events.map((event) => event.data);
