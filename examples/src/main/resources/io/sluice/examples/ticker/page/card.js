// One symbol of the watchlist. Events change numbers only; what is seen changes once per frame at most, in `draw`.

import { el } from "/kit.js";

const POINTS = 180;
const FLASH_EVERY_MS = 250;

const still = matchMedia("(prefers-reduced-motion: reduce)");
const money = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export class Card {
  #points = []; // [n, price]
  #shown;
  #flashed = 0;
  #first;
  #canvas = el("canvas", { "aria-hidden": "true" });
  #price = el("span", { class: "price" }, "–");
  #change = el("span", { class: "change" });
  #halted = el("p", { class: "halted" });
  #halt;

  /** The event that is shown; undefined until the first. */
  quote;

  /** Whether what was before has been asked for. */
  filled = false;

  /** How many events never came: numbers that were passed over. */
  missed = 0;

  constructor({ symbol, name }, { remove, halt }) {
    this.#halt = halt && el("button", { type: "button", class: "plain", onclick: halt, "aria-label": `Halt ${symbol}` }, "Halt");
    this.element = el(
      "li",
      { class: "card", "data-symbol": symbol },
      el(
        "div",
        { class: "names" },
        el("b", {}, symbol),
        el("span", { class: "quiet" }, name),
        this.#halt,
        el("button", { type: "button", class: "plain remove", "aria-label": `Stop watching ${symbol}`, title: "Stop watching", onclick: remove }, "✕"),
      ),
      this.#canvas,
      el("div", { class: "figures" }, this.#price, this.#change),
      this.#halted,
    );
  }

  /** An event: true if it is new. Those that are drawn over before the next frame cost nothing but this. */
  take(quote) {
    if (this.quote !== undefined && quote.n <= this.quote.n) return false;
    if (this.quote === undefined) this.#first = quote.n;
    else this.missed += quote.n - this.quote.n - 1;
    this.quote = quote;
    this.#points.push([quote.n, quote.price]);
    if (this.#points.length > 2 * POINTS) this.#points.splice(0, POINTS);
    return true;
  }

  /** What was before the first event that came by itself. */
  fill(quotes) {
    const before = quotes.filter(({ n }) => this.#first === undefined || n < this.#first);
    this.#points.unshift(...before.map(({ n, price }) => [n, price]));
    if (this.quote === undefined && quotes.length > 0) {
      this.quote = quotes.at(-1);
      this.#first = this.quote.n;
    }
  }

  draw(now) {
    const { quote } = this;
    if (quote === undefined) return;
    const up = this.#shown === undefined || quote.price >= this.#shown;
    if (this.#shown !== quote.price) {
      this.#price.textContent = money.format(quote.price / 100);
      if (this.#shown !== undefined) {
        this.element.dataset.moved = up ? "up" : "down";
        this.#flash(up, now);
      }
      this.#shown = quote.price;
    }
    const change = quote.price / quote.open - 1;
    this.element.dataset.n = quote.n;
    this.element.dataset.trend = change < 0 ? "down" : "up";
    this.#change.textContent = `${change < 0 ? "▼" : "▲"} ${Math.abs(100 * change).toFixed(2)} %`;
    this.element.classList.toggle("is-halted", quote.halted !== "");
    this.#halted.textContent = quote.halted === "" ? "" : `Halted: ${quote.halted}`;
    if (this.#halt) this.#halt.disabled = quote.halted !== "";
    this.#line(change < 0);
  }

  // So many a second at most that it can still be seen.
  #flash(up, now) {
    if (still.matches || now - this.#flashed < FLASH_EVERY_MS) return;
    this.#flashed = now;
    const colour = getComputedStyle(this.element).getPropertyValue(up ? "--flash-up" : "--flash-down");
    this.#price.animate([{ backgroundColor: colour }, { backgroundColor: "transparent" }], { duration: 600, easing: "ease-out" });
  }

  #line(down) {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const scale = devicePixelRatio;
    if (this.#canvas.width !== Math.round(width * scale)) {
      this.#canvas.width = Math.round(width * scale);
      this.#canvas.height = Math.round(height * scale);
    }
    const pen = this.#canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    const prices = this.#points.slice(-POINTS).map(([, price]) => price);
    if (prices.length < 2) return;
    const low = Math.min(...prices);
    const high = Math.max(...prices);
    const x = (n) => (n / (prices.length - 1)) * width;
    const y = (price) => 3 + (height - 6) * (high === low ? 0.5 : 1 - (price - low) / (high - low));
    const colour = getComputedStyle(this.element).getPropertyValue(down ? "--down" : "--up").trim();
    const line = new Path2D();
    prices.forEach((price, n) => (n === 0 ? line.moveTo(0, y(price)) : line.lineTo(x(n), y(price))));
    const area = new Path2D(line);
    area.lineTo(width, height);
    area.lineTo(0, height);
    const shade = pen.createLinearGradient(0, 0, 0, height);
    shade.addColorStop(0, `${colour}40`); // "#15803d", and how much of it
    shade.addColorStop(1, `${colour}00`);
    pen.fillStyle = shade;
    pen.fill(area);
    pen.strokeStyle = colour;
    pen.lineWidth = 1.5;
    pen.lineJoin = "round";
    pen.stroke(line);
  }
}
