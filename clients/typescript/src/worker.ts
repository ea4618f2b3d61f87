// The SharedWorker that has the connections of an origin's tabs. Built as one file, client-worker.js.

import { connectOn } from "./connect.js";
import { here } from "./platform.js";
import { newHost } from "./shared/host.js";
import { subscribed } from "./subscription.js";

const host = newHost(here, connectOn, subscribed);

addEventListener("connect", (event) => {
  for (const port of (event as MessageEvent).ports) host.accept(port);
});
