/** Makes of the client core one file that the tests load once for every tab that they open. */

import { defineConfig } from "vite";

export default defineConfig({
  publicDir: false,
  logLevel: "warn",
  ssr: { noExternal: true },
  build: {
    ssr: "src/talk/index.ts",
    outDir: "node_modules/.core",
    emptyOutDir: true,
    target: "node20",
    rolldownOptions: { output: { format: "cjs", entryFileNames: "core.cjs", codeSplitting: false } },
  },
});
