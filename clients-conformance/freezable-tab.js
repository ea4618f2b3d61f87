// A tab that can be frozen. Pages that Playwright opens can't: it keeps them visible, and what is visible doesn't freeze.
// So this one is opened past it, over Chromium's own protocol.

import { setTimeout as sleep } from "node:timers/promises";

const LOOK_EVERY_MS = 20;

export class FreezableTab {
  #browser; // a session of the protocol
  #session; // the name of the tab's own session, whose messages go through the browser's
  #sent = 0;
  #answers = new Map();
  #bindings = new Map();

  /** Opens a page in a tab that nobody looks at, and waits until it is loaded. */
  static async open(browser, url) {
    const tab = new FreezableTab();
    tab.#browser = await browser.newBrowserCDPSession();
    tab.#browser.on("Target.receivedMessageFromTarget", ({ message }) => tab.#receive(JSON.parse(message)));
    const { targetId } = await tab.#browser.send("Target.createTarget", { url });
    const { sessionId } = await tab.#browser.send("Target.attachToTarget", { targetId, flatten: false });
    tab.#session = sessionId;
    await tab.until(`location.href === ${JSON.stringify(url)} && document.readyState === "complete"`);
    const { windowId } = await tab.#browser.send("Browser.getWindowForTarget", { targetId });
    await tab.#browser.send("Browser.setWindowBounds", { windowId, bounds: { windowState: "minimized" } });
    await tab.until(`document.visibilityState === "hidden"`);
    await tab.#send("Runtime.enable"); // or nobody is told of calls
    return tab;
  }

  /** From here on the page can call `window[name](text)`. */
  async expose(name, callback) {
    this.#bindings.set(name, callback);
    await this.#send("Runtime.addBinding", { name });
  }

  /** The value of an expression in the page, or of what it promises. */
  async evaluate(expression) {
    const { result, exceptionDetails } = await this.#send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  async until(expression) {
    while (!(await this.evaluate(expression))) {
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** Nothing in the page runs any more. */
  freeze() {
    return this.#send("Page.setWebLifecycleState", { state: "frozen" });
  }

  thaw() {
    return this.#send("Page.setWebLifecycleState", { state: "active" });
  }

  #send(method, params = {}) {
    const id = ++this.#sent;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, { resolve, reject });
      const message = JSON.stringify({ id, method, params });
      this.#browser.send("Target.sendMessageToTarget", { sessionId: this.#session, message }).catch(reject);
    });
  }

  #receive({ id, result, error, method, params }) {
    if (method === "Runtime.bindingCalled") {
      this.#bindings.get(params.name)?.(params.payload);
      return;
    }
    const answer = this.#answers.get(id);
    this.#answers.delete(id);
    if (error !== undefined) {
      answer?.reject(new Error(error.message));
    } else {
      answer?.resolve(result);
    }
  }
}
