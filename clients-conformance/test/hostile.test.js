// This project's client against every hostile server, in Node and in Chromium.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { launch, missing } from "../browser.js";
import { chromium, CHROMIUM_ARGUMENTS, node } from "../hostile/places.js";
import { play } from "../hostile/run.js";
import { servers } from "../hostile/servers.js";

const AT_A_TIME = 12;

/** Plays all servers to the client, and expects of each that the client's verdict is the right one. */
function playsAll(name, skip, prepare) {
  describe(name, { skip, timeout: 120_000, concurrency: AT_A_TIME }, () => {
    let place;
    let end = () => {};
    before(async () => {
      place = await prepare({ after: (close) => (end = close) });
    });
    after(() => end());
    for (const row of servers) {
      it(`${row.name}: ${row.right}`, async () => {
        const { mark, did } = await play(row, (task, report) => place.start("sluice-client", task, report));
        assert.equal(`${mark}: ${did}`, `right: ${did}`);
      });
    }
  });
}

playsAll("sluice-client in Node", false, async () => node);
playsAll("sluice-client in Chromium", missing, async (t) =>
  chromium(await launch(t, ...CHROMIUM_ARGUMENTS)),
);

it("the page of the docs has a row for every server", async () => {
  const page = await readFile(new URL("../../docs/hostile-servers.md", import.meta.url), "utf8");
  assert.deepEqual(servers.filter(({ name, right }) => !page.includes(`\n| ${name} | ${right} |`)), []);
});
