// Data that is compressed: base64 of gzip, on the platform's DecompressionStream.

import type { Decoder } from "./types.js";

const PREFIX = "gzip:";

/**
 * A decoder for data that is `gzip:` and then base64 of gzip. Other data, and what was in it, goes to `then`; by default
 * JSON is parsed and the rest stays text.
 */
export function gzip(then?: Decoder): Decoder {
  return async (event) => {
    let { text } = event;
    if (text.startsWith(PREFIX)) {
      const bytes = Uint8Array.from(atob(text.slice(PREFIX.length)), (char) => char.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      text = await new Response(stream).text();
    }
    if (then !== undefined) return then({ ...event, data: text, text });
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  };
}
