// The cases that every client of Sluice runs, and what this parser makes of them.

import { readFileSync } from "node:fs";
import type { Block } from "../src/block.js";
import { newParser } from "../src/parser.js";

export interface Case {
  readonly name: string;
  readonly input?: string;
  readonly inputBase64?: string;
  readonly events: readonly { id: string; type: string; data: string }[];
  readonly lastEventId: string;
  readonly retry: number | null;
  readonly positions: readonly string[];
  readonly fields: readonly { name: string; value: string }[];
}

const file = new URL("../../../conformance/event-stream.json", import.meta.url);
export const cases = (JSON.parse(readFileSync(file, "utf8")) as { parser: Case[] }).parser;

export function bytesOf({ input, inputBase64 }: Case): Uint8Array {
  return input === undefined ? Buffer.from(inputBase64!, "base64") : Buffer.from(input);
}

/** What is read from bytes that arrive in these pieces. */
export function parse(pieces: Iterable<Uint8Array>) {
  const events: { id: string; type: string; data: string }[] = [];
  const positions: string[] = [];
  let lastEventId = "";
  let retry: number | null = null;
  const parser = newParser({
    block({ id, type, data }: Block) {
      if (data === undefined) positions.push(id);
      else events.push({ id, type, data });
      lastEventId = id;
    },
    retry: (ms) => (retry = ms),
  });
  const decoder = new TextDecoder();
  for (const piece of pieces) parser(decoder.decode(piece, { stream: true }));
  return { events, positions, lastEventId, retry };
}
