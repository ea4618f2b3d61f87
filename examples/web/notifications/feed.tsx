// All that there is, the newest first.

import { memo, useEffect, useState } from "react";
import type { Kind, Notice } from "./api.js";
import type { Inbox } from "./inbox.js";

interface Props {
  inbox: Inbox | undefined;
  unread: number;
  onlyUnread: boolean;
  onOnlyUnread: (only: boolean) => void;
  older: () => Promise<void>;
  read: (id: number) => Promise<unknown>;
  readAll: () => Promise<unknown>;
}

export function Feed({ inbox, unread, onlyUnread, onOnlyUnread, older, read, readAll }: Props) {
  const now = useNow();
  const [trouble, setTrouble] = useState("");
  const tried = (work: Promise<unknown>) => work.then(() => setTrouble(""), (error: Error) => setTrouble(error.message));
  const shown = inbox?.notices.filter((notice) => !onlyUnread || !notice.read) ?? [];
  return (
    <section className="card feed" aria-labelledby="feed-title">
      <div className="row head">
        <h2 id="feed-title">Inbox</h2>
        <div className="tabs" role="group" aria-label="Which">
          <button type="button" aria-pressed={!onlyUnread} onClick={() => onOnlyUnread(false)}>
            All
          </button>
          <button type="button" aria-pressed={onlyUnread} onClick={() => onOnlyUnread(true)}>
            Unread {unread > 0 && <b>{unread}</b>}
          </button>
        </div>
        <button type="button" className="plain more" disabled={unread === 0} onClick={() => void tried(readAll())}>
          Mark all read
        </button>
      </div>
      {trouble && <p role="alert">{trouble}</p>}
      <ol>
        {shown.map((notice) => (
          <Row key={notice.id} notice={notice} now={now} onRead={() => void tried(read(notice.id))} />
        ))}
      </ol>
      {inbox && shown.length === 0 && (
        <p className="empty">{onlyUnread ? "Nothing unread: all caught up." : "Nothing yet. What is sent to you appears here."}</p>
      )}
      {inbox?.next && (
        <button type="button" className="plain more older" onClick={() => void tried(older())}>
          Show older
        </button>
      )}
    </section>
  );
}

interface RowProps {
  notice: Notice;
  now: number;
  onRead: () => void;
}

const Row = memo(
  ({ notice, now, onRead }: RowProps) => (
    <li className={notice.read ? "notice read" : "notice"} data-id={notice.id}>
      <Sign type={notice.type} />
      <div>
        <Title notice={notice} onOpen={notice.read ? undefined : onRead} />
        {notice.text && <p>{notice.text}</p>}
        <time dateTime={new Date(notice.at).toISOString()} title={new Date(notice.at).toLocaleString()}>
          {ago(notice.at, now)}
        </time>
      </div>
      {!notice.read && (
        <button type="button" className="mark" aria-label={`Mark “${notice.title}” as read`} title="Mark as read" onClick={onRead} />
      )}
    </li>
  ),
  (before, after) => before.notice === after.notice && ago(before.notice.at, before.now) === ago(after.notice.at, after.now),
);

/** Its title, and the way to where it leads. The application has checked the link. */
export function Title({ notice, onOpen }: { notice: Notice; onOpen?: (() => void) | undefined }) {
  if (!notice.link) return <strong>{notice.title}</strong>;
  return (
    <a href={notice.link} target="_blank" rel="noopener noreferrer" onClick={onOpen}>
      {notice.title}
    </a>
  );
}

const PATHS: Record<Kind, string> = {
  info: "M12 11v6M12 7.5v.01",
  success: "M7.5 12.5l3 3 6-6.5",
  warning: "M12 7v6M12 16.5v.01",
  error: "M8.5 8.5l7 7M15.5 8.5l-7 7",
};

/** What kind it is, for the eye and in words. */
export function Sign({ type }: { type: Kind }) {
  return (
    <svg className={`sign ${type}`} viewBox="0 0 24 24" role="img" aria-label={type}>
      <circle cx="12" cy="12" r="10" />
      <path d={PATHS[type]} />
    </svg>
  );
}

const words = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });

function ago(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 45) return "just now";
  if (seconds < 3600) return words.format(-Math.max(1, Math.round(seconds / 60)), "minute");
  if (seconds < 86_400) return words.format(-Math.round(seconds / 3600), "hour");
  return words.format(-Math.round(seconds / 86_400), "day");
}

function useNow() {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
