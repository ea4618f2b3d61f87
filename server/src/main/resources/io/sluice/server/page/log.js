// The log of events: every event of the channels that the visitor asked for, gaps included.

import { connect } from "../client.js";
import { byId, clock, count, element, oncePerFrame, setText } from "./dom.js";

const ROWS = 200;
const LINE_CHARACTERS = 400; // of the data in a row's single line
const SHOWN_CHARACTERS = 20_000; // of the data when a row is opened; it may be a megabyte

/** Connects the log's form, buttons and rows, and subscribes. */
export class EventLog {
  #list = byId("log");
  #pause = byId("log-pause");
  #stream = null;
  #waiting = [];
  #held = 0;
  #paused = false;
  #received = 0;
  #reconnects = 0;
  #lost = false;
  #position = "";
  #told;
  #draw = oncePerFrame(() => this.#show());

  /**
   * @param {{state: (state: "open" | "lost" | "closed") => void, position: (id: string) => void}} told of the
   *     connection, and of the newest id
   */
  constructor(told) {
    this.#told = told;
    byId("log-filter").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#subscribe();
    });
    this.#pause.addEventListener("click", () => this.#hold(!this.#paused));
    byId("log-clear").addEventListener("click", () => this.#clear());
    // Who opens an event wants to read it: it stays where it is until the log is resumed.
    this.#list.addEventListener("toggle", (event) => event.target.open && this.#hold(true), true);
    this.#list.addEventListener("keydown", (event) => this.#move(event));
    this.#list.addEventListener("focusin", (event) => this.#rove(event.target));
    this.#subscribe();
  }

  #subscribe() {
    this.#stream?.close();
    this.#clear();
    this.#reconnects = 0;
    this.#position = "";
    setText(byId("log-error"), "");
    const stream = connect(this.#url(), { data: "text" });
    this.#stream = stream;
    stream.onAny((event) => this.#take(event));
    stream.inspect((step) => step.kind === "block" && this.#moved(step.block.id));
    stream.onState((state) => {
      if (state.status === "waiting") {
        this.#lost = true;
        this.#told.state("lost");
        this.#draw();
      } else if (state.status === "closed" && state.why !== undefined) {
        this.#told.state("closed");
        setText(byId("log-error"), state.why.message);
      }
    });
  }

  // Ids come without an event too.
  #moved(position) {
    if (position !== this.#position) {
      this.#position = position;
      this.#told.position(position);
      this.#draw();
    }
  }

  #url() {
    const form = new FormData(byId("log-filter"));
    const url = new URL("events", document.baseURI);
    const add = (name, text) =>
      text
        .split(/[\s,]+/)
        .filter((part) => part !== "")
        .forEach((part) => url.searchParams.append(name, part));
    add("channel", form.get("channels"));
    add("type", form.get("types"));
    const [name, value] = form.get("begin").split("=");
    if (name !== "") {
      url.searchParams.set(name, value);
    }
    return url;
  }

  #take({ id, type, channel = "", text }) {
    if (type === "connected") {
      this.#reconnects += this.#lost ? 1 : 0;
      this.#lost = false;
      this.#told.state("open");
    } else if (type !== "gap" && type !== "subscription") {
      this.#received++;
    }
    this.#waiting.push({ id, type, channel, data: text, at: new Date() });
    if (this.#waiting.length > ROWS) {
      this.#waiting.shift();
    }
    if (this.#paused) {
      this.#held++;
    }
    this.#draw();
  }

  #show() {
    if (!this.#paused && this.#waiting.length > 0) {
      // One insertion for all that came since the last frame, the newest on top.
      const rows = this.#waiting.splice(0).map(row).reverse();
      this.#list.prepend(...rows);
      while (this.#list.childElementCount > ROWS) {
        this.#list.lastElementChild.remove();
      }
      if (this.#list.querySelector("summary[tabindex='0']") === null) {
        this.#list.querySelector("summary")?.setAttribute("tabindex", "0");
      }
    }
    byId("log-empty").hidden = this.#list.childElementCount > 0;
    setText(this.#pause, this.#paused ? (this.#held > 0 ? `Resume · ${count(this.#held)} new` : "Resume") : "Pause");
    const words = [`${count(this.#received)} received`];
    if (this.#reconnects > 0) {
      words.push(`${count(this.#reconnects)} ${this.#reconnects === 1 ? "reconnect" : "reconnects"}`);
    }
    if (this.#position !== "") {
      words.push(`at ${this.#position}`);
    }
    setText(byId("log-position"), words.join(" · "));
  }

  #hold(paused) {
    if (paused === this.#paused) {
      return;
    }
    this.#paused = paused;
    this.#held = 0;
    this.#pause.setAttribute("aria-pressed", String(paused));
    this.#draw();
  }

  #clear() {
    this.#waiting = [];
    this.#held = 0;
    this.#received = 0;
    this.#list.replaceChildren();
    this.#draw();
  }

  // One row at a time can be reached by Tab, the others from there with the arrow keys: two hundred
  // stops would bar the way to what follows.
  #move(event) {
    const item = event.target.closest("li");
    const next = {
      ArrowDown: item?.nextElementSibling,
      ArrowUp: item?.previousElementSibling,
      Home: this.#list.firstElementChild,
      End: this.#list.lastElementChild,
    }[event.key];
    if (next) {
      event.preventDefault();
      next.querySelector("summary").focus();
    }
  }

  #rove(target) {
    if (target.matches("summary")) {
      this.#list.querySelector("summary[tabindex='0']")?.setAttribute("tabindex", "-1");
      target.setAttribute("tabindex", "0");
    }
  }
}

function row(event) {
  const system = { connected: "connected", subscription: "connected", gap: "gap" }[event.type];
  const line = system === "gap" ? gapText(event.data) : firstLine(event.data);
  const channel = system === undefined ? event.channel : "the hub";
  const summary = element(
    "summary",
    element("span.at", clock(event.at)),
    element("span.channel", channel),
    element("span.type", event.type),
    element("span.data", line),
    element("span.id", event.id),
  );
  summary.tabIndex = -1;
  const details = element("details", summary);
  // What is inside is made when it is asked for: most rows are never opened.
  details.addEventListener("toggle", () => details.append(element("pre", whole(event.data))), { once: true });
  const item = element("li", details);
  if (system !== undefined) {
    item.classList.add(system);
  }
  return item;
}

function gapText(data) {
  const gap = JSON.parse(data); // the hub's own type: nobody else may publish it
  const missed = gap.missed === undefined ? "Events" : `${count(gap.missed)} ${gap.missed === 1 ? "event" : "events"}`;
  const next = gap.next === undefined ? "" : ` Goes on with ${gap.next}.`;
  return `${missed} after ${gap.after} can't be had any more (${gap.reason}).${next}`;
}

function firstLine(data) {
  return data.length > LINE_CHARACTERS ? `${data.slice(0, LINE_CHARACTERS)}…` : data;
}

function whole(data) {
  if (data.length > SHOWN_CHARACTERS) {
    return `${data.slice(0, SHOWN_CHARACTERS)}\n… ${count(data.length)} characters in all`;
  }
  try {
    return JSON.stringify(JSON.parse(data), null, 2);
  } catch {
    return data; // not JSON: shown as it came
  }
}
