// Plays one server of ../conformance/hostile-servers.json on raw sockets, where all that HTTP forbids is possible.
// The format of the scripts is in ../conformance/README.md.

import { readFile } from "node:fs/promises";
import { once } from "node:events";
import { createServer } from "node:net";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { createServer as createTlsServer } from "node:tls";

const LONGEST_HEAD_BYTES = 65_536; // of a request; more is no client's of ours
const EVENT_STREAM = {
  "Content-Type": "text/event-stream",
  "Cache-Control": "no-cache",
  "Transfer-Encoding": "chunked",
};

/** A text of the data: as it is, or `{ text, times }`. */
export function text(value) {
  return typeof value === "string" ? value : value.text.repeat(value.times);
}

/** Thrown through a script when its client is gone; the script is over then. */
class Gone extends Error {}

export class Player {
  #server; // of the data
  #ports = new Map(); // of this origin ("") and of the other one ("elsewhere:"), each with its listener
  #sockets = new Set();
  #played = new Map(); // how many requests a path has had
  #connections = 0;
  #asking = 0;
  #stopped = new AbortController();

  /** Every request, in order: path, lastEventId, credential, and at which time in milliseconds. */
  requests = [];

  /** How often a client has tried: its requests, or its connections where it can't get as far as a request. */
  get tries() {
    return this.#server.tls ? this.#connections : this.requests.length;
  }

  /** How many bytes the system has taken from the scripts; not all of them need to have come to the client. */
  bytes = 0;

  /** Connections that are open now and have asked for something; browsers also open some in advance. */
  get open() {
    return this.#asking;
  }

  /** Where clients are to connect, without a slash at the end. */
  get origin() {
    return `${this.#server.tls ? "https" : "http"}://127.0.0.1:${this.#ports.get("").port}`;
  }

  /** An origin for pages that connect here. It is this one but where no browser would load a page from it. */
  get pageOrigin() {
    return this.#server.tls ? this.#elsewhere : this.origin;
  }

  get #elsewhere() {
    return `http://127.0.0.1:${this.#ports.get("elsewhere:").port}`;
  }

  /** @param server of the data */
  static async start(server) {
    const player = new Player();
    player.#server = server;
    const tls = server.tls === undefined ? undefined : await readFile(new URL("self-signed.pem", import.meta.url));
    await player.#listen("", tls);
    await player.#listen("elsewhere:");
    return player;
  }

  async #listen(prefix, pem) {
    const take = (socket) => this.#serve(socket, prefix);
    const listener = pem ? createTlsServer({ key: pem, cert: pem }, take) : createServer({ allowHalfOpen: true }, take);
    listener.on("connection", () => this.#connections++); // over TLS too, before its handshake
    const late = prefix === "" ? (this.#server.listensAfter ?? 0) : 0;
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    const { port } = listener.address();
    this.#ports.set(prefix, { port, listener });
    if (late > 0) {
      // Had, and given back: a port that nobody else is going to be given so soon.
      listener.close();
      await once(listener, "close");
      sleep(late, undefined, { signal: this.#stopped.signal }).then(
        () => listener.listen(port, "127.0.0.1"),
        () => {}, // stopped before it began
      );
    }
  }

  /** Ends all connections and the scripts on them. */
  async stop() {
    this.#stopped.abort();
    this.#sockets.forEach((socket) => socket.destroy());
    await Promise.all(
      [...this.#ports.values()].map(async ({ listener }) => {
        if (listener.listening) {
          listener.close();
          await once(listener, "close");
        }
      }),
    );
  }

  async #serve(socket, prefix) {
    this.#sockets.add(socket);
    socket.setNoDelay();
    socket.on("error", () => {}); // resets are what this is about; `close` follows
    socket.on("close", () => this.#sockets.delete(socket));
    try {
      const request = await readRequest(socket);
      this.#asking++;
      socket.on("close", () => this.#asking--);
      socket.on("data", () => {}); // nothing more is asked for; read, so that its end is noticed
      socket.on("end", () => socket.end());
      const connection = new Connection(socket, this.#stopped.signal, (bytes) => (this.bytes += bytes));
      await this.#answer(connection, request, prefix);
    } catch (error) {
      if (!(error instanceof Gone)) {
        throw error;
      }
    }
  }

  async #answer(connection, request, prefix) {
    const cors = corsOf(request, prefix);
    if (request.method === "OPTIONS") {
      await connection.head(204, cors);
      return connection.end();
    }
    const path = prefix + request.path;
    const scripts = this.#server.attempts[path];
    if (scripts === undefined) {
      await connection.head(404, { "Content-Length": "0", ...cors });
      return connection.end();
    }
    const nth = this.#played.get(path) ?? 0;
    this.#played.set(path, nth + 1);
    const { lastEventId, credential } = request;
    this.requests.push({ path, lastEventId, credential, at: performance.now() });
    for (const step of scripts[Math.min(nth, scripts.length - 1)]) {
      await this.#play(connection, step, cors);
    }
  }

  async #play(connection, step, cors) {
    switch (step.do) {
      case "head":
        return connection.head(step.status, { ...this.#filledIn(step.headers), ...cors });
      case "stream":
        return connection.head(200, { ...EVENT_STREAM, ...cors });
      case "send":
        return connection.repeatedly(step, bytesOf(step));
      case "chunk":
        return connection.repeatedly(step, chunk(bytesOf(step)));
      case "trickle":
        return connection.trickle(bytesOf(step), step.every);
      case "wait":
        return connection.wait(step.ms);
      case "end":
        return connection.end();
      case "cut":
        return connection.cut();
      case "reset":
        return connection.reset();
      case "hold":
        return undefined; // `stop` or the client ends it
      default:
        throw new Error(`the player doesn't know the step ${JSON.stringify(step)}`);
    }
  }

  #filledIn(headers) {
    const inTwoSeconds = new Date(Date.now() + 2000).toUTCString();
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        value.replace("{elsewhere}", this.#elsewhere).replace("{date+2}", inTwoSeconds),
      ]),
    );
  }
}

