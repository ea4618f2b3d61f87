// Here and not in shared/, so that the worker's file lies beside this one in the package, and beside client.js on a hub.

import { VERSION } from "./shared/messages.js";

type Constructor = new (url: string | URL, name: string) => SharedWorker;

/** The worker of this origin that has its connections. Throws where a page may have none from there. */
export function startWorker(Constructor: Constructor, url: string | URL | undefined): SharedWorker {
  return new Constructor(url ?? new URL("./client-worker.js", import.meta.url), `sluice ${VERSION}`);
}
