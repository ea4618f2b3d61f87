// The host asks the tabs for tokens, tickets and headers: one of them, for all.

import { StreamError } from "../errors.js";
import type { Platform } from "../platform.js";
import type { Reply, Request, Secret, Told } from "./messages.js";

/** Milliseconds until another tab is asked. */
const ANSWER_MS = 5000;

export interface Asking {
  /** What the first tab gives that answers: a frozen one doesn't. */
  ask(secret: Secret): Promise<unknown>;
  answer(answer: NonNullable<Request["answer"]>): void;
  /** There is nobody left to ask. */
  end(): void;
}

export function newAsking(platform: Platform, tabs: Set<{ post(reply: Omit<Reply, "v">): void }>): Asking {
  const asked = new Map<number, (answer: { value?: unknown; error?: Told } | undefined) => void>();
  let numbers = 0;

  return {
    async ask(secret) {
      for (const tab of [...tabs]) {
        if (!tabs.has(tab)) continue;
        const n = ++numbers;
        const answer = await new Promise<{ value?: unknown; error?: Told } | undefined>((resolve) => {
          const late = platform.setTimeout(() => resolve(undefined), ANSWER_MS);
          asked.set(n, (answer) => {
            platform.clearTimeout(late);
            resolve(answer);
          });
          tab.post({ ask: { n, secret } });
        });
        asked.delete(n);
        if (answer?.error) throw new StreamError(answer.error.code, answer.error.message);
        if (answer !== undefined) return answer.value;
      }
      throw new Error("no tab answers");
    },
    answer: (answer) => asked.get(answer.n)?.(answer),
    end() {
      for (const answer of asked.values()) answer(undefined);
    },
  };
}