function bytesOf(step) {
  return step.base64 === undefined ? Buffer.from(text(step.text)) : Buffer.from(step.base64, "base64");
}

function chunk(bytes) {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}

// Pages come from the player's own origin, so that only the other one has to allow them.
function corsOf({ headers }, prefix) {
  if (prefix === "") {
    return {};
  }
  return {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": headers.get("access-control-request-headers") ?? "*",
  };
}

async function readRequest(socket) {
  let bytes = Buffer.alloc(0);
  let end = -1;
  while (end < 0) {
    const piece = await new Promise((resolve, reject) => {
      socket.once("data", resolve);
      socket.once("close", () => reject(new Gone()));
      socket.once("end", () => {
        socket.end();
        reject(new Gone());
      });
    });
    bytes = Buffer.concat([bytes, piece]);
    end = bytes.indexOf("\r\n\r\n");
    if (bytes.length > LONGEST_HEAD_BYTES) {
      throw new Error(`a request head of more than ${LONGEST_HEAD_BYTES} bytes`);
    }
  }
  const [first, ...lines] = bytes.subarray(0, end).toString().split("\r\n");
  const [method, target] = first.split(" ");
  const url = new URL(target, "http://player");
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return {
    method,
    path: url.pathname,
    headers,
    lastEventId: headers.get("last-event-id") ?? url.searchParams.get("lastEventId") ?? "",
    credential:
      /^Bearer (.*)$/.exec(headers.get("authorization"))?.[1] ??
      url.searchParams.get("token") ??
      url.searchParams.get("ticket"),
  };
}

/** One accepted connection. Every method throws `Gone` where the client is no longer there. */
class Connection {
  #socket;
  #signal;
  #sent;
  #chunked = false;

  constructor(socket, signal, sent) {
    this.#socket = socket;
    this.#signal = signal;
    this.#sent = sent;
  }

  head(status, headers) {
    this.#chunked = headers["Transfer-Encoding"] === "chunked";
    const lines = Object.entries({ ...headers, Connection: "close" }).map(([name, value]) => `${name}: ${value}\r\n`);
    return this.#write(Buffer.from(`HTTP/1.1 ${status} \r\n${lines.join("")}\r\n`));
  }

  async repeatedly({ times = 1, every = 0 }, bytes) {
    for (let n = 0; n < times; n++) {
      if (n > 0 && every > 0) {
        await this.wait(every);
      }
      await this.#write(bytes);
    }
  }

  async trickle(bytes, every) {
    for (const byte of bytes) {
      await this.#write(Uint8Array.of(byte));
      await this.wait(every);
    }
  }

  async wait(ms) {
    try {
      await sleep(ms, undefined, { signal: this.#signal });
    } catch {
      throw new Gone();
    }
  }

  async end() {
    if (this.#chunked) {
      await this.#write(Buffer.from("0\r\n\r\n"));
    }
    this.cut();
  }

  cut() {
    this.#socket.end();
  }

  reset() {
    if (!this.#socket.writable) {
      throw new Gone(); // and Node would lose the handle of a socket that is reset while it is shutting down
    }
    this.#socket.resetAndDestroy();
  }

  #write(bytes) {
    if (!this.#socket.writable) {
      throw new Gone();
    }
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => {
        if (error) {
          reject(new Gone());
        } else {
          this.#sent(bytes.length);
          resolve();
        }
      });
    });
  }
}
