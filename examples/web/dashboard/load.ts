// Something to look at: requests that keep the server busy, some of which fail.

import { el } from "/kit.js";

const EVERY_MS = 80;
const PATH = "/api/work?millis=25&failing=15";

export function loadButton(): HTMLElement {
  let timer: ReturnType<typeof setInterval> | undefined;
  const button = el("button", { type: "button", "aria-pressed": "false" }, "Make some load");
  button.addEventListener("click", () => {
    if (timer === undefined) {
      timer = setInterval(() => void fetch(PATH).catch(() => {}), EVERY_MS);
    } else {
      clearInterval(timer);
      timer = undefined;
    }
    button.setAttribute("aria-pressed", String(timer !== undefined));
    button.textContent = timer === undefined ? "Make some load" : "Stop the load";
  });
  return button;
}
