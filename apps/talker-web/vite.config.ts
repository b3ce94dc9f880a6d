import { defineConfig } from "vite";

/** Where the server runs that a developer's page talks to. */
const server = process.env["TALKER_SERVER"] ?? "http://127.0.0.1:8080";

const routes = ["/isUsed", "/register", "/blocked", "/contacts", "/messeages", "/search", "/sync"];

export default defineConfig({
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
