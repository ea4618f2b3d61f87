// Messages on their way. Each is kept over a reload, shown as long as it isn't there, and sent again under the same key
// until it is answered: the hub publishes a key once, however often it comes.

import { api } from "/kit.js";

const GIVE_UP_MS = 9 * 60 * 1000; // keys are remembered for ten minutes

export class Outbox {
  #store;
  #changed;
  #entries;
  #timer;
  #sending = false;

  /** `changed` is called whenever an entry is there, is gone, or has another state. */
  constructor(user, changed) {
    this.#store = `chat-outbox-${user}`;
    this.#changed = changed;
    this.#entries = JSON.parse(sessionStorage.getItem(this.#store) ?? "[]");
    this.#send();
  }

  /** Those for a room (`{room}`) or somebody (`{to}`): `{key, text, since, state, why}`. */
  of(place) {
    return this.#entries.filter(({ room, to }) => room === place.room && to === place.to);
  }

  add(place, text) {
    this.#entries.push({ ...place, text, key: crypto.randomUUID(), since: Date.now(), state: "sending" });
    this.#save();
    this.#send();
  }

  /** The stream has brought it: now it is there for everybody. */
  arrived(key) {
    this.drop(key);
  }

  drop(key) {
    const before = this.#entries.length;
    this.#entries = this.#entries.filter((entry) => entry.key !== key);
    if (this.#entries.length !== before) this.#save();
  }

  /** Tries at once what waits: because the connection is back, or somebody asked for it. */
  retry(key) {
    for (const entry of this.#entries) {
      if (entry.key === key) Object.assign(entry, { state: "sending", since: Date.now() });
    }
    clearTimeout(this.#timer);
    this.#send();
  }

  async #send(attempt = 0) {
    const entry = this.#entries.find(({ state }) => state === "sending" || state === "waiting");
    if (entry === undefined || this.#sending) return;
    this.#sending = true;
    let wait;
    try {
      const { room, to, text, key } = entry;
      await api("POST", "/api/messages", { room, to, text }, { key });
      entry.state = "sent"; // and goes when it arrives
    } catch (problem) {
      if (problem.status === 401) return location.reload(); // asks for the name; this is kept
      entry.why = problem.message;
      if (problem.passing && Date.now() - entry.since < GIVE_UP_MS) {
        entry.state = "waiting";
        wait = (problem.retryAfter ?? Math.min(8, 2 ** attempt)) * 1000;
      } else {
        entry.state = "refused";
      }
    } finally {
      this.#sending = false;
    }
    this.#save();
    // In the order in which they were written: those behind wait, too.
    if (wait === undefined) this.#send();
    else this.#timer = setTimeout(() => this.#send(attempt + 1), wait);
  }

  #save() {
    sessionStorage.setItem(this.#store, JSON.stringify(this.#entries));
    this.#changed();
  }
}
