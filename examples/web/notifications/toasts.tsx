// What has just come, for a moment.

import { useEffect, useState } from "react";
import type { Notice } from "./api.js";
import { Sign, Title } from "./feed.js";

const SHOWN_MS = 6000;

export function Toasts({ notices, dismiss }: { notices: readonly Notice[]; dismiss: (id: number) => void }) {
  return (
    <ol className="toasts" role="status" aria-label="Just arrived">
      {notices.map((notice) => (
        <Toast key={notice.id} notice={notice} dismiss={dismiss} />
      ))}
    </ol>
  );
}

function Toast({ notice, dismiss }: { notice: Notice; dismiss: (id: number) => void }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismiss(notice.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held, notice.id]);
  return (
    <li
      className={`toast ${notice.type}`}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      onKeyDown={({ key }) => key === "Escape" && dismiss(notice.id)}
    >
      <Sign type={notice.type} />
      <div>
        <Title notice={notice} />
        {notice.text && <p>{notice.text}</p>}
      </div>
      <button type="button" aria-label="Dismiss" onClick={() => dismiss(notice.id)}>
        ×
      </button>
    </li>
  );
}
