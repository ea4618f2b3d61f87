// Charts over ten minutes that move with the time, drawn by uPlot.

import uPlot from "uplot";
import { el } from "/kit.js";
import { FIGURES, WINDOW_SECONDS, shown, type Rule, type Samples } from "./figures.js";

interface Plan {
  readonly title: string;
  readonly figures: readonly string[];
  /** What the scale reaches at least. */
  readonly top: number;
}

const PLANS: readonly Plan[] = [
  { title: "Machine", figures: ["cpu", "memory"], top: 100 },
  { title: "Load", figures: ["load"], top: 1 },
  { title: "Requests", figures: ["requests"], top: 5 },
  { title: "Errors", figures: ["errors"], top: 10 },
  { title: "Times", figures: ["response", "delivery"], top: 5 },
  { title: "Events", figures: ["published", "delivered"], top: 5 },
];
const HEIGHT = 150;

export class Charts {
  readonly element = el("section", { class: "charts", "aria-label": "The last ten minutes" });
  #samples: Samples;
  #rules: () => Iterable<Rule>;
  #charts: Chart[] = [];

  constructor(samples: Samples, rules: () => Iterable<Rule>) {
    this.#samples = samples;
    this.#rules = rules;
    this.#make();
    // What is drawn has the colours of the moment.
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.#make();
      this.draw();
    });
  }

  #make() {
    this.#charts.forEach((chart) => chart.end());
    this.#charts = PLANS.map((plan) => new Chart(plan, this.#rules));
    this.element.replaceChildren(...this.#charts.map(({ element }) => element));
  }

  draw() {
    this.#charts.forEach((chart) => chart.draw(this.#samples));
  }
}

class Chart {
  readonly element: HTMLElement;
  #plan: Plan;
  #values: HTMLElement[];
  #plot: uPlot;
  #sizes: ResizeObserver;

  constructor(plan: Plan, rules: () => Iterable<Rule>) {
    this.#plan = plan;
    this.#values = plan.figures.map(() => el("output", {}, "–"));
    const place = el("div", { class: "plot" });
    const legend = plan.figures.map((figure, n) =>
      el("span", { class: `key line${n}` }, plan.figures.length > 1 && FIGURES[figure]!.label, " ", this.#values[n]),
    );
    this.element = el("figure", { class: "card chart" }, el("figcaption", {}, el("h2", {}, plan.title), ...legend), place);
    this.#plot = new uPlot(this.#options(rules), [[]], place);
    this.#sizes = new ResizeObserver(() => this.#plot.setSize({ width: place.clientWidth, height: HEIGHT }));
    this.#sizes.observe(place);
  }

  #options(rules: () => Iterable<Rule>): uPlot.Options {
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const lines = [colour("--line0"), colour("--line1")];
    const axis = {
      stroke: colour("--quiet"),
      font: `11px ${colour("--sans")}`,
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { show: false },
    };
    const { top, figures } = this.#plan;
    return {
      width: 300,
      height: HEIGHT,
      legend: { show: false },
      padding: [8, 4, 0, 0],
      cursor: { sync: { key: "dashboard" }, drag: { x: false, y: false }, y: false },
      scales: {
        // A minute at first, that grows to ten.
        x: { range: (_, from, to) => [Math.max(to - WINDOW_SECONDS, Math.min(from, to - 60)), to] },
        y: { range: (_, __, most) => [0, Math.max(top, (most ?? 0) * 1.1)] },
      },
      axes: [
        { ...axis, size: 24, space: 76, values: (_, times) => times.map((time) => new Date(time * 1000).toTimeString().slice(0, 8)) },
        { ...axis, size: 40, space: 32 },
      ],
      series: [
        {},
        ...figures.map((_, n) => ({
          stroke: lines[n]!,
          width: 1.5,
          ...(n === 0 ? { fill: `color-mix(in srgb, ${lines[n]} 14%, transparent)` } : {}),
          points: { show: true, size: 4, filter: alone },
        })),
      ],
      hooks: {
        draw: [(plot) => thresholds(plot, figures, rules(), colour("--bad"))],
        setCursor: [() => this.#say()],
      },
    };
  }

  draw(samples: Samples) {
    this.#plot.setData(samples.columns(this.#plan.figures));
    this.#say();
  }

  /** The values under the pointer, or the newest. */
  #say() {
    const plot = this.#plot;
    if (plot === undefined) return;
    const at = plot.cursor.idx ?? plot.data[0].length - 1;
    this.#plan.figures.forEach((figure, n) => (this.#values[n]!.textContent = shown(figure, plot.data[n + 1]?.[at])));
  }

  end() {
    this.#sizes.disconnect();
    this.#plot.destroy();
  }
}

/** Values that no line leads to or from, which would be seen nowhere. */
function alone(plot: uPlot, series: number): number[] {
  const values = plot.data[series] as (number | null)[];
  return values.flatMap((value, n) => (value !== null && values[n - 1] == null && values[n + 1] == null ? [n] : []));
}

function thresholds({ ctx, bbox, valToPos, scales }: uPlot, figures: readonly string[], rules: Iterable<Rule>, colour: string) {
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.globalAlpha = 0.6;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  for (const { figure, above } of rules) {
    if (!figures.includes(figure) || above > (scales.y!.max ?? 0)) continue;
    const y = valToPos(above, "y", true);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}
