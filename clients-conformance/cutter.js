// A TCP proxy that cuts connections when the test says so, or by itself after a random number of
// bytes: in the middle of a frame, a line or a character.

import { once } from "node:events";
import { createServer, connect } from "node:net";

/** Repeatable random numbers (mulberry32), so that a failure can be had again from its seed. */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export class Cutter {
  #server;
  #target;
  #random;
  #where;
  #open = new Set();
  #cutting = null;

  /** Connections that were cut. */
  cuts = 0;

  /** Connections that were accepted. */
  connections = 0;

  /** Where it listens, without a slash at the end. */
  url;

  /**
   * @param {string} url of the hub
   * @param {() => number} random
   * @param {"anywhere" | "between events"} where it may cut by itself
   */
  static async start(url, random, where = "anywhere") {
    const cutter = new Cutter();
    cutter.#target = new URL(url);
    cutter.#random = random;
    cutter.#where = where;
    cutter.#server = createServer((client) => cutter.#accept(client));
    cutter.#server.listen(0, "127.0.0.1");
    await once(cutter.#server, "listening");
    cutter.url = `http://127.0.0.1:${cutter.#server.address().port}`;
    return cutter;
  }

  /** From now on cuts every connection after up to so many bytes from the hub. */
  cutAfter(bytes) {
    this.#cutting = bytes;
    this.#open.forEach((link) => (link.left = this.#allowance()));
  }

  /** Cuts nothing any more. */
  calm() {
    this.#cutting = null;
    this.#open.forEach((link) => (link.left = Infinity));
  }

  /** Cuts what is open now. */
  cutAll() {
    [...this.#open].forEach((link) => this.#cut(link));
  }

  /** From now on nothing comes through what is open now, in either direction, and nobody is told. */
  stallAll() {
    this.#open.forEach((link) => (link.stalled = true));
  }

  /** From now on leads new connections to another hub. */
  redirect(url) {
    this.#target = new URL(url);
  }

  async stop() {
    this.calm();
    this.#open.forEach((link) => {
      link.client.destroy();
      link.hub.destroy();
    });
    this.#server.close();
    await once(this.#server, "close");
  }

  #allowance() {
    return this.#cutting === null ? Infinity : 1 + Math.floor(this.#random() * this.#cutting);
  }

  #accept(client) {
    const hub = connect(Number(this.#target.port), this.#target.hostname);
    const link = { client, hub, left: this.#allowance(), stalled: false };
    this.connections++;
    this.#open.add(link);
    client.setNoDelay();
    client.on("data", (bytes) => link.stalled || hub.write(bytes));
    client.on("end", () => link.stalled || hub.end());
    hub.on("data", (bytes) => link.stalled || this.#forward(link, bytes));
    hub.on("end", () => link.stalled || client.end());
    // Both ends are cut here or there; that is what this is for.
    client.on("error", () => hub.destroy());
    hub.on("error", () => client.destroy());
    client.on("close", () => {
      this.#open.delete(link);
      hub.destroy();
    });
  }

  #forward(link, bytes) {
    if (bytes.length < link.left) {
      link.left -= bytes.length;
      link.client.write(bytes);
      return;
    }
    let end = link.left;
    if (this.#where === "between events") {
      const blank = bytes.indexOf("\n\n", Math.max(0, end - 2));
      if (blank < 0) {
        link.left = 1;
        link.client.write(bytes);
        return;
      }
      end = blank + 2;
    }
    // Not before these bytes are on their way: a reset overtakes what waits in this program.
    link.client.write(bytes.subarray(0, end), () => this.#cut(link));
    link.left = Infinity;
    link.hub.removeAllListeners("data");
    link.hub.pause();
  }

  #cut(link) {
    if (this.#open.delete(link)) {
      this.cuts++;
      reset(link.client);
      reset(link.hub);
    }
  }
}

// Node loses the handle of a socket that is reset while it is shutting down, and spins on it for ever.
function reset(socket) {
  if (socket.writable) {
    socket.resetAndDestroy();
  } else {
    socket.destroy();
  }
}
