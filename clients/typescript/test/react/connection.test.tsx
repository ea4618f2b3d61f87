import assert from "node:assert/strict";
import test from "node:test";
import { useConnection } from "../../src/react/index.js";
import type { EventStream } from "../../src/index.js";
import { act, held, render } from "./page.js";

let renders = 0;
let close!: () => void;
test.beforeEach(() => (renders = 0));

function Status({ events }: { events: EventStream | undefined }) {
  const { state, error, close: end } = useConnection(events);
  renders++;
  close = end;
  return <i>{`${state.status} ${error?.message ?? ""}`}</i>;
}

test("the state is shown from the first render on, and what comes over the stream renders nothing", async () => {
  const { events, send } = await held();
  const page = await render(<Status events={events} />, { strict: false });
  assert.equal(page.text, "open ");
  await send({ text: "1" }, { text: "2" });
  assert.equal(renders, 1);
});

test("why it waits is shown, and closing it is final", async () => {
  const it = await held();
  const page = await render(<Status events={it.events} />);
  await it.lose();
  assert.equal(page.text, "waiting lost");
  await act(async () => close());
  assert.equal(page.text, "closed ");
  assert.equal(it.events.state.status, "closed");
  await page.unmount();
  assert.equal(it.handlers, 0);
});

test("a stream that isn't there yet is connecting", async () => {
  const page = await render(<Status events={undefined} />);
  assert.equal(page.text, "connecting ");
  close();
});
