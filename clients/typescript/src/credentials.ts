// Tokens and tickets: who asks for them, and how often.

import { StreamError } from "./errors.js";
import type { Credential } from "./types.js";

type Source = Exclude<Credential, string>;

/** Asks a function of the application's. A ticket is good once, so each connection has its own. */
export async function ask<T>(source: () => T | Promise<T>): Promise<NonNullable<T>> {
  let given: T;
  try {
    given = await source();
  } catch (cause) {
    if (cause instanceof StreamError) throw cause;
    throw new StreamError("credentials", `headers, token or ticket: ${cause}`, { cause });
  }
  if (given === null || given === undefined) throw new StreamError("unauthorized", "no token or ticket: log in again");
  return given;
}

// Tokens by the function that gives them: streams that share a function share its token, and the question for it.
const tokens = new WeakMap<Source, Promise<string>>();

/** The token of all who share this function. */
export function tokenOf(source: Source): Promise<string> {
  let token = tokens.get(source);
  if (token === undefined) {
    const asked = (token = ask(source));
    tokens.set(source, asked);
    asked.catch(() => spent(source, asked));
  }
  return token;
}

/** This token is no longer good. Does nothing if another stream has already asked for a new one. */
export function spent(source: Source, token: unknown): void {
  if (tokens.get(source) === token) tokens.delete(source);
}
