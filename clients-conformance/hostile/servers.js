// The servers of ../../conformance/hostile-servers.json.

import { readFile } from "node:fs/promises";

const DATA = new URL("../../conformance/hostile-servers.json", import.meta.url);

export const { servers } = JSON.parse(await readFile(DATA, "utf8"));
