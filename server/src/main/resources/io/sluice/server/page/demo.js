// The three live cards, on one stream. It comes back by itself after a cut, with what was missed.

import { connect } from "../client.js";
import { bytes, byId, clock, count, element, flash, oncePerFrame, setText } from "./dom.js";
import { Chart } from "./chart.js";

const CHANNELS = ["stocks/*", "system/metrics", "notifications/all"];
const KEPT = 40; // points of a chart; as many are asked for, so that a reload shows no hole
const NOTICES = 30;

/**
 * Opens the cards' stream.
 *
 * @param {(state: "open" | "lost") => void} told of the connection
 */
export function openDemo(told) {
  const views = { stocks: new Stocks(), machine: new Machine(), notices: new Notices() };
  const url = new URL("events", document.baseURI);
  CHANNELS.forEach((channel) => url.searchParams.append("channel", channel));
  url.searchParams.set("last", `${KEPT}`);

  const stream = connect(url);
  const on = (type, show) =>
    stream.on(type, (value) => {
      // Anybody may publish on these channels: what isn't a JSON object isn't for the cards. The log shows it.
      if (typeof value === "object" && value !== null) {
        byId("demo").hidden = false;
        show(value);
      }
    });
  on("stock-update", (update) => views.stocks.take(update));
  on("metrics-update", (update) => views.machine.take(update));
  on("notification", (notice) => views.notices.take(notice));
  stream.on("gap", () => {}); // the cards show what is newest, and the log tells of gaps
  stream.on("connected", () => told("open"));
  stream.onState(({ status }) => status === "waiting" && told("lost"));
}

const PRICE = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** A table with a row for each symbol. */
class Stocks {
  #rows = new Map();
  #draw = oncePerFrame(() => this.#rows.forEach((row) => row.draw()));

  take({ symbol, price, trend }) {
    if (typeof symbol !== "string" || typeof price !== "number") {
      return;
    }
    let row = this.#rows.get(symbol);
    if (row === undefined) {
      row = new StockRow(symbol);
      this.#rows.set(symbol, row);
      this.#insert(symbol, row.element);
    }
    row.take(price, trend);
    this.#draw();
  }

  #insert(symbol, row) {
    const after = [...this.#rows.keys()].filter((other) => other > symbol).sort()[0];
    byId("stocks").insertBefore(row, after === undefined ? null : this.#rows.get(after).element);
  }
}

class StockRow {
  #chart = new Chart(KEPT);
  #price = element("td.number.price");
  #change = element("td.number.change");
  #latest = null;
  #drawn = null;

  constructor(symbol) {
    const name = element("th", symbol);
    name.scope = "row";
    this.element = element("tr", name, element("td.trace", this.#chart.element), this.#price, this.#change);
  }

  take(price, trend) {
    this.#latest = { price, trend };
    this.#chart.add(price);
  }

  draw() {
    if (this.#latest === null || this.#latest === this.#drawn) {
      return;
    }
    const { price, trend } = this.#latest;
    const first = this.#chart.oldest();
    const change = first === 0 ? 0 : (price / first - 1) * 100;
    setText(this.#price, PRICE.format(price));
    setText(this.#change, `${change < 0 ? "▼" : change > 0 ? "▲" : "■"} ${Math.abs(change).toFixed(2)}%`);
    this.element.dataset.trend = change < 0 ? "down" : change > 0 ? "up" : "flat";
    this.#chart.draw();
    // What was there on opening is no news: only what came after it lights up.
    if (this.#drawn !== null && trend !== "flat") {
      flash(this.#price, trend === "down" ? "flash-down" : "flash-up");
    }
    this.#drawn = this.#latest;
  }
}

/** Meters for the machine's processor, memory and load, and the hub's deliveries. */
class Machine {
  #meters = null;
  #before = null;
  #draw = oncePerFrame(() => this.#meters.forEach((meter) => meter.draw()));

  take({ time, cpu, memory, load, cores, hub }) {
    if (this.#meters === null) {
      const names = ["Processor", "Memory", "Load", "Deliveries"];
      this.#meters = new Map(names.map((name) => [name, new Meter(name, name !== "Deliveries")]));
      byId("machine").append(...[...this.#meters.values()].map((meter) => meter.element));
    }
    const meter = (name) => this.#meters.get(name);
    if (typeof cpu === "number") {
      meter("Processor").take(cpu, `${(cpu * 100).toFixed(0)}%`, cores > 1 ? `${cores} cores` : "");
    }
    if (memory?.total > 0) {
      meter("Memory").take(memory.used / memory.total, bytes(memory.used), `of ${bytes(memory.total)}`);
    }
    if (typeof load === "number") {
      meter("Load").take(load / (cores || 1), load.toFixed(2), "over a minute");
    }
    if (typeof hub?.delivered === "number") {
      this.#deliveries(Date.parse(time), hub.delivered, meter("Deliveries"));
    }
    this.#draw();
  }

  #deliveries(at, delivered, meter) {
    const before = this.#before;
    this.#before = { at, delivered };
    if (before !== null && at > before.at && delivered >= before.delivered) {
      const rate = ((delivered - before.delivered) * 1000) / (at - before.at);
      meter.take(rate, rate < 100 ? rate.toFixed(1) : count(Math.round(rate)), "a second");
    }
  }
}

/** A name, a figure, and where it came from as a line. */
class Meter {
  #value = element("span.value", "–");
  #unit = element("span.unit");
  #bar = element("span.fill");
  #chart;
  #share = null;

  /** @param {boolean} share whether what it takes are shares of a whole: they get a bar too */
  constructor(name, share) {
    this.#chart = new Chart(KEPT, share ? { min: 0, max: 1 } : undefined);
    const bar = share ? element("span.bar", this.#bar) : element("span.bar.none");
    bar.setAttribute("aria-hidden", "true");
    this.element = element(
      "div.meter",
      element("span.name", name),
      element("span.reading", this.#value, " ", this.#unit),
      this.#chart.element,
      bar,
    );
    this.#share = share ? 0 : null;
  }

  take(value, text, unit) {
    setText(this.#value, text);
    setText(this.#unit, unit);
    this.#chart.add(value);
    this.#share = this.#share === null ? null : Math.min(1, value);
  }

  draw() {
    this.#chart.draw();
    if (this.#share !== null) {
      this.#bar.style.inlineSize = `${(this.#share * 100).toFixed(1)}%`;
      this.element.dataset.level = this.#share > 0.9 ? "high" : this.#share > 0.7 ? "raised" : "normal";
    }
  }
}

const LEVELS = new Set(["info", "success", "warning", "error"]);

/** The newest notifications, the last one first. */
class Notices {
  #waiting = [];
  #seen = false;
  #draw = oncePerFrame(() => this.#show());

  take(notice) {
    if (typeof notice.title !== "string") {
      return;
    }
    this.#waiting.push(notice);
    this.#draw();
  }

  #show() {
    const list = byId("notices");
    for (const { title, text, level, time } of this.#waiting.splice(0).slice(-NOTICES)) {
      const at = new Date(time);
      const stamp = element("time", Number.isNaN(at.getTime()) ? "" : clock(at));
      const item = element(
        "li",
        element("p.title", element("strong", title), stamp),
        element("p.text", typeof text === "string" ? text : ""),
      );
      item.dataset.level = LEVELS.has(level) ? level : "info";
      list.prepend(item);
      if (this.#seen) {
        flash(item, "flash");
      }
    }
    this.#seen = true;
    while (list.childElementCount > NOTICES) {
      list.lastElementChild.remove();
    }
  }
}
