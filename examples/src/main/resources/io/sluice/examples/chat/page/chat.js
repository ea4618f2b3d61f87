// The page of the chat: two streams of one connection, and what people do.

import { connect } from "/client.js";
import { api, ask, avatar, el, enter, showState, streamOptions, streamUrl } from "/kit.js";
import { Messages } from "/messages.js";
import { Outbox } from "/outbox.js";

const SHOWN_TYPING_MS = 5000;
const TELL_TYPING_MS = 2500;
const RECENT = { last: 200 }; // of each channel, on entering

const $ = (id) => document.getElementById(id);
const { hub, user } = await enter({
  hint: "Pick any name. “admin” may make announcements and delete what others wrote.",
  suggestions: ["alice", "bob", "admin"],
});

let place; // {room} or {to}
let room; // the stream of the room, if it is one
let heard = 0; // when this page last told that its user is typing
const directs = new Map(); // with whom: [{id, message, time}]
const read = JSON.parse(localStorage.getItem(`chat-read-${user.name}`) ?? "{}");

const messages = new Messages($("log"), $("newer"), user, {
  edit: (id, text) => act("PUT", `/api/messages/${id}`, { text }),
  delete: (id) => act("DELETE", `/api/messages/${id}`),
  retry: (key) => outbox.retry(key),
  drop: (key) => outbox.drop(key),
});
const outbox = new Outbox(user.name, () => place && messages.pending(outbox.of(place)));

/** Does what is over at once, under a key, and says so if it can't. */
async function act(method, path, body) {
  try {
    await api(method, path, body, { key: crypto.randomUUID() });
    return true;
  } catch (problem) {
    messages.note(`That didn't work: ${problem.message}`, "note failed");
    return false;
  }
}

// ---- what is the same in all rooms

const common = connect(streamUrl(hub, ["chat/rooms", "chat/announcements", `users/${user.name}/direct`], { last: 1000 }), streamOptions(user));
showState(common);
common.onState(({ status }) => status === "open" && outbox.retry());
common.on("chat:room", ({ name }) => addRoom(name));
common.on("chat:announcement", ({ from, text }, { id, time }) => announce(id, from, text, time));
common.on("chat:direct", (message, { id, time }) => {
  const other = message.from === user.name ? message.to : message.from;
  const known = directs.get(other) ?? [];
  if (known.some((one) => one.id === id)) return;
  directs.set(other, [...known, { id, message, time }]);
  if (message.from === user.name) outbox.arrived(message.key);
  if (place?.to === other) {
    messages.add(id, message, time, false);
    markRead(other);
  }
  showPeople();
});

function announce(id, from, text, time) {
  if (time < Date.now() - 3_600_000 || sessionStorage.getItem("chat-dismissed") === id) return;
  const dismiss = () => {
    sessionStorage.setItem("chat-dismissed", id);
    $("announcement").hidden = true;
  };
  $("announcement").replaceChildren(
    el("b", {}, from),
    el("span", {}, text),
    el("button", { type: "button", class: "plain", "aria-label": "Dismiss", onclick: dismiss }, "✕"),
  );
  $("announcement").hidden = false;
}

// ---- a room

const typing = new Map(); // who: until when

function enterRoom(name) {
  const stream = connect(
    streamUrl(hub, [`rooms/${name}`, `rooms/${name}/typing`, `rooms/${name}/@presence`], RECENT),
    streamOptions(user),
  );
  room = stream;
  stream.on("chat:message", (message, { id, time }) => {
    messages.add(id, message, time, true);
    typing.delete(message.from);
    showTyping();
    if (message.from === user.name) outbox.arrived(message.key);
  });
  stream.on("chat:edit", ({ message, text }) => messages.edit(message, text));
  stream.on("chat:delete", ({ message }) => messages.delete(message));
  stream.on("chat:typing", ({ user: who }) => {
    if (who === user.name) return; // in another tab, or here
    typing.set(who, Date.now() + SHOWN_TYPING_MS);
    showTyping();
    setTimeout(showTyping, SHOWN_TYPING_MS + 50);
  });
  stream.on("gap", () => messages.note("Some messages are missing here: they are too old to be kept.", "note gap"));
  followPresence(stream, name);
}

/** The list as it is at a position, and what comes after that. */
function followPresence(stream, name) {
  const members = new Set();
  let position; // of the list; undefined until it is there
  let early = [];

  const after = (id) => {
    const [epoch, sequence] = id.split("-");
    const [listed, upTo] = position.split("-");
    return epoch !== listed || BigInt(sequence) > BigInt(upTo);
  };
  const apply = (joined, { member, count, listed }, id) => {
    if (!after(id)) return;
    if (listed === false || member === undefined) return load();
    if (joined) members.add(member);
    else members.delete(member);
    if (!joined && typing.delete(member)) showTyping();
    if (member !== user.name) messages.note(`${member} ${joined ? "joined" : "left"} · ${count} here`);
    showMembers(members, count);
  };
  const take = (joined) => (data, { id }) => {
    if (position === undefined) early.push([joined, data, id]);
    else apply(joined, data, id);
  };
  async function load() {
    position = undefined;
    try {
      const list = await ask(hub, `/presence/rooms/${name}`);
      if (stream !== room) return;
      members.clear();
      for (const member of list.members ?? []) members.add(member);
      position = list.id;
      showMembers(members, list.count);
      for (const one of early.splice(0)) apply(...one);
    } catch {
      if (stream === room) setTimeout(load, 1000);
    }
  }
  stream.on("joined", take(true));
  stream.on("left", take(false));
  stream.on("gap", load);
  load();
}

