// The hub's figures, asked for again and again while somebody looks.

import { byId, count, duration, setText } from "./dom.js";

const EVERY_MS = 2000;

/**
 * Starts asking.
 *
 * @param {(reachable: boolean) => void} told whether the hub answered
 */
export function openFigures(told) {
  let before = null;

  const ask = async () => {
    if (!document.hidden) {
      const stats = await answer();
      told(stats !== null);
      if (stats !== null) {
        const now = { stats, at: performance.now() };
        show(now, before);
        before = now;
      }
    }
    setTimeout(ask, EVERY_MS);
  };
  ask();
}

async function answer() {
  try {
    const response = await fetch("stats", { headers: { Accept: "application/json" }, cache: "no-store" });
    return response.ok ? await response.json() : null;
  } catch {
    return null; // not reachable: the status line says so
  }
}

function show(now, before) {
  for (const node of byId("figures").querySelectorAll("[data-figure]")) {
    const value = now.stats[node.dataset.figure];
    if (typeof value === "number") {
      setText(node, node.dataset.figure === "uptime" ? duration(value) : count(value));
    }
  }
  if (before === null) {
    return;
  }
  for (const node of byId("figures").querySelectorAll("[data-rate]")) {
    const more = now.stats[node.dataset.rate] - before.stats[node.dataset.rate];
    const rate = (more * 1000) / (now.at - before.at);
    // A hub that was restarted counts from nothing again.
    setText(node, rate >= 0 ? `${rate < 100 ? rate.toFixed(1) : count(Math.round(rate))}/s` : "");
  }
}
