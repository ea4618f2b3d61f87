// What the pages of the examples have in common: making elements, asking the application, signing in, and saying how
// the stream and the application are.

/**
 * Makes an element. Text is only ever text: nothing here reads markup, so what people write can't become any.
 *
 * Props are attributes, except `class`, `on<event>` (a listener) and booleans (there or not there).
 */
export function el(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

/** What the application answers if it can't do something; `status` is 0 where it didn't answer at all. */
export class Problem extends Error {
  constructor(status, detail, retryAfter) {
    super(detail);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may do better later. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Asks the application, in JSON. `key` names the request and those that repeat it. Throws a Problem. */
export async function api(method, path, body, { key, keepalive, timeout = 10_000 } = {}) {
  let response;
  try {
    response = await fetch(path, {
      method,
      keepalive,
      signal: AbortSignal.timeout(timeout),
      headers: {
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(key === undefined ? {} : { "Idempotency-Key": key }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (response.ok) {
      return response.status === 204 ? undefined : await response.json();
    }
  } catch {
    throw new Problem(0, "there is no answer");
  }
  const problem = await response.json().catch(() => ({}));
  const detail = problem.detail ?? `the answer is ${response.status}`;
  throw new Problem(response.status, detail, Number(response.headers.get("Retry-After")) || undefined);
}

/** What every stream of a page is opened with: the cookie goes along, and all tabs have one connection. */
export const streamOptions = (user) => ({
  credentials: "include",
  shared: { worker: "/client-worker.js", identity: user.name },
});

/** The URL of a stream of the hub. */
export function streamUrl(hub, channels, more = {}) {
  const query = new URLSearchParams(more);
  for (const channel of channels) query.append("channel", channel);
  return `${hub}/events?${query}`;
}

/** Reads JSON from the hub itself: /history, /presence. */
export async function ask(hub, path) {
  const response = await fetch(hub + path, { credentials: "include", signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Problem(response.status, `${path}: ${response.status}`);
  return response.json();
}

/**
 * Who is signed in, and where the hub is. Asks for a name until there is one, and fills the page's bar: the title, how
 * the stream is, who is there, and a way out.
 */
export async function enter({ hint, suggestions = [] } = {}) {
  let site = await patiently(() => api("GET", "/api/site"));
  if (site.user === undefined) {
    await signIn(hint, suggestions);
    site = await patiently(() => api("GET", "/api/site"));
  }
  bar(site.user);
  footer();
  return site;
}

async function patiently(ask) {
  for (let wait = 500; ; wait = Math.min(2 * wait, 5000)) {
    try {
      return await ask();
    } catch (problem) {
      if (!problem.passing) throw problem;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

function signIn(hint, suggestions) {
  return new Promise((resolve) => {
    const error = el("p", { class: "error", role: "alert" });
    const name = el("input", {
      id: "name",
      name: "name",
      required: true,
      maxlength: 24,
      pattern: "[A-Za-z0-9_\\-]+",
      autocomplete: "username",
      autocapitalize: "off",
      spellcheck: "false",
      placeholder: "alice",
    });
    const submit = async (event) => {
      event.preventDefault();
      try {
        await api("POST", "/api/session", { name: name.value.trim() });
        dialog.close();
        dialog.remove();
        resolve();
      } catch (problem) {
        error.textContent = problem.message;
        name.focus();
      }
    };
    const quick = suggestions.map((suggestion) =>
      el("button", { type: "submit", class: "plain", onclick: () => (name.value = suggestion) }, suggestion),
    );
    const dialog = el(
      "dialog",
      { class: "enter", "aria-labelledby": "enter-title" },
      el(
        "form",
        { onsubmit: submit },
        el("img", { src: "/icon.svg", alt: "", width: 44, height: 44 }),
        el("h2", { id: "enter-title" }, document.title),
        el("p", { class: "quiet" }, hint ?? "Names are believed as they are typed: this is an example."),
        el("label", { for: "name" }, "Your name"),
        el("div", { class: "row" }, name, el("button", { class: "strong" }, "Enter")),
        quick.length > 0 && el("p", { class: "quick" }, el("span", { class: "quiet" }, "or as "), ...quick),
        error,
      ),
    );
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    document.body.append(dialog);
    dialog.showModal();
  });
}

function bar(user) {
  const out = async () => {
    await api("DELETE", "/api/session").catch(() => {});
    location.reload();
  };
  document
    .querySelector("#bar")
    .append(
      el("img", { src: "/icon.svg", alt: "", width: 28, height: 28 }),
      el("h1", {}, document.title),
      el("p", { id: "status", class: "status", role: "status", "data-state": "connecting" }, "Connecting"),
      el("p", { class: "who" }, avatar(user.name), el("span", {}, user.name)),
      el("button", { type: "button", class: "plain", onclick: out }, "Sign out"),
    );
}

/** Says how a stream is, in the bar. */
export function showState(events) {
  const status = document.querySelector("#status");
  let timer;
  events.onState((state) => {
    clearInterval(timer);
    status.dataset.state = state.status;
    status.title = events.connection === undefined ? "" : `connection ${events.connection.connection}`;
    const say = () => {
      const seconds = Math.max(0, Math.ceil((state.until - Date.now()) / 1000));
      status.textContent =
        state.status === "open"
          ? "Live"
          : state.status === "waiting"
            ? `Offline, again in ${seconds} s`
            : state.status === "closed"
              ? "Ended"
              : "Connecting";
    };
    say();
    if (state.status === "waiting") timer = setInterval(say, 500);
    if (state.status === "closed" && state.why !== undefined) {
      // Signed out elsewhere, or after half a day: the page asks for the name again.
      status.textContent = state.why.message;
      if (["expired", "unauthorized"].includes(state.why.code)) location.reload();
    }
  });
}

function footer() {
  const line = document.querySelector("#health");
  const look = async () => {
    try {
      const health = await api("GET", "/health");
      line.dataset.state = health.status;
      line.textContent = `Healthy · up ${duration(health.uptimeSeconds)} · ${health.streams} ${health.streams === 1 ? "stream" : "streams"} · newest event ${health.newest}`;
    } catch (problem) {
      line.dataset.state = "failing";
      line.textContent = problem.status === 0 ? "The application doesn't answer" : `Failing: ${problem.message}`;
    }
  };
  look();
  setInterval(() => document.visibilityState === "visible" && look(), 5000);
}

function duration(seconds) {
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

/** A round picture of a name: two letters in a colour of its own. */
export function avatar(name) {
  let hash = 0;
  for (const char of name) hash = (hash * 31 + char.codePointAt(0)) >>> 0;
  return el("span", { class: `avatar tint${hash % 8}`, "aria-hidden": "true" }, name.slice(0, 2).toUpperCase());
}

/** The time of day. */
export const clock = (time) => new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
