// Somebody who speaks to an application's API without a page.

import assert from "node:assert/strict";

/** Signs in. What the API refuses is thrown, with its status. */
export async function client(application, name) {
  const session = await fetch(`${application.url}/api/session`, { method: "POST", body: JSON.stringify({ name }) });
  assert.equal(session.status, 200, await session.text());
  const cookie = session.headers.get("set-cookie").split(";")[0];
  return async (method, path, body, headers = {}) => {
    const answer = await fetch(application.url + path, {
      method,
      headers: { ...headers, Cookie: cookie },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw Object.assign(new Error(text), { status: answer.status });
    return text === "" ? undefined : JSON.parse(text);
  };
}

/** Waits until something is so, and says what was there instead. */
export async function until(actual, expected, within = 20_000) {
  const end = Date.now() + within;
  for (;;) {
    const now = await actual();
    try {
      return assert.deepEqual(now, expected);
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((again) => setTimeout(again, 20));
    }
  }
}
