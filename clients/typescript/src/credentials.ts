// Tokens and tickets: who asks for them, and how often.

import { StreamError } from "./errors.js";
import type { Credential } from "./types.js";

type Source = Exclude<Credential, string>;

// Tokens by the function that gives them: streams that share a function share its token, and the question for it.
const tokens = new WeakMap<Source, { value?: string; asked?: Promise<string> }>();

async function ask(source: Source): Promise<string> {
  let given: string | null;
  try {
    given = await source();
  } catch (cause) {
    if (cause instanceof StreamError) throw cause;
    throw new StreamError("credentials", `the token or ticket function failed: ${(cause as Error)?.message ?? cause}`, { cause });
  }
  if (given === null || given === undefined) {
    throw new StreamError("unauthorized", "there is no token or ticket to connect with: log in again");
  }
  return given;
}

/** The token to send; a question that is already on its way is waited for, not asked again. */
export function tokenOf(credential: Credential): Promise<string> | string {
  if (typeof credential === "string") return credential;
  let entry = tokens.get(credential);
  if (entry === undefined) tokens.set(credential, (entry = {}));
  if (entry.value !== undefined) return entry.value;
  const known = entry;
  known.asked ??= ask(credential)
    .then((token) => (known.value = token))
    .finally(() => delete known.asked);
  return known.asked;
}

/** This token is no longer good. Does nothing if another stream has already got a new one. */
export function spent(credential: Credential | undefined, token: string | undefined): void {
  if (typeof credential !== "function") return;
  const entry = tokens.get(credential);
  if (entry !== undefined && entry.value === token) delete entry.value;
}

/** A ticket is good once: each connection has its own. */
export const ticketOf = ask;
