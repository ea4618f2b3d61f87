// Starts a hub as a program of its own, and publishes to it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAM = process.env.HUB_PROGRAM ?? fileURLToPath(new URL("../sluice", import.meta.url));
const STARTS_WITHIN_MS = 60_000;

/**
 * A running hub on a free port of its own.
 *
 * The program is `java -cp $HUB_CLASSPATH io.sluice.cli.Sluice` where that variable is set, as the
 * build does, else what HUB_PROGRAM names, else the repository's `./sluice`.
 */
export class Hub {
  #process;

  /** Where it listens, without a slash at the end. */
  url;

  static async start(...options) {
    const hub = new Hub();
    const serve = ["serve", "--port", "0", "--stream.retry", "100ms", ...options];
    const classPath = process.env.HUB_CLASSPATH;
    const [program, args] =
      classPath === undefined
        ? [PROGRAM, serve]
        : [
            process.env.HUB_JAVA ?? "java",
            ["--enable-native-access=ALL-UNNAMED", "-cp", classPath, "io.sluice.cli.Sluice", ...serve],
          ];
    hub.#process = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    hub.url = await hub.#address();
    return hub;
  }

  #address() {
    const said = [];
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`the hub didn't start; it said:\n${said.join("\n")}`)),
        STARTS_WITHIN_MS,
      );
      const line = (text) => {
        said.push(text);
        const address = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(text);
        if (address !== null) {
          clearTimeout(timer);
          resolve(address[0]);
        }
      };
      // Read to their ends, also later: a full pipe would hold the hub up.
      createInterface({ input: this.#process.stdout }).on("line", line);
      createInterface({ input: this.#process.stderr }).on("line", line);
      this.#process.once("exit", (code) => {
        clearTimeout(timer);
        reject(new Error(`the hub ended with ${code}; it said:\n${said.join("\n")}`));
      });
    });
  }

  /** Publishes events to a channel at once; answers their ids. */
  async publish(channel, datas, type) {
    const response = await fetch(`${this.url}/publish`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(datas.map((data) => ({ channel, type, data }))),
    });
    const answer = await response.json();
    if (!response.ok) {
      throw new Error(`refused: ${JSON.stringify(answer)}`);
    }
    return answer.ids;
  }

  /** Ends it from one moment to the next. */
  async kill() {
    const exit = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await exit;
  }

  /** Stops it in good order. */
  async stop() {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exit = once(this.#process, "exit");
      this.#process.kill("SIGTERM");
      await exit;
    }
  }
}
