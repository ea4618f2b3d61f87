// What some streams need before their first request: the position from before a reload, the connection of other tabs.
// Loaded when it is.

import type { Connection, ConnectionListener } from "./connection.js";
import type { Persistence } from "./persistence.js";
import type { Platform } from "./platform.js";
import type { Requests } from "./requests.js";
import type { EventStream, Options } from "./types.js";

/** A stream as connect.ts has put it together. A tuple, because every page loads the place where it is made, and names cost. */
export type Beginning = readonly [
  platform: Platform,
  options: Options,
  requests: Requests,
  stream: EventStream,
  /** Its connection, which hasn't begun. */
  connection: Connection,
  listener: ConnectionListener,
  /** Makes another such connection. */
  own: (listener: ConnectionListener) => Connection,
  connectOn: (platform: Platform, url: string | URL, options: Options) => EventStream,
];

/** What keeps the position over reloads, if anything is to; the connection goes on from what it has. */
export async function position([platform, { persist }, , { url }, connection]: Beginning): Promise<Persistence | undefined> {
  if (!persist) return undefined;
  const { storage = "session", key = url } = persist === true ? {} : persist;
  const { Persistence } = await import("./persistence.js");
  const persistence = new Persistence(platform, storage, key);
  connection.lastEventId = (await persistence.begin()) || connection.lastEventId;
  return persistence;
}

/** The connection that it is going to be. */
export async function share(beginning: Beginning): Promise<Connection> {
  const [, { shared }, , , connection] = beginning;
  if (!shared || isClosed(connection)) return connection;
  const { joinShared } = await import("./shared/member.js");
  return isClosed(connection) ? connection : joinShared(beginning);
}

const isClosed = ({ state }: Connection) => state.status === "closed";
