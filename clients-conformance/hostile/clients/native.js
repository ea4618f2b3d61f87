// The EventSource of the platform.

export function start({ url, types }, report) {
  const source = new EventSource(url);
  for (const type of types) {
    source.addEventListener(type, ({ data, lastEventId }) => report.event({ id: lastEventId, type, data }));
  }
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) {
      report.closed("");
    }
  });
}
