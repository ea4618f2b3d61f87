// Runs a client in a thread of its own, so that what it throws ends nothing but itself.

import { parentPort, workerData } from "node:worker_threads";

const { client, task } = workerData;
const { start } = await import(`./clients/${client}.js`);
const report = (what) => (value) => parentPort.postMessage([what, value]);
start(task, { event: report("event"), closed: report("closed") });
parentPort.ref(); // a client that has given up must not end the thread: that would be seen as its doing
