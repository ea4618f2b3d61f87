// The page of the ticker: one stream, whose channels are the watchlist.

import { connect } from "/client.js";
import { Card } from "/card.js";
import { api, ask, el, enter, showState, streamOptions, streamUrl } from "/kit.js";

const $ = (id) => document.getElementById(id);
const { hub, user } = await enter({ hint: "Pick any name. “admin” may halt a symbol.", suggestions: ["alice", "admin"] });
const companies = new Map((await api("GET", "/api/companies")).map((company) => [company.symbol, company]));

const KEPT = `ticker-watched-${user.name}`;
const watched = new Set(
  JSON.parse(localStorage.getItem(KEPT) ?? "null")?.filter((symbol) => companies.has(symbol)) ?? [...companies.keys()].slice(0, 8),
);
const cards = new Map();

// ---- the stream

// `last: 1`: the latest event of each symbol comes at once, and then what happens.
const channels = [...watched].map((symbol) => `market/${symbol}`);
const events = connect(streamUrl(hub, ["halts", ...channels], { last: 1 }), streamOptions(user));
showState(events);
for (const type of ["market:price", "market:halt", "market:resume"]) {
  events.on(type, (quote, { channel, time }) => {
    if (channel === "halts") return showHalt(type, quote, time);
    if (!cards.get(quote.symbol)?.take(quote)) return;
    changed(quote.symbol);
    fill(quote.symbol);
  });
}

/** Changes what the stream is subscribed to while it runs: a PATCH, and no new connection. */
async function watch(symbol) {
  watched.add(symbol);
  showCard(symbol);
  showOthers();
  await subscribe({ add: { channels: [`market/${symbol}`] } });
  await fill(symbol);
}

async function unwatch(symbol) {
  watched.delete(symbol);
  const card = cards.get(symbol);
  cards.delete(symbol);
  const next = card.element.nextElementSibling ?? card.element.previousElementSibling;
  card.element.remove();
  (next?.querySelector(".remove") ?? $("others").querySelector("button"))?.focus();
  showOthers();
  await subscribe({ remove: { channels: [`market/${symbol}`] } });
}

async function subscribe(change) {
  localStorage.setItem(KEPT, JSON.stringify([...watched]));
  try {
    await events.update(change);
  } catch (error) {
    $("halts").textContent = `The watchlist couldn't be changed: ${error.message}`;
  }
}

/**
 * What a symbol's line begins with, and its latest value if no event has brought it yet. Asked for once the stream has
 * the symbol, so that the two overlap and leave no hole.
 */
async function fill(symbol) {
  const card = cards.get(symbol);
  if (card === undefined || card.filled) return;
  card.filled = true;
  try {
    const { events: past } = await ask(hub, `/history/market/${symbol}?last=180&limit=180`);
    card.fill(past.map(({ data }) => (typeof data === "string" ? JSON.parse(data) : data)));
    changed(symbol);
  } catch {
    // The line begins with the next event then.
  }
}

// ---- drawing: once per frame, whatever has come

const dirty = new Set();
const total = { came: 0, drawn: 0 };
let asked = false;

function changed(symbol) {
  total.came++;
  dirty.add(symbol);
  if (asked) return;
  asked = true;
  requestAnimationFrame(draw);
}

function draw(now) {
  asked = false;
  total.drawn++;
  for (const symbol of dirty) cards.get(symbol)?.draw(now);
  dirty.clear();
}

let before = { ...total };
setInterval(() => {
  $("updates").textContent = (total.came - before.came).toLocaleString("en");
  $("frames").textContent = total.drawn - before.drawn;
  $("missed").textContent = [...cards.values()].reduce((sum, { missed }) => sum + missed, 0).toLocaleString("en");
  Object.assign($("top").dataset, total);
  before = { ...total };
}, 1000);

function redraw() {
  for (const symbol of cards.keys()) dirty.add(symbol);
  requestAnimationFrame(draw);
}
addEventListener("resize", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

// ---- what is there

function showCard(symbol) {
  const card = new Card(companies.get(symbol), {
    remove: () => unwatch(symbol),
    halt: user.roles.includes("admin") && (() => api("POST", "/api/halts", { symbol })),
  });
  cards.set(symbol, card);
  $("cards").append(card.element);
}

function showOthers() {
  const others = [...companies.values()].filter(({ symbol }) => !watched.has(symbol));
  $("more").hidden = others.length === 0;
  $("others").replaceChildren(
    ...others.map(({ symbol, name }) =>
      el(
        "li",
        {},
        el("button", { type: "button", title: name, "aria-label": `Watch ${symbol}, ${name}`, onclick: () => watch(symbol) }, "+ ", symbol),
      ),
    ),
  );
}

function showHalt(type, { symbol, halted }, time) {
  const at = new Date(time).toLocaleTimeString();
  $("halts").textContent = type === "market:halt" ? `${at}  ${symbol} halted: ${halted}` : `${at}  ${symbol} trades again`;
}

for (const symbol of watched) showCard(symbol);
showOthers();
