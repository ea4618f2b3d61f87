package io.sluice.server;

/**
 * The client for browsers, as one file that a page imports from the hub, its types, and the worker
 * that has the one connection of all tabs. They are built from {@code clients/typescript} and stand
 * among the resources, so that who builds a hub needs no Node.
 */
final class ClientFiles {

  private ClientFiles() {}

  /** The client: an ES module. */
  static StaticFile script() {
    // Deno takes the types of a module from elsewhere by this field.
    Fields types = Fields.of("X-TypeScript-Types", "./client.d.ts");
    return StaticFile.load("client/client.js", "text/javascript; charset=utf-8", types);
  }

  /** The shared worker: a script. */
  static StaticFile worker() {
    return StaticFile.load(
        "client/client-worker.js", "text/javascript; charset=utf-8", Fields.NONE);
  }

  /** Its declarations. */
  static StaticFile types() {
    return StaticFile.load(
        "client/client.d.ts", "application/typescript; charset=utf-8", Fields.NONE);
  }
}
