// What is in a user's mailbox: read from the table once, and kept up by events from then on.

import { useEffect, useReducer } from "react";
import type { EventStream, SluiceEvent } from "sluice-client";
import { api } from "/kit.js";
import type { Events, Notice, Page } from "./api.js";

export interface Inbox extends Page {
  /** Came while somebody was looking, the newest first. */
  readonly arrived: readonly Notice[];
}

type Told = { type: "notification" | "read"; data: Events["notification"] | Events["read"] };
type Step = Told | { type: "loaded"; page: Page } | { type: "older"; page: Page } | { type: "dismissed"; id: number };
type State = { readonly inbox: Inbox | undefined; readonly early: readonly Told[] };

const AT_ONCE = 20;
const TOASTS = 3;

function next({ inbox, early }: State, step: Step): State {
  switch (step.type) {
    case "loaded":
      // What was told while the answer was on its way may be in it already: its version says so.
      return early.reduce(next, { inbox: { ...step.page, arrived: inbox?.arrived ?? [] }, early: [] });
    case "older": {
      if (!inbox) return { inbox, early };
      const more = step.page.notices.filter(({ id }) => !inbox.notices.some((known) => known.id === id));
      return { inbox: { ...inbox, notices: [...inbox.notices, ...more], next: step.page.next }, early };
    }
    case "dismissed":
      return { inbox: inbox && { ...inbox, arrived: inbox.arrived.filter(({ id }) => id !== step.id) }, early };
    default:
      if (!inbox) return { inbox, early: [...early, step] };
      return { inbox: step.data.version > inbox.version ? told(inbox, step) : inbox, early };
  }
}

function told(inbox: Inbox, { data }: Told): Inbox {
  if ("notice" in data) {
    const { notice } = data;
    if (inbox.notices.some(({ id }) => id === notice.id)) return inbox;
    return {
      ...inbox,
      notices: [notice, ...inbox.notices],
      arrived: [notice, ...inbox.arrived].slice(0, TOASTS),
    };
  }
  const { id, upTo = 0 } = data.which;
  const isRead = (notice: Notice) => notice.read || notice.id === id || notice.id <= upTo;
  return {
    ...inbox,
    notices: inbox.notices.map((notice) => (notice.read === isRead(notice) ? notice : { ...notice, read: true })),
    arrived: inbox.arrived.filter((notice) => !isRead(notice)),
  };
}

/** The mailbox, undefined until it is there, and what can be done with it. */
export function useInbox(events: EventStream<Events> | undefined) {
  const [{ inbox }, step] = useReducer(next, { inbox: undefined, early: [] });

  useEffect(() => {
    if (!events) return;
    const load = async () => step({ type: "loaded", page: await api<Page>("GET", `/api/notifications?limit=${AT_ONCE}`) });
    const take = (data: Told["data"], { type }: SluiceEvent) => step({ type, data } as Told);
    const off = [
      // The stream first, then the table: what changes in between comes as an event.
      events.on("connected", ({ resumed }) => resumed || load()),
      events.on("gap", load), // away for longer than the hub remembers; the table remembers all
      events.on("notification", take),
      events.on("read", take),
    ];
    if (events.connection) void load();
    return () => off.forEach((end) => end());
  }, [events]);

  return {
    inbox,
    older: async () =>
      step({ type: "older", page: await api<Page>("GET", `/api/notifications?limit=${AT_ONCE}&before=${inbox?.next}`) }),
    read: (id: number) => api("PUT", `/api/read/${id}`),
    readAll: () => api("POST", "/api/read", { upTo: inbox?.notices[0]?.id ?? 0 }),
    dismiss: (id: number) => step({ type: "dismissed", id }),
  };
}