function showMembers(members, count) {
  $("count").textContent = `${count} here`;
  $("members").replaceChildren(
    ...[...members].sort().map((name) =>
      el(
        "li",
        {},
        name === user.name
          ? el("span", { class: "member" }, avatar(name), `${name} (you)`)
          : el("button", { type: "button", class: "plain member", title: `Write to ${name} alone`, onclick: () => go({ to: name }) }, avatar(name), name),
      ),
    ),
  );
}

function showTyping() {
  const now = Date.now();
  for (const [name, until] of typing) if (until <= now) typing.delete(name);
  const names = [...typing.keys()];
  $("typing").textContent =
    names.length === 0
      ? ""
      : names.length < 3
        ? `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} typing…`
        : `${names.length} are typing…`;
}

// ---- where one is

const rooms = new Set();

function addRoom(name) {
  if (rooms.has(name)) return;
  rooms.add(name);
  $("rooms").append(el("li", { "data-name": name }, el("a", { href: `#room/${name}` }, el("span", {}, "#"), name)));
  showPlace();
}

function showPeople() {
  $("nobody").hidden = directs.size > 0;
  $("people").replaceChildren(
    ...[...directs].map(([name, known]) => {
      const seen = known.findIndex(({ id }) => id === read[name]);
      const unread = known.slice(seen + 1).filter(({ message }) => message.from !== user.name).length;
      return el(
        "li",
        { "data-name": name },
        el("a", { href: `#with/${name}` }, avatar(name), name, unread > 0 && el("span", { class: "badge", "aria-label": `${unread} new` }, String(unread))),
      );
    }),
  );
  showPlace();
}

function markRead(other) {
  const last = directs.get(other)?.at(-1);
  if (last === undefined) return;
  read[other] = last.id;
  localStorage.setItem(`chat-read-${user.name}`, JSON.stringify(read));
}

function showPlace() {
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === location.hash) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function go(next) {
  location.hash = next.room === undefined ? `with/${next.to}` : `room/${next.room}`;
}

function arrive() {
  const [, kind, name] = /^#(room|with)\/([A-Za-z0-9_-]{1,24})$/.exec(location.hash) ?? [];
  if (kind === undefined) return location.replace("#room/lobby");
  room?.close();
  room = undefined;
  typing.clear();
  showTyping();
  messages.clear();
  $("count").textContent = "";
  $("members").replaceChildren();
  document.body.dataset.place = kind;
  $("here").classList.remove("shown");
  if (kind === "room") {
    place = { room: name };
    $("title").textContent = `# ${name}`;
    enterRoom(name);
  } else {
    place = { to: name };
    $("title").textContent = name;
    $("count").textContent = "only the two of you";
    if (!directs.has(name)) directs.set(name, []);
    for (const { id, message, time } of directs.get(name)) messages.add(id, message, time, false);
    markRead(name);
  }
  showPeople();
  $("announce").hidden = kind !== "room" || !user.roles.includes("admin");
  $("announce").setAttribute("aria-pressed", "false");
  $("text").placeholder = `Message ${kind === "room" ? `#${name}` : name}`;
  messages.pending(outbox.of(place));
  if (matchMedia("(pointer: fine)").matches) $("text").focus();
}

// ---- what people do

$("composer").onsubmit = async (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (text === "") return;
  if ($("announce").getAttribute("aria-pressed") === "true") {
    if (!(await act("POST", "/api/announcements", { text }))) return;
    $("announce").setAttribute("aria-pressed", "false");
  } else {
    outbox.add(place, text);
  }
  $("text").value = "";
  grow();
  heard = 0;
};

$("text").onkeydown = (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("composer").requestSubmit();
  }
};

$("text").oninput = () => {
  grow();
  if (place.room !== undefined && $("text").value !== "" && Date.now() - heard > TELL_TYPING_MS) {
    heard = Date.now();
    api("POST", "/api/typing", { room: place.room }).catch(() => {}); // it's only a sign, and the next one follows
  }
};

function grow() {
  $("text").style.blockSize = "auto";
  $("text").style.blockSize = `${Math.min($("text").scrollHeight + 2, 160)}px`;
}

$("announce").onclick = () => {
  const pressed = $("announce").getAttribute("aria-pressed") === "true";
  $("announce").setAttribute("aria-pressed", String(!pressed));
  $("text").focus();
};

// Where the window is too narrow for the list of who is here.
$("count").onclick = () => $("here").classList.toggle("shown");

$("new-room").onsubmit = async (event) => {
  event.preventDefault();
  const field = event.target.elements.name;
  if (await act("POST", "/api/rooms", { name: field.value })) {
    go({ room: field.value });
    field.value = "";
  }
};

addEventListener("hashchange", arrive);
arrive();
