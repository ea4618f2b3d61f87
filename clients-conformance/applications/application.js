// Starts one of the example applications as a program of its own, kills it, and starts it again where it was.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../sluice", import.meta.url));
const IMAGES = fileURLToPath(new URL("../../docs/images/", import.meta.url));
const STARTS_WITHIN_MS = 120_000;

/**
 * A running application on free ports.
 *
 * The program is `java -cp $APPLICATION_CLASSPATH io.sluice.examples.Examples` where that variable is set, as the build
 * does, else the repository's `./sluice example`.
 */
export class Application {
  #process;
  #name;
  #data;
  #options;

  /** Where its page is, without a slash at the end. */
  url;

  /** Where its hub is. */
  hub;

  constructor(name, data, options) {
    this.#name = name;
    this.#data = data;
    this.#options = options;
  }

  /** Starts one that ends with the test. */
  static async start(t, name, ...options) {
    const data = await mkdtemp(join(tmpdir(), "sluice-"));
    const application = new Application(name, data, options);
    t.after(async () => {
      await application.kill();
      await rm(data, { recursive: true });
    });
    await application.#run("0", "0");
    return application;
  }

  async #run(port, hubPort) {
    const args = [this.#name, "--port", port, "--hub-port", hubPort, "--data", this.#data, ...this.#options];
    const classPath = process.env.APPLICATION_CLASSPATH;
    this.#process =
      classPath === undefined
        ? spawn(PROGRAM, ["example", ...args], { stdio: ["ignore", "pipe", "pipe"] })
        : spawn(
            process.env.APPLICATION_JAVA ?? "java",
            ["--enable-native-access=ALL-UNNAMED", "-cp", classPath, "io.sluice.examples.Examples", ...args],
            { stdio: ["ignore", "pipe", "pipe"] },
          );
    await this.#listening();
  }

  #listening() {
    const said = [];
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.#name} didn't start; it said:\n${said.join("\n")}`)), STARTS_WITHIN_MS);
      const line = (text) => {
        said.push(text);
        const [, which, address] = /^(.+) is on (http:\/\/127\.0\.0\.1:\d+)/.exec(text) ?? [];
        if (which === this.#name) this.url = address;
        if (which === "its hub") {
          this.hub = address;
          clearTimeout(timer);
          resolve();
        }
      };
      // Read to their ends, also later: a full pipe would hold it up.
      createInterface({ input: this.#process.stdout }).on("line", line);
      createInterface({ input: this.#process.stderr }).on("line", line);
      this.#process.once("exit", (code) => {
        clearTimeout(timer);
        reject(new Error(`${this.#name} ended with ${code}; it said:\n${said.join("\n")}`));
      });
    });
  }

  /** Ends it from one moment to the next. */
  async kill() {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exit = once(this.#process, "exit");
      this.#process.kill("SIGKILL");
      await exit;
    }
  }

  /** Starts it again, after it was killed, with what it has kept. */
  async restart() {
    await this.#run(new URL(this.url).port, new URL(this.hub).port);
  }

  /** A browser of somebody who is signed in. The page fails the test when anything in it goes wrong unseen. */
  async enter(browser, name, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1200, height: 760 }, ...options });
    const page = await this.open(context);
    await page.fill("#name", name);
    await page.keyboard.press("Enter");
    await page.waitForSelector("#status[data-state='open']");
    return page;
  }

  /** One more tab. `page.errors` has what went wrong in it. */
  async open(context) {
    const page = await context.newPage();
    page.errors = [];
    page.on("pageerror", (error) => page.errors.push(error.message));
    page.on("console", (message) => {
      // That a request was cut or refused is written to the console by the browser itself.
      if (message.type() === "error" && !/Failed to load resource|ERR_|CORS policy/.test(message.text())) {
        page.errors.push(message.text());
      }
    });
    await page.goto(this.url);
    return page;
  }
}

/** Takes a picture for a README, where PICTURES is set. */
export async function picture(page, name) {
  if (process.env.PICTURES) {
    await mkdir(IMAGES, { recursive: true });
    await page.screenshot({ path: `${IMAGES}${name}.png` });
  }
}

/** Whether a page is as wide as its window. */
export function fits(page) {
  return page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
}
