// Plays every hostile server to every client, prints what each did, and keeps it in ../../docs/hostile-servers.md:
// npm run hostile

import { readFile, writeFile } from "node:fs/promises";
import { launch, missing } from "../browser.js";
import { chromium, CHROMIUM_ARGUMENTS, node } from "./places.js";
import { play } from "./run.js";
import { servers } from "./servers.js";

const PAGE = new URL("../../docs/hostile-servers.md", import.meta.url);
const BEGIN = "<!-- table: npm run hostile -->";
const END = "<!-- end of the table -->";
const AT_A_TIME = 16;
const ALONE_AT_A_TIME = 4; // where requests are counted: a busy machine would make all clients look well-behaved
const SIGNS = { right: "✓", silent: "(✓)", wrong: "✗", unable: "—" };

const NO_TOKEN = "can't send a token";

async function columns(browser) {
  const page = await chromium(browser);
  const version = async (name, from = "node_modules/") => {
    const file = new URL(`../${from}${name}/package.json`, import.meta.url);
    return JSON.parse(await readFile(file, "utf8")).version;
  };
  const sluice = await version("typescript", "../clients/");
  const fetchEventSource = await version("@microsoft/fetch-event-source");
  return [
    { title: `sluice-client ${sluice}, Node`, client: "sluice-client", place: node },
    { title: `sluice-client ${sluice}, Chromium`, client: "sluice-client", place: page },
    { title: "EventSource of Chromium", client: "native", place: page, unable: NO_TOKEN },
    { title: `eventsource ${await version("eventsource")}`, client: "eventsource", place: node },
    { title: `eventsource-client ${await version("eventsource-client")}`, client: "eventsource-client", place: node },
    { title: `fetch-event-source ${fetchEventSource}`, client: "fetch-event-source", place: page },
    {
      title: `fetch-event-source ${fetchEventSource}, with handlers`,
      client: "fetch-event-source-readme",
      place: page,
    },
    {
      title: `reconnecting-eventsource ${await version("reconnecting-eventsource")}`,
      client: "reconnecting-eventsource",
      place: page,
      unable: NO_TOKEN,
    },
  ];
}

/** The cells of every row, each a mark and a few words. */
async function playAll(clients) {
  const cells = servers.map(() => []);
  const all = servers.flatMap((row, r) => clients.map((column, c) => ({ row, r, column, c })));
  const take = async (todo) => {
    for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
      cells[next.r][next.c] = await cell(next.row, next.column);
    }
  };
  for (const [counted, width] of [
    [false, AT_A_TIME],
    [true, ALONE_AT_A_TIME],
  ]) {
    const todo = all.filter(({ row }) => (row.verdict.most !== undefined) === counted);
    await Promise.all(Array.from({ length: width }, () => take(todo)));
  }
  return cells;
}

async function cell(row, { client, place, unable }) {
  return row.client?.tokens !== undefined && unable !== undefined
    ? { mark: "unable", did: unable }
    : play(row, (task, report) => place.start(client, task, report));
}

function markdown(clients, cells) {
  const lines = [];
  const row = (texts) => lines.push(`| ${texts.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`);
  row(["", "runs in", "right", "right, but doesn't say why", "wrong", "can't be tried"]);
  row(["---", "---", "--:", "--:", "--:", "--:"]);
  clients.forEach(({ title, place }, c) => {
    const count = (mark) => `${cells.filter((all) => all[c].mark === mark).length}`;
    row([title, place.name, count("right"), count("silent"), count("wrong"), count("unable")]);
  });
  for (const group of new Set(servers.map((server) => server.group))) {
    lines.push("", `### ${group}`, "");
    row(["server", "right is", ...clients.map(({ title }) => title)]);
    row(["---", "---", ...clients.map(() => "---")]);
    servers.forEach((server, r) => {
      if (server.group === group) {
        row([server.name, server.right, ...cells[r].map(({ mark, did }) => `${SIGNS[mark]} ${did}`)]);
      }
    });
  }
  return lines.join("\n");
}

if (missing) {
  console.error(missing);
  process.exit(1);
}
const ends = [];
try {
  const browser = await launch({ after: (end) => ends.unshift(end) }, ...CHROMIUM_ARGUMENTS);
  const clients = await columns(browser);
  const table = markdown(clients, await playAll(clients));
  console.log(table);
  const page = await readFile(PAGE, "utf8");
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (before < 0 || after < before) {
    throw new Error(`${PAGE.pathname} has no place for the table: ${BEGIN} … ${END}`);
  }
  await writeFile(PAGE, `${page.slice(0, before)}${BEGIN}\n${table}\n${page.slice(after)}`);
} finally {
  for (const end of ends) {
    await end();
  }
}
