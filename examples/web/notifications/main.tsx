// The page: a bell in the bar, the feed, and what has just come.

import { StrictMode, useEffect, useState } from "react";
import { createPortal } from "react-dom";
import { createRoot } from "react-dom/client";
import { useEvent, useEventStream } from "sluice-client/react";
import { enter, showState, streamOptions, streamUrl, type Site } from "/kit.js";
import type { Events } from "./api.js";
import { useInbox } from "./inbox.js";
import { Feed } from "./feed.js";
import { Toasts } from "./toasts.js";
import { Send } from "./send.js";

const site = await enter({
  hint: "ada may send, ben is in ops; everybody else just reads. Names are believed as they are typed: this is an example.",
  suggestions: ["ada", "ben", "cleo"],
});
// Written out here, or each render would ask for another.
const options = streamOptions(site.user);

function Notifications({ hub, user }: Site) {
  const events = useEventStream<Events>(streamUrl(hub, [`users/${user.name}/notifications`]), options);
  const { inbox, ...does } = useInbox(events);
  const told = useEvent(events, "unread");
  // What came with an event is newer than what was read from the table, or it is in there already.
  const unread = inbox && told && told.version > inbox.version ? told.count : (inbox?.unread ?? 0);
  const [onlyUnread, setOnlyUnread] = useState(false);
  useEffect(() => events && showState(events), [events]);
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) Notifications` : "Notifications";
  }, [unread]);
  const sends = user.roles.includes("sender");

  return (
    <div className={sends ? "page with-side" : "page"}>
      {createPortal(<Bell unread={unread} pressed={onlyUnread} onPress={() => setOnlyUnread(!onlyUnread)} />, bellPlace)}
      <Feed inbox={inbox} unread={unread} onlyUnread={onlyUnread} onOnlyUnread={setOnlyUnread} {...does} />
      {sends && <Send />}
      <Toasts notices={inbox?.arrived ?? []} dismiss={does.dismiss} />
    </div>
  );
}

interface BellProps {
  unread: number;
  pressed: boolean;
  onPress: () => void;
}

function Bell({ unread, pressed, onPress }: BellProps) {
  return (
    <button type="button" className="bell" aria-pressed={pressed} aria-label={`${unread} unread, show only these`} onClick={onPress}>
      {/* Another one for each count, so that it rings. */}
      <svg key={unread} viewBox="0 0 24 24" aria-hidden="true">
        <path d="M12 3a6 6 0 0 0-6 6v3.6l-1.6 3.1a.9.9 0 0 0 .8 1.3h13.6a.9.9 0 0 0 .8-1.3L18 12.6V9a6 6 0 0 0-6-6Z" />
        <path d="M9.7 19.5a2.4 2.4 0 0 0 4.6 0" />
      </svg>
      {unread > 0 && <span className="badge">{unread > 99 ? "99+" : unread}</span>}
    </button>
  );
}

const bellPlace = document.createElement("div");
document.querySelector("#bar .who")!.before(bellPlace);
createRoot(document.querySelector("main")!).render(
  <StrictMode>
    <Notifications {...site} />
  </StrictMode>,
);
