// What a page needs to make elements. Text is only ever set as text: what is published is anybody's.

/**
 * Makes an element.
 *
 * @param {string} name tag, with classes after dots: "span.type"
 * @param {...(Node|string)} children strings become text
 */
export function element(name, ...children) {
  const [tag, ...classes] = name.split(".");
  const made = document.createElement(tag);
  made.classList.add(...classes);
  made.append(...children);
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Sets text, and leaves the document alone where it already says so. */
export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

const CALM = window.matchMedia("(prefers-reduced-motion: reduce)");

/** Lights an element up for a moment; `kind` is a custom property's name without dashes. */
export function flash(node, kind) {
  if (CALM.matches) {
    return;
  }
  const colour = getComputedStyle(document.documentElement).getPropertyValue(`--${kind}`);
  node.animate([{ backgroundColor: colour }, { backgroundColor: "transparent" }], {
    duration: 900,
    easing: "ease-out",
  });
}

/** Runs `draw` with the next frame, once however often it was asked for. */
export function oncePerFrame(draw) {
  let waiting = false;
  return () => {
    if (!waiting) {
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        draw();
      });
    }
  };
}

const WHOLE = new Intl.NumberFormat("en");
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** 12,345, and from a million on 1.2M. */
export function count(value) {
  return value < 1_000_000 ? WHOLE.format(value) : SHORT.format(value);
}

/** 512 B, 3.4 GiB. */
export function bytes(value) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** 41 s, 12 m 5 s, 3 h 20 m, 8 d 4 h. */
export function duration(seconds) {
  const s = Math.floor(seconds);
  if (s < 60) {
    return `${s} s`;
  }
  if (s < 3600) {
    return `${Math.floor(s / 60)} m ${s % 60} s`;
  }
  if (s < 86_400) {
    return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} m`;
  }
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** 14:03:59, in the visitor's own time zone. */
export function clock(date) {
  return CLOCK.format(date);
}
