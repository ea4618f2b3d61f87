// Data that is compressed: a marker, then base64 of gzip, on the platform's DecompressionStream (docs/wire-format.md,
// "Large data"). Loaded with the first event of a Sluice stream that is compressed.

import type { Decoder } from "./types.js";

const MARKER = "gzip;base64,";

/**
 * A decoder for servers that send `gzip;base64,` and then base64 of gzip: what was in it, and all other data, goes to
 * `then`; by default JSON is parsed and the rest stays text. Streams of a Sluice hub with `?encoding=gzip` need none: they
 * are read without being told.
 */
export function gzip(then?: Decoder): Decoder {
  return async (event) => {
    const text = event.text.startsWith(MARKER) ? await unpacked(event.text) : event.text;
    if (then !== undefined) return then({ ...event, data: text, text });
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  };
}

/** @internal what stands behind the marker; an error, if that is more than `limit` bytes or no gzip */
export async function unpacked(text: string, limit = Infinity): Promise<string> {
  const bytes = Uint8Array.from(atob(text.slice(MARKER.length)), (char) => char.charCodeAt(0));
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let data = "";
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return data + decoder.decode();
    size += value.byteLength;
    if (size > limit) {
      await reader.cancel();
      throw new RangeError(`more than ${limit} bytes when it is decompressed (maxEventSize)`);
    }
    data += decoder.decode(value, { stream: true });
  }
}
