// The list of messages of one conversation, as elements. What people wrote becomes text nodes, never markup.

import { avatar, clock, el } from "/kit.js";

const TOGETHER_MS = 5 * 60 * 1000;
const AT_END_PX = 60;

export class Messages {
  #list;
  #newer;
  #user;
  #actions;
  #byId = new Map();
  #keys = new Set();
  #pending = [];

  /** `actions.edit(id, text)`, `actions.delete(id)`, `actions.retry(key)`, `actions.drop(key)` */
  constructor(list, newer, user, actions) {
    this.#list = list;
    this.#newer = newer;
    this.#user = user;
    this.#actions = actions;
    newer.onclick = () => this.#toEnd();
    list.onscroll = () => this.#atEnd() && (newer.hidden = true);
  }

  clear() {
    this.#list.replaceChildren();
    this.#byId.clear();
    this.#keys.clear();
    this.#pending = [];
    this.#newer.hidden = true;
  }

  /** A message of the log. The same one again changes nothing. */
  add(id, { from, text, key }, time, editable) {
    if (this.#byId.has(id) || (key && this.#keys.has(from + key))) return;
    if (key) this.#keys.add(from + key);
    const body = el("p", { class: "text" }, ...linked(text));
    const mine = from === this.#user.name;
    const item = el("li", { class: mine ? "message mine" : "message", "data-id": id, "data-from": from, "data-time": time });
    const last = this.#lastSettled();
    const follows = last?.dataset.from === from && time - last.dataset.time < TOGETHER_MS;
    item.classList.toggle("follows", follows);
    item.append(
      avatar(from),
      el(
        "div",
        { class: "bubble" },
        el("p", { class: "by" }, el("b", {}, from), " ", el("time", { datetime: new Date(time).toISOString() }, clock(time))),
        body,
        editable && (mine || this.#user.roles.includes("admin")) && this.#tools(item, id, mine),
      ),
    );
    this.#byId.set(id, { item, body, text });
    this.#append(item, mine);
  }

  edit(id, text) {
    const message = this.#byId.get(id);
    if (message === undefined || message.item.classList.contains("deleted")) return;
    message.text = text;
    message.body.replaceChildren(...linked(text), el("span", { class: "edited" }, " (edited)"));
  }

  delete(id) {
    const message = this.#byId.get(id);
    if (message === undefined) return;
    message.item.classList.add("deleted");
    message.item.querySelector(".tools")?.remove();
    message.body.replaceChildren("This message was deleted.");
  }

  /** A line about the conversation itself. */
  note(text, kind = "note") {
    this.#append(el("li", { class: kind }, text), false);
  }

  /** What is on its way stands at the end. */
  pending(entries) {
    const follows = this.#atEnd();
    for (const item of this.#pending) item.remove();
    this.#pending = entries.map(({ key, text, state, why }) => {
      const says = { sending: "Sending…", sent: "Sending…", waiting: `Not sent yet: ${why}. Trying again…`, refused: `Not sent: ${why}` };
      return el(
        "li",
        { class: `message mine pending ${state}`, "data-key": key },
        avatar(this.#user.name),
        el(
          "div",
          { class: "bubble" },
          el("p", { class: "text" }, ...linked(text)),
          el("p", { class: "way" }, says[state]),
          ["waiting", "refused"].includes(state) &&
            el(
              "p",
              { class: "ways" },
              el("button", { type: "button", onclick: () => this.#actions.retry(key) }, "Send now"),
              el("button", { type: "button", onclick: () => this.#actions.drop(key) }, "Discard"),
            ),
        ),
      );
    });
    this.#list.append(...this.#pending);
    if (follows) this.#toEnd();
  }

  #tools(item, id, mine) {
    const { edit, delete: remove } = this.#actions;
    return el(
      "p",
      { class: "tools" },
      mine && el("button", { type: "button", class: "plain", onclick: () => this.#editing(id, edit) }, "Edit"),
      el("button", { type: "button", class: "plain", onclick: () => remove(id) }, "Delete"),
    );
  }

  #editing(id, edit) {
    const { item, body, text } = this.#byId.get(id);
    const field = el("textarea", { class: "edit", "aria-label": "Edit the message", maxlength: 2000, rows: 2 });
    field.value = text;
    const done = () => {
      field.replaceWith(body);
      item.querySelector(".tools button")?.focus();
    };
    field.onkeydown = (event) => {
      if (event.key === "Escape") done();
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        if (field.value.trim() !== text && field.value.trim() !== "") edit(id, field.value);
        done();
      }
    };
    body.replaceWith(field);
    field.focus();
  }

  #lastSettled() {
    const first = this.#pending[0];
    return first === undefined ? this.#list.lastElementChild : first.previousElementSibling;
  }

  #append(item, mine) {
    const follows = mine || this.#atEnd();
    if (this.#pending.length > 0) this.#pending[0].before(item);
    else this.#list.append(item);
    if (follows) this.#toEnd();
    else this.#newer.hidden = false;
  }

  #atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#list;
    return scrollHeight - scrollTop - clientHeight < AT_END_PX;
  }

  #toEnd() {
    this.#list.scrollTop = this.#list.scrollHeight;
    this.#newer.hidden = true;
  }
}

/** Text with its web addresses as links. */
function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part, n) =>
    n % 2 === 0 ? part : el("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part),
  );
}
