// What a page loads to begin with: an entry and what it imports statically, minified and compressed.

import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** Bytes of gzip by entry; what is imported on demand isn't in it. */
export async function sizes() {
  const size = async (entry, contents) => {
    const { outputFiles } = await build({
      external: ["react", "react/jsx-runtime"],
      ...(contents === undefined
        ? { entryPoints: [entry] }
        : { stdin: { contents, resolveDir: ".", sourcefile: entry, loader: "ts" } }),
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      write: false,
      plugins: [onDemand],
    });
    return gzipSync(outputFiles[0].contents, { level: 9 }).length;
  };
  const connect = `export { connect } from "./src/index.js"`;
  const core = await size("core.ts", connect);
  // All of it, beside the core that it comes with.
  const react = (await size("react.ts", `${connect}; export * from "./src/react/index.js"`)) - core;
  // What every tab with `shared: true` loads, and what one that is elected has to have besides.
  const shared = `${connect}; export * from "./src/begin.js"; export * from "./src/shared/member.js"`;
  const tab = await size("shared.ts", shared);
  const host = `export * as a from "./src/shared/election.js"; export * as b from "./src/shared/host.js"`;
  const elected = await size("elected.ts", `${shared}; ${host}; export * as c from "./src/subscription.js"`);
  return { core, react, shared: tab - core, elected: elected - tab };
}

// Leaves import() as it is: another request, if ever.
const onDemand = {
  name: "on demand",
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ kind, path }) => (kind === "dynamic-import" ? { path, external: true } : undefined));
  },
};

if (import.meta.url === `file://${process.argv[1]}`) console.table(await sizes());
