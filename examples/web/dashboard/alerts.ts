// Which rules there are, which of them hold, and when they began and ceased to.

import { api, el } from "/kit.js";
import { FIGURES, shown, type Alert, type Rule } from "./figures.js";

const MOST = 30;

export class Alerts {
  readonly rules = new Map<string, Rule>();
  readonly raised = new Set<string>();
  readonly element: HTMLElement;
  #list = el("ol", { class: "alerts", role: "log", "aria-label": "Alerts" });
  #known = new Set<string>();
  #forms = el("div", { class: "rules" });
  #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
    const choice = el("select", { "aria-label": "One more rule" }, el("option", { value: "" }, "One more rule …"));
    for (const [figure, { label }] of Object.entries(FIGURES)) choice.append(el("option", { value: figure }, label));
    choice.addEventListener("change", () => {
      const figure = (choice as HTMLSelectElement).value;
      if (figure !== "" && !this.rules.has(figure)) this.rule({ figure, above: 100, seconds: 5 }).focus();
      (choice as HTMLSelectElement).value = "";
    });
    this.element = el(
      "section",
      { class: "card side" },
      el("h2", {}, "Alerts"),
      this.#list,
      el("h2", {}, "Rules"),
      this.#forms,
      choice,
    );
  }

  /** A rule was set. Gives where its threshold stands. */
  rule(rule: Rule): HTMLElement {
    const { figure, above, seconds } = rule;
    this.rules.set(figure, rule);
    const { label, unit } = FIGURES[figure]!;
    const said = el("p", { role: "alert" });
    const threshold = el("input", { name: "above", type: "number", min: 0, step: "any", value: above, required: true, "aria-label": `${label} above` });
    const time = el("input", { name: "seconds", type: "number", min: 1, max: 3600, value: seconds, required: true, "aria-label": `${label}: seconds` });
    const set = async (event: Event) => {
      event.preventDefault();
      const form = new FormData(event.currentTarget as HTMLFormElement);
      try {
        await api("PUT", "/api/rules", { figure, above: Number(form.get("above")), seconds: Number(form.get("seconds")) });
        said.textContent = "";
      } catch (error) {
        said.textContent = (error as Error).message;
      }
    };
    const form = el(
      "form",
      { onsubmit: set, "data-figure": figure },
      el("b", {}, label),
      el("span", {}, "above"),
      threshold,
      el("span", {}, `${unit} for`),
      time,
      el("span", {}, "s"),
      el("button", { class: "plain", "aria-label": `Set the rule of ${label}` }, "Set"),
      said,
    );
    const before = this.#forms.querySelector(`[data-figure="${figure}"]`);
    if (before) before.replaceWith(form);
    else this.#forms.append(form);
    this.#changed();
    return threshold;
  }

  /** An alert, newer than those before. */
  alert({ at, rule, raised, value }: Alert) {
    const { figure, above } = rule;
    const name = `${figure} ${at} ${raised}`;
    if (this.#known.has(name)) return;
    this.#known.add(name);
    if (raised) this.raised.add(figure);
    else this.raised.delete(figure);
    const { label } = FIGURES[figure]!;
    this.#list.prepend(
      el(
        "li",
        { class: raised ? "raised" : "cleared", "data-figure": figure },
        el("b", {}, `${label} ${raised ? "above" : "no longer above"} ${shown(figure, above)}`),
        el("span", { class: "quiet" }, `at ${shown(figure, value)}`),
        el("time", { datetime: new Date(at).toISOString() }, new Date(at).toTimeString().slice(0, 8)),
      ),
    );
    while (this.#list.children.length > MOST) this.#list.lastChild!.remove();
    this.#changed();
  }
}
