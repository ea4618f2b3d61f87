export { fakeServer, type Answer, type FakeRequest, type FakeServer, type Reply, type Script } from "./fake-server.js";
export { probe, ProbeError, type Expected, type Part, type Probe, type Within } from "./probe.js";
export { connected, cut, end, event, gap, heartbeat, pause, retry, type EventFields, type Pause, type Step } from "./steps.js";
