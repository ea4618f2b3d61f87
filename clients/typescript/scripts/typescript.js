// Lets Node 20 import TypeScript: `node --import ./scripts/typescript.js --test test/some.test.ts`. Types are taken off
// by esbuild and checked by tsc, not here.

import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { transform } from "esbuild";

if (isMainThread) {
  register(import.meta.url);
  process.setSourceMapsEnabled(true);
}

// Sources name what they import as it will be called when it is built.
export async function resolve(specifier, context, next) {
  if (/^\.{1,2}\/.*\.js$/.test(specifier) && /\.tsx?$/.test(context.parentURL ?? "")) {
    for (const ending of [".ts", ".tsx"]) {
      try {
        return await next(specifier.replace(/\.js$/, ending), context);
      } catch (error) {
        if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
      }
    }
  }
  return next(specifier, context);
}

export async function load(url, context, next) {
  const match = /\.(tsx?)$/.exec(url);
  if (match === null) return next(url, context);
  const path = fileURLToPath(url);
  const { code } = await transform(await readFile(path, "utf8"), {
    loader: match[1],
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    sourcemap: "inline",
    sourcefile: path,
  });
  return { format: "module", source: code, shortCircuit: true };
}
