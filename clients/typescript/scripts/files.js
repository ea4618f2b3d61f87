import { readdirSync } from "node:fs";

/** The files under a directory whose names match, sorted. */
export function globSync(directory, name) {
  return readdirSync(directory, { recursive: true })
    .filter((file) => name.test(file))
    .map((file) => `${directory}/${file}`)
    .sort();
}
