// This project's own client, as the hub serves it.

const SERVED = new URL("../../../server/src/main/resources/io/sluice/server/client/client.js", import.meta.url);
const { connect } = await import(globalThis.process === undefined ? SERVED : await module(SERVED));

// Node takes a file for a module only where a package.json says so, and beside this one there is none.
async function module(file) {
  const { readFile } = await import("node:fs/promises");
  return `data:text/javascript,${encodeURIComponent(await readFile(file, "utf8"))}`;
}

export function start({ url, silence, maxEvent, tokens }, report) {
  const left = [...(tokens ?? [])];
  const stream = connect(url, {
    backoff: { min: 100, max: 300 },
    data: "text",
    ...(silence !== undefined && { watchdog: silence, connectTimeout: silence }),
    ...(maxEvent !== undefined && { maxEventSize: maxEvent }),
    ...(tokens !== undefined && { token: () => (left.length > 1 ? left.shift() : left[0]) }),
  });
  stream.onAny(({ id, type, text }) => report.event({ id, type, data: text }));
  stream.onState((state) => {
    if (state.status === "closed") {
      report.closed(state.why?.message ?? "");
    }
  });
}
