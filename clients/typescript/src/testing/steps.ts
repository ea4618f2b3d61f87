// What a fake server's stream consists of.

import type { Connected, Gap } from "../types.js";

/** The connection breaks, as it does when a server dies. */
export const cut = Symbol("cut");

/** The server ends the stream in good order. */
export const end = Symbol("end");

/** Nothing is sent for a time. */
export interface Pause {
  readonly pause: number;
}

/**
 * One thing that a stream does: send text or bytes as they are, pause, wait for a promise of the test's, break or end.
 */
export type Step = string | Uint8Array | Pause | PromiseLike<unknown> | typeof cut | typeof end;

/** @param ms milliseconds, of real time */
export function pause(ms: number): Pause {
  if (!(ms >= 0)) throw new RangeError(`a pause of ${ms} ms; it has to be at least 0`);
  return { pause: ms };
}

export interface EventFields {
  id?: string;
  /** Where it was published, as a Sluice hub says it on streams of several channels. */
  channel?: string;
  /** When it was published, in milliseconds since 1970. */
  time?: number;
}

/** An event as it stands on the wire. Text is sent as it is, in as many lines as it has, other data as JSON. */
export function event(type: string, data: unknown, { id, channel, time }: EventFields = {}): string {
  const text = typeof data === "string" ? data : JSON.stringify(data);
  if (text === undefined) throw new TypeError(`data of ${type} is ${typeof data}, which JSON can't say`);
  let block = "";
  if (id !== undefined) block += field("id", id);
  if (type !== "message") block += field("event", type);
  if (channel !== undefined) block += field("channel", channel);
  if (time !== undefined) block += field("time", String(time));
  for (const line of text.split(/\r\n|\r|\n/)) block += `data: ${line}\n`;
  return `${block}\n`;
}

function field(name: string, value: string): string {
  if (/[\r\n\0]/.test(value)) throw new TypeError(`${name} is ${JSON.stringify(value)}; it can't have line breaks or NUL`);
  return `${name}: ${value}\n`;
}

/** What a Sluice hub says first. The id is the position that the stream goes on from. */
export function connected(id = "fake-0", more: Partial<Connected> = {}): string {
  const said: Connected = {
    connection: "fake",
    channels: ["**"],
    heartbeat: 15,
    time: new Date().toISOString(),
    ...more,
  };
  return event("connected", said, { id });
}

/** What a Sluice hub says where events are missing. The id is the position that the stream goes on from. */
export function gap(id: string, more: Partial<Gap> = {}): string {
  return event("gap", { reason: "evicted", ...more } satisfies Gap, { id });
}

/** A Sluice hub's sign of life: a position, and no event. */
export function heartbeat(id: string): string {
  return `${field("id", id)}\n`;
}

/** How long the client is to wait before it connects again, in milliseconds. */
export function retry(ms: number): string {
  return `retry: ${ms}\n\n`;
}
