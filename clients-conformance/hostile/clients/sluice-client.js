// This project's own client, from ../clients/typescript.

import { connect } from "../../../clients/typescript/dist/client.js";

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
