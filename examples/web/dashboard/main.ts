// The page: figures, charts and alerts, from one stream that begins ten minutes ago.

import "uplot/dist/uPlot.min.css";
import { connect } from "/client.js";
import { api, el, enter, showState, streamOptions, streamUrl } from "/kit.js";
import { Alerts } from "./alerts.js";
import { Charts } from "./charts.js";
import { FIGURES, Samples, shown, type Alert, type Events, type Rule } from "./figures.js";
import { loadButton } from "./load.js";

const site = await enter({
  hint: "Names that begin with admin may look; all others see that they may not.",
  suggestions: ["admin", "guest"],
});
const samples = new Samples();
Object.assign(globalThis, { samples }); // for the console: samples.columns(["cpu"])
const alerts = new Alerts(later);
const charts = new Charts(samples, () => alerts.rules.values());
const tiles = new Map(
  Object.entries(FIGURES).map(([figure, { label }]) => [
    figure,
    el("div", { class: "tile", "data-figure": figure }, el("dt", {}, label), el("dd", {}, "–")),
  ]),
);
const main = document.querySelector("main")!;
main.append(
  el("div", { class: "page" }, el("dl", { class: "tiles" }, ...tiles.values()), charts.element, alerts.element),
);

// One stream has all: what there was in the last ten minutes, and what comes from now on. There is no place between the
// two in which a sample could be missing, and 600 of them come in a few batches.
const channels = ["dashboard/samples", "dashboard/alerts", "dashboard/rules/*"];
const url = streamUrl(site.hub, channels, { since: "10m", batch: "100ms" });
const events = connect<Events>(url, streamOptions(site.user));
events.on("sample", (sample) => {
  samples.add(sample);
  later();
});

// Rules and alerts may be older than ten minutes.
let known: Promise<void> = Promise.resolve();
const load = async () => {
  const [rules, before] = await Promise.all([api<Rule[]>("GET", "/api/rules"), api<Alert[]>("GET", "/api/alerts")]);
  rules.forEach((rule) => alerts.rule(rule));
  before.forEach((alert) => alerts.alert(alert));
};
events.on("connected", ({ resumed }) => {
  if (!resumed) known = load();
});
events.on("gap", () => void (known = load()));
// What comes meanwhile is newer than what was asked for, or the same.
events.on("rule", (rule) => void known.then(() => alerts.rule(rule)));
events.on("raised", (alert) => void known.then(() => alerts.alert(alert)));
events.on("cleared", (alert) => void known.then(() => alerts.alert(alert)));

showState(events);
events.onState((state) => {
  if (state.status === "closed" && state.why?.status === 403) refuse(state.why.problem?.detail ?? state.why.message);
});
alerts.element.append(loadButton());

/** Draws with the next frame, however much has come until then. */
let due = false;
function later() {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    charts.draw();
    for (const [figure, tile] of tiles) {
      tile.querySelector("dd")!.textContent = shown(figure, samples.last?.figures[figure]);
      tile.classList.toggle("raised", alerts.raised.has(figure));
    }
  });
}

function refuse(detail: string) {
  main.replaceChildren(
    el(
      "section",
      { class: "card refused", role: "alert" },
      el("p", { class: "code" }, "403"),
      el("h2", {}, "This is for admins"),
      el("p", { class: "quiet" }, detail),
      el("p", { class: "quiet" }, "Sign out, and come back with a name that begins with admin."),
    ),
  );
}
