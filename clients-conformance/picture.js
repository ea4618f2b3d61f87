// Takes the README's pictures of the page, in light and in dark: npm run picture

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launch, missing, open } from "./browser.js";
import { Hub } from "./hub.js";

const IMAGES = fileURLToPath(new URL("../docs/images/", import.meta.url));
const POINTS = 40; // of a chart that is full

if (missing) {
  console.error(missing);
  process.exit(1);
}
const ends = [];
const t = { after: (end) => ends.unshift(end) };
try {
  // Quicker than out of the box, so that the charts are soon full.
  const hub = await Hub.start(
    ...["--demo.enabled", "on", "--demo.stocks", "400ms"],
    ...["--demo.metrics", "700ms", "--demo.notifications", "3s"],
  );
  t.after(() => hub.stop());
  const browser = await launch(t);
  await mkdir(IMAGES, { recursive: true });
  for (const [colorScheme, file] of [
    ["light", "page.png"],
    ["dark", "page-dark.png"],
  ]) {
    const { page } = await open(browser, hub.url, { viewport: { width: 1440, height: 1000 }, colorScheme });
    await page.waitForFunction(
      (points) =>
        [...document.querySelectorAll(".stocks polyline, .meter polyline")].every(
          (line) => line.getAttribute("points")?.split(" ").length === points,
        ) && document.querySelectorAll("#notices li").length > 6,
      POINTS,
      { timeout: 60_000 },
    );
    await hub.publish("news", ["hello"]);
    await page.waitForFunction(() =>
      [...document.querySelectorAll("#log .channel")].some((channel) => channel.textContent === "news"),
    );
    await page.screenshot({ path: IMAGES + file });
    await page.close();
  }
} finally {
  for (const end of ends) {
    await end();
  }
}
