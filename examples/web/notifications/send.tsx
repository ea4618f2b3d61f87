// For those who may send.

import { useRef, useState, type FormEvent } from "react";
import { api } from "/kit.js";
import type { Kind } from "./api.js";
import { Sign } from "./feed.js";

const KINDS: readonly Kind[] = ["info", "success", "warning", "error"];

export function Send() {
  const [outcome, setOutcome] = useState<{ ok: boolean; text: string }>();
  const [busy, setBusy] = useState(false);
  // Names what is being sent. If the answer is lost and it is sent again, it arrives once all the same.
  const attempt = useRef<{ what: string; key: string }>(undefined);

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const sending = Object.fromEntries(new FormData(form));
    const what = JSON.stringify(sending);
    if (attempt.current?.what !== what) attempt.current = { what, key: crypto.randomUUID() };
    setOutcome(undefined);
    setBusy(true);
    try {
      const { recipients } = await api<{ recipients: number }>("POST", "/api/notifications", sending, { key: attempt.current.key });
      attempt.current = undefined;
      setOutcome({ ok: true, text: `Sent to ${recipients} ${recipients === 1 ? "person" : "people"}.` });
      for (const name of ["title", "text", "link"]) (form.elements.namedItem(name) as HTMLInputElement).value = "";
      (form.elements.namedItem("title") as HTMLInputElement).focus();
    } catch (error) {
      setOutcome({ ok: false, text: `Not sent: ${(error as Error).message}` });
    } finally {
      setBusy(false);
    }
  }

  return (
    <form className="card send" onSubmit={(event) => void send(event)} aria-labelledby="send-title">
      <h2 id="send-title">Send</h2>
      <label>
        To
        <input name="to" list="audiences" defaultValue="all" required spellCheck={false} autoCapitalize="none" />
      </label>
      <datalist id="audiences">
        <option value="all">everybody who has been here</option>
        <option value="role:ops">all in ops</option>
        <option value="user:ben">one user</option>
        <option value="user:cleo">one user</option>
      </datalist>
      <p className="hint">
        <code>all</code>, <code>role:ops</code>, <code>user:ben</code>
      </p>
      <fieldset>
        <legend>Type</legend>
        {KINDS.map((kind) => (
          <label key={kind} className="kind">
            <input type="radio" name="type" value={kind} defaultChecked={kind === "info"} />
            <Sign type={kind} />
            {kind}
          </label>
        ))}
      </fieldset>
      <label>
        Title
        <input name="title" required maxLength={120} autoComplete="off" />
      </label>
      <label>
        Text <span className="quiet">optional</span>
        <textarea name="text" rows={3} maxLength={1000} />
      </label>
      <label>
        Link <span className="quiet">optional</span>
        <input name="link" maxLength={2000} placeholder="https://… or /path" autoComplete="off" spellCheck={false} />
      </label>
      <div className="row">
        <button className="strong" disabled={busy}>
          Send
        </button>
        {outcome && <p role={outcome.ok ? "status" : "alert"}>{outcome.text}</p>}
      </div>
    </form>
  );
}
