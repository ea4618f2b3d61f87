// Where clients run: Node or Chromium.

import { readFile } from "node:fs/promises";
import { Worker } from "node:worker_threads";

const REPOSITORY = new URL("../../", import.meta.url);

// Pages find the repository under this path of the player's origin. It is answered here, so that no player has to.
const PAGE = "/repository/";
const MODULES = `${PAGE}clients-conformance/node_modules/`;
const IMPORTS = {
  "@microsoft/fetch-event-source": `${MODULES}@microsoft/fetch-event-source/lib/esm/index.js`,
  "reconnecting-eventsource": `${MODULES}reconnecting-eventsource/build/esm/reconnecting-eventsource.js`,
};

/** Starts clients in threads of this process. */
export const node = {
  name: `Node ${process.versions.node}`,
  async start(client, task, report) {
    const worker = new Worker(new URL("node-worker.js", import.meta.url), {
      workerData: { client, task },
      stderr: true, // warnings about certificates and the like
    });
    worker.stderr.resume();
    worker.on("message", ([what, value]) => report[what](value));
    worker.on("error", (error) => report.crashed(error.message));
    return () => worker.terminate();
  },
};

/** What the browser has to be started with: pages that weren't loaded from loopback, as these aren't, are to go there. */
export const CHROMIUM_ARGUMENTS = ["--disable-features=LocalNetworkAccessChecks"];

/** Starts clients in a page of a browser, each in a frame of the player's origin. */
export async function chromium(browser) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const reports = new Map();
  await page.exposeFunction("report", (id, what, value) => reports.get(id)?.[what](value));
  await answerPages(await context.newCDPSession(page));
  return {
    name: `Chromium ${browser.version()}`,
    async start(client, task, report) {
      const id = `${reports.size}`;
      reports.set(id, report);
      const element = await page.evaluateHandle((src) => {
        const frame = document.createElement("iframe");
        const loaded = new Promise((resolve) => (frame.onload = resolve));
        frame.src = src;
        document.body.append(frame);
        return loaded.then(() => frame);
      }, `${task.page}${PAGE}`);
      const frame = await element.contentFrame();
      await frame.evaluate(
        async ({ module, task, id }) => {
          const { start } = await import(module);
          const report = (what) => (value) => window.report(id, what, value);
          start(task, { event: report("event"), closed: report("closed") });
        },
        { module: `${PAGE}clients-conformance/hostile/clients/${client}.js`, task, id },
      );
      return async () => {
        await element.evaluate((frame) => frame.remove());
        reports.set(id, undefined);
      };
    },
  };
}

// Only requests for the page itself are held up. Playwright's own routes would let all of them pass through it, and
// answer preflights by themselves.
async function answerPages(session) {
  session.on("Fetch.requestPaused", async ({ requestId, request }) => {
    const { type, body } = await contentOf(new URL(request.url).pathname.slice(PAGE.length));
    await session.send("Fetch.fulfillRequest", {
      requestId,
      responseCode: 200,
      responseHeaders: [{ name: "Content-Type", value: type }],
      body: Buffer.from(body).toString("base64"),
    });
  });
  await session.send("Fetch.enable", { patterns: [{ urlPattern: `http://127.0.0.1:*${PAGE}*` }] });
}

async function contentOf(path) {
  if (path === "") {
    const map = JSON.stringify({ imports: IMPORTS });
    return { type: "text/html", body: `<!doctype html><script type="importmap">${map}</script>` };
  }
  const file = path.replace(/(\.js)?$/, ".js"); // some packages import without the ending
  const body = await readFile(new URL(file, REPOSITORY));
  return { type: "text/javascript", body };
}
