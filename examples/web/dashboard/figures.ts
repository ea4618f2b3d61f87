// What is measured, how it is shown, and the samples of the last ten minutes.

/** On `dashboard/samples`, one each second. What can't be said for a second isn't among its figures. */
export interface Sample {
  readonly at: number;
  readonly figures: Readonly<Record<string, number>>;
}

export interface Rule {
  readonly figure: string;
  readonly above: number;
  readonly seconds: number;
}

export interface Alert {
  readonly at: number;
  readonly rule: Rule;
  readonly raised: boolean;
  readonly value: number;
}

export interface Events {
  sample: Sample;
  rule: Rule;
  raised: Alert;
  cleared: Alert;
}

export const FIGURES: Readonly<Record<string, { readonly label: string; readonly unit: string }>> = {
  cpu: { label: "Processor", unit: "%" },
  memory: { label: "Memory", unit: "%" },
  load: { label: "Load", unit: "" },
  requests: { label: "Requests", unit: "/s" },
  errors: { label: "Errors", unit: "%" },
  response: { label: "Response", unit: "ms" },
  published: { label: "Published", unit: "/s" },
  delivered: { label: "Delivered", unit: "/s" },
  delivery: { label: "Delivery", unit: "ms" },
  users: { label: "Users", unit: "" },
  connections: { label: "Connections", unit: "" },
};

export function shown(figure: string, value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  const text = value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });
  const { unit } = FIGURES[figure]!;
  return unit === "" || unit === "%" || unit === "/s" ? text + unit : `${text} ${unit}`;
}

export const WINDOW_SECONDS = 600;
const MISSING_AFTER_MS = 2500;

/** The samples of the last ten minutes, in their order. */
export class Samples {
  #samples: Sample[] = [];

  add(sample: Sample) {
    this.#samples.push(sample);
    const from = sample.at - WINDOW_SECONDS * 1000;
    const old = this.#samples.findIndex(({ at }) => at >= from);
    if (old > 0) this.#samples.splice(0, old);
  }

  get last(): Sample | undefined {
    return this.#samples.at(-1);
  }

  /** Times in seconds, and the values of each figure; null where there is none, so that a line ends there. */
  columns(figures: readonly string[]): [number[], ...(number | null)[][]] {
    const times: number[] = [];
    const values: (number | null)[][] = figures.map(() => []);
    let before = Infinity;
    for (const { at, figures: had } of this.#samples) {
      if (at - before > MISSING_AFTER_MS) {
        times.push(before / 1000 + 1);
        for (const column of values) column.push(null);
      }
      times.push(at / 1000);
      figures.forEach((figure, n) => values[n]!.push(had[figure] ?? null));
      before = at;
    }
    return [times, ...values];
  }
}
