import assert from "node:assert/strict";
import test, { describe } from "node:test";
import type { Block } from "../src/block.js";
import { newParser } from "../src/parser.js";
import { bytesOf, cases, parse } from "./conformance.js";

/** Numbers from 0 up to, not including, 1, the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function* cutAtRandom(bytes: Uint8Array, next: () => number, most: number) {
  for (let at = 0; at < bytes.length; ) {
    const size = Math.floor(next() * most);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

describe("the conformance set, at every cut of the bytes", () => {
  for (const one of cases) {
    test(one.name, () => {
      const { events, positions, lastEventId, retry } = one;
      const expected = { events, positions, lastEventId, retry };
      const bytes = bytesOf(one);
      assert.deepEqual(parse([bytes]), expected);
      assert.deepEqual(parse(Array.from(bytes, (byte) => Uint8Array.of(byte))), expected);
      for (let cut = 1; cut < bytes.length && cut < 5000; cut++) {
        assert.deepEqual(parse([bytes.subarray(0, cut), bytes.subarray(cut)]), expected, `cut at ${cut}`);
      }
    });
  }
});

test("random streams, cut at random, are read as in one piece", (t) => {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
  t.diagnostic(`SEED=${seed}`);
  const next = random(seed);
  const pieces = ["data", "id", "event", "retry", "channel", "time", ":", ": ", "\n", "\r", "\r\n", "\n\n", "\0", "x", "17", "é", "😀", "\u{feff}", "data: ", "id: 4\n", " "];
  const rounds = Number(process.env.ROUNDS ?? 3000);
  for (let round = 0; round < rounds; round++) {
    let text = "";
    for (let n = next() * 60; n > 0; n--) text += pieces[Math.floor(next() * pieces.length)];
    const bytes = Buffer.from(text);
    if (next() < 0.2 && bytes.length > 0) bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256);
    const whole = parse([bytes]);
    for (const most of [3, 20]) {
      assert.deepEqual(parse(cutAtRandom(bytes, next, most)), whole, `SEED=${seed}, round ${round}: ${JSON.stringify(text)}`);
    }
  }
});

test("channel and time of a frame are kept, for its block alone", () => {
  const blocks: Block[] = [];
  const parser = newParser({ block: (block) => blocks.push(block), retry: () => {} });
  parser("id: a-1\ntime: 1769860800000\nevent: t\nchannel: news\ndata: x\n\ndata: y\n\n");
  assert.deepEqual(blocks, [
    { id: "a-1", type: "t", data: "x", channel: "news", time: 1769860800000 },
    { id: "a-1", type: "message", data: "y", channel: undefined, time: undefined },
  ]);
});

test("a new connection's blocks without an id stand at the position that it was opened with", () => {
  const ids: string[] = [];
  const parser = newParser({ block: ({ id }) => ids.push(id), retry: () => {} }, "a-7");
  parser("data: x\n\nid: a-8\n\n");
  assert.deepEqual(ids, ["a-7", "a-8"]);
});

for (const [what, pieces] of Object.entries({
  "one line": ["data: 12345", "678901"],
  "many lines": ["data: 1234\ndata: 5678\ndata: 9012\n"],
  "a comment": [": 12345", "678901"],
})) {
  test(`an event beyond the limit is refused: ${what}`, () => {
    const parser = newParser({ block: () => {}, retry: () => {} }, "", 10);
    assert.throws(() => pieces.forEach((piece) => parser(piece)), /more than 10 characters/);
  });
}

test("a line in a hundred thousand pieces takes no more than linear time", () => {
  let read = 0;
  const parser = newParser({ block: ({ data }) => (read += data!.length), retry: () => {} });
  parser("data: ");
  for (let n = 0; n < 100_000; n++) parser("0123456789");
  parser("\n\n");
  assert.equal(read, 1_000_000);
});
