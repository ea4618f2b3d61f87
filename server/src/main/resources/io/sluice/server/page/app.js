// The page of a hub. Each card is a file of its own; here they are put together, and it is said how
// the hub is.
//
// Two streams are open: a browser allows six connections to a host over HTTP/1.1, for all tabs
// together.

import { byId, setText } from "./dom.js";
import { openDemo } from "./demo.js";
import { EventLog } from "./log.js";
import { openFigures } from "./figures.js";
import { Commands, openPublisher } from "./publish.js";

/** How the hub is, from what its streams and its answers say. */
class Status {
  static #WORDS = {
    connecting: "Connecting",
    connected: "Connected",
    reconnecting: "Reconnecting",
    draining: "Draining",
  };

  #open = { demo: false, log: false };
  #state = "connecting";

  stream(name, state) {
    this.#open[name] = state !== "lost"; // one that was refused isn't waited for
    if (this.#allOpen()) {
      this.#say("connected");
    } else if (state === "lost") {
      this.#say(this.#state === "draining" ? "draining" : "reconnecting");
      this.#ready();
    }
  }

  answered(reachable) {
    if (!reachable) {
      this.#say("reconnecting");
    } else if (!this.#allOpen()) {
      this.#ready();
    }
  }

  #allOpen() {
    return Object.values(this.#open).every((open) => open);
  }

  // A hub that drains ends its streams and takes no new ones, but still answers this.
  async #ready() {
    try {
      const response = await fetch("health/ready", { cache: "no-store" });
      if (response.status === 503) {
        this.#say("draining");
      } else if (this.#state === "draining") {
        this.#say("reconnecting");
      }
    } catch {
      this.#say("reconnecting");
    }
  }

  #say(state) {
    this.#state = state;
    const status = byId("status");
    status.dataset.state = state;
    setText(status, Status.#WORDS[state]);
  }
}

const status = new Status();
const commands = new Commands();
openPublisher();
openFigures((reachable) => status.answered(reachable));
openDemo((state) => status.stream("demo", state));
new EventLog({
  state: (state) => status.stream("log", state),
  position: (id) => commands.position(id),
});
