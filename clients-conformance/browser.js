// Debian's Chromium, driven by playwright-core.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const PATH = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Why there is no browser to test with; false if there is one. */
export const missing = existsSync(PATH) ? false : `there is no Chromium at ${PATH} (set CHROMIUM)`;

/** Starts a browser that ends with the test. */
export async function launch(t, ...more) {
  const browser = await chromium.launch({
    executablePath: PATH,
    args: [
      "--no-sandbox", // builds run as root
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...more,
    ],
  });
  t.after(() => browser.close());
  return browser;
}

/** Opens a page that fails the test when anything in it goes wrong unseen. */
export async function open(browser, url, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    // That a request was cut or refused is written to the console by the browser itself.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      errors.push(message.text());
    }
  });
  await page.goto(url);
  return { page, errors };
}
