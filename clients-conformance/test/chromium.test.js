// Chromium's own EventSource.

import test from "node:test";
import { launch, missing, open } from "../browser.js";
import { survivesCuts } from "../oracle.js";

test("Chromium's EventSource misses and repeats nothing over cuts", { timeout: 120_000, skip: missing }, async (t) => {
  const browser = await launch(t);
  await survivesCuts(t, async (url, take) => {
    const { page } = await open(browser, new URL("/", url).href);
    await page.exposeFunction("take", take);
    await page.evaluate(
      (url) =>
        new Promise((resolve) => {
          const source = new EventSource(url);
          window.source = source;
          source.addEventListener("message", (event) => window.take(event.data));
          source.addEventListener("connected", resolve, { once: true });
        }),
      url,
    );
    return () => page.close();
  });
});
