// A page without a browser, for React to render into: happy-dom's document, and frames that only a test draws.

import assert from "node:assert/strict";
import { afterEach } from "node:test";
import { Window } from "happy-dom";
import type { ReactNode } from "react";
import type { Root } from "react-dom/client";
import { connect, type EventStream, type Options, type SluiceEvent, type TransportSink } from "../../src/index.js";

const window = new Window({ url: "http://page.test/app/" });
const drawn: (() => void)[] = [];
const globals = {
  window,
  document: window.document,
  navigator: window.navigator, // newer Nodes have one of their own
  requestAnimationFrame: (run: () => void) => drawn.push(run),
  IS_REACT_ACT_ENVIRONMENT: true,
};
for (const [name, value] of Object.entries(globals)) Object.defineProperty(globalThis, name, { value, configurable: true });

// React looks for a document when it is loaded.
const { act, createElement, StrictMode } = await import("react");
const { createRoot, hydrateRoot } = await import("react-dom/client");

// React says what is wrong on the console.
const said: unknown[][] = [];
console.error = (...all: unknown[]) => said.push(all);

const roots = new Set<Root>();

export interface Rendered {
  readonly root: Root;
  readonly container: HTMLElement;
  /** What is read on it. */
  readonly text: string;
  render(node: ReactNode): Promise<void>;
  unmount(): Promise<void>;
}

/** Renders it, in StrictMode unless that is told otherwise; `html`: what a server has rendered, to be taken over. */
export async function render(node: ReactNode, { strict = true, html = undefined as string | undefined } = {}): Promise<Rendered> {
  const container = document.createElement("div");
  const whole = (node: ReactNode) => (strict ? createElement(StrictMode, null, node) : node);
  let root!: Root;
  if (html === undefined) root = createRoot(container);
  else {
    container.innerHTML = html;
    await act(async () => void (root = hydrateRoot(container, whole(node), { onRecoverableError: (error) => said.push([error]) })));
  }
  roots.add(root);
  const rendered: Rendered = {
    root,
    container,
    get text() {
      return container.textContent ?? "";
    },
    render: (node) => act(async () => root.render(whole(node))),
    async unmount() {
      roots.delete(root);
      await act(async () => root.unmount());
      await settle();
    },
  };
  if (html === undefined) await rendered.render(node);
  return rendered;
}

/** Lets everything run that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  await act(async () => {
    for (let turn = 0; turn < 4; turn++) await new Promise((done) => setTimeout(done));
  });
}

/** Draws a frame. */
export async function frame(): Promise<void> {
  await act(async () => {
    for (const run of drawn.splice(0)) run();
  });
}

/** How many frames are waited for: 0 or 1. */
export const framesAsked = () => drawn.length;

export { act };

export interface Held<M> {
  readonly events: EventStream<M>;
  /** Events, at once and one after the other. */
  send(...all: Partial<SluiceEvent>[]): Promise<void>;
  /** The stream breaks. */
  lose(): Promise<void>;
  /** How many handlers it has. */
  readonly handlers: number;
}

/** A stream whose events come when a test says so. */
export async function held<M extends object>(options: Options = {}): Promise<Held<M>> {
  let sink!: TransportSink;
  const transport = {
    open(_: unknown, its: TransportSink) {
      sink = its;
      sink.opened(200, "");
      return () => {};
    },
  };
  const stream = connect<M>("http://hub.test/events", { transport, ...options });
  ends.add(stream.close);
  let handlers = 0;
  const counted = (subscribe: (...args: never[]) => () => void) => {
    return (...args: never[]) => {
      let off: (() => void) | undefined = subscribe(...args);
      handlers++;
      return () => {
        if (off !== undefined) handlers--;
        off?.();
        off = undefined;
      };
    };
  };
  const events: EventStream<M> = Object.create(stream, {
    on: { value: counted(stream.on) },
    onAny: { value: counted(stream.onAny) },
    onState: { value: counted(stream.onState) },
  });
  await new Promise((done) => setTimeout(done));
  return {
    events,
    send: (...all) =>
      act(async () => {
        for (const { type = "message", text = "", id = "", channel, time } of all) {
          sink.block({ type, data: text, id, channel, time });
        }
      }),
    lose: () => act(async () => sink.ended({ kind: "lost", error: new Error("lost") as never })),
    get handlers() {
      return handlers;
    },
  };
}

const ends = new Set<() => void>();

afterEach(async () => {
  for (const root of roots) await act(async () => root.unmount());
  roots.clear();
  for (const end of ends) end();
  ends.clear();
  await settle();
  drawn.length = 0;
  assert.deepEqual(said.splice(0), []);
});
