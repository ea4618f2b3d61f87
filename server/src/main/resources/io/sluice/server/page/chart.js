// Small line charts: one SVG each, the newest value at the right edge.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 120;
const HEIGHT = 32;
const INSET = 2; // half of the thickest line, so that a peak isn't cut

/** A line (and the area under it) over the last values that it was given. */
export class Chart {
  #values = [];
  #capacity;
  #range;
  #line = document.createElementNS(SVG, "polyline");
  #area = document.createElementNS(SVG, "polygon");

  /** The chart; decoration for readers of the screen's text, who have the figures beside it. */
  element = document.createElementNS(SVG, "svg");

  /**
   * @param {number} capacity values kept
   * @param {{min: number, max: number}=} range of the vertical axis; without one, what the values span
   */
  constructor(capacity, range) {
    this.#capacity = capacity;
    this.#range = range;
    this.element.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    this.element.setAttribute("preserveAspectRatio", "none");
    this.element.setAttribute("aria-hidden", "true");
    this.element.classList.add("chart");
    this.#area.classList.add("area");
    this.element.append(this.#area, this.#line);
  }

  /** Takes one more value; shown with the next {@link draw}. */
  add(value) {
    this.#values.push(value);
    if (this.#values.length > this.#capacity) {
      this.#values.shift();
    }
  }

  /** The value that was added before all others that are kept. */
  oldest() {
    return this.#values[0];
  }

  draw() {
    if (this.#values.length < 2) {
      return;
    }
    const min = this.#range?.min ?? Math.min(...this.#values);
    const max = this.#range?.max ?? Math.max(...this.#values);
    const span = max - min || 1;
    const step = WIDTH / (this.#capacity - 1);
    const left = WIDTH - step * (this.#values.length - 1);
    const points = this.#values
      .map((value, i) => {
        const share = Math.min(1, Math.max(0, (value - min) / span));
        const y = HEIGHT - INSET - share * (HEIGHT - 2 * INSET);
        return `${(left + i * step).toFixed(1)},${y.toFixed(1)}`;
      })
      .join(" ");
    this.#line.setAttribute("points", points);
    this.#area.setAttribute("points", `${left.toFixed(1)},${HEIGHT} ${points} ${WIDTH},${HEIGHT}`);
  }
}
