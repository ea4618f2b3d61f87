import assert from "node:assert/strict";
import test from "node:test";
import { connect } from "../src/index.js";

const EVENTS = 1_000_000;
const PER_PIECE = 500;

test("a million events leave no more memory behind than the first hundred thousand", async (t) => {
  const { gc } = globalThis as { gc?: () => void };
  assert.ok(gc, "run with --expose-gc");
  let sent = 0;
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      let text = "";
      for (let n = 0; n < PER_PIECE; n++) text += `id: k-${++sent}\nevent: tick\ndata: {"n":${sent},"text":"some"}\n\n`;
      controller.enqueue(encoder.encode(text));
    },
  });
  const stream = connect("http://hub.example/events", {
    fetch: () => Promise.resolve(new Response(body, { headers: { "Content-Type": "text/event-stream" } })),
  });

  let received = 0;
  let before = 0;
  const used = () => {
    gc();
    return process.memoryUsage().heapUsed;
  };
  await new Promise<void>((done, failed) => {
    stream.onState((state) => state.status === "waiting" && failed(state.why));
    stream.on("tick", (data) => {
      received++;
      try {
        assert.equal((data as { n: number }).n, received);
      } catch (error) {
        failed(error);
      }
      if (received === EVENTS / 10) before = used();
      if (received === EVENTS) {
        stream.close();
        done();
      }
    });
  });
  const grown = used() - before;
  t.diagnostic(`${(grown / 1024).toFixed(0)} KiB more after ${EVENTS} events than after ${EVENTS / 10}`);
  assert.equal(received, EVENTS);
  assert.ok(grown < 1024 * 1024, `${grown} bytes`);
});
