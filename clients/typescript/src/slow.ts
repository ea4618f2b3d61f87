// Data that takes its time: compressed, decoded by a promise, or checked by a schema. Loaded with the first such event.

import { unpacked } from "./gzip.js";
import type { Decoder, SluiceEvent, StandardSchema } from "./types.js";

/**
 * The event with what its data is in the end. `packed`: its text is compressed, and not decoded yet; `limit`: bytes of
 * what is in it.
 */
export async function read(
  event: SluiceEvent,
  packed: boolean,
  decode: Decoder,
  schema: StandardSchema | undefined,
  limit: number,
): Promise<SluiceEvent> {
  let { text, data } = event;
  if (packed) {
    text = await unpacked(text, limit);
    data = decode({ ...event, text, data: text });
  }
  data = await data;
  if (schema !== undefined) data = await checked(schema, data);
  return { ...event, text, data };
}

// The value as the schema leaves it, or what doesn't fit, and where.
async function checked(schema: StandardSchema, value: unknown): Promise<unknown> {
  const result = await schema["~standard"].validate(value);
  if (result.issues === undefined) return result.value;
  const issues = result.issues.map(({ message, path = [] }) => {
    const where = path.map((part) => String(typeof part === "object" ? part.key : part)).join(".");
    return where === "" ? message : `${where}: ${message}`;
  });
  throw new Error(issues.join("; "));
}
