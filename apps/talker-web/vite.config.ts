import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

/** Where the server runs that a developer's page talks to. */
const server = process.env.TALKER_SERVER ?? "http://127.0.0.1:8080";

const routes = ["/isUsed", "/register", "/blocked", "/contacts", "/messeages", "/search", "/sync"];

/** Writes each text of the built page once more for browsers that take it compressed, so that the server need not. */
function compressed(): Plugin {
  let folder = "dist";
  return {
    name: "compressed",
    apply: "build",
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    closeBundle() {
      for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        if (!/\.(js|css|svg)$/.test(name)) continue;
        const text = readFileSync(join(folder, name));
        writeFileSync(join(folder, `${name}.br`), brotliCompressSync(text));
        writeFileSync(join(folder, `${name}.gz`), gzipSync(text, { level: 9 }));
      }
    },
  };
}

/** Leaves the styles where the page asks for them: in the head, where Vite asks, they would keep the splash from being seen. */
function stylesAfterSplash(): Plugin {
  const styles = /\s*<link rel="stylesheet"[^>]*>/;
  return {
    name: "styles-after-splash",
    apply: "build",
    transformIndexHtml(page) {
      const [asked] = styles.exec(page) ?? [];
      if (!asked) throw new Error("The page has no styles.");
      return page.replace(asked, "").replace('<div id="app">', (app) => `${asked.trim()}\n    ${app}`);
    },
  };
}

export default defineConfig({
  plugins: [stylesAfterSplash(), compressed()],
  build: {
    target: "es2022",
    // Nothing is inlined: the page's policy allows only what has an address of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      "/socket.io": { target: server, ws: true },
      ...Object.fromEntries(routes.map((route) => [route, server])),
    },
  },
});
