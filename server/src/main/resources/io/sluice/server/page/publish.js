// The form that publishes, and the same by hand: lines to paste into a terminal.

import { byId, element, setText } from "./dom.js";

const COPIED_MS = 1500;

/** Connects the form. */
export function openPublisher() {
  const form = byId("publish-form");
  const result = byId("publish-result");
  const button = form.querySelector("button");

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    const { state, text } = await publish(new FormData(form));
    result.dataset.state = state;
    setText(result, text);
    button.disabled = false;
  });
  form.elements.data.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      form.requestSubmit();
    }
  });
}

async function publish(form) {
  const url = eventsUrl(form.get("channel").trim());
  const type = form.get("type").trim();
  if (type !== "") {
    url.searchParams.set("type", type);
  }
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "text/plain; charset=utf-8" },
      body: form.get("data"),
    });
    if (response.ok) {
      return { state: "done", text: `Published as ${(await response.json()).id}` };
    }
    return { state: "failed", text: await reason(response) };
  } catch {
    // fetch says no more than that it failed
    return { state: "failed", text: "The hub can't be reached. Nothing is known of this event." };
  }
}

/** What a refused request says for people: the problem's detail (RFC 9457), else its status. */
async function reason(response) {
  const type = response.headers.get("Content-Type") ?? "";
  if (type.startsWith("application/problem+json")) {
    const problem = await response.json();
    return problem.detail ?? problem.title ?? `${response.status}`;
  }
  return `The hub answered ${response.status} ${response.statusText}`.trim() + ".";
}

function eventsUrl(channel) {
  const path = channel.split("/").map(encodeURIComponent).join("/");
  return new URL(`events/${path}`, document.baseURI);
}

/** Lines for a terminal; they follow the form's channel and the newest id seen. */
export class Commands {
  #position = "";
  #channel = byId("publish-form").elements.channel;
  #lines;

  constructor() {
    this.#lines = [
      new CommandLine("Receive", (channel) => `curl -N ${quoted(eventsUrl(channel))}`),
      new CommandLine("Publish", (channel) => `curl -d hello ${quoted(eventsUrl(channel))}`),
      new CommandLine("Go on after an event", (channel) =>
        this.#position === ""
          ? null
          : `curl -N -H 'Last-Event-ID: ${this.#position}' ${quoted(eventsUrl(channel))}`,
      ),
      new CommandLine("Look back", (channel) => `curl ${quoted(historyUrl(channel))}`),
    ];
    byId("commands").append(...this.#lines.map((line) => line.element));
    this.#channel.addEventListener("input", () => this.#write());
    this.#write();
  }

  /** @param {string} id the newest id seen */
  position(id) {
    if (this.#position === "") {
      this.#position = id; // the first one stays: a line that changes can't be read or copied
      this.#write();
    }
  }

  #write() {
    this.#lines.forEach((line) => line.write(this.#channel.value.trim() || "news"));
  }
}

function historyUrl(channel) {
  const path = channel.split("/").map(encodeURIComponent).join("/");
  return new URL(`history/${path}`, document.baseURI);
}

/** Quotes for a POSIX shell, where it is needed. */
function quoted(url) {
  const text = url.href;
  return /^[A-Za-z0-9_:\/.@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

class CommandLine {
  #make;
  #code = element("code");
  #copy = element("button.copy", "Copy");

  constructor(name, make) {
    this.#make = make;
    this.#copy.type = "button";
    this.#copy.setAttribute("aria-label", `Copy: ${name}`);
    this.#copy.addEventListener("click", () => this.#toClipboard());
    this.element = element("div.command", element("span.name", name), element("pre", this.#code), this.#copy);
  }

  write(channel) {
    const line = this.#make(channel);
    this.element.hidden = line === null;
    setText(this.#code, line ?? "");
  }

  async #toClipboard() {
    setText(this.#copy, (await copied(this.#code)) ? "Copied" : "Press Ctrl C");
    setTimeout(() => setText(this.#copy, "Copy"), COPIED_MS);
  }
}

async function copied(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    // Not allowed, or no clipboard at all as on plain HTTP: selected, it is one key away.
    getSelection().selectAllChildren(code);
    return false;
  }
}
