// A tab is asked for a token, a ticket or headers, for all.

import { ask } from "../credentials.js";
import { StreamError } from "../errors.js";
import type { Options } from "../types.js";
import { tell, type Reply, type Request } from "./messages.js";

export async function answer(
  options: Options,
  { n, secret }: NonNullable<Reply["ask"]>,
  post: (request: Omit<Request, "v">) => void,
): Promise<void> {
  try {
    const value =
      secret === "headers"
        ? [...new Headers(await (options.headers as () => HeadersInit)())]
        : await ask(options[secret] as () => string);
    post({ answer: { n, value } });
  } catch (cause) {
    const error = cause instanceof StreamError ? cause : new StreamError("credentials", `headers(): ${cause}`);
    post({ answer: { n, error: tell(error) } });
  }
}
