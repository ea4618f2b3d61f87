// The parser that the hub's own page uses, against the conformance set of the format.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

const read = (path) => readFile(new URL(path, import.meta.url));
const source = await read("../../server/src/main/resources/io/sluice/server/page/eventstream.js");
const { EventStreamParser } = await import(`data:text/javascript;base64,${source.toString("base64")}`);
const cases = JSON.parse(await read("../../conformance/event-stream.json")).parser;

function parse(pieces) {
  const events = [];
  let retry = null;
  const parser = new EventStreamParser({
    event: ({ id, type, data }) => events.push({ id, type, data }),
    retry: (ms) => (retry = ms),
  });
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  pieces.forEach((piece) => parser.push(decoder.decode(piece, { stream: true })));
  return { events, retry, lastEventId: parser.lastEventId };
}

for (const { name, input, inputBase64, events, retry, lastEventId } of cases) {
  test(`page parser: ${name}`, () => {
    const bytes = input === undefined ? Buffer.from(inputBase64, "base64") : Buffer.from(input);
    const expected = { events, retry, lastEventId };
    assert.deepEqual(parse([bytes]), expected);
    assert.deepEqual(parse([...bytes].map((byte) => Uint8Array.of(byte))), expected);
    for (let cut = 1; cut < bytes.length && cut < 2000; cut++) {
      assert.deepEqual(parse([bytes.subarray(0, cut), bytes.subarray(cut)]), expected, `cut at ${cut}`);
    }
  });
}
