// Checking data with a Standard Schema. Loaded with the first event that has one.

import type { StandardSchema } from "./types.js";

/** The value as the schema leaves it; an error that says what doesn't fit, and where. */
export async function checked(schema: StandardSchema, value: unknown): Promise<unknown> {
  const result = await schema["~standard"].validate(value);
  if (result.issues === undefined) return result.value;
  const issues = result.issues.map(({ message, path = [] }) => {
    const where = path.map((part) => String(typeof part === "object" ? part.key : part)).join(".");
    return where === "" ? message : `${where}: ${message}`;
  });
  throw new Error(issues.join("; "));
}
